"""Make, keep and undo promises, and link them to a calendar."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.activity.fulfilment import fulfils
from bot.actions.caller import Caller
from bot.actions.common import (
    DUPLICATE_WINDOW,
    get_partner,
    get_partner_by_name,
    log_change,
    require_can_undo,
    require_max_length,
    require_not_ended,
    row_id,
)
from bot.actions.partner_values import SaveResult
from bot.errors import FieldError, NotFound
from bot.formatting import format_day
from bot.grammar import Promised
from bot.grammar.days import last_day
from bot.scores.models import Promise
from bot.signed_links import PromiseTicket
from scoring.vocabulary import Promiser
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.partners import partners, promises
from storage.tables import NextStep


@dataclass(frozen=True, slots=True)
class PromiseResult:
    """A promise that was made without any contact, and the link that puts it into a calendar.

    `is_duplicate` if the same person wrote down the same a moment before.
    """

    partner_id: int
    partner: str
    promise: Promise
    link: str | None = None
    is_duplicate: bool = False


def put_promise(session: Session, caller: Caller, name: str, made: Promised) -> PromiseResult:
    """Add a promise to or from a partner within a transaction; it is no contact.

    Raises:
        NotAllowed: the partnership has ended.
        FieldError: it is empty or too long, or its day is past.
    """
    if made.due_on and made.due_on < caller.today:
        raise FieldError("step_due_on", "Choose a future date for the promise.")
    partner = get_partner_by_name(session, caller, name)
    require_not_ended(partner)
    what = require_max_length("step", " ".join(made.what.split()))
    return _put(session, caller, partner.id, partner.name, replace(made, what=what))


@retried
def put_promises(
    engine: Engine, caller: Caller, names: Sequence[str], made: Sequence[Promised]
) -> tuple[PromiseResult, ...]:
    """Add the same promises to or from several partners in one transaction. Raise as `put_promise`."""
    with writing(engine) as session:
        caller.claim_request_key(session)
        return tuple(put_promise(session, caller, name, one) for name in names for one in made)


def _put(session: Session, caller: Caller, partner_id: int, partner: str, made: Promised) -> PromiseResult:
    again = _is_open_already(session, caller, partner_id, made)
    step = record_promise(session, caller, partner_id, made.what, made.due_on, made.side)
    field = "next step" if made.side == Promiser.US else "they promised"
    told = f"{made.what}, by {format_day(made.due_on)}" if made.due_on else made.what
    log_change(session, caller, "partner", partner_id, field, None, told)
    link = promise_calendar_link(caller, step.id) if made.due_on and made.side == Promiser.US else None
    return PromiseResult(partner_id, partner, promise_of(step), link, again)


def _is_open_already(session: Session, caller: Caller, partner_id: int, made: Promised) -> bool:
    found = promises.list_open(session, workspace_id=caller.team.id, instant=caller.now, partner_ids=[partner_id])
    return any(
        (step.what, step.due_on, step.side, step.promised_by) == (made.what, made.due_on, made.side, caller.user_id)
        and caller.now - step.created_at < DUPLICATE_WINDOW
        for step in found
    )


def check_due_day(caller: Caller, due_on: date | None) -> None:
    """Refuse a day on which nothing can be due.

    Raises:
        FieldError: the day is past or too far off.
    """
    if due_on and (due_on < caller.today or due_on > last_day(caller.today)):
        raise FieldError("due_on", "Choose a day from today up to two years ahead.")


@retried
def add_promise(
    engine: Engine, caller: Caller, partner_id: int, what: str, due_on: date | None, side: Promiser = Promiser.US
) -> SaveResult:
    """Add a promise to or from a partner, with a due day if given.

    Raises:
        NotAllowed: the partnership has ended.
        FieldError: the day is past or too far off.
    """
    check_due_day(caller, due_on)
    with writing(engine) as session:
        caller.claim_request_key(session)
        partner = get_partner(session, caller, partner_id)
        partner_id = row_id(partner)
        require_not_ended(partner)
        _put(session, caller, partner_id, partner.name, Promised(what=what, due_on=due_on, side=side))
        return SaveResult(partner_id, partner.name, (what,), due_on)


def record_promise(
    session: Session,
    caller: Caller,
    partner_id: int,
    what: str,
    due_on: date | None,
    side: Promiser = Promiser.US,
    activity_id: int | None = None,
) -> NextStep:
    """Add a promise by the caller, within a transaction. `activity_id` is the row it was made in.

    Raises:
        FieldError: it is empty.
    """
    if not what.strip():
        raise FieldError("step", "Say what was promised.")
    return promises.add(
        session,
        workspace_id=caller.team.id,
        partner_id=partner_id,
        activity_id=activity_id,
        what=what,
        side=side,
        due_on=due_on,
        by=caller.user_id,
        now=caller.now,
    )


def promise_of(step: NextStep) -> Promise:
    """Convert a row to a promise for display."""
    return Promise(step.id or 0, step.what, step.due_on, step.promised_by, Promiser(step.side))


@retried
def undo_promise(engine: Engine, caller: Caller, step_id: int) -> SaveResult:
    """Undo a promise. The row stays, voided.

    Raises:
        NotAllowed: somebody else wrote it down.
    """
    with writing(engine) as session:
        caller.claim_request_key(session)
        return void_promise(session, caller, _open(session, caller, step_id))


def void_promise(session: Session, caller: Caller, step: NextStep) -> SaveResult:
    """Do the same within a transaction."""
    require_can_undo(caller, step.promised_by)
    step.voided_at = caller.now
    session.add(step)
    partner = get_partner(session, caller, step.partner_id)
    log_change(session, caller, "partner", row_id(partner), "promise undone", step.what, None)
    return SaveResult(row_id(partner), partner.name, (step.what,))


@dataclass(frozen=True, slots=True)
class OwnPromise:
    """An open promise of ours, and the partner it was made to."""

    partner_id: int
    partner: str
    promise: Promise


def list_own(engine: Engine, caller: Caller) -> list[OwnPromise]:
    """List the open promises of ours that the caller made or that were made to the caller's partners, soonest first."""
    with reading(engine) as session:
        team = caller.team.id
        named = {partner.id: partner for partner in partners.list_partners(session, workspace_id=team)}
        found = promises.list_open(session, workspace_id=team, instant=caller.now)
        return [
            OwnPromise(step.partner_id, named[step.partner_id].name, promise_of(step))
            for step in found
            if step.side == Promiser.US
            and step.partner_id in named
            and caller.user_id in (step.promised_by, named[step.partner_id].owner)
        ]


def fulfilled(engine: Engine, caller: Caller, partner_id: int, note: str) -> tuple[Promise, ...]:
    """Find open promises of either side that a note seems to report as kept, to offer closing them."""
    with reading(engine) as session:
        return fulfilled_by(session, caller, row_id(get_partner(session, caller, partner_id)), note)


def fulfilled_by(session: Session, caller: Caller, partner_id: int, note: str) -> tuple[Promise, ...]:
    """Return the open promises of a partner that a note fulfils, within a transaction."""
    found = promises.list_open(session, workspace_id=caller.team.id, instant=caller.now, partner_ids=[partner_id])
    return tuple(promise_of(step) for step in found if fulfils(note, step.what, Promiser(step.side)))


def _open(session: Session, caller: Caller, step_id: int) -> NextStep:
    step = promises.get(session, workspace_id=caller.team.id, step_id=step_id)
    if step is None or step.voided_at:
        raise NotFound("That promise is no longer in the record.")
    return step


@retried
def mark_promise_kept(engine: Engine, caller: Caller, step_id: int) -> SaveResult:
    """Mark a promise as kept."""
    with writing(engine) as session:
        step = _open(session, caller, step_id)
        step.done_at = step.done_at or caller.now
        session.add(step)
        partner = get_partner(session, caller, step.partner_id)
        return SaveResult(row_id(partner), partner.name, (step.what,))


def promise_text(engine: Engine, caller: Caller, step_id: int) -> str:
    """Return what was promised.

    Raises:
        NotFound: the promise is not of this workspace.
    """
    with reading(engine) as session:
        return _open(session, caller, step_id).what


def promise_calendar_link(caller: Caller, step_id: int | None) -> str | None:
    """Return the calendar link of a promise, or None if this Tend has no public address."""
    links = caller.links()
    return links.make_step(PromiseTicket(caller.team.id, step_id), caller.now) if links and step_id else None
