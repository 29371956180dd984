"""Rows of an activities file."""

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
    """A checked row; `value` is in minor units."""

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
        # Columns that came later are not in it: what was imported before them must still be known.
        return self.kind, self.direction, self.occurred_on, self.number, self.title, self.outcome, self.value


def check_rows(table: Table) -> Iterator[ActivityRow | RejectedRow]:
    """Every row's values, or why they can't be taken.

    What the rules look at is the same in most rows, so they are asked once for all rows that are alike in it.
    """
    ways: dict[tuple[Any, ...], str] = {}
    for place, values in enumerate(zip(*map(table.values, FIELDS["activities"]), strict=True)):
        partner, kind, day, direction, number, title, note, medium, value, _, outcome, outcome_on, external_id = values
        alike = kind, direction, outcome, value is None, outcome_on is None
        way = ways.get(alike) if partner and day and place not in table.unreadable else None
        if way is None:
            try:
                way = ways[alike] = _read_direction(table.row(place))
            except RowRejected as refused:
                yield refused.row
                continue
        count, title = number or 1, title or ""
        yield ActivityRow(
            place, partner, kind, day, way, count, title, medium, value, outcome, outcome_on, external_id, note or None
        )


def _read_direction(row: Row) -> str:
    """The direction of a row of which everything can be taken. Raises `RowRejected` for the first that can't."""
    row.need("partner")
    kind = row.need("kind")
    row.need("occurred_on")
    is_referral = kind in REFERRAL_KINDS
    usual = Direction.IN if is_referral else Direction.JOINT
    direction: str = row.get("direction") or usual.value
    if is_referral and direction == Direction.JOINT:
        raise row.refused("direction", "a referral is in or out, never joint")
    row.get("currency")  # an amount in other money is refused, and never taken for ours
    value, outcome, outcome_on = row.get("value"), row.get("outcome"), row.get("outcome_on")
    if outcome_on and not outcome:
        raise row.refused("outcome_on", "a day of an outcome, and no outcome")
    if not is_referral:
        for field, found in (("value", value), ("outcome", outcome)):
            if found is not None:
                raise row.refused(field, f"only referrals have a{'n' if field == 'outcome' else ''} {field}")
    for field in ("count", "title", "lead_note", "medium", "external_id"):
        row.get(field)
    return direction


def import_rows(session: Session, job: ImportContext, rows: Sequence[ActivityRow]) -> ImportOutcome:
    """Bring the rows into the ledger."""
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
    """Follow deals that moved on where they are kept; how many rows of the ledger changed, or would in a dry run."""
    amended: dict[int, dict[str, Any]] = {}
    told: list[Mapping[str, Any]] = []
    said = lru_cache(None)(lambda minor: format_money(minor, job.about.currency))
    for key, stored in batches.imported_activities(session, workspace_id=job.workspace_id, keys=rows).items():
        # A row that was taken back stays taken back, and only referrals have anything that moves on.
        if stored.voided or stored.kind not in REFERRAL_KINDS:
            continue
        if moved := _changed_columns(rows[key], stored, job.now):
            amended[stored.id] = moved
            job.journal.cells("activity", stored.id, {name: getattr(stored, name) for name in moved}, moved)
            told += _describe_changes(moved, stored, said)
    if not job.dry_run:
        activities.update_activities(session, workspace_id=job.workspace_id, rows=amended)
        audit_log.log_changes(
            session, workspace_id=job.workspace_id, subject="activity", rows=told, by=job.by, now=job.now
        )
    return len(amended)


def _changed_columns(row: ActivityRow, stored: ImportedActivity, now: datetime) -> dict[str, Any]:
    """The columns that change. An empty cell says nothing, and so changes nothing; nor does a title alone."""
    moved: dict[str, Any] = {}
    if row.outcome and row.outcome != stored.outcome:
        moved |= {"outcome": row.outcome, "outcome_on": row.outcome_on or row.occurred_on, "outcome_at": now}
    if row.value is not None and row.value != stored.value_minor:
        moved["value_minor"] = row.value
    if moved and row.title and row.title != stored.title:
        moved["title"] = row.title
    return moved


def _describe_changes(
    moved: Mapping[str, Any], stored: ImportedActivity, said: Callable[[int], str]
) -> list[dict[str, Any]]:
    """Field, old and new, for each change that a person would call one."""
    words: list[tuple[str, str | None, str]] = []
    if "outcome" in moved:
        words.append(("outcome", stored.outcome, moved["outcome"]))
    if "value_minor" in moved:
        old = None if stored.value_minor is None else said(stored.value_minor)
        words.append(("value", old, said(moved["value_minor"])))
    if "title" in moved:
        words.append(("title", stored.title or None, moved["title"]))
    return [{"subject_id": stored.id, "field": field, "old": old, "new": new} for field, old, new in words]
