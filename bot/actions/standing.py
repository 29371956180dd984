"""How a partnership stands: taken in, paused, ended, taken up again; and for some days nothing is said of it."""

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.basics import id_of, note_change, partner_of
from bot.actions.caller import Caller
from bot.actions.partner_record import Saved
from bot.actions.their_view import ANSWERED
from bot.errors import FieldError, NotAllowed
from bot.messages.words import day_words
from scoring.words import Status
from storage import notices
from storage.engine import writing

Condition = Callable[[Session], bool]
"""What a step rests on: asked in the step's own transaction."""


class Overtaken(Exception):
    """What a step was to rest on does not hold any more; nothing was changed."""


def take_in(engine: Engine, caller: Caller, partner_id: int) -> Saved:
    """Make a prospect an active partner, from today on.

    Raises:
        NotFound: it is none of this workspace.
        NotAllowed: it is no prospect (any more).
    """
    with writing(engine) as session:
        partner = partner_of(session, caller, partner_id)
        partner_id = id_of(partner)
        if partner.status != Status.PROSPECT:
            raise NotAllowed(f"{partner.name} is no prospect any more: it is {partner.status}.")
        note_change(session, caller, "partner", partner_id, "status", partner.status, Status.ACTIVE)
        partner.status = Status.ACTIVE
        # A partnership begins when they say yes; as a prospect they were nobody's paper partner.
        if partner.since_on != caller.today:
            was, now = day_words(partner.since_on), day_words(caller.today)
            note_change(session, caller, "partner", partner_id, "Partner since", was, now)
            partner.since_on = caller.today
        session.add(partner)
        return Saved(partner_id, partner.name)


def pause(
    engine: Engine,
    caller: Caller,
    partner_id: int,
    until: date | None,
    reason: str | None,
    only_if: Condition | None = None,
) -> Saved:
    """Rest a partnership: it gives no signals until it is taken up again, by hand or on a day.

    Raises:
        FieldError: that day is not to come.
        Overtaken: `only_if` does not hold any more.
    """
    if until and until <= caller.today:
        raise FieldError("until", "A pause ends on a day to come.")
    return _status(engine, caller, partner_id, Status.PAUSED, reason, until, only_if)


def resume(engine: Engine, caller: Caller, partner_id: int) -> Saved:
    """Take a paused or ended partnership up again."""
    return _status(engine, caller, partner_id, Status.ACTIVE)


def end(engine: Engine, caller: Caller, partner_id: int, reason: str | None, only_if: Condition | None = None) -> Saved:
    """End a partnership; its record and history stay.

    Raises:
        NotAllowed: the caller is neither admin nor steward.
        Overtaken: `only_if` does not hold any more.
    """
    caller.must_be_steward("end a partnership")
    return _status(engine, caller, partner_id, Status.ENDED, reason, None, only_if)


def _status(
    engine: Engine,
    caller: Caller,
    partner_id: int,
    status: Status,
    reason: str | None = None,
    until: date | None = None,
    only_if: Condition | None = None,
) -> Saved:
    with writing(engine) as session:
        caller.once(session)
        partner = partner_of(session, caller, partner_id)
        partner_id = id_of(partner)
        if only_if and not only_if(session):
            raise Overtaken(partner.name)
        if partner.status != status:
            now = f"{status}: {reason}" if reason else status
            note_change(session, caller, "partner", partner_id, "status", partner.status, now)
        partner.status, partner.status_reason, partner.paused_until_on = status, reason, until
        notices.forget(session, workspace_id=caller.team.id, partner_id=partner_id, but=ANSWERED)
        session.add(partner)
        return Saved(partner_id, partner.name, (str(status),), until)


def snooze(engine: Engine, caller: Caller, partner_id: int, days: int, only_if: Condition | None = None) -> Saved:
    """Say nothing of one partner for some days; what is still true then is told as if it were new.

    Raises:
        Overtaken: `only_if` does not hold any more.
    """
    until = caller.today + timedelta(days=days)
    with writing(engine) as session:
        partner = partner_of(session, caller, partner_id)
        partner_id = id_of(partner)
        if only_if and not only_if(session):
            raise Overtaken(partner.name)
        old = partner.snoozed_until_on
        if old != until:
            was = day_words(old) if old and old > caller.today else None
            note_change(session, caller, "partner", partner_id, "snoozed until", was, day_words(until))
        partner.snoozed_until_on = until
        notices.forget(session, workspace_id=caller.team.id, partner_id=partner_id, but=ANSWERED)
        session.add(partner)
        return Saved(partner_id, partner.name, until=until)


def wake(engine: Engine, caller: Caller, partner_id: int) -> Saved:
    """End a snooze."""
    with writing(engine) as session:
        partner = partner_of(session, caller, partner_id)
        partner_id = id_of(partner)
        if partner.snoozed_until_on is not None:
            was = day_words(partner.snoozed_until_on)
            note_change(session, caller, "partner", partner_id, "snoozed until", was, None)
        partner.snoozed_until_on = None
        session.add(partner)
        return Saved(partner_id, partner.name)
