"""Check and import the rows of an activities file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlmodel import Session

from bot.formatting import format_day, format_money
from bot.importing.cells import CellError
from bot.importing.contact_people import name_at_activities
from bot.importing.context import ImportContext, ImportOutcome
from bot.importing.fields import FIELDS
from bot.importing.kept_edits import kept_columns, without_kept
from bot.importing.report import Correction, KeptEdit, RejectedRow
from bot.importing.table import Row, RowRejected, Table
from bot.importing.upsert import Match, UpsertTarget, upsert_rows
from scoring.vocabulary import REFERRAL_KINDS, Direction, Outcome
from storage.db.locks import lock_partners
from storage.imports.batches import ImportedActivity
from storage.ledger import activities
from storage.ledger.edits import edits_by_activity
from storage.partners import audit_log
from storage.tables import Activity

CLOSED = (Outcome.WON, Outcome.LOST, Outcome.DECLINED)
_NOT_OPTIONAL = ("partner", "kind", "occurred_on", "direction", "count")
"""Fields that cost the row where they can't be read: without them another thing would be recorded."""
_UNREAD = "?"
"""Stands in a row's content for a cell that could not be read, so that the row is known once it is mended."""


class ActivityRow(NamedTuple):
    """A checked row; `value` is in minor units. `outcome_on` is None where the file does not say the day.

    `says` names those of direction and count that the file gives; `lost` the fields whose cell could not be read.
    """

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
    id_source: str | None
    says: tuple[str, ...]
    lost: tuple[str, ...]
    contacts: tuple[str, ...] = ()

    def content(self) -> tuple[Any, ...]:
        # Columns that came later are not in it: what was imported before them must still be known.
        title, outcome, value = (
            _UNREAD if name in self.lost else given
            for name, given in (("title", self.title), ("outcome", self.outcome), ("value", self.value))
        )
        return self.kind, self.direction, self.occurred_on, self.number, title, outcome, value

    def unread_contents(self) -> Iterator[tuple[Any, ...]]:
        """Yield the contents that the row had if some of its cells could not be read when it was imported."""
        given = (self.title, self.outcome, self.value)
        for marks in range(1, 8):
            if all(given[at] not in (None, "") for at in range(3) if marks >> at & 1):
                told = (_UNREAD if marks >> at & 1 else given[at] for at in range(3))
                yield self.kind, self.direction, self.occurred_on, self.number, *told

    def day_of_outcome(self, today: date) -> date | None:
        """Return the day of the outcome: as the file says, else today for one that is closed."""
        if self.outcome is None:
            return None
        return self.outcome_on or (max(today, self.occurred_on) if self.outcome in CLOSED else self.occurred_on)


def check_rows(table: Table) -> Iterator[ActivityRow | RejectedRow]:
    """Return each row's values, or the reason it was rejected."""
    for place, values in enumerate(zip(*map(table.values, FIELDS["activities"]), strict=True)):
        try:
            lost: tuple[str, ...] = ()
            if place in table.unreadable:
                values, lost = _drop_unreadable(table.row(place), values)
            yield _check_row(table, place, values, lost)
        except RowRejected as refused:
            yield refused.row


def _drop_unreadable(row: Row, values: Sequence[Any]) -> tuple[tuple[Any, ...], tuple[str, ...]]:
    """Return the values without the unreadable ones, and their fields. Raise `RowRejected` for one that is needed."""
    row.need("partner")
    found = dict(zip(FIELDS["activities"], values, strict=True))
    lost = [name for name, value in found.items() if isinstance(value, CellError)]
    for name in lost:
        if name in _NOT_OPTIONAL:
            row.need(name)
        row.drop(name, found[name].reason, found[name].short)
        found[name] = None
    if "currency" in lost and found["value"] is not None:  # an amount in other money is never taken for ours
        found["value"] = None
        lost.append("value")
    return tuple(found.values()), tuple(lost)


def _check_row(table: Table, place: int, values: Sequence[Any], lost: tuple[str, ...]) -> ActivityRow:
    partner, kind, day, direction, number, title, note, medium, value, _, outcome, on, closed_on, *rest = values
    id, source, people = rest
    if not (partner and kind and day):
        for field in ("partner", "kind", "occurred_on"):
            table.row(place).need(field)
    is_referral = kind in REFERRAL_KINDS
    if is_referral and direction == Direction.JOINT:
        raise table.row(place).refused("direction", "a referral is in or out, never joint")
    if not is_referral:
        for field, given in (("value", value), ("outcome", outcome)):
            if given is not None:
                table.row(place).drop(field, f"only referrals have a{'n' if field == 'outcome' else ''} {field}")
        value = outcome = None
    if on and not outcome:
        table.row(place).drop("outcome_on", "a day of an outcome, and no outcome")
    day_given = (on or (closed_on if outcome in CLOSED else None)) if outcome else None
    if day_given and day_given < day:
        field = "outcome_on" if on else "closed_on"
        reason = f"{outcome} on {format_day(day_given)}, before the referral of {format_day(day)}"
        raise table.row(place).refused(field, reason, "an outcome before its referral")
    says = tuple(name for name, given in (("direction", direction), ("count", number)) if given is not None)
    usual = Direction.IN if is_referral else Direction.JOINT
    return ActivityRow(
        place, partner, kind, day, direction or usual.value, number or 1, title or "", medium, value, outcome,
        day_given, id, note or None, source, says, lost, people or (),
    )  # fmt: skip


def import_rows(session: Session, job: ImportContext, rows: Sequence[ActivityRow]) -> ImportOutcome:
    """Bring the rows into the ledger."""
    target = UpsertTarget(Activity, _columns, activities.record_many, _update_known, _is_unchanged, name_at_activities)
    return upsert_rows(session, job, rows, target)


def _columns(rows: Sequence[ActivityRow], today: date) -> dict[str, Sequence[Any]]:
    return {
        "kind": [row.kind for row in rows],
        "direction": [row.direction for row in rows],
        "occurred_on": [row.occurred_on for row in rows],
        "count": [row.number for row in rows],
        "title": [row.title for row in rows],
        "note": [row.note for row in rows],
        "medium": [row.medium for row in rows],
        "value_minor": [row.value for row in rows],
        "outcome": [row.outcome for row in rows],
        "outcome_on": [row.day_of_outcome(today) for row in rows],
    }


def _is_unchanged(row: ActivityRow, stored: ImportedActivity) -> bool:
    return row.kind == stored.kind and row.title == stored.title and not _changed_columns(row, stored, None, None)


def _update_known(
    session: Session, job: ImportContext, matches: Sequence[Match[ActivityRow]], settled: ImportOutcome
) -> list[Correction]:
    """Correct rows that are another thing now where they are kept; return what changed, or would in a dry run."""
    edits = edits_by_activity(session, workspace_id=job.workspace_id)
    amended: dict[int, dict[str, Any]] = {}
    noted: dict[int, dict[str, Any]] = {}
    told: list[Mapping[str, Any]] = []
    corrections: list[Correction] = []
    said = lru_cache(None)(lambda minor: format_money(minor, job.about.currency))
    for row, stored in matches:
        if stored.voided:  # a row that was taken back stays taken back
            continue
        moved = _changed_columns(row, stored, job.about.today, job.now)
        line, name = job.table.row(row.place).line, row.title or row.partner
        if of_row := edits.get(stored.id):
            kept, note = kept_columns(_given_columns(row, stored), stored, of_row, job.now)
            moved = without_kept(moved, kept, stored, of_row)
            for column, edit in kept.items():
                field, value = _WORDS.get(column, column), _words(column, edit.after, said) or "empty"
                on = edit.at.astimezone(job.zone).date()
                settled.kept.append(KeptEdit(line, name, field, value, job.member_name(edit.by), on))
            if note != stored.file_values:
                noted[stored.id] = {"file_values": note}
                job.journal.cells("activity", stored.id, {"file_values": stored.file_values}, noted[stored.id])
        if moved:
            amended[stored.id] = moved
            job.journal.cells("activity", stored.id, {name: getattr(stored, name) for name in moved}, moved)
            changes = _describe_changes(moved, stored, said)
            told += [{"subject_id": stored.id, "field": field, "old": old, "new": new} for field, old, new in changes]
            corrections.append(Correction(line, name, tuple(changes)))
    if not job.dry_run:
        moved_of = {stored.partner_id for _, stored in matches if stored.id in amended}
        lock_partners(session, workspace_id=job.workspace_id, partner_ids=moved_of)
        activities.update_activities(session, workspace_id=job.workspace_id, rows=amended)
        activities.update_activities(session, workspace_id=job.workspace_id, rows=noted)
        audit_log.log_changes(
            session, workspace_id=job.workspace_id, subject="activity", rows=told, by=job.by, now=job.now
        )
    return corrections


def _changed_columns(
    row: ActivityRow, stored: ImportedActivity, today: date | None, now: datetime | None
) -> dict[str, Any]:
    """Return the columns that change. An empty cell says nothing, and so changes nothing; nor does a title alone."""
    moved: dict[str, Any] = {}
    if row.occurred_on != stored.occurred_on:
        moved["occurred_on"] = row.occurred_on
    if "direction" in row.says and row.direction != stored.direction:
        moved["direction"] = row.direction
    if "count" in row.says and row.number != stored.count:
        moved["count"] = row.number
    if stored.kind in REFERRAL_KINDS:
        if row.outcome and row.outcome != stored.outcome:
            on = row.outcome_on or (max(today, row.occurred_on) if today else None)
            moved |= {"outcome": row.outcome, "outcome_on": on, "outcome_at": now}
        elif row.outcome_on and row.outcome_on != stored.outcome_on:
            moved["outcome_on"] = row.outcome_on
        elif stored.outcome_on and stored.outcome_on < row.occurred_on:
            moved["outcome_on"] = row.occurred_on  # no outcome is before its referral
        if row.value is not None and row.value != stored.value_minor:
            moved["value_minor"] = row.value
    if moved and row.title and row.title != stored.title:
        moved["title"] = row.title
    return moved


def _given_columns(row: ActivityRow, stored: ImportedActivity) -> dict[str, Any]:
    """Return what the file says of the columns that it may correct."""
    given: dict[str, Any] = {"occurred_on": row.occurred_on}
    given |= {name: value for name, value in (("direction", row.direction), ("count", row.number)) if name in row.says}
    if stored.kind in REFERRAL_KINDS:
        given |= {"outcome": row.outcome, "outcome_on": row.outcome_on, "value_minor": row.value}
    return {name: value for name, value in given.items() if value is not None}


_WORDS = {"occurred_on": "day", "value_minor": "value", "outcome_on": "day of the outcome"}


def _words(name: str, value: Any, said: Callable[[int], str]) -> str | None:
    """Return a column's value as a person would write it."""
    if value is None or value == "":
        return None
    return said(value) if name == "value_minor" else format_day(value) if isinstance(value, date) else str(value)


def _describe_changes(
    moved: Mapping[str, Any], stored: ImportedActivity, said: Callable[[int], str]
) -> list[tuple[str, str | None, str]]:
    """Return field, old and new, for each change that a person would call one."""
    order = ("outcome", "outcome_on", "value_minor", "title", "occurred_on", "direction", "count")
    return [
        (_WORDS.get(name, name), _words(name, getattr(stored, name), said), _words(name, moved[name], said) or "")
        for name in order
        if name in moved and moved[name] != getattr(stored, name)
    ]
