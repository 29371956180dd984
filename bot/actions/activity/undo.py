"""Undo ledger rows, which stay voided, and list what can be undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.activity.amendments import seen, subject_of
from bot.actions.activity.entries import Entry, RatingEntry
from bot.actions.caller import Caller
from bot.actions.common import get_partner, get_score, require_can_undo, require_owner_or_steward, row_id
from bot.actions.owners import shown_person
from bot.errors import NotFound
from bot.webhooks.activities import put_activity
from bot.webhooks.events import EventType
from scoring.rvi import Score
from scoring.vocabulary import Side, Status
from storage.contacts import spoken_with
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.ledger import activities, automatic, trust_ratings
from storage.partners import audit_log, promises
from storage.tables import Activity, Partner, TrustRating

PAGE_SIZE = 10
NEW_PARTNER_WINDOW = timedelta(hours=1)
"""A partner added this shortly before an undone record may have been a slip as well."""


@dataclass(frozen=True, slots=True)
class LaterChange:
    """What somebody else changed in a row since it was recorded."""

    field: str
    new: str | None
    by: str


@dataclass(frozen=True, slots=True)
class UndoResult:
    """The result of an undo. `was_undone` if it was undone before.

    `empty_partner_id` is the partner's id if it was added for this record and has no other. `changes` are those that
    others made since: nothing was undone then, and `version` undoes the row as it is now.
    """

    partner: str
    before: Score
    after: Score
    was_undone: bool = False
    empty_partner_id: int | None = None
    changes: tuple[LaterChange, ...] = ()
    version: str = ""


@dataclass(frozen=True, slots=True)
class UndoableRecord:
    """A record that can be undone: its day, who recorded it (an id, or the name of somebody outside), and whether the
    caller may undo it. `version` identifies the row as it is shown. `people` are those named at it, by id and name.
    `is_automatic`: nobody recorded it, it counted by itself.
    """

    entry: Entry | RatingEntry
    day: date
    recorded_by: str
    can_undo: bool
    version: str = ""
    people: tuple[tuple[int, str], ...] = ()
    is_automatic: bool = False


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A page of a partner's records, latest first, after `offset`. `has_more` if older ones follow."""

    partner_id: int
    name: str
    records: Sequence[UndoableRecord]
    offset: int
    has_more: bool


def list_records(engine: Engine, caller: Caller, partner_id: int, offset: int = 0) -> RecordPage:
    """List a partner's ledger rows and ratings that were not undone, plans included."""
    with reading(engine) as session:
        partner = get_partner(session, caller, partner_id)
        of = {"workspace_id": caller.team.id, "partner_id": row_id(partner), "limit": offset + PAGE_SIZE + 1}
        rows: list[Activity | TrustRating] = [*activities.recently_recorded(session, **of)]
        rows += trust_ratings.recently_recorded(session, **of)
        rows.sort(key=lambda row: row.recorded_at, reverse=True)
        found = [_to_record(session, caller, partner, row) for row in rows[offset : offset + PAGE_SIZE]]
        return RecordPage(row_id(partner), partner.name, found, offset, len(rows) > offset + PAGE_SIZE)


def _to_record(session: Session, caller: Caller, partner: Partner, row: Activity | TrustRating) -> UndoableRecord:
    is_automatic = row.recorded_by in activities.AUTOMATIC
    mine = caller.is_steward or caller.user_id == (partner.owner if is_automatic else row.recorded_by)
    by = shown_person(session, caller, partner, row.recorded_by)
    if isinstance(row, Activity):
        named = spoken_with.persons_at(session, workspace_id=caller.team.id, activity_ids=[row_id(row)])
        people = tuple(named.get(row_id(row), ()))
        return UndoableRecord(Entry.of(row), row.occurred_on, by, mine, seen(row), people, is_automatic)
    return UndoableRecord(
        RatingEntry(row.id or 0, Side(row.side), row.level, row.note), row.rated_on, by, mine, seen(row)
    )


@retried
def undo_activity(engine: Engine, caller: Caller, activity_id: int, version: str = "") -> UndoResult:
    """Void a ledger row and the promises made with it. The row stays.

    `version` identifies the row as it was shown; without one, it was shown as it was recorded. What others changed
    since then is not undone unseen.

    Raises:
        NotAllowed: somebody else recorded it.
    """
    with writing(engine) as session:
        row = activities.get(session, workspace_id=caller.team.id, activity_id=activity_id)
        if row is None:
            raise NotFound("That record is not in this workspace.")
        return void_activity(session, caller, row, version)


@retried
def undo_trust(engine: Engine, caller: Caller, rating_id: int, version: str = "") -> UndoResult:
    """Void a trust rating. The row stays. `version`: as for `undo_activity`.

    Raises:
        NotAllowed: somebody else gave it.
    """
    with writing(engine) as session:
        row = trust_ratings.get(session, workspace_id=caller.team.id, rating_id=rating_id)
        if row is None:
            raise NotFound("That rating is not in this workspace.")
        return void_activity(session, caller, row, version)


def void_activity(session: Session, caller: Caller, row: Activity | TrustRating, version: str = "") -> UndoResult:
    """Void a row and the promises made with it, within a transaction, unless others changed it since.

    Raises:
        NotAllowed: somebody else recorded it.
    """
    if row.recorded_by in activities.AUTOMATIC:
        partner = require_owner_or_steward(session, caller, row.partner_id, "undo this")
    else:
        require_can_undo(caller, row.recorded_by)
        partner = get_partner(session, caller, row.partner_id)
    before = get_score(session, caller, partner)
    if row.voided_at:
        return UndoResult(partner.name, before, before, was_undone=True)
    now = seen(row)
    if version != now and (changes := _changed_by_others(session, caller, row)):
        return UndoResult(partner.name, before, before, changes=changes, version=f"{row.id}:{now}")
    row.voided_at, row.voided_by = caller.now, caller.user_id
    session.add(row)
    if isinstance(row, Activity):
        promises.void_for_activity(session, workspace_id=caller.team.id, activity_id=row_id(row), now=caller.now)
    session.flush()
    automatic.settle(session, workspace_id=caller.team.id, now=caller.now, partner_ids=[row_id(partner)])
    if isinstance(row, Activity):
        put_activity(session, caller.team, EventType.ACTIVITY_UNDONE, row, caller.now)
    bare = row_id(partner) if _is_bare(session, caller, partner, row) else None
    return UndoResult(partner.name, before, get_score(session, caller, partner), empty_partner_id=bare)


def _changed_by_others(session: Session, caller: Caller, row: Activity | TrustRating) -> tuple[LaterChange, ...]:
    own = (caller.user_id, row.recorded_by)
    past = audit_log.list_changes(session, workspace_id=caller.team.id, subject=subject_of(row), subject_id=row.id or 0)
    return tuple(LaterChange(one.field, one.new, one.changed_by) for one in past if one.changed_by not in own)


def _is_bare(session: Session, caller: Caller, partner: Partner, row: Activity | TrustRating) -> bool:
    if partner.status == Status.ENDED or row.recorded_at - partner.created_at > NEW_PARTNER_WINDOW:
        return False
    of = {"workspace_id": caller.team.id, "partner_id": row_id(partner), "limit": 1}
    return not activities.recently_recorded(session, **of) and not trust_ratings.recently_recorded(session, **of)
