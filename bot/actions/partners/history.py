"""Who changed what of a partner, and when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import id_of, partner_of
from storage.db.engine import reading
from storage.partners import history

PAGE = 20


@dataclass(frozen=True, slots=True)
class PastChange:
    """Who changed what, from what to what, at an instant of the workspace's zone; `about` a referral, if of one."""

    field: str
    old: str | None
    new: str | None
    at: datetime
    by: str
    about: str | None


@dataclass(frozen=True, slots=True)
class History:
    """One page of a partner's changes, the latest first, after the first `offset`; `more` if older ones follow."""

    partner_id: int
    name: str
    changes: tuple[PastChange, ...]
    offset: int
    more: bool


def history_of(engine: Engine, caller: Caller, partner_id: int, offset: int = 0) -> History:
    """Who changed what of a partner, and when.

    Raises:
        NotFound: it is none of this workspace.
    """
    with reading(engine) as session:
        row = partner_of(session, caller, partner_id)
        partner_id = id_of(row)
        found = changes_of(session, caller, partner_id, offset=offset, limit=PAGE + 1)
        return History(partner_id, row.name, found[:PAGE], offset, len(found) > PAGE)


def changes_of(
    session: Session, caller: Caller, partner_id: int, *, offset: int = 0, limit: int
) -> tuple[PastChange, ...]:
    """A partner's last changes, the latest first: for whoever shows a few of them."""
    found = history.of_partner(session, workspace_id=caller.team.id, partner_id=partner_id, offset=offset, limit=limit)
    zone = caller.team.zone
    return tuple(PastChange(one.field, one.old, one.new, one.at.astimezone(zone), one.by, one.about) for one in found)
