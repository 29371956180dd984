"""Record a lead on its own that was mistaken for an open one."""

import json
from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.activity.amendments import amendment_of, put_back
from bot.actions.activity.entries import Entry
from bot.actions.activity.record import RecordResult, put
from bot.actions.caller import Caller
from bot.actions.common import get_partner, get_score, require_can_undo, row_id
from bot.errors import NotAllowed, NotFound
from bot.grammar import ReferralRequest
from scoring.vocabulary import Direction, Outcome
from storage.db.engine import writing
from storage.db.retry import retried
from storage.ledger import activities
from storage.tables import Amendment


@retried
def record_as_another(engine: Engine, caller: Caller, amendment_id: int) -> RecordResult:
    """Undo the update of a lead and record what was typed as a row of its own.

    Repeating this adds no further row: the result then has `is_duplicate`.

    Raises:
        NotAllowed: it is somebody else's, it was no lead, or the lead was changed since.
    """
    with writing(engine) as session:
        caller.claim_request_key(session)
        kept = amendment_of(session, caller, amendment_id)
        require_can_undo(caller, kept.amended_by)
        if kept.asked is None:
            raise NotAllowed("That was an edit, not a repeated lead, so there is nothing to record.")
        if kept.another_id is not None:
            return _there(session, caller, kept)
        if kept.undone_at is None:
            put_back(session, caller, kept)
        partner = get_partner(session, caller, kept.partner_id)
        done = put(session, caller, _asked(partner.name, kept.asked), afresh=True)
        kept.another_id = done.entry.id
        session.add(kept)
        return done


def _there(session: Session, caller: Caller, kept: Amendment) -> RecordResult:
    row = activities.get(session, workspace_id=caller.team.id, activity_id=kept.another_id or 0)
    if row is None:
        raise NotFound("That lead is no longer in the ledger.")
    partner = get_partner(session, caller, row.partner_id)
    now = get_score(session, caller, partner)
    return RecordResult(row_id(partner), partner.name, Entry.of(row), now, now, is_duplicate=True)


def _asked(partner: str, text: str) -> ReferralRequest:
    found = json.loads(text)
    return ReferralRequest(
        partner=partner,
        direction=Direction(found["direction"]),
        lead=found["lead"],
        value=found["value"],
        outcome=Outcome(found["outcome"]),
        occurred_on=date.fromisoformat(found["occurred_on"]),
        strategic=found["strategic"],
        count=found["count"],
        note=found["note"],
    )
