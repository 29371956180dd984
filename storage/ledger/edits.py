"""What people made of imported activities since, so that the next import of their file does not revert it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from storage.db.json_values import plain
from storage.ledger import amendments
from storage.ledger.activities import API_PREFIX
from storage.tables import Amendment


@dataclass(frozen=True, slots=True)
class Edit:
    """A column that people edited: `before` the first of them, `after` the last one, who that was and when."""

    before: Any
    after: Any
    by: str
    at: datetime


def edits_by_activity(session: Session, *, workspace_id: int) -> dict[int, dict[str, Edit]]:
    """Return the edits of activities that stand, by column. What an integration corrected is no person's edit."""
    query = select(Amendment).where(
        Amendment.workspace_id == workspace_id,
        Amendment.subject == "activity",
        col(Amendment.undone_at).is_(None),
        ~col(Amendment.amended_by).startswith(API_PREFIX),
    )
    found: dict[int, dict[str, Edit]] = {}
    for row in session.exec(query.order_by(col(Amendment.id))):
        before, after = (amendments.columns("activity", text) for text in (row.before, row.after))
        columns = found.setdefault(row.subject_id, {})
        for name, value in after.items():
            last, was = columns.get(name), before.get(name)
            first = last.before if last is not None and last.after == was else was
            columns[name] = Edit(first, value, row.amended_by, row.amended_at)
    return found


def file_values(text: str | None) -> dict[str, tuple[Any, datetime]]:
    """Return what a file last said of edited columns, as plain values, and when."""
    noted = json.loads(text) if text else {}
    return {name: (value, datetime.fromisoformat(at)) for name, (value, at) in noted.items()}


def file_values_text(values: Mapping[str, tuple[Any, datetime]]) -> str:
    """Return the text of `file_values`."""
    return json.dumps({name: [plain(value), at.isoformat()] for name, (value, at) in values.items()}, sort_keys=True)
