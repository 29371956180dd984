"""How to read a file: guessed, remembered or chosen, and the questions still open."""

import hashlib
import json
from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.importing.cells import CellError, ParseContext
from bot.importing.column_guess import guess_columns, guess_kind
from bot.importing.csv_reader import Sheet, header_key
from bot.importing.fields import DAY_FIELDS, FIELDS, REQUIRED_FIELDS, Kind
from bot.importing.locale_formats import guess_day_order, guess_decimal_comma
from bot.importing.mapping import Mapping, fold_word
from bot.importing.presets import TITLES, fit_mapping, load_preset, recognize_preset
from bot.importing.table import ColumnLayout, FieldSource
from scoring import vocabulary

ALLOWED_WORDS: Map[str, tuple[str, ...]] = {
    "kind": tuple(vocabulary.Kind),
    "direction": tuple(vocabulary.Direction),
    "outcome": tuple(vocabulary.Outcome),
    "status": tuple(vocabulary.Status),
    "side": ("us", "them"),
}
"""Our words for each field that holds one of a few."""
MAX_WORDS = 25
LEAVE_EMPTY = "-"


@dataclass(frozen=True, slots=True)
class Choices:
    """What is known about reading a file so far.

    `columns`: headers per field. `constants`: the text of a field for every row. `words`: our word by field and folded
    word of the file. `names`: the answer for an unknown name, by name key (see `name_matching`).
    """

    kind: Kind | None = None
    source: str = ""
    columns: Map[str, tuple[str, ...]] = field(default_factory=dict)
    constants: Map[str, str] = field(default_factory=dict)
    words: Map[str, Map[str, str]] = field(default_factory=dict)
    names: Map[str, str] = field(default_factory=dict)
    day_first: bool | None = None
    decimal_comma: bool | None = None

    def as_json(self) -> str:
        parts = ("kind", "source", "columns", "constants", "words", "names", "day_first", "decimal_comma")
        return json.dumps({name: getattr(self, name) for name in parts}, ensure_ascii=False)

    @classmethod
    def of_json(cls, text: str) -> "Choices":
        fields: dict[str, Any] = json.loads(text) if text else {}
        columns = {name: tuple(headers) for name, headers in fields.pop("columns", {}).items()}
        return cls(columns=columns, **fields)

    def mapping(self, file_name: str) -> Mapping:
        """Return the same choices as a mapping."""
        assert self.kind is not None  # checked before
        values = {
            name: {fold_word(our): our for our in ALLOWED_WORDS[name]}
            | {theirs: "" if ours == LEAVE_EMPTY else ours for theirs, ours in translations.items()}
            for name, translations in self.words.items()
            if name in self.columns
        }
        preset = load_preset(self.source)
        return Mapping(
            file_name=file_name,
            kind=self.kind,
            source=preset.source if preset else None,
            columns=dict(self.columns),
            constants=dict(self.constants),
            values=values,
            day_first=self.day_first,
            decimal_comma=self.decimal_comma,
        )


@dataclass(frozen=True, slots=True)
class OpenQuestions:
    """What a person must answer: required fields without a column, day and amount formats, and words by field."""

    kind: bool = False
    fields: tuple[str, ...] = ()
    days: bool = False
    amounts: bool = False
    words: tuple[tuple[str, str], ...] = ()
    too_many_words: tuple[str, ...] = ()

    @property
    def of_columns(self) -> bool:
        """Whether the columns form has questions. Words have their own form."""
        return bool(self.kind or self.fields or self.days or self.amounts or self.too_many_words)

    def __bool__(self) -> bool:
        return self.of_columns or bool(self.words)


def answer_all(choices: Choices, words: Sequence[tuple[str, str]]) -> Choices:
    """Return the choices as if every open word was answered, to see what is left to ask about the rows."""
    answered = {name: dict(known) for name, known in choices.words.items()}
    for name, word in words:
        answered.setdefault(name, {})[fold_word(word)] = vocabulary.Kind.MEETING if name == "kind" else LEAVE_EMPTY
    return replace(choices, words=answered)


def headers_key(sheet: Sheet) -> str:
    """Return a key shared by all files with the same headers."""
    return hashlib.sha256("\n".join(header_key(header) for header in sheet.headers).encode()).hexdigest()


def first_choices(sheet: Sheet, *, kind: Kind | None, source: str, remembered: Choices | None) -> Choices:
    """Return the first choices for a file: given explicitly, else remembered for these headers, else guessed."""
    if remembered and kind in (None, remembered.kind) and source in ("", remembered.source):
        return _with_closing_day(remembered, sheet)
    source = source or (recognize_preset(sheet) or "")
    preset = load_preset(source)
    if preset and kind in (None, preset.kind):
        return choices_from_mapping(fit_mapping(preset, sheet), source)
    kind = kind or guess_kind(sheet)
    if kind is None:
        return Choices()
    return Choices(kind=kind, columns={name: (header,) for name, header in guess_columns(sheet, kind).items()})


def _with_closing_day(remembered: Choices, sheet: Sheet) -> Choices:
    """Add the closing day of deals to choices that were remembered before it was read."""
    preset = load_preset(remembered.source)
    headers = fit_mapping(preset, sheet).columns.get("closed_on") if preset else None
    if not headers or "outcome" not in remembered.columns or "closed_on" in remembered.columns:
        return remembered
    return replace(remembered, columns={**remembered.columns, "closed_on": headers})


def choices_from_mapping(mapping: Mapping, source: str) -> Choices:
    """Return a mapping as choices that a person can change."""
    return Choices(
        kind=mapping.kind,
        source=source if source in TITLES else "",
        columns=mapping.columns,
        constants=mapping.constants,
        words=mapping.values,
        day_first=mapping.day_first,
        decimal_comma=mapping.decimal_comma,
    )


def find_open_questions(sheet: Sheet, choices: Choices, about: ParseContext) -> tuple[Choices, OpenQuestions]:
    """Return what must be answered before any row can be read, and the choices with the formats found in the cells."""
    if choices.kind is None:
        return choices, OpenQuestions(kind=True)
    given_fields = {*choices.columns, *choices.constants}
    fields = tuple(name for name in REQUIRED_FIELDS[choices.kind] if name not in given_fields)
    days, amounts = (
        guess_day_order(_cells_of(sheet, choices, DAY_FIELDS)),
        guess_decimal_comma(_cells_of(sheet, choices, ("value",))),
    )
    if choices.day_first is None:
        choices = replace(choices, day_first=days.first)
    if choices.decimal_comma is None:
        choices = replace(choices, decimal_comma=amounts.first)
    unknown_words, many = _unknown_words(sheet, choices, about)
    unknown = OpenQuestions(
        fields=fields,
        days=days.in_doubt and choices.day_first is None,
        amounts=amounts.in_doubt and choices.decimal_comma is None,
        words=unknown_words,
        too_many_words=many,
    )
    return choices, unknown


def _cells_of(sheet: Sheet, choices: Choices, names: tuple[str, ...]) -> list[str]:
    """Return the cells that these fields are read from: of several columns the first that is not empty."""
    cells: dict[str, None] = {}
    for name in names:
        keys = [header_key(header) for header in choices.columns.get(name, ())]
        places = [place for key in keys for place, header in enumerate(sheet.headers) if header_key(header) == key]
        if places:
            texts, *others = (sheet.columns[place] for place in places)
            for column in others:
                texts = [text or other for text, other in zip(texts, column, strict=True)]
            cells |= dict.fromkeys(texts)
    return [cell for cell in cells if cell]


def _unknown_words(
    sheet: Sheet, choices: Choices, about: ParseContext
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Return the words per field that are neither ours nor translated, and the columns with too many of them."""
    assert choices.kind is not None
    unknown: list[tuple[str, str]] = []
    many: list[str] = []
    for name in FIELDS[choices.kind]:
        if name not in ALLOWED_WORDS or name not in choices.columns:
            continue
        layout = ColumnLayout(choices.kind, {name: FieldSource()}, about)
        translated = choices.words.get(name, {})
        strange: dict[str, str] = {}
        for cell in _cells_of(sheet, choices, (name,)):
            if fold_word(cell) in translated or fold_word(cell) in strange:
                continue
            try:
                layout.read(name, cell)
            except CellError:
                strange[fold_word(cell)] = cell
        if len(strange) > MAX_WORDS:
            many.append(name)
        else:
            unknown += [(name, word) for word in strange.values()]
    return tuple(unknown), tuple(many)
