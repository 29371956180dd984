"""Taking back what was written in the ledger: the row stays, voided. And what there is to take back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.activity.entries import Entry, Rated
from bot.actions.caller import Caller
from bot.actions.common import id_of, may_undo, partner_of, score_of
from bot.errors import NotFound
from scoring.rvi import Score
from scoring.vocabulary import Side, Status
from storage.db.engine import reading, writing
from storage.ledger import activities, trust_ratings
from storage.partners import promises
from storage.tables import Activity, Partner, TrustRating

PAGE = 10
ADDED_FOR_IT = timedelta(hours=1)
"""A partner that was added so shortly before a record was perhaps a slip as well."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back. `already` where somebody had done so before.

    `bare` is the id of the partner where it was added for this record, and nothing that stands is recorded of it.
    """

    partner: str
    before: Score
    after: Score
    already: bool = False
    bare: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """Something that stands: of which day, by whom, and whether the caller may take it back."""

    what: Entry | Rated
    day: date
    by: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Records:
    """A page of what is recorded of a partner, the last first, after the first `offset`; `more` if older follow."""

    partner_id: int
    name: str
    found: Sequence[Record]
    offset: int
    more: bool


def records_of(engine: Engine, caller: Caller, partner_id: int, offset: int = 0) -> Records:
    """What is recorded of a partner and stands: entries of the ledger, of days to come too, and ratings.

    Raises:
        NotFound: it is none of this workspace.
    """
    with reading(engine) as session:
        partner = partner_of(session, caller, partner_id)
        of = {"workspace_id": caller.team.id, "partner_id": id_of(partner), "limit": offset + PAGE + 1}
        rows: list[Activity | TrustRating] = [*activities.last_recorded(session, **of)]
        rows += trust_ratings.last_recorded(session, **of)
        rows.sort(key=lambda row: row.recorded_at, reverse=True)
        found = [_record(caller, row) for row in rows[offset : offset + PAGE]]
        return Records(id_of(partner), partner.name, found, offset, len(rows) > offset + PAGE)


def _record(caller: Caller, row: Activity | TrustRating) -> Record:
    mine = caller.is_steward or row.recorded_by == caller.user_id
    if isinstance(row, Activity):
        return Record(Entry.of(row), row.occurred_on, row.recorded_by, mine)
    return Record(Rated(row.id or 0, Side(row.side), row.level, row.note), row.rated_on, row.recorded_by, mine)


def undo_activity(engine: Engine, caller: Caller, activity_id: int) -> Undone:
    """Void a row of the ledger, with the promises made in it. The row stays.

    Raises:
        NotFound: it is none of this workspace.
        NotAllowed: somebody else recorded it.
    """
    with writing(engine) as session:
        row = activities.get(session, workspace_id=caller.team.id, activity_id=activity_id)
        if row is None:
            raise NotFound("That record is not in this workspace.")
        return void(session, caller, row)


def undo_trust(engine: Engine, caller: Caller, rating_id: int) -> Undone:
    """Void a trust rating. The row stays.

    Raises:
        NotFound: it is none of this workspace.
        NotAllowed: somebody else gave it.
    """
    with writing(engine) as session:
        row = trust_ratings.get(session, workspace_id=caller.team.id, rating_id=rating_id)
        if row is None:
            raise NotFound("That rating is not in this workspace.")
        return void(session, caller, row)


def void(session: Session, caller: Caller, row: Activity | TrustRating) -> Undone:
    """Take a row back, within a transaction, with the promises made in it.

    Raises:
        NotAllowed: somebody else recorded it.
    """
    may_undo(caller, row.recorded_by)
    partner = partner_of(session, caller, row.partner_id)
    before = score_of(session, caller, partner)
    if row.voided_at:
        return Undone(partner.name, before, before, already=True)
    row.voided_at, row.voided_by = caller.now, caller.user_id
    session.add(row)
    if isinstance(row, Activity):
        promises.void_of_activity(session, workspace_id=caller.team.id, activity_id=id_of(row), now=caller.now)
    session.flush()
    bare = id_of(partner) if _is_bare(session, caller, partner, row) else None
    return Undone(partner.name, before, score_of(session, caller, partner), bare=bare)


def _is_bare(session: Session, caller: Caller, partner: Partner, row: Activity | TrustRating) -> bool:
    if partner.status == Status.ENDED or row.recorded_at - partner.created_at > ADDED_FOR_IT:
        return False
    of = {"workspace_id": caller.team.id, "partner_id": id_of(partner), "limit": 1}
    return not activities.last_recorded(session, **of) and not trust_ratings.last_recorded(session, **of)
