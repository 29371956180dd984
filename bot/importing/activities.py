"""Rows of an activities file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from bot.importing.job import Job, Settled
from bot.importing.layout import Row
from bot.importing.ledger_rows import Target, settle
from bot.messages.words import money
from scoring.words import REFERRAL_KINDS, Direction
from storage import changes, imports, ledger
from storage.imports import Imported
from storage.tables import Activity


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """A checked row; `value` is in minor units."""

    source: Row
    partner: str
    kind: str
    occurred_on: date
    direction: str
    count: int
    title: str
    medium: str | None
    value: int | None
    outcome: str | None
    outcome_on: date | None
    external_id: str | None

    def columns(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "direction": self.direction,
            "occurred_on": self.occurred_on,
            "count": self.count,
            "title": self.title,
            "medium": self.medium,
            "outcome": self.outcome,
            "outcome_on": (self.outcome_on or self.occurred_on) if self.outcome else None,
            "value_minor": self.value,
        }

    def content(self) -> tuple[Any, ...]:
        # Columns that came later are not in it: what was imported before them must still be known.
        return self.kind, self.direction, self.occurred_on, self.count, self.title, self.outcome, self.value


def check(row: Row) -> ActivityRow:
    """A raw row's values. Raises `Refused` for the first that can't be taken."""
    partner, kind, occurred_on = row.need("partner"), row.need("kind"), row.need("occurred_on")
    is_referral = kind in REFERRAL_KINDS
    usual = Direction.IN if is_referral else Direction.JOINT
    direction = row.get("direction") or usual.value
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
    return ActivityRow(
        source=row,
        partner=partner,
        kind=kind,
        occurred_on=occurred_on,
        direction=direction,
        count=row.get("count") or 1,
        title=row.get("title") or "",
        medium=row.get("medium"),
        value=value,
        outcome=outcome,
        outcome_on=outcome_on,
        external_id=row.get("external_id"),
    )


def put_in(session: Session, job: Job, rows: Sequence[ActivityRow]) -> Settled:
    """Bring the rows into the ledger."""
    return settle(session, job, rows, Target(Activity, ledger.record_many, _renew))


def _renew(session: Session, job: Job, rows: Mapping[str, ActivityRow]) -> int:
    """Follow deals that moved on where they are kept; how many rows of the ledger changed."""
    known = imports.imported_activities(session, workspace_id=job.workspace_id, keys=rows)
    amended = []
    for key, row in rows.items():
        stored = known[key]
        # A row that was taken back stays taken back, and only referrals have anything that moves on.
        if stored.voided or stored.kind not in REFERRAL_KINDS:
            continue
        if moved := _moved(row, stored):
            amended.append({"id": stored.id, **moved})
            job.journal.cells("activity", stored.id, {name: getattr(stored, name) for name in moved}, moved)
            for field, old, new in _in_words(moved, stored, job.about.currency):
                changes.note(
                    session,
                    workspace_id=job.workspace_id,
                    subject="activity",
                    subject_id=stored.id,
                    field=field,
                    old=old,
                    new=new,
                    by=job.by,
                    now=job.now,
                )
    ledger.amend_many(session, rows=amended)
    return len(amended)


def _moved(row: ActivityRow, stored: Imported) -> dict[str, Any]:
    """The columns that change. An empty cell says nothing, and so changes nothing; nor does a title alone."""
    moved: dict[str, Any] = {}
    if row.outcome and row.outcome != stored.outcome:
        moved |= {"outcome": row.outcome, "outcome_on": row.outcome_on or row.occurred_on}
    if row.value is not None and row.value != stored.value_minor:
        moved["value_minor"] = row.value
    if moved and row.title and row.title != stored.title:
        moved["title"] = row.title
    return moved


def _in_words(moved: Mapping[str, Any], stored: Imported, currency: str) -> list[tuple[str, str | None, str]]:
    """Field, old and new, for each change that a person would call one."""
    words: list[tuple[str, str | None, str]] = []
    if "outcome" in moved:
        words.append(("outcome", stored.outcome, moved["outcome"]))
    if "value_minor" in moved:
        old = None if stored.value_minor is None else money(stored.value_minor, currency)
        words.append(("value", old, money(moved["value_minor"], currency)))
    if "title" in moved:
        words.append(("title", stored.title or None, moved["title"]))
    return words
