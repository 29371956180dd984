"""Decide on paper partners one by one."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import get_scored_partner
from bot.actions.partner_values import SaveResult
from bot.actions.partners import lifecycle
from bot.actions.partners.lifecycle import ConditionFailed
from bot.errors import NotFound
from bot.scores import query
from bot.scores.models import ScoredPartner
from scoring.vocabulary import Status
from storage.db.engine import reading
from storage.partners import history, partners

KEEP_DAYS = 90
PAUSE_REASON = "on paper only"
# The history fields under which `lifecycle` logs keeping, pausing and ending.
_DECISION_FIELDS = ("status", "snoozed until")


@dataclass(frozen=True, slots=True)
class PruneState:
    """Counts, the paper partner (`logo`) to decide on, and the caller's decisions of today by name.

    `after` counts those that come after `logo`, `open` all those not kept for now. `customer_benefit` comes from the
    record of `logo`.
    """

    active: int
    logos: int
    open: int
    logo: ScoredPartner | None
    after: int
    customer_benefit: str | None = None
    kept: tuple[str, ...] = ()
    paused: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()


def get_prune_state(engine: Engine, caller: Caller, *, after: int | None = None, at: int | None = None) -> PruneState:
    """Load the queue of paper partners, oldest first: from the start, after a partner, or at it."""
    with reading(engine) as session:
        everyone = query.load_scored(session, team=caller.team, day=caller.today)
        began = caller.team.end_of(caller.today - timedelta(days=1))
        mine = history.changed_by(
            session, workspace_id=caller.team.id, by=caller.user_id, since=began, fields=_DECISION_FIELDS
        )
        active = [scored for scored in everyone if scored.partner.status == Status.ACTIVE]
        logos = sorted((scored for scored in active if scored.is_paper), key=_age_key)
        waiting = [scored for scored in logos if not scored.is_snoozed]
        queue = waiting
        begin = at if after is None else after
        if begin is not None:
            place = _age_key(_find_partner(everyone, begin))
            queue = [scored for scored in waiting if _age_key(scored) > place or scored.partner.id == at]
        row = partners.get(session, workspace_id=caller.team.id, partner_id=queue[0].partner.id) if queue else None
        benefit = row.customer_benefit if row else None
    decided = [scored for scored in everyone if scored.partner.id in mine and scored.is_paper]

    def names(status: Status) -> tuple[str, ...]:
        found = (scored for scored in decided if scored.partner.status == status)
        return tuple(scored.partner.name for scored in found if status != Status.ACTIVE or scored.is_snoozed)

    return PruneState(
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


def _age_key(scored: ScoredPartner) -> tuple[object, ...]:
    return scored.now.facts.start, scored.partner.name.casefold(), scored.partner.id


def _find_partner(found: Sequence[ScoredPartner], partner_id: int) -> ScoredPartner:
    for scored in found:
        if scored.partner.id == partner_id:
            return scored
    raise NotFound("That partner is not in this workspace.")


def _is_undecided(session: Session, caller: Caller, partner_id: int) -> bool:
    """Return whether a paper partner is still to be decided on: active and not snoozed."""
    scored = get_scored_partner(session, caller, partner_id)
    return scored.partner.status == Status.ACTIVE and scored.is_paper and not scored.is_snoozed


def keep(engine: Engine, caller: Caller, partner_id: int) -> SaveResult | None:
    """Keep a paper partner for 90 days. None if somebody has decided on it already."""
    undecided = partial(_is_undecided, caller=caller, partner_id=partner_id)
    with suppress(ConditionFailed):
        return lifecycle.snooze(engine, caller, partner_id, KEEP_DAYS, undecided)
    return None


def pause(engine: Engine, caller: Caller, partner_id: int) -> SaveResult | None:
    """Pause a paper partner. None if somebody has decided on it already."""
    undecided = partial(_is_undecided, caller=caller, partner_id=partner_id)
    with suppress(ConditionFailed):
        return lifecycle.pause(engine, caller, partner_id, None, PAUSE_REASON, undecided)
    return None


def end(engine: Engine, caller: Caller, partner_id: int, reason: str) -> SaveResult | None:
    """End a paper partnership. None if somebody has decided on it already.

    Raises:
        NotAllowed: the caller is not a steward.
    """
    undecided = partial(_is_undecided, caller=caller, partner_id=partner_id)
    with suppress(ConditionFailed):
        return lifecycle.end(engine, caller, partner_id, reason, undecided)
    return None
