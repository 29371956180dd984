"""Taking back what was written in the ledger. The row stays, voided."""

from dataclasses import dataclass

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.basics import id_of, may_undo, partner_of, score_of
from bot.actions.caller import Caller
from bot.errors import NotFound
from scoring.rvi import Score
from storage import ledger, promises, trust
from storage.engine import writing
from storage.tables import Activity, TrustRating


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back. `already` where somebody had done so before."""

    partner: str
    before: Score
    after: Score
    already: bool = False


def undo_activity(engine: Engine, caller: Caller, activity_id: int) -> Undone:
    """Void a row of the ledger, with the promises made in it. The row stays.

    Raises:
        NotFound: it is none of this workspace.
        NotAllowed: somebody else recorded it.
    """
    with writing(engine) as session:
        row = ledger.get(session, workspace_id=caller.team.id, activity_id=activity_id)
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
        row = trust.get(session, workspace_id=caller.team.id, rating_id=rating_id)
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
    return Undone(partner.name, before, score_of(session, caller, partner))
