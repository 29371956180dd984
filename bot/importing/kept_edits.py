"""Keep what people edited since a row was imported; only what changed in the file since is a correction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from storage.db.json_values import plain
from storage.imports.batches import ImportedActivity
from storage.ledger.edits import Edit, file_values, file_values_text


def kept_columns(
    given: Mapping[str, Any], stored: ImportedActivity, edits: Mapping[str, Edit], now: datetime
) -> tuple[dict[str, Edit], str | None]:
    """Return the edited columns that stay as they are against the file, and what to note of what it says of them.

    `given` is what the file says, by column. An edit after the row's last import stays. An edit that an import has met
    before stays until the file says something else than it did then.
    """
    noted = file_values(stored.file_values)
    kept: dict[str, Edit] = {}
    for name, value in given.items():
        edit = edits.get(name)
        if edit is None or edit.after != getattr(stored, name):
            continue  # nobody edited it, or something else took the place of the edit
        last, at = noted.get(name, (None, None))
        is_met = at is not None and at >= edit.at
        if is_met and last == plain(value):
            kept[name] = edit
        elif not is_met:
            kept[name] = edit
            noted[name] = (value, now)
        else:
            noted[name] = (value, now)
    text = file_values_text(noted) if noted else None
    return {name: edit for name, edit in kept.items() if given[name] != getattr(stored, name)}, text


def without_kept(
    moved: Mapping[str, Any], kept: Mapping[str, Edit], stored: ImportedActivity, edits: Mapping[str, Edit]
) -> dict[str, Any]:
    """Return a row's changes without the kept columns and what hangs on them. No outcome is before its referral."""
    drop = {*kept, *(("outcome_on", "outcome_at") if "outcome" in kept else ())}
    if (title := edits.get("title")) is not None and title.after == stored.title:
        drop.add("title")
    left = {name: value for name, value in moved.items() if name not in drop}
    if left.keys() <= {"title"}:
        return {}
    day, on = left.get("occurred_on", stored.occurred_on), left.get("outcome_on", stored.outcome_on)
    return left | {"outcome_on": day} if on is not None and on < day else left
