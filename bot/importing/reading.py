"""A CSV file → its headers and its rows, each with the line where it begins. No meaning is read here."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.errors import TendError
from bot.exporting.formulas import as_written
from bot.importing.report import BadRow

DELIMITERS = (",", ";", "\t")
MOST_BYTES = 100 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RawRow:
    """The cells of one row, as many as there are headers, stripped."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as rows and those that could not even be told into cells. Empty rows are left out."""

    file_name: str
    headers: tuple[str, ...]
    rows: tuple[RawRow, ...]
    bad: tuple[BadRow, ...]


def read_sheet(path: Path) -> Sheet:
    """Read a CSV file: UTF-8 with or without BOM; comma, semicolon or tab; any line ends.

    Raises:
        TendError: no such file, a directory, empty, too large, not UTF-8, no headers, or quotation marks
            that don't match over several lines, where nobody can tell how many rows they swallowed.
    """
    return sheet_of(path.name, _bytes(path))


def sheet_of(file_name: str, raw: bytes) -> Sheet:
    """The same of bytes that are here already; see `read_sheet`."""
    text = _text(file_name, raw)
    lines = io.StringIO(text, newline="")
    skipped, delimiter = _stated_delimiter(text)
    if skipped:
        lines.readline()
    records = _records(file_name, lines, delimiter or _likely_delimiter(text), skipped)
    first = next(records, None)
    if first is None:
        raise TendError(f"{file_name} is empty; its first line must name the columns.")
    if isinstance(first, BadRow) or "\0" in "".join(first.cells):
        raise TendError(f"The first line of {file_name} can't be read as the names of columns; save it as CSV, UTF-8.")
    rows: list[RawRow] = []
    bad: list[BadRow] = []
    for record in records:
        fitted = record if isinstance(record, BadRow) else _fitted(record, len(first.cells))
        if isinstance(fitted, BadRow):
            bad.append(fitted)
        else:
            rows.append(fitted)
    return Sheet(file_name, first.cells, tuple(rows), tuple(bad))


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise TendError(f"{path.name} is larger than {MOST_BYTES // 1024**2} MB; import it in parts.")
        return path.read_bytes()
    except FileNotFoundError:
        raise TendError(f"There is no file {path.name}.") from None
    except IsADirectoryError:
        raise TendError(f"{path.name} is a directory; name the CSV file in it.") from None
    except OSError as error:
        raise TendError(f"{path.name} can't be read: {error.strerror}.") from error


def _text(file_name: str, raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise TendError(f"{file_name} is not UTF-8 (line {line}); save it as “CSV UTF-8”.") from None


def _stated_delimiter(text: str) -> tuple[int, str | None]:
    """Lines to skip, and the delimiter that spreadsheets write before the headers as `sep=;`."""
    first = text[:10].splitlines()[:1]
    if first and len(first[0]) == 5 and first[0].casefold().startswith("sep=") and first[0][4] in DELIMITERS:
        return 1, first[0][4]
    return 0, None


def _likely_delimiter(text: str) -> str:
    """The one that tells the headers into the most cells."""

    def cells(delimiter: str) -> int:
        reader = csv.reader(io.StringIO(text.lstrip("\r\n"), newline=""), delimiter=delimiter)
        try:
            return len(next(reader, []))
        except csv.Error:
            return 0

    return max(DELIMITERS, key=cells)


def _records(file_name: str, lines: io.StringIO, delimiter: str, skipped: int) -> Iterator[RawRow | BadRow]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = skipped + reader.line_num + 1
        try:
            cells = tuple(as_written(cell.strip()) for cell in next(reader))
        except StopIteration:
            return
        except csv.Error:
            end = skipped + reader.line_num
            # The reader goes on behind the trouble: after one line that is one row, after several it may be many.
            if end > line:
                raise TendError(
                    f"{file_name}: the quotation mark that opens in line {line} is not closed rightly "
                    f"(read up to line {end}); nothing was imported."
                ) from None
            yield BadRow(line, "a cell is too long, or its quotation marks don't match")
            continue
        if any(cells):
            yield RawRow(line, cells)


def _fitted(row: RawRow, width: int) -> RawRow | BadRow:
    """The row with as many cells as there are headers: missing ones at the end are empty."""
    if any(row.cells[width:]):
        return BadRow(row.line, "more cells than columns")
    if "\0" in "".join(row.cells):
        return BadRow(row.line, "a NUL character")
    missing = width - len(row.cells)
    return RawRow(row.line, row.cells + ("",) * missing if missing > 0 else row.cells[:width])
