"""Find the best moves for `/partner due` and the digest: where an hour does most."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.scores.models import ScoredPartner
from scoring.best_moves import Move, MoveOutlook, Worth, find_best_move, is_threatened, max_worth
from scoring.forecast import minimum_bands, score_at
from scoring.months import WINDOW_MONTHS
from scoring.signals import FALL_DAYS, Reason
from scoring.vocabulary import Status

MAX_MOVES = 3


@dataclass(frozen=True, slots=True)
class ProposedMove:
    """A partner and the one action that does most for it."""

    scored: ScoredPartner
    move: Move


def best_moves(found: Sequence[ScoredPartner], most: int = MAX_MOVES) -> tuple[ProposedMove, ...]:
    """Return the moves that prevent most, then those that lift most. Ties go to what falls sooner, then by name.

    Only active partners that are neither snoozed nor distrusted count; distrust needs a talk first. Partners with
    nothing to prevent are considered only if there is room.
    """
    tended = [one for one in found if _is_eligible(one)]
    first = _most_threatened(tended, most)
    if len(first) < most:
        first = _rank([(one, build_outlook(one)) for one in tended])
    return tuple(first[:most])


def _most_threatened(tended: Sequence[ScoredPartner], most: int) -> list[ProposedMove]:
    """Return the best moves for threatened partners. Those with the highest bound are evaluated first, and the search
    stops once enough moves are worth more."""
    first: list[ProposedMove] = []
    for bound, one in sorted(((_max_worth(one), one) for one in tended), key=lambda pair: pair[0], reverse=True):
        if len(first) == most and first[-1].move.worth > bound:
            break
        its = build_outlook(one)
        if is_threatened(its) and (move := find_best_move(its)):
            first = sorted([*first, ProposedMove(one, move)], key=_worth_key)[:most]
    return first


def _max_worth(scored: ScoredPartner) -> Worth:
    until = scored.now.day + timedelta(FALL_DAYS)
    return max_worth(
        scored.now,
        minimum_bands(scored.now, scored.outlook.rows, until, scored.outlook.ratings),
        quiet=scored.has(Reason.QUIET),
    )


def _is_eligible(scored: ScoredPartner) -> bool:
    return scored.partner.status == Status.ACTIVE and not scored.is_snoozed and not scored.has(Reason.DISTRUST)


def build_outlook(scored: ScoredPartner) -> MoveOutlook:
    """Score a partner today and in 30 days with no new activity."""
    if not scored.outlook.rows and not scored.outlook.ratings and scored.now.months == WINDOW_MONTHS:
        return MoveOutlook(scored.now, scored.now, scored.has(Reason.QUIET))  # nothing known changes the score by then
    later = score_at(scored.now, scored.outlook.rows, scored.now.day + timedelta(FALL_DAYS), scored.outlook.ratings)
    return MoveOutlook(scored.now, later, scored.has(Reason.QUIET))


def _rank(seen: Sequence[tuple[ScoredPartner, MoveOutlook]]) -> list[ProposedMove]:
    moves = [ProposedMove(one, move) for one, its in seen if (move := find_best_move(its))]
    return sorted(moves, key=_worth_key)


def _worth_key(one: ProposedMove) -> tuple[object, ...]:
    falls_on = one.scored.next_fall.on if one.scored.next_fall else date.max
    return (*(-part for part in one.move.worth), falls_on, one.scored.partner.name)
