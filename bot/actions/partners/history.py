"""List who changed what about a partner, and when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import get_partner, row_id
from storage.db.engine import reading
from storage.partners import history

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One change, at an instant in the workspace's zone. `about` names the referral, if it is about one."""

    field: str
    old: str | None
    new: str | None
    changed_at: datetime
    changed_by: str
    about: str | None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A page of a partner's changes, latest first, after `offset`. `has_more` if older ones follow."""

    partner_id: int
    name: str
    changes: tuple[HistoryEntry, ...]
    offset: int
    has_more: bool


def get_history(engine: Engine, caller: Caller, partner_id: int, offset: int = 0) -> HistoryPage:
    """Load a page of a partner's history."""
    with reading(engine) as session:
        row = get_partner(session, caller, partner_id)
        partner_id = row_id(row)
        found = recent_changes(session, caller, partner_id, offset=offset, limit=PAGE_SIZE + 1)
        return HistoryPage(partner_id, row.name, found[:PAGE_SIZE], offset, len(found) > PAGE_SIZE)


def recent_changes(
    session: Session, caller: Caller, partner_id: int, *, offset: int = 0, limit: int
) -> tuple[HistoryEntry, ...]:
    """Load a partner's latest changes, latest first."""
    found = history.list_history(
        session, workspace_id=caller.team.id, partner_id=partner_id, offset=offset, limit=limit
    )
    zone = caller.team.zone
    return tuple(HistoryEntry(one.field, one.old, one.new, one.at.astimezone(zone), one.by, one.about) for one in found)
