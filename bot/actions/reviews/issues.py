"""Issues between us and a partner, and ideas for the two of us: written down, and settled."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import id_of, not_too_long, note_change, partner_of
from bot.errors import FieldError, NotFound
from bot.workspace.team import Team
from storage.db.engine import reading, writing
from storage.partners import issues
from storage.tables import Matter as Row


class Kind(StrEnum):
    """What a matter is."""

    ISSUE = "issue"
    IDEA = "idea"


@dataclass(frozen=True, slots=True)
class Matter:
    """An issue or an idea; `settled_how` says what became of it, None while it is open."""

    id: int
    kind: Kind
    what: str
    by: str
    opened_on: date
    settled_on: date | None = None
    settled_by: str | None = None
    settled_how: str | None = None

    @classmethod
    def of(cls, row: Row, team: Team) -> "Matter":
        assert row.id is not None  # stored
        settled_on = team.today(row.settled_at) if row.settled_at else None
        opened_on = team.today(row.opened_at)
        return cls(
            row.id, Kind(row.kind), row.what, row.opened_by, opened_on, settled_on, row.settled_by, row.settled_how
        )

    @property
    def is_open(self) -> bool:
        return self.settled_on is None


@dataclass(frozen=True, slots=True)
class Noted:
    """A matter as it stands after it was written down or settled; `already` where it was settled before."""

    partner_id: int
    partner: str
    matter: Matter
    already: bool = False


def of_partner(
    session: Session, *, team: Team, partner_id: int, settled_since: datetime | None = None
) -> tuple[Matter, ...]:
    """A partner's open issues and ideas, and those settled since an instant if one is given; the oldest first."""
    found = issues.of_partner(session, workspace_id=team.id, partner_id=partner_id, settled_since=settled_since)
    return tuple(Matter.of(row, team) for row in found)


def note(engine: Engine, caller: Caller, partner_id: int, kind: Kind, what: str | None) -> Noted:
    """Write down an issue or an idea.

    Raises:
        NotFound: the partner is none of this workspace.
        FieldError: there is nothing to write down, or too much.
    """
    what = _text("what", what, f"Say what the {kind} is.")
    with writing(engine) as session:
        caller.once(session)
        partner = partner_of(session, caller, partner_id)
        partner_id, name = id_of(partner), partner.name
        row = issues.open_one(
            session,
            workspace_id=caller.team.id,
            partner_id=partner_id,
            kind=kind,
            what=what,
            by=caller.user_id,
            now=caller.now,
        )
        note_change(session, caller, "partner", partner_id, kind, None, what)
        return Noted(partner_id, name, Matter.of(row, caller.team))


def settle(engine: Engine, caller: Caller, matter_id: int, kind: Kind, how: str | None) -> Noted:
    """Close an issue or an idea, and keep how. One that is settled already stays as it was.

    Raises:
        NotFound: it is none of this workspace, or not of this kind.
        FieldError: nothing says how.
    """
    how = _text("how", how, "Say how it was resolved, so that the next review can tell.")
    with writing(engine) as session:
        caller.once(session)
        row = _row(session, caller, matter_id, kind)
        name = partner_of(session, caller, row.partner_id).name
        if row.settled_at is not None:
            return Noted(row.partner_id, name, Matter.of(row, caller.team), already=True)
        row.settled_at, row.settled_by, row.settled_how = caller.now, caller.user_id, how
        session.add(row)
        note_change(session, caller, "partner", row.partner_id, kind, row.what, how)
        return Noted(row.partner_id, name, Matter.of(row, caller.team))


def find(engine: Engine, caller: Caller, matter_id: int, kind: Kind) -> Noted:
    """An issue or idea as it stands.

    Raises:
        NotFound: it is none of this workspace, or not of this kind.
    """
    with reading(engine) as session:
        row = _row(session, caller, matter_id, kind)
        name = partner_of(session, caller, row.partner_id).name
        return Noted(row.partner_id, name, Matter.of(row, caller.team), already=row.settled_at is not None)


def _text(field: str, text: str | None, empty: str) -> str:
    text = (text or "").strip()
    if not text:
        raise FieldError(field, empty)
    return not_too_long(field, text)


def _row(session: Session, caller: Caller, matter_id: int, kind: Kind) -> Row:
    row = issues.get(session, workspace_id=caller.team.id, matter_id=matter_id)
    if row is None or row.kind != kind:
        raise NotFound(f"That {kind} is not in this workspace.")
    return row
