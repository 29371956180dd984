"""A lead that was taken for one that is open, and is another one after all."""

import json
from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.activity.amendments import amendment_of, put_back
from bot.actions.activity.entries import Entry
from bot.actions.activity.record import Recorded, put
from bot.actions.caller import Caller
from bot.actions.common import id_of, may_undo, partner_of, score_of
from bot.errors import NotAllowed, NotFound
from bot.grammar import Referral
from scoring.vocabulary import Direction, Outcome
from storage.db.engine import writing
from storage.ledger import activities
from storage.tables import Amendment


def record_as_another(engine: Engine, caller: Caller, amendment_id: int) -> Recorded:
    """Put the lead that was brought up to date back to what it was, and record what was typed as a row of its own.

    However often, and by whatever door, it is asked: there is one such row, and it is told as `again`.

    Raises:
        NotFound: there is no such update in this workspace.
        NotAllowed: it is somebody else's, it was no lead, or the lead was changed since.
    """
    with writing(engine) as session:
        caller.once(session)
        kept = amendment_of(session, caller, amendment_id)
        may_undo(caller, kept.amended_by)
        if kept.asked is None:
            raise NotAllowed("That was an edit, and no lead told again: there is nothing to record.")
        if kept.another_id is not None:
            return _there(session, caller, kept)
        if kept.undone_at is None:
            put_back(session, caller, kept)
        partner = partner_of(session, caller, kept.partner_id)
        done = put(session, caller, _asked(partner.name, kept.asked), afresh=True)
        kept.another_id = done.what.id
        session.add(kept)
        return done


def _there(session: Session, caller: Caller, kept: Amendment) -> Recorded:
    row = activities.get(session, workspace_id=caller.team.id, activity_id=kept.another_id or 0)
    if row is None:
        raise NotFound("That lead is no longer in the ledger.")
    partner = partner_of(session, caller, row.partner_id)
    now = score_of(session, caller, partner)
    return Recorded(id_of(partner), partner.name, Entry.of(row), now, now, again=True)


def _asked(partner: str, text: str) -> Referral:
    found = json.loads(text)
    return Referral(
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
