"""Which columns each kind of file has, and how each is read."""

from collections.abc import Mapping
from typing import Literal

from bot.importing import values
from bot.importing.values import Reader
from scoring import words

Kind = Literal["partners", "activities", "trust"]

_LINE = values.line(values.LINE_LENGTH)
_SIDES = {"us": words.Side.OURS, "them": words.Side.THEIRS, "ours": words.Side.OURS, "theirs": words.Side.THEIRS}

FIELDS: Mapping[Kind, Mapping[str, Reader]] = {
    "partners": {
        "name": values.name,
        "vertical": values.name,
        "owner": values.member,
        "since": values.day,
        "status": values.word("status", {word.value: word.value for word in words.Status}),
        "cadence_days": values.whole(1, 730),
        "aliases": values.names,
        "wiifm_us": values.lines,
        "wiifm_them": values.reason_for_them,
        "wiifm_clients": values.lines,
        "external_id": _LINE,
    },
    "activities": {
        "partner": values.name,
        "kind": values.word("kind", {word.value: word.value for word in words.Kind}),
        "occurred_on": values.day,
        "direction": values.word("direction", {word.value: word.value for word in words.Direction}),
        "count": values.whole(1, 1000),
        "title": _LINE,
        "lead_note": values.lines,
        "medium": _LINE,
        "value": values.money,
        "currency": values.currency,
        "outcome": values.word("outcome", {word.value: word.value for word in words.Outcome}),
        "outcome_on": values.day,
        "external_id": _LINE,
    },
    "trust": {
        "partner": values.name,
        "level": values.whole(1, 5),
        "rated_on": values.day,
        "side": values.word("side", {word: side.value for word, side in _SIDES.items()}),
        "rater": values.person,
        "note": values.lines,
    },
}

NEEDED: Mapping[Kind, tuple[str, ...]] = {
    "partners": ("name",),
    "activities": ("partner", "kind", "occurred_on"),
    "trust": ("partner", "level", "rated_on"),
}

# What a row without it is told to lack, where our field's name is not a plain word.
NOUNS = {"occurred_on": "day", "rated_on": "day"}
