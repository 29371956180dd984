"""Check and import the rows of an activities file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlmodel import Session

from bot.formatting import format_money
from bot.importing.context import ImportContext, ImportOutcome
from bot.importing.fields import FIELDS
from bot.importing.report import RejectedRow
from bot.importing.table import Row, RowRejected, Table
from bot.importing.upsert import UpsertTarget, upsert_rows
from scoring.vocabulary import REFERRAL_KINDS, Direction
from storage.imports import batches
from storage.imports.batches import ImportedActivity
from storage.ledger import activities
from storage.partners import audit_log
from storage.tables import Activity


class ActivityRow(NamedTuple):
    """A checked row. `value` is in minor units."""

    place: int
    partner: str
    kind: str
    occurred_on: date
    direction: str
    number: int
    title: str
    medium: str | None
    value: int | None
    outcome: str | None
    outcome_on: date | None
    external_id: str | None
    note: str | None

    def content(self) -> tuple[Any, ...]:
        # Columns added later are left out, so that rows imported before them keep their key.
        return self.kind, self.direction, self.occurred_on, self.number, self.title, self.outcome, self.value


def check_rows(table: Table) -> Iterator[ActivityRow | RejectedRow]:
    """Return each row's values, or the reason it was rejected.

    The rules depend on a few columns only, so they run once for all rows that agree in those.
    """
    directions: dict[tuple[Any, ...], str] = {}
    for place, values in enumerate(zip(*map(table.values, FIELDS["activities"]), strict=True)):
        partner, kind, day, direction, number, title, note, medium, value, _, outcome, outcome_on, external_id = values
        alike = kind, direction, outcome, value is None, outcome_on is None
        checked_direction = directions.get(alike) if partner and day and place not in table.unreadable else None
        if checked_direction is None:
            try:
                checked_direction = directions[alike] = _read_direction(table.row(place))
            except RowRejected as refused:
                yield refused.row
                continue
        count, title = number or 1, title or ""
        yield ActivityRow(
            place,
            partner,
            kind,
            day,
            checked_direction,
            count,
            title,
            medium,
            value,
            outcome,
            outcome_on,
            external_id,
            note or None,
        )


def _read_direction(row: Row) -> str:
    """Return the direction of a valid row. Raise `RowRejected` for the first rule it breaks."""
    row.need("partner")
    kind = row.need("kind")
    row.need("occurred_on")
    is_referral = kind in REFERRAL_KINDS
    usual = Direction.IN if is_referral else Direction.JOINT
    direction: str = row.get("direction") or usual.value
    if is_referral and direction == Direction.JOINT:
        raise row.refused("direction", "a referral is in or out, never joint")
    row.get("currency")  # reject an amount in another currency rather than take it for ours
    value, outcome, outcome_on = row.get("value"), row.get("outcome"), row.get("outcome_on")
    if outcome_on and not outcome:
        raise row.refused("outcome_on", "a day of an outcome, and no outcome")
    if not is_referral:
        for field, field_value in (("value", value), ("outcome", outcome)):
            if field_value is not None:
                raise row.refused(field, f"only referrals have a{'n' if field == 'outcome' else ''} {field}")
    for field in ("count", "title", "lead_note", "medium", "external_id"):
        row.get(field)
    return direction


def import_rows(session: Session, job: ImportContext, rows: Sequence[ActivityRow]) -> ImportOutcome:
    """Write the rows to the ledger."""
    return upsert_rows(session, job, rows, UpsertTarget(Activity, _columns, activities.record_many, _update_known))


def _columns(rows: Sequence[ActivityRow]) -> dict[str, Sequence[Any]]:
    _, _, kinds, days, directions, numbers, titles, media, values, outcomes, outcome_days, _, notes = zip(
        *rows, strict=True
    )
    came = zip(outcomes, outcome_days, days, strict=True)
    return {
        "kind": kinds,
        "direction": directions,
        "occurred_on": days,
        "count": numbers,
        "title": titles,
        "note": notes,
        "medium": media,
        "value_minor": values,
        "outcome": outcomes,
        "outcome_on": [(on or day) if outcome else None for outcome, on, day in came],
    }


def _update_known(session: Session, job: ImportContext, rows: Mapping[str, ActivityRow]) -> int:
    """Update the known referrals that have changed. Return how many changed, or would change in a dry run."""
    amended: dict[int, dict[str, Any]] = {}
    changes: list[Mapping[str, Any]] = []
    format_amount = lru_cache(None)(lambda minor: format_money(minor, job.about.currency))
    for key, stored in batches.imported_activities(session, workspace_id=job.workspace_id, keys=rows).items():
        # A voided row stays voided, and only referrals change after they are recorded.
        if stored.voided or stored.kind not in REFERRAL_KINDS:
            continue
        if changed := _changed_columns(rows[key], stored, job.now):
            amended[stored.id] = changed
            job.journal.cells("activity", stored.id, {name: getattr(stored, name) for name in changed}, changed)
            changes += _describe_changes(changed, stored, format_amount)
    if not job.dry_run:
        activities.update_activities(session, workspace_id=job.workspace_id, rows=amended)
        audit_log.log_changes(
            session, workspace_id=job.workspace_id, subject="activity", rows=changes, by=job.by, now=job.now
        )
    return len(amended)


def _changed_columns(row: ActivityRow, stored: ImportedActivity, now: datetime) -> dict[str, Any]:
    """Return the columns that change. Empty cells change nothing, and a new title alone does not count."""
    changed: dict[str, Any] = {}
    if row.outcome and row.outcome != stored.outcome:
        changed |= {"outcome": row.outcome, "outcome_on": row.outcome_on or row.occurred_on, "outcome_at": now}
    if row.value is not None and row.value != stored.value_minor:
        changed["value_minor"] = row.value
    if changed and row.title and row.title != stored.title:
        changed["title"] = row.title
    return changed


def _describe_changes(
    changed: Mapping[str, Any], stored: ImportedActivity, format_amount: Callable[[int], str]
) -> list[dict[str, Any]]:
    """Return (field, old, new) for each change worth showing to people."""
    descriptions: list[tuple[str, str | None, str]] = []
    if "outcome" in changed:
        descriptions.append(("outcome", stored.outcome, changed["outcome"]))
    if "value_minor" in changed:
        old = None if stored.value_minor is None else format_amount(stored.value_minor)
        descriptions.append(("value", old, format_amount(changed["value_minor"])))
    if "title" in changed:
        descriptions.append(("title", stored.title or None, changed["title"]))
    return [{"subject_id": stored.id, "field": field, "old": old, "new": new} for field, old, new in descriptions]
