"""What one can do from the views of all partners: name verticals, take prospects in, plan steps."""

from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.basics import FARTHEST_DAYS, id_of, must_go_on, note_change, partner_of
from bot.actions.caller import Caller
from bot.actions.partner_record import Saved
from bot.errors import FieldError, NotAllowed, NotFound
from bot.messages.words import count, day_words
from bot.partner_fields import LONGEST_NAME
from scoring.words import Status
from storage import promises, verticals
from storage.engine import reading, writing
from storage.names import name_key
from storage.tables import Vertical


def name_vertical(engine: Engine, caller: Caller, name: str) -> tuple[int, str]:
    """A vertical that we want to be in, with nobody in it yet; its id and name.

    Raises:
        FieldError: it has no letter or digit, is too long, or is there already.
    """
    name = " ".join(name.split())
    if not name_key(name):
        raise FieldError("name", "A vertical needs a name.")
    if len(name) > LONGEST_NAME:
        raise FieldError("name", f"A name has at most {LONGEST_NAME} characters; this one has {len(name)}.")
    with writing(engine) as session:
        caller.once(session)
        for known in verticals.all_of(session, workspace_id=caller.team.id):
            if known.key == name_key(name):
                raise FieldError("name", f"There is a vertical called “{known.name}” already.")
        made = verticals.id_of(session, workspace_id=caller.team.id, name=name)
        assert made is not None  # it has a name
        note_change(session, caller, "vertical", made, "added", None, name)
        return made, name


def vertical(engine: Engine, caller: Caller, vertical_id: int) -> tuple[str, int | None]:
    """A vertical's name and its own cadence in days.

    Raises:
        NotFound: it is none of this workspace.
    """
    with reading(engine) as session:
        row = _vertical(session, caller, vertical_id)
        return row.name, row.cadence_days


def set_cadence(engine: Engine, caller: Caller, vertical_id: int, days: int | None) -> str:
    """How often to speak with a vertical's partners that have no cadence of their own; its name.

    Raises:
        NotFound: it is none of this workspace.
    """
    with writing(engine) as session:
        caller.once(session)
        row = _vertical(session, caller, vertical_id)
        if row.cadence_days != days:
            was, now = (None if one is None else count(one, "day") for one in (row.cadence_days, days))
            note_change(session, caller, "vertical", vertical_id, "cadence", was, now)
            row.cadence_days = days
            session.add(row)
        return row.name


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
        promises.add(
            session,
            workspace_id=caller.team.id,
            partner_id=partner_id,
            what=what,
            due_on=due_on,
            by=caller.user_id,
            now=caller.now,
        )
        note_change(session, caller, "partner", partner_id, "next step", None, f"{what}, by {day_words(due_on)}")
        return Saved(partner_id, partner.name, (what,), due_on)


def _vertical(session: Session, caller: Caller, vertical_id: int) -> Vertical:
    row = verticals.get(session, workspace_id=caller.team.id, vertical_id=vertical_id)
    if row is None:
        raise NotFound("That vertical is not in this workspace.")
    return row
