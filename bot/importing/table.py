"""Apply a mapping to a file: find each field's column and read its values."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.errors import TendError
from bot.formatting import format_day
from bot.grammar.errors import quote
from bot.importing.cells import CellError, ParseContext, Reader
from bot.importing.column_guess import CLOSING, guess_columns, normalize_header
from bot.importing.csv_reader import Sheet, header_key
from bot.importing.day_cells import are_serial_days, is_serial, serial_day
from bot.importing.fields import DAY_FIELDS, FIELD_NOUNS, FIELDS, REQUIRED_FIELDS, Kind
from bot.importing.mapping import Mapping, fold_word
from bot.importing.report import RejectedRow


class RowRejected(Exception):
    """A rejected row, as it is reported."""

    def __init__(self, row: RejectedRow) -> None:
        super().__init__(row.reason)
        self.row = row


@dataclass(frozen=True, slots=True)
class FieldSource:
    """The source of a field: column indexes, or one text for every row.

    `words`: our word by the file's word (case folded), where the mapping translates them.
    """

    columns: tuple[tuple[int, str], ...] = ()
    constant: str = ""
    words: dict[str, str] | None = None


class ColumnLayout:
    """The source of each field, and how its texts are read."""

    def __init__(self, kind: Kind, sources: dict[str, FieldSource], about: ParseContext) -> None:
        self.kind = kind
        self.sources = sources
        self.about = about

    def reader(self, field: str) -> Reader:
        """Return the reader of the field's cells, including the mapping's translations."""
        read, words = FIELDS[self.kind][field], self.sources[field].words
        if words is None:
            return read

        def translated(text: str, about: ParseContext) -> Any:
            ours = words.get(fold_word(text))
            if ours is None:
                raise CellError(f"{quote(text)} has no {FIELD_NOUNS.get(field, field)} in the mapping")
            return read(ours, about) if ours else None

        return translated

    def cells(self, sheet: Sheet, fields: Iterable[str]) -> Iterator[str]:
        """Yield the texts of the columns that these fields are read from."""
        for field in fields:
            source = self.sources.get(field)
            for place, _ in source.columns if source else ():
                yield from sheet.columns[place]

    def read(self, field: str, text: str) -> Any:
        """Read a cell's value. Raise `CellError`."""
        return self.reader(field)(text, self.about)


class Table:
    """A sheet read through its layout, field by field. Each distinct text is read once, as most columns repeat few
    values.
    """

    def __init__(self, layout: ColumnLayout, sheet: Sheet) -> None:
        self.layout, self.sheet = layout, sheet
        self.unreadable: set[int] = set()
        """Rows with an unreadable cell, for the fields read so far."""
        self.lost: list[RejectedRow] = []
        """Cells that could not be read, and cost only themselves."""
        self.notes: Counter[str] = Counter()
        """How often what was understood as what."""
        self._values: dict[str, Sequence[Any]] = {}

    def __len__(self) -> int:
        return len(self.sheet.lines)

    def __iter__(self) -> "Iterator[Row]":
        return map(self.row, range(len(self)))

    def row(self, place: int) -> "Row":
        return Row(self, place)

    def values(self, field: str) -> Sequence[Any]:
        """Return one value per row: None if the cell is empty or missing, a `CellError` if it is unreadable."""
        if field not in self._values:
            self._values[field] = self._read(field)
        return self._values[field]

    def _read(self, field: str) -> Sequence[Any]:
        source = self.layout.sources.get(field)
        if source is None or not (source.columns or source.constant):
            return [None] * len(self)
        if source.constant:
            return [self.layout.read(field, source.constant)] * len(self)  # `build_layout` has read it before
        texts, *others = (self.sheet.columns[place] for place, _ in source.columns)
        for column in others:  # the first non-empty cell counts
            texts = [text or other for text, other in zip(texts, column, strict=True)]
        values_by_text, unreadable = self._each(field, dict.fromkeys(texts), self._about(field, texts))
        if unreadable:
            self.unreadable.update(place for place, text in enumerate(texts) if text in unreadable)
        return list(map(values_by_text.__getitem__, texts))

    def _about(self, field: str, texts: Sequence[str]) -> ParseContext:
        """Return how to read a column, with a note if it has days as Excel stores them."""
        about = self.layout.about
        if field not in DAY_FIELDS or not any(map(is_serial, texts)):
            return about
        if not are_serial_days([text for text in dict.fromkeys(texts) if text], about):
            return about
        serials = [text for text in texts if is_serial(text)]
        meant = format_day(serial_day(serials[0]))
        self.notes[f"{serials[0]} is {meant}, as Excel stores days (counted from 1900, not 1904)"] += len(serials)
        return replace(about, serial_days=True)

    def _each(self, field: str, texts: Iterable[str], about: ParseContext) -> tuple[dict[str, Any], set[str]]:
        """Return the value of each text, and the errors of unreadable ones."""
        read = self.layout.reader(field)
        values_by_text: dict[str, Any] = {}
        unreadable = set()
        for text in texts:
            try:
                values_by_text[text] = read(text, about) if text else None
            except CellError as problem:
                values_by_text[text] = problem
                unreadable.add(text)
        return values_by_text, unreadable


class Row:
    """One row, read field by field."""

    __slots__ = ("_place", "_table")

    def __init__(self, table: Table, place: int) -> None:
        self._table, self._place = table, place

    @property
    def line(self) -> int:
        return self._table.sheet.lines[self._place]

    def column(self, field: str) -> str | None:
        """Return the header of the column that holds the field's text, or all its headers if it is empty."""
        source = self._table.layout.sources.get(field)
        if source is None or not source.columns:
            return None
        columns = self._table.sheet.columns
        filled = (header for place, header in source.columns if columns[place][self._place])
        return next(filled, None) or " or ".join(header for _, header in source.columns)

    def get(self, field: str) -> Any:
        """Return the field's value, or None if it is empty or missing. Raise `RowRejected` if it is unreadable."""
        value = self._table.values(field)[self._place]
        if isinstance(value, CellError):
            raise self.refused(field, value.reason, value.short)
        return value

    def text(self, field: str) -> str:
        """Return the text from which the field's value is read."""
        source = self._table.layout.sources.get(field)
        if source is None:
            return ""
        columns = self._table.sheet.columns
        return next((text for place, _ in source.columns if (text := columns[place][self._place])), source.constant)

    def take(self, field: str) -> Any:
        """Return the field's value, or None if it is empty, missing or unreadable, which is then reported."""
        value = self._table.values(field)[self._place]
        if isinstance(value, CellError):
            self.drop(field, value.reason, value.short)
            return None
        return value

    def drop(self, field: str, reason: str, short: str = "") -> None:
        """Report a cell that is left out, while its row goes in."""
        self._table.lost.append(self.refused(field, reason, short).row)

    def need(self, field: str) -> Any:
        """Return the field's value. Raise `RowRejected` if it is unreadable or empty."""
        value = self.get(field)
        if value is None or value == "":
            raise self.refused(field, f"no {FIELD_NOUNS.get(field, field)}")
        return value

    def refused(self, field: str | None, reason: str, short: str = "") -> RowRejected:
        """Return the error that rejects this row."""
        return RowRejected(RejectedRow(self.line, reason, self.column(field) if field else None, short))


def build_layout(sheet: Sheet, *, kind: Kind, mapping: Mapping | None, about: ParseContext) -> ColumnLayout:
    """Find the column of every field.

    Raises:
        TendError: a required column is missing, a mapped column is not in the file, a used header is duplicated, or
            the mapping translates to an unknown word.
    """
    if mapping is None or not mapping.columns:
        columns = _own_columns(sheet, kind, mapping)
    else:
        columns = {
            field: tuple(_find_column(sheet, header, mapping, field) for header in headers)
            for field, headers in mapping.columns.items()
        }
    words = mapping.values if mapping else {}
    sources = {field: FieldSource(columns=places, words=words.get(field)) for field, places in columns.items()}
    sources |= {field: FieldSource(constant=text) for field, text in (mapping.constants if mapping else {}).items()}
    _add_closing_day(kind, sources)
    missing = [field for field in REQUIRED_FIELDS[kind] if field not in sources]
    if missing:
        raise _missing_columns_error(sheet, kind, mapping, missing)
    layout = ColumnLayout(kind, sources, about)
    if mapping:
        _check_words(layout, mapping)
    return layout


def _add_closing_day(kind: Kind, sources: dict[str, FieldSource]) -> None:
    """Take the day of a row for its closing day too where the column of the day is that of the closing day."""
    days = sources.get("occurred_on")
    closing = (
        tuple((place, header) for place, header in days.columns if normalize_header(header) in CLOSING) if days else ()
    )
    if kind == "activities" and closing:
        sources.setdefault("closed_on", FieldSource(columns=closing))


def ignored_columns(sheet: Sheet, layout: ColumnLayout) -> tuple[str, ...]:
    """Return the headers that no field reads."""
    used = {place for source in layout.sources.values() for place, _ in source.columns}
    return tuple(header for place, header in enumerate(sheet.headers) if header and place not in used)


def _own_columns(sheet: Sheet, kind: Kind, mapping: Mapping | None) -> dict[str, tuple[tuple[int, str], ...]]:
    constants = mapping.constants if mapping else {}
    file_keys = {header_key(header) for header in sheet.headers} | sheet.repeated
    fields = [field for field in FIELDS[kind] if field not in constants and header_key(field) in file_keys]
    columns: dict[str, tuple[tuple[int, str], ...]] = {
        field: (_find_column(sheet, field, mapping, field),) for field in fields
    }
    if kind == "partners" or any(field not in {*columns, *constants} for field in REQUIRED_FIELDS[kind]):
        # Rows without an id are known by what was read of them, so a file that was taken before is read as before.
        for field, header in guess_columns(sheet, kind).items():
            if field not in columns and field not in constants:
                columns[field] = (_find_column(sheet, header, mapping, field),)
    return columns


def _find_column(sheet: Sheet, header: str, mapping: Mapping | None, field: str) -> tuple[int, str]:
    matches = [
        (place, theirs) for place, theirs in enumerate(sheet.headers) if header_key(theirs) == header_key(header)
    ]
    if header_key(header) in sheet.repeated:
        times = sum(header_key(theirs).startswith(header_key(f"{header} (")) for theirs in sheet.headers)
        raise TendError(f"{sheet.file_name} has the column {header} {times} times; keep the one that is right.")
    if not matches:
        where = mapping.file_name if mapping else "the mapping"
        raise TendError(
            f"{where}: columns.{field} is {header}, but {sheet.file_name} has {_quote_list(sheet.headers)}."
        )
    return matches[0]


def _missing_columns_error(sheet: Sheet, kind: Kind, mapping: Mapping | None, missing: Sequence[str]) -> TendError:
    if mapping and mapping.columns:
        needed = " and ".join(missing)
        return TendError(f"{mapping.file_name} names no column for {needed}, which {kind} need.")
    lacking = " or ".join(part for part in (", ".join(missing[:-1]), missing[-1]) if part)
    hint = "" if all(sheet.headers) else " Its first line must name the columns."
    return TendError(f"{sheet.file_name} has no column {lacking}; it has {_quote_list(sheet.headers)}.{hint}")


def _quote_list(headers: Sequence[str]) -> str:
    unique_headers = [header for header, _ in Counter(header for header in headers if header).items()]
    return ", ".join(unique_headers[:20]) + (
        f" and {len(unique_headers) - 20} more" if len(unique_headers) > 20 else ""
    )


def _check_words(layout: ColumnLayout, mapping: Mapping) -> None:
    """Check the mapping's words against our fields, so that one mistake does not reject every row."""
    texts = [(f"constants.{field}", field, text) for field, text in mapping.constants.items()]
    texts += [
        (f"values.{field}.{theirs}", field, ours)
        for field, words in mapping.values.items()
        for theirs, ours in words.items()
    ]
    for key, field, text in texts:
        if not text:
            continue
        try:
            FIELDS[layout.kind][field](text, layout.about)
        except CellError as problem:
            raise TendError(f"{mapping.file_name}: {key}: {problem.reason}.") from None
