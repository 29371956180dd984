"""Promises to a partner: made, kept, and put into a calendar."""

from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import FARTHEST_DAYS, id_of, must_go_on, note_change, partner_of
from bot.actions.partners.edit import Saved
from bot.errors import FieldError, NotFound
from bot.formatting import day_words
from bot.signed_links import StepTicket
from storage.db.engine import writing
from storage.partners import promises
from storage.tables import NextStep


def plan_step(engine: Engine, caller: Caller, partner_id: int, what: str, due_on: date) -> Saved:
    """Promise a next step to a partner by a day.

    Raises:
        NotFound: it is none of this workspace.
        NotAllowed: the partnership has ended.
        FieldError: the day is past or too far off.
    """
    if not caller.today <= due_on or (due_on - caller.today).days > FARTHEST_DAYS:
        raise FieldError("due_on", "Choose a day from today on, within two years.")
    with writing(engine) as session:
        caller.once(session)
        partner = partner_of(session, caller, partner_id)
        partner_id = id_of(partner)
        must_go_on(partner)
        promise(session, caller, partner_id, what, due_on)
        note_change(session, caller, "partner", partner_id, "next step", None, f"{what}, by {day_words(due_on)}")
        return Saved(partner_id, partner.name, (what,), due_on)


def promise(
    session: Session, caller: Caller, partner_id: int, what: str, due_on: date | None, activity_id: int | None = None
) -> NextStep:
    """A promise by the caller's own word, within a transaction; `activity_id` is the row it was made in."""
    return promises.add(
        session,
        workspace_id=caller.team.id,
        partner_id=partner_id,
        activity_id=activity_id,
        what=what,
        due_on=due_on,
        by=caller.user_id,
        now=caller.now,
    )


def keep_promise(engine: Engine, caller: Caller, step_id: int) -> Saved:
    """Mark a promise as kept.

    Raises:
        NotFound: it is none of this workspace.
    """
    with writing(engine) as session:
        step = promises.get(session, workspace_id=caller.team.id, step_id=step_id)
        if step is None or step.voided_at:
            raise NotFound("That promise is no longer in the record.")
        step.done_at = step.done_at or caller.now
        session.add(step)
        partner = partner_of(session, caller, step.partner_id)
        return Saved(id_of(partner), partner.name, (step.what,))


def step_link(caller: Caller, step_id: int | None) -> str | None:
    """Where a promise is found as a day for a calendar; None where this Tend has no address for that."""
    links = caller.links()
    return links.make_step(StepTicket(caller.team.id, step_id), caller.now) if links and step_id else None
