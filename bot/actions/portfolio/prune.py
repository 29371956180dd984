"""Partners that are logos and nothing more: to be decided on one by one."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import scored_of
from bot.actions.partners import lifecycle
from bot.actions.partners.edit import Saved
from bot.actions.partners.lifecycle import Overtaken
from bot.errors import NotFound
from bot.scores import query
from bot.scores.query import Scored
from scoring.portfolio import is_paper
from scoring.vocabulary import Status
from storage.db.engine import reading
from storage.partners import history, partners

KEPT_DAYS = 90
PAUSED_BECAUSE = "on paper only"
# The fields under which `standing` notes that somebody kept, paused or ended a partnership.
_DECIDED = ("status", "snoozed until")


@dataclass(frozen=True, slots=True)
class Pruning:
    """The active partners, those of them that are logos, the one to decide on, and what was decided today.

    `after` counts the logos that come after `logo`, `open` all that are not kept for a while. `customer_benefit` is
    what its record says of it. The decided ones are the caller's own of today, by name.
    """

    active: int
    logos: int
    open: int
    logo: Scored | None
    after: int
    customer_benefit: str | None = None
    kept: tuple[str, ...] = ()
    paused: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()


def prune(engine: Engine, caller: Caller, *, after: int | None = None, at: int | None = None) -> Pruning:
    """The logos, the oldest first: the first one, the one after a partner, or that partner itself.

    Raises:
        NotFound: the partner is none of this workspace.
    """
    with reading(engine) as session:
        everyone = query.read(session, team=caller.team, day=caller.today)
        began = caller.team.end_of(caller.today - timedelta(days=1))
        mine = history.changed_by(session, workspace_id=caller.team.id, by=caller.user_id, since=began, fields=_DECIDED)
        active = [one for one in everyone if one.partner.status == Status.ACTIVE]
        logos = sorted((one for one in active if is_paper(one.now)), key=_oldest_first)
        waiting = [one for one in logos if not one.is_snoozed]
        queue = waiting
        begin = at if after is None else after
        if begin is not None:
            place = _oldest_first(_one(everyone, begin))
            queue = [one for one in waiting if _oldest_first(one) > place or one.partner.id == at]
        row = partners.get(session, workspace_id=caller.team.id, partner_id=queue[0].partner.id) if queue else None
        benefit = row.customer_benefit if row else None
    decided = [one for one in everyone if one.partner.id in mine and is_paper(one.now)]

    def names(status: Status) -> tuple[str, ...]:
        found = (one for one in decided if one.partner.status == status)
        return tuple(one.partner.name for one in found if status != Status.ACTIVE or one.is_snoozed)

    return Pruning(
        active=len(active),
        logos=len(logos),
        open=len(waiting),
        logo=queue[0] if queue else None,
        after=max(0, len(queue) - 1),
        customer_benefit=benefit,
        kept=names(Status.ACTIVE),
        paused=names(Status.PAUSED),
        ended=names(Status.ENDED),
    )


def _oldest_first(one: Scored) -> tuple[object, ...]:
    return one.now.facts.start, one.partner.name.casefold(), one.partner.id


def _one(found: Sequence[Scored], partner_id: int) -> Scored:
    for one in found:
        if one.partner.id == partner_id:
            return one
    raise NotFound("That partner is not in this workspace.")


def _undecided(session: Session, caller: Caller, partner_id: int) -> bool:
    """Whether a partner is a logo still to be decided on: active, on paper only, and not kept for a while."""
    one = scored_of(session, caller, partner_id)
    return one.partner.status == Status.ACTIVE and is_paper(one.now) and not one.is_snoozed


def keep(engine: Engine, caller: Caller, partner_id: int) -> Saved | None:
    """Let a logo be for 90 days; None where somebody had decided on it before.

    Raises:
        NotFound: it is none of this workspace, as for all of these.
    """
    undecided = partial(_undecided, caller=caller, partner_id=partner_id)
    with suppress(Overtaken):
        return lifecycle.snooze(engine, caller, partner_id, KEPT_DAYS, undecided)
    return None


def pause(engine: Engine, caller: Caller, partner_id: int) -> Saved | None:
    """Rest a partnership that is on paper only; None where somebody had decided on it before."""
    undecided = partial(_undecided, caller=caller, partner_id=partner_id)
    with suppress(Overtaken):
        return lifecycle.pause(engine, caller, partner_id, None, PAUSED_BECAUSE, undecided)
    return None


def end(engine: Engine, caller: Caller, partner_id: int, reason: str) -> Saved | None:
    """End a partnership that is on paper only; None where somebody had decided on it before.

    Raises:
        NotAllowed: the caller is neither admin nor steward.
    """
    undecided = partial(_undecided, caller=caller, partner_id=partner_id)
    with suppress(Overtaken):
        return lifecycle.end(engine, caller, partner_id, reason, undecided)
    return None
