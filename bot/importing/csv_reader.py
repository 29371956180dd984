"""Parse a CSV file into headers, columns and line numbers. Values are not interpreted."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

from bot.errors import TendError
from bot.exporting.csv_escape import unescape_formula
from bot.importing.report import RejectedRow
from bot.process.gc_pause import gc_paused

DELIMITERS = (",", ";", "\t")
_FOOTER = re.compile(
    r"(?:(?:grand |sub)?totals?|(?:gesamt)?summe|gesamt|total g[eé]n[eé]ral|somme|suma)(?: \([^)]*\))?\s*:?"
    r"|confidential information\b.*|copyright \(c\).*",
    re.IGNORECASE,
)
MAX_BYTES = 100 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as columns, and the rows that could not be split into cells. Empty rows are left out.

    There is one column per header, with one stripped cell per row. `lines` holds the line on which each row begins.
    Headers that occur twice are numbered, “Day (1)” and “Day (2)”; `repeated` has the keys of those with other cells.
    """

    file_name: str
    headers: tuple[str, ...]
    lines: Sequence[int]
    columns: tuple[Sequence[str], ...]
    bad: tuple[RejectedRow, ...]
    repeated: frozenset[str] = frozenset()


def header_key(header: str) -> str:
    """Return a header for comparison."""
    return re.sub(r"[\s_-]+", "", header).casefold()


def read_sheet(path: Path) -> Sheet:
    """Read a CSV file: UTF-8, or UTF-16 with its BOM; comma, semicolon or tab; any line endings.

    Raises:
        TendError: the file is missing, a directory, empty, too large, not UTF-8 or without headers; or its quotation
            marks are unbalanced over several lines, so the number of rows is unknown.
    """
    return parse_sheet(path.name, _read_bytes(path))


@gc_paused()
def parse_sheet(file_name: str, raw: bytes) -> Sheet:
    """Parse the bytes of a CSV file; see `read_sheet`."""
    text = _decode(file_name, raw)
    lines = io.StringIO(text, newline="")
    skipped, delimiter = _stated_delimiter(text)
    if skipped:
        lines.readline()
    records = _records(file_name, lines, delimiter or _likely_delimiter(text), skipped)
    first = next(
        (record for record in records if isinstance(record, RejectedRow) or any(_strip_cells(record[1]))), None
    )
    if first is None:
        raise TendError(f"{file_name} is empty; its first line must name the columns.")
    if isinstance(first, RejectedRow) or "\0" in "".join(first[1]):
        raise TendError(f"The first line of {file_name} can't be read as the names of columns; save it as CSV, UTF-8.")
    headers = [header.strip("\ufeff") for header in _strip_cells(first[1])]
    starts, rows, bad = _fit_rows(records, width=len(headers), nul="\0" in text)
    bad += _drop_footers(starts, rows)
    columns = _transpose(rows, len(headers), quoted="'" in text)
    filled = [any(cells) for cells in zip(*columns, strict=True)]
    if not all(filled):
        starts, columns = list(compress(starts, filled)), [list(compress(column, filled)) for column in columns]
    unique, repeated = _number_headers(headers, columns)
    return Sheet(file_name, unique, starts, tuple(columns), tuple(bad), repeated)


def _number_headers(headers: Sequence[str], columns: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Number the headers that occur more than once. Return them, and the keys of those whose columns differ."""
    places: dict[str, list[int]] = {}
    for place, header in enumerate(headers):
        if header:
            places.setdefault(header_key(header), []).append(place)
    several = {key: at for key, at in places.items() if len(at) > 1}
    repeated = {
        key for key, at in several.items() if not columns[at[0]] or any(columns[at[0]] != columns[one] for one in at)
    }
    numbered = list(headers)
    for key, at in several.items():
        for number, place in enumerate(at, 1):
            if key in repeated or number > 1:
                numbered[place] = f"{headers[place]} ({number})"
    return tuple(numbered), frozenset(repeated)


def _read_bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise TendError(f"{path.name} is larger than {MAX_BYTES // 1024**2} MB; import it in parts.")
        return path.read_bytes()
    except FileNotFoundError:
        raise TendError(f"There is no file {path.name}.") from None
    except IsADirectoryError:
        raise TendError(f"{path.name or path} is a directory; name the CSV file in it.") from None
    except OSError as error:
        raise TendError(f"{path.name} can't be read: {error.strerror}.") from error


_OTHER_FILES = {
    b"PK\x03\x04": "an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an Excel workbook",
    b"%PDF": "a PDF",
    b"<htm": "a web page",
    b"<!do": "a web page",
}


def _decode(file_name: str, raw: bytes) -> str:
    if what := _OTHER_FILES.get(raw[:4].lower() if raw[:1] == b"<" else raw[:4]):
        raise TendError(f"{file_name} is {what}; open it and save it as “CSV UTF-8”.")
    try:
        if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return raw.decode("utf-16").lstrip("\ufeff")
        return raw.decode("utf-8-sig").lstrip("\ufeff")
    except UnicodeDecodeError as error:
        if error.encoding != "utf-8":
            raise TendError(f"{file_name} is cut off or damaged; save it as “CSV UTF-8”.") from None
        line = raw.count(b"\n", 0, error.start) + 1
        raise TendError(f"{file_name} is not UTF-8 (line {line}); save it as “CSV UTF-8”.") from None


def _stated_delimiter(text: str) -> tuple[int, str | None]:
    """Return the number of lines to skip, and the delimiter that spreadsheets declare as `sep=;` before the headers."""
    first = text[:10].splitlines()[:1]
    if first and len(first[0]) == 5 and first[0].casefold().startswith("sep=") and first[0][4] in DELIMITERS:
        return 1, first[0][4]
    return 0, None


def _likely_delimiter(text: str) -> str:
    """Return the delimiter that splits the headers into the most cells."""

    def cells(delimiter: str) -> int:
        reader = csv.reader(io.StringIO(text.lstrip("\r\n"), newline=""), delimiter=delimiter)
        try:
            return len(next(reader, []))
        except csv.Error:
            return 0

    return max(DELIMITERS, key=cells)


def _records(
    file_name: str, lines: io.StringIO, delimiter: str, skipped: int
) -> Iterator[tuple[int, list[str]] | RejectedRow]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    line = skipped + 1
    while True:
        try:
            for cells in reader:
                if cells:
                    yield line, cells
                line = skipped + reader.line_num + 1
            return
        except csv.Error:
            end = skipped + reader.line_num
            # The reader continues after the bad row. If it spans one line it is one row; if several, it may be many.
            if end > line:
                raise TendError(
                    f"{file_name}: the quotation mark that opens in line {line} is not closed properly "
                    f"(read up to line {end}); nothing was imported."
                ) from None
            yield RejectedRow(line, "a cell is too long, or its quotation marks don't match")
            line = end + 1


def _fit_rows(
    records: Iterable[tuple[int, list[str]] | RejectedRow], *, width: int, nul: bool
) -> tuple[list[int], list[list[str]], list[RejectedRow]]:
    """Return the start line and cells of each row, padded to the number of headers, and the rows that do not fit."""
    starts: list[int] = []
    rows: list[list[str]] = []
    bad: list[RejectedRow] = []
    for record in records:
        if isinstance(record, RejectedRow):
            bad.append(record)
            continue
        line, cells = record
        if len(cells) != width or nul:
            extra = any(_strip_cells(cells[width:]))
            if extra or (nul and "\0" in "".join(cells)):
                bad.append(RejectedRow(line, "more cells than columns" if extra else "a NUL character"))
                continue
            cells = cells[:width] + [""] * (width - len(cells))  # pad missing cells at the end
        starts.append(line)
        rows.append(cells)
    return starts, rows, bad


def _drop_footers(starts: list[int], rows: list[list[str]]) -> list[RejectedRow]:
    """Drop the totals and notices below a table. Return them as rejected rows, so that nobody misses one."""
    dropped = []
    for place in range(len(rows) - 1, -1, -1):
        first = next(filter(None, map(str.strip, rows[place])), "")
        if first and not _FOOTER.fullmatch(first):
            break
        if first:
            dropped.append(RejectedRow(starts[place], "a line below the table, such as a total, and not a row of it"))
        del starts[place], rows[place]
    return dropped[::-1]


def _transpose(rows: list[list[str]], width: int, *, quoted: bool) -> list[list[str]]:
    return [_strip_cells(column, quoted) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]


def _strip_cells(cells: Iterable[str], quoted: bool = True) -> list[str]:
    """Strip the cells, and remove the apostrophe (`quoted`) that protects them from being read as formulas."""
    stripped = list(map(str.strip, cells))
    return [unescape_formula(cell) for cell in stripped] if quoted else stripped
