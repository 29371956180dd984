"""Update and edit rows. Each change is recorded and can be undone until somebody changes the row again."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.activity.people_named import name_people, words_of
from bot.actions.caller import Caller
from bot.actions.common import get_partner, get_score, log_change, require_can_undo, row_id
from bot.errors import NotAllowed, NotFound
from bot.formatting import KIND_NAMES, format_day, format_money
from bot.webhooks.activities import put_activity
from bot.webhooks.events import EventType
from scoring.rvi import Score
from scoring.vocabulary import REFERRAL_KINDS, Kind
from storage.contacts import spoken_with
from storage.db.engine import writing
from storage.db.retry import retried
from storage.ledger import activities, amendments, automatic, trust_ratings
from storage.notifications import told_signals
from storage.partners import partners, promises
from storage.tables import Activity, Amendment, NextStep, TrustRating

Row = Activity | TrustRating | NextStep

_LABELS = {
    "value_minor": "value",
    "outcome_on": "day of the outcome",
    "occurred_on": "day",
    "rated_on": "day",
    "due_on": "by",
    "medium": "how",
    "level": "trust",
    "what": "promise",
    "side": "whose",
    "partner_id": "partner",
}
_QUIETLY = ("voided_at", "voided_by", "outcome_at")
"""That it was taken back, or not, is told in its own words; when somebody said an outcome, with the outcome."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a row, before and after, as text."""

    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Updated:
    """The result of an update: `id` undoes it. `changes` is empty if nothing was new."""

    id: int
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class PutBack:
    """The result of undoing an update. `already` if it was undone before; `changes` lead back."""

    partner_id: int
    partner: str
    subject: str
    row_id: int
    changes: tuple[FieldChange, ...]
    before: Score
    after: Score
    already: bool = False


def subject_of(row: Row) -> str:
    """Return the name of a row's table."""
    return str(row.__tablename__)


def seen(row: Row) -> str:
    """Hash a row, to detect whether it changed since somebody opened it."""
    columns = sorted(type(row).model_fields)
    return hashlib.sha256(repr([(name, str(getattr(row, name))) for name in columns]).encode()).hexdigest()[:16]


def must_be_as_seen(row: Row, version: str) -> None:
    """Require that nobody changed the row meanwhile.

    Raises:
        NotAllowed: the row changed since.
    """
    if seen(row) != version:
        raise NotAllowed(
            "Someone changed this record after you opened the form. Open it again to see the change, then edit."
        )


def amend(
    session: Session, caller: Caller, row: Row, new: Mapping[str, Any], asked: Mapping[str, Any] | None = None
) -> Updated:
    """Change columns of a row, with a note of each where people see it, and keep the way back."""
    if isinstance(row, Activity) and "outcome" in new and new["outcome"] != row.outcome:
        new = {**new, "outcome_at": caller.now if new["outcome"] else None}
    before = {name: getattr(row, name) for name, value in new.items() if getattr(row, name) != value}
    after = {name: new[name] for name in before}
    changes = _set(session, caller, row, after)
    kept = amendments.note(
        session,
        workspace_id=caller.team.id,
        partner_id=row.partner_id,
        subject=subject_of(row),
        subject_id=row.id or 0,
        before=before,
        after=after,
        asked=asked,
        by=caller.user_id,
        now=caller.now,
    )
    return Updated(kept.id or 0, changes)


@retried
def undo_update(engine: Engine, caller: Caller, amendment_id: int) -> PutBack:
    """Undo an update or an edit of a row.

    Raises:
        NotAllowed: it is somebody else's, or the row was changed or taken back since.
    """
    with writing(engine) as session:
        caller.claim_request_key(session)
        return put_back(session, caller, amendment_of(session, caller, amendment_id))


def amendment_of(session: Session, caller: Caller, amendment_id: int) -> Amendment:
    """Load a stored update."""
    kept = amendments.get(session, workspace_id=caller.team.id, amendment_id=amendment_id)
    if kept is None:
        raise NotFound("That change is not in this workspace.")
    return kept


def put_back(session: Session, caller: Caller, kept: Amendment) -> PutBack:
    """Do the same within a transaction.

    Raises:
        NotAllowed: it is somebody else's, or the row was changed or taken back since.
    """
    require_can_undo(caller, kept.amended_by)
    row = _row(session, caller, kept)
    partner = get_partner(session, caller, row.partner_id)
    before = get_score(session, caller, partner)
    told = (row_id(partner), partner.name, kept.subject, kept.subject_id)
    if kept.undone_at is not None:
        return PutBack(*told, (), before, before, already=True)
    after = amendments.columns(kept.subject, kept.after)
    if row.voided_at is not None and "voided_at" not in after:
        raise NotAllowed("That record has been undone since, so there is nothing to put back.")
    if any(getattr(row, name) != value for name, value in after.items()):
        raise NotAllowed("Someone has changed it again since, so it stays as it is. Use *Edit* to change it.")
    was = amendments.columns(kept.subject, kept.before)
    if "partner_id" in was:
        was["partner_id"] = row_id(get_partner(session, caller, was["partner_id"]))
    if row.voided_at is not None and isinstance(row, Activity):
        promises.stand_again(session, workspace_id=caller.team.id, activity_id=row_id(row), voided_at=row.voided_at)
    changes = _set(session, caller, row, was)
    kept.partner_id = row.partner_id
    kept.undone_at, kept.undone_by = caller.now, caller.user_id
    session.add(kept)
    session.flush()
    holder = get_partner(session, caller, row.partner_id)
    after_score = get_score(session, caller, holder)
    if holder.id != partner.id:  # report the partner that the row belongs to again
        return PutBack(row_id(holder), holder.name, kept.subject, kept.subject_id, changes, after_score, after_score)
    return PutBack(*told, changes, before, after_score)


def _row(session: Session, caller: Caller, kept: Amendment) -> Row:
    of: dict[str, Any] = {"workspace_id": caller.team.id}
    row: Row | None
    if kept.subject == "activity":
        row = activities.get(session, **of, activity_id=kept.subject_id)
    elif kept.subject == "trust_rating":
        row = trust_ratings.get(session, **of, rating_id=kept.subject_id)
    elif kept.subject == "next_step":
        row = promises.get(session, **of, step_id=kept.subject_id)
    else:  # a contact person's edits are undone in `bot.actions.partners.people`
        row = None
    if row is None:
        raise NotFound("That record is no longer in this workspace.")
    return row


def _set(session: Session, caller: Caller, row: Row, new: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    """Write the changed columns and update the rows that depend on them."""
    changes = _in_words(session, caller, row, new)
    partner_ids = {row.partner_id, new.get("partner_id", row.partner_id)}
    words_before = words_of(row) if isinstance(row, Activity) and "partner_id" not in new else ""
    for name, value in new.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    for one in changes:
        log_change(session, caller, subject_of(row), row.id or 0, one.field, one.old, one.new)
    if isinstance(row, Activity):
        if "partner_id" in new:
            spoken_with.move_with(session, workspace_id=caller.team.id, activity_id=row_id(row))
            promises.move_with(session, workspace_id=caller.team.id, activity_id=row_id(row), partner_id=row.partner_id)
        if {"partner_id", "title", "note"} & set(new):
            name_people(session, caller, row, words_before)
        if {"partner_id", "occurred_on", "kind", "voided_at"} & set(new):
            automatic.settle(session, workspace_id=caller.team.id, now=caller.now, partner_ids=partner_ids)
        if row.kind != Kind.ATTEMPT and row.occurred_on <= caller.today and new:
            told_signals.delete_told(session, workspace_id=caller.team.id, partner_id=row.partner_id, signals=["quiet"])
        if new:
            is_undone = row.voided_at is not None and "voided_at" in new
            event = EventType.ACTIVITY_UNDONE if is_undone else EventType.ACTIVITY_EDITED
            put_activity(session, caller.team, event, row, caller.now)
    return changes


def _in_words(session: Session, caller: Caller, row: Row, new: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    kind = new.get("kind", getattr(row, "kind", None))
    changes = []
    for name, value in new.items():
        # Show the day of an outcome only if it is not today.
        if name in _QUIETLY or (name == "outcome_on" and "outcome" in new and value in (None, caller.today)):
            continue
        label = _LABELS.get(name, name)
        if name == "title":
            label = "lead" if kind in REFERRAL_KINDS else "title"
        old, now = (_words(session, caller, name, one) for one in (getattr(row, name), value))
        changes.append(FieldChange(label, old, now))
    return tuple(changes)


def _words(session: Session, caller: Caller, name: str, value: Any) -> str | None:
    if value is None or value == "":
        return None
    if name == "value_minor":
        return format_money(value, caller.team.currency)
    if name == "kind":
        return KIND_NAMES[Kind(value)][0]
    if name == "partner_id":
        return partners.find_name_of(session, workspace_id=caller.team.id, partner_id=value)
    if name.endswith("_on"):
        return format_day(value)
    return str(value)
