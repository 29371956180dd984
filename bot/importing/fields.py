"""The columns of each kind of file, and how to read them."""

from collections.abc import Mapping
from typing import Literal

from bot.importing import cells, contact_cells, day_cells
from bot.importing.cells import Reader
from scoring import vocabulary

Kind = Literal["partners", "activities", "trust"]

MAX_ROLE_LENGTH = 300
_LINE = cells.single_line(cells.MAX_LINE_LENGTH)
_SIDES = {
    "us": vocabulary.Side.OURS,
    "them": vocabulary.Side.THEIRS,
    "ours": vocabulary.Side.OURS,
    "theirs": vocabulary.Side.THEIRS,
}

FIELDS: Mapping[Kind, Mapping[str, Reader]] = {
    "partners": {
        "name": cells.name,
        "vertical": cells.name,
        "owner": cells.owner,
        "since": day_cells.start,
        "status": cells.choice("status", {word.value: word.value for word in vocabulary.Status}),
        "cadence_days": cells.whole_number(1, 730),
        "aliases": cells.names,
        "wiifm_us": cells.multi_line,
        "wiifm_them": cells.benefit_for_them,
        "wiifm_clients": cells.multi_line,
        "last_spoke": day_cells.day,
        "contact": _LINE,
        "contact_email": _LINE,
        "contacts": contact_cells.contacts,
        "domains": contact_cells.domains,
        "role": cells.single_line(MAX_ROLE_LENGTH),
        "fit": cells.fit,
        "external_id": cells.external_id,
        "id_source": _LINE,
        "other_ids": cells.other_ids,
    },
    "activities": {
        "partner": cells.name,
        "kind": cells.choice("kind", {word.value: word.value for word in vocabulary.Kind}),
        "occurred_on": day_cells.day,
        "direction": cells.choice("direction", {word.value: word.value for word in vocabulary.Direction}),
        "count": cells.whole_number(1, 1000),
        "title": _LINE,
        "lead_note": cells.multi_line,
        "medium": _LINE,
        "value": cells.money,
        "currency": cells.currency,
        "outcome": cells.choice("outcome", {word.value: word.value for word in vocabulary.Outcome}),
        "outcome_on": day_cells.day,
        "closed_on": day_cells.day,
        "external_id": cells.external_id,
        "id_source": _LINE,
        "contacts": cells.names,
    },
    "trust": {
        "partner": cells.name,
        "level": cells.whole_number(1, 5),
        "rated_on": day_cells.day,
        "side": cells.choice("side", {word: side.value for word, side in _SIDES.items()}),
        "rater": cells.person,
        "note": cells.multi_line,
    },
}

REQUIRED_FIELDS: Mapping[Kind, tuple[str, ...]] = {
    "partners": ("name",),
    "activities": ("partner", "kind", "occurred_on"),
    "trust": ("partner", "level", "rated_on"),
}

DAY_FIELDS = ("occurred_on", "rated_on", "since", "last_spoke", "outcome_on", "closed_on")

# The name of a required field in "missing" messages, where our field name is not a plain word.
FIELD_NOUNS = {"occurred_on": "day", "rated_on": "day"}
