"""Verticals: which we want to be in, and how often to speak with the partners in one."""

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.basics import note_change
from bot.actions.caller import Caller
from bot.errors import FieldError, NotFound
from bot.messages.words import count
from bot.partner_fields import LONGEST_NAME
from storage import partners
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
        for known in partners.verticals(session, workspace_id=caller.team.id):
            if known.key == name_key(name):
                raise FieldError("name", f"There is a vertical called “{known.name}” already.")
        made = partners.vertical_id(session, workspace_id=caller.team.id, name=name)
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


def _vertical(session: Session, caller: Caller, vertical_id: int) -> Vertical:
    row = partners.vertical(session, workspace_id=caller.team.id, vertical_id=vertical_id)
    if row is None:
        raise NotFound("That vertical is not in this workspace.")
    return row
