"""A workspace whose lines are read in tests: two dozen partners, some with names that tempt, and a Wednesday."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bot.grammar.lines.names import KnownName, NameKind, Names
from bot.grammar.lines.read import read
from bot.grammar.lines.values import Context, Line, Record

TODAY = date(2026, 11, 18)
PARTNERS = (
    "Fenwick Law",
    "Marlowe & Finch",
    "O'Dowd Partners",
    "Zoë Kranz Design",
    "Tuesday Club",
    "Signal House",
    "Blue Heron",
    "Blue Anchor Tax",
    "Pine",
    "Pinewood Digital",
    "Hart & Sons Accountants",
    "The Lime Tree Agency",
    "Ridge.ai",
    "Northgate Capital",
    "Castle Row Solicitors",
    "Best Foot Forward",
    "Open Door Ltd",
    "Union Street",
    "360 Growth",
    "Orchard",
    "Chambers-Lee LLP",
    "Vantage",
    "Hollis",
    "Hollis & Webb",
)
NAMES = Names(
    (
        *(KnownName(name, number, name) for number, name in enumerate(PARTNERS, 1)),
        KnownName("CRS", 15, "Castle Row Solicitors", NameKind.ALIAS),
        KnownName("Penwick", 1, "Fenwick Law", NameKind.SPELLING),
    )
)
CONTEXT = Context(today=TODAY, names=NAMES)
LINES = Path(__file__).with_name("lines.jsonl")


def read_typed(typed: str, context: Context = CONTEXT, answers: dict[str, str] | None = None) -> Line:
    """A line as Slack hands it over: `/touch …` is a command and its text, anything else a message."""
    command, _, text = typed.partition(" ") if typed.startswith("/") else ("", "", typed)
    if "\n" in command:
        command, _, text = typed.partition("\n")
    command = command.removeprefix("/")
    return read(text, context, command="" if command == "tend" else command, answers=answers)


def lines() -> list[dict[str, Any]]:
    """Every line of the corpus, with what a sensible person would expect of it."""
    return [json.loads(line) for line in LINES.read_text(encoding="utf-8").splitlines() if line.strip()]


def told(record: Record) -> dict[str, Any]:
    """A record as the corpus writes one: what is said of it, and nothing that is as it is anyway."""
    days = (record.occurred_on - TODAY).days
    found: dict[str, Any] = {
        "kind": "promise" if record.is_promise else str(record.kind or record.command),
        "with": ", ".join(partner.name for partner in record.partners),
        "direction": "" if record.direction == "joint" else str(record.direction),
        "medium": record.medium,
        "title": record.title,
        "note": record.note,
        "outcome": record.outcome and str(record.outcome),
        "value": None if record.value is None else record.value / 100,
        "count": record.count if record.count > 1 else None,
        "day": days or None,
        "vague": record.certainty == "vague",
        "plan": record.is_plan,
        "cancelled": record.is_cancelled,
        "move": record.is_move,
        "level": record.level,
        "side": str(record.side) if record.level and record.side != "ours" else None,
        "promises": [[str(each.by), each.what, each.due_on and (each.due_on - TODAY).days] for each in record.promises],
        "unread": [str(each.kind) for each in record.unread],
    }
    return {key: value for key, value in found.items() if value not in (None, "", False, [])}


def day(days: int) -> date:
    """So many days from the office's today."""
    return TODAY + timedelta(days)
