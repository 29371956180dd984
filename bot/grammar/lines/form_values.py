"""A record as the values of a form and back: what *Fix it in the form* and *Edit* are filled with."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.grammar.lines.values import Certainty, Command, Found, How, Promise, Record
from scoring.vocabulary import Direction, Kind, Outcome, Promiser, Side

Values = dict[str, Any]


def values_of(record: Record) -> Values:
    """The fields of a record that are not as they are anyway, as JSON knows them; what is unread is not kept."""
    promises = [[each.by, each.what, each.due_on and each.due_on.isoformat()] for each in record.promises]
    values: Values = {
        "command": record.command,
        "kind": record.kind,
        "partners": [[found.id, found.name, found.typed, found.how] for found in record.partners],
        "direction": record.direction,
        "is_direction_assumed": not record.is_direction_said,
        "title": record.title,
        "note": record.note,
        "medium": record.medium,
        "outcome": record.outcome,
        "value": record.value,
        "count": record.count if record.count > 1 else None,
        "occurred_on": record.occurred_on.isoformat(),
        "certainty": record.certainty,
        "day_words": record.day_words,
        "is_plan": record.is_plan,
        "is_cancelled": record.is_cancelled,
        "is_move": record.is_move,
        "is_order": record.is_order,
        "level": record.level,
        "side": record.side if record.command is Command.TRUST else None,
        "promises": promises,
    }
    told = {name: value for name, value in values.items() if value not in (None, "", False, [])}
    ids = {"lead_id": record.lead_id, "plan_id": record.plan_id}
    return told | {name: id_ for name, id_ in ids.items() if id_ is not None}


def record_of(values: Mapping[str, Any]) -> Record:
    """The record that the values are of."""
    partners = (
        Found(id=id_, name=name, typed=typed, how=How(how)) for id_, name, typed, how in values.get("partners", ())
    )
    return Record(
        command=Command(values["command"]),
        kind=Kind(values["kind"]) if "kind" in values else None,
        partners=tuple(partners),
        direction=Direction(values.get("direction", Direction.JOINT)),
        is_direction_said=not values.get("is_direction_assumed", False),
        title=values.get("title", ""),
        note=values.get("note", ""),
        medium=values.get("medium"),
        outcome=Outcome(values["outcome"]) if "outcome" in values else None,
        value=values.get("value"),
        count=values.get("count", 1),
        occurred_on=date.fromisoformat(values["occurred_on"]),
        certainty=Certainty(values.get("certainty", Certainty.ASSUMED)),
        day_words=values.get("day_words", ""),
        is_plan=values.get("is_plan", False),
        is_cancelled=values.get("is_cancelled", False),
        is_move=values.get("is_move", False),
        is_order=values.get("is_order", False),
        level=values.get("level"),
        side=Side(values.get("side", Side.OURS)),
        promises=tuple(
            Promise(by=Promiser(by), what=what, due_on=date.fromisoformat(due) if due else None)
            for by, what, due in values.get("promises", ())
        ),
        lead_id=values.get("lead_id"),
        plan_id=values.get("plan_id"),
    )


def dumped(record: Record) -> str:
    """The values as compact JSON, for what Slack carries along with a form."""
    return json.dumps(values_of(record), ensure_ascii=False, separators=(",", ":"))


def loaded(text: str) -> Record:
    """The record that was dumped."""
    return record_of(json.loads(text))
