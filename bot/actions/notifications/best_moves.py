"""Where an hour does most: what `/partner due` and the digest propose, of one owner's partners or of all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.scores.query import Scored
from scoring.best_moves import Move, Outlook, Worth, at_most, best_move, threatened
from scoring.forecast import at, least_bands
from scoring.months import WINDOW_MONTHS
from scoring.signals import FALL_DAYS, Reason
from scoring.vocabulary import Status

MOST = 3


@dataclass(frozen=True, slots=True)
class Proposed:
    """A partner with the one thing to do that does most with it."""

    scored: Scored
    move: Move


def best_moves(found: Sequence[Scored], most: int = MOST) -> tuple[Proposed, ...]:
    """The few things to do that prevent most among these partners, then those that lift most; among equals what falls
    sooner, then by name.

    Only active partners that are not snoozed, and none that is distrusted: that one wants a talk first. Those with
    nothing to prevent are asked only where there is room left.
    """
    tended = [one for one in found if _may_be_proposed(one)]
    first = _most_threatened(tended, most)
    if len(first) < most:
        first = _ranked([(one, outlook(one)) for one in tended])
    return tuple(first[:most])


def _most_threatened(tended: Sequence[Scored], most: int) -> list[Proposed]:
    """The first ones of those that something threatens. Whoever may be worth most is looked at first, and nobody once
    there are so many that are worth more."""
    first: list[Proposed] = []
    for bound, one in sorted(((_at_most(one), one) for one in tended), key=lambda pair: pair[0], reverse=True):
        if len(first) == most and first[-1].move.worth > bound:
            break
        its = outlook(one)
        if threatened(its) and (move := best_move(its)):
            first = sorted([*first, Proposed(one, move)], key=_most_first)[:most]
    return first


def _at_most(one: Scored) -> Worth:
    until = one.now.day + timedelta(FALL_DAYS)
    return at_most(one.now, least_bands(one.now, one.ahead.rows, until, one.ahead.ratings), quiet=one.has(Reason.QUIET))


def _may_be_proposed(one: Scored) -> bool:
    return one.partner.status == Status.ACTIVE and not one.is_snoozed and not one.has(Reason.DISTRUST)


def outlook(one: Scored) -> Outlook:
    """A partner today and 30 days on with nothing new."""
    if not one.ahead.rows and not one.ahead.ratings and one.now.months == WINDOW_MONTHS:
        return Outlook(one.now, one.now, one.has(Reason.QUIET))  # nothing is known that changes a number by then
    later = at(one.now, one.ahead.rows, one.now.day + timedelta(FALL_DAYS), one.ahead.ratings)
    return Outlook(one.now, later, one.has(Reason.QUIET))


def _ranked(seen: Sequence[tuple[Scored, Outlook]]) -> list[Proposed]:
    moves = [Proposed(one, move) for one, its in seen if (move := best_move(its))]
    return sorted(moves, key=_most_first)


def _most_first(one: Proposed) -> tuple[object, ...]:
    falls_on = one.scored.falls.on if one.scored.falls else date.max
    return (*(-part for part in one.move.worth), falls_on, one.scored.partner.name)
