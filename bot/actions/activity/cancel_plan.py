"""Cancel a plan: void it, or ask which one is meant."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.activity.amendments import amend
from bot.actions.activity.entries import Entry
from bot.actions.caller import Caller
from bot.actions.common import get_partner, get_partner_by_name, get_score, row_id
from bot.errors import NotAllowed, NotFound
from scoring.rvi import Score
from scoring.vocabulary import REFERRAL_KINDS, Kind
from storage.db.engine import writing
from storage.db.retry import retried
from storage.ledger import activities
from storage.name_key import name_key
from storage.partners import promises
from storage.tables import Activity, Partner

MOST_PLANS = 50
_WORD = re.compile(r"[^\W_]+")
_NO_TITLE = frozenset({
    "a", "an", "the", "our", "their", "with", "for", "of", "on", "at", "and", "in", "to", "is", "was", "got",
    "has", "been", "cancelled", "canceled", "postponed", "off", "called", "today", "tomorrow", "event",
    "meeting", "call", "next", "this",
})  # fmt: skip
_MOVING = _NO_TITLE | {
    "moved", "pushed", "now", "instead", "shifted", "bumped", "slipped", "delayed", "rebooked", "rescheduled",
    "rearranged", "brought", "forward", "back", "until", "it",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The plan that was voided (`update_id` restores it), or the plans that may be meant, with nothing changed.

    `matched` says whether the listed plans fit what was typed. If not, they are all that is planned.
    """

    partner_id: int
    partner: str
    voided: Entry | None
    plans: Sequence[Entry]
    matched: bool
    before: Score
    after: Score
    update_id: int | None = None


@retried
def cancel_planned(engine: Engine, caller: Caller, partner: str, words: str = "", day: date | None = None) -> Cancelled:
    """Void the one plan with a partner that matches words or a day, or the only one if neither is given.

    If not exactly one fits, void nothing and return the choices.

    Raises:
        NotAllowed: the plan and the partner are somebody else's.
    """
    with writing(engine) as session:
        caller.claim_request_key(session)
        return cancel_in(session, caller, partner, words, day)


def cancel_in(session: Session, caller: Caller, partner: str, words: str = "", day: date | None = None) -> Cancelled:
    """Void a plan as `cancel_planned` does, within a transaction."""
    named = get_partner(session, caller, get_partner_by_name(session, caller, partner).id)
    plans = plans_of(session, caller, row_id(named))
    fit = [row for row in plans if (day is None or row.occurred_on == day) and _names(words, row, named.name)]
    before = get_score(session, caller, named)
    if len(fit) == 1:
        return _voided(session, caller, named, fit[0], before)
    told = [Entry.of(row) for row in fit or plans]
    return Cancelled(row_id(named), named.name, None, told, bool(fit), before, before)


@retried
def cancel_plan(engine: Engine, caller: Caller, activity_id: int) -> Cancelled:
    """Void the plan that was chosen among several.

    Raises:
        NotAllowed: it is somebody else's.
    """
    with writing(engine) as session:
        caller.claim_request_key(session)
        row = activities.get(session, workspace_id=caller.team.id, activity_id=activity_id)
        if row is None or row.voided_at or not _is_plan(caller, row):
            raise NotFound("That is no longer planned.")
        partner = get_partner(session, caller, row.partner_id)
        return _voided(session, caller, partner, row, get_score(session, caller, partner))


def plans_of(session: Session, caller: Caller, partner_id: int) -> list[Activity]:
    """Return what is planned with a partner, within a transaction."""
    yesterday = date.fromordinal(caller.today.toordinal() - 1)
    rows = activities.planned(
        session, workspace_id=caller.team.id, partner_id=partner_id, after=yesterday, limit=MOST_PLANS
    )
    return [row for row in rows if _is_plan(caller, row)]


def _is_plan(caller: Caller, row: Activity) -> bool:
    """Return whether a row was recorded before its day, which is not over. What was logged today has happened."""
    planned = caller.team.today(row.recorded_at) < row.occurred_on
    return planned and row.occurred_on >= caller.today and row.kind not in (*REFERRAL_KINDS, Kind.ATTEMPT)


def _names(words: str, row: Activity, partner: str) -> bool:
    """Return whether every telling word is in the plan. No telling words match every plan."""
    return not adds_to_plan(words, row, partner, besides=_NO_TITLE)


def adds_to_plan(words: str, row: Activity, partner: str, besides: Collection[str] = _MOVING) -> bool:
    """Return whether a text says more than the plan does, besides words that tell nothing."""
    own = {name_key(word) for word in _WORD.findall(partner)}
    said = {name_key(word) for word in _WORD.findall(words)}
    there = {name_key(word) for text in (row.title, row.medium or "", row.kind) for word in _WORD.findall(text)}
    telling = {word for word in said - own if word not in besides and not word.isdecimal()}
    return not telling <= there


def _voided(session: Session, caller: Caller, partner: Partner, row: Activity, before: Score) -> Cancelled:
    if caller.user_id not in (row.recorded_by, partner.owner) and not caller.may_as_steward():
        raise NotAllowed(
            "Only the person who planned this, the partner's owner, a steward or a workspace admin can cancel it."
        )
    done = amend(session, caller, row, {"voided_at": caller.now, "voided_by": caller.user_id})
    promises.void_for_activity(session, workspace_id=caller.team.id, activity_id=row_id(row), now=caller.now)
    session.flush()
    after = get_score(session, caller, partner)
    return Cancelled(row_id(partner), partner.name, Entry.of(row), (), True, before, after, done.id)
