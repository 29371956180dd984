"""Who tends what: all partners by the person who looks after them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.common import list_active_partners
from bot.scores.models import ScoredPartner
from storage.db.engine import reading
from storage.workspaces import members


@dataclass(frozen=True, slots=True)
class Tended:
    """The active partners of one person (`name` is empty for nobody), those that need something, and the worst."""

    owner: str | None
    name: str
    partners: int
    pressing: int
    worst: ScoredPartner | None


def by_owner(engine: Engine, caller: Caller) -> tuple[Tended, ...]:
    """List everybody who owns a partner, those with most to do first."""
    with reading(engine) as session:
        active = list_active_partners(session, caller)
        people = {one.user_id: one.name for one in members.list_members(session, workspace_id=caller.team.id)}
    of: dict[str | None, list[ScoredPartner]] = defaultdict(list)
    for one in active:
        of[one.partner.owner or None].append(one)
    found = [_tended(owner, people.get(owner or "", ""), partners) for owner, partners in of.items()]
    return tuple(sorted(found, key=lambda one: (one.owner is not None, -one.pressing, one.name)))


def _tended(owner: str | None, name: str, partners: Sequence[ScoredPartner]) -> Tended:
    pressing = [scored for scored in partners if scored.reasons]
    worst = max(pressing, key=lambda scored: scored.now.quiet_days, default=None)
    return Tended(owner, name, len(partners), len(pressing), worst)
