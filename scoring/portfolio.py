"""Rules over a partner's place among the others, and over all of them."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from statistics import median, median_high, median_low

from scoring.rvi import Score
from scoring.vocabulary import REFERRAL_KINDS, Direction

PAPER_MONTHS = 6
_IN = Direction.IN


def is_producing(score: Score) -> bool:
    """An incoming referral of either kind, or value won, in the last twelve months."""
    return score.facts.value_won > 0 or any([score.facts.tally.counts.get((kind, _IN)) for kind in REFERRAL_KINDS])


def is_paper(score: Score) -> bool:
    """Six months old or more, with nothing that counts and no value won in twelve months."""
    return (
        score.age_months >= PAPER_MONTHS and score.ours.total == score.theirs.total == 0 and score.facts.value_won == 0
    )


def top_shares(values: Sequence[int], places: int) -> Fraction | None:
    """The share of all value won that the `places` largest bring; None where nothing was won."""
    total = sum(values)
    return Fraction(sum(sorted(values, reverse=True)[:places]), total) if total else None


class Promise(StrEnum):
    """What a partnership could become, or is about to lose."""

    TRUSTED = "trusted"
    COULD_BE = "could_be"
    AT_RISK = "at_risk"
    REGULAR = "regular"


class Served(StrEnum):
    """Whether a partner gets as much of our effort as it brings of the value."""

    OVER = "over"
    UNDER = "under"
    EVEN = "even"


HIGH_TRUST = Fraction(4)
LOW_TRUST = Fraction(2)
OUT_OF_PROPORTION = 2
MINUTES_A_TOUCH = 60


def activity(score: Score) -> int:
    """All that counted in the twelve months, whoever did it for whom."""
    return sum(score.facts.tally.counts.values())


def usual_activity(scores: Sequence[Score]) -> Fraction:
    """The median activity of the partners that are not provisional; nought without any."""
    known = [activity(one) for one in scores if not one.provisional]
    return Fraction(median_low(known) + median_high(known), 2) if known else Fraction(0)


def promise(score: Score, usual: Fraction) -> Promise:
    """High trust and little done: it could become a trusted partnership. Much done and low trust: it is at risk.

    Little and much are told by `usual`, the portfolio's own median: the share of trusted partners is measured,
    never assumed. Provisional ones, and those without a rating, are regular until there is more to say.
    """
    trust = score.ours.trust.level
    if trust is None or score.provisional:
        return Promise.REGULAR
    busy = activity(score) > 0 and activity(score) >= usual
    if trust >= HIGH_TRUST:
        return Promise.TRUSTED if busy else Promise.COULD_BE
    return Promise.AT_RISK if trust <= LOW_TRUST and busy else Promise.REGULAR


def effort(touches: Mapping[Direction, int], minutes: int) -> int:
    """Our effort in minutes: an hour for each touch in which we did something, and the time that was written down.

    What they did for us alone cost them effort, not us.
    """
    ours = sum(touches.get(way, 0) for way in (Direction.OUT, Direction.JOINT))
    return ours * MINUTES_A_TOUCH + minutes


def carries_too_much(share: Fraction, percent: int, partners: int) -> bool:
    """Whether one partner of several brings so much of the value that losing it would hurt. `percent` from 1 to 100."""
    return partners > 1 and share * 100 >= percent


def served(effort: int, all_effort: int, value: int, all_value: int) -> Served:
    """A partner's share of our effort against its share of the value, in whatever units the two are measured.

    Over-served: at least twice as large a share of the effort, under-served: of the value. Without any effort or
    any value in the whole portfolio there is nothing to compare.
    """
    if not all_effort or not all_value:
        return Served.EVEN
    costs, brings = Fraction(effort, all_effort), Fraction(value, all_value)
    if costs > 0 and costs >= OUT_OF_PROPORTION * brings:
        return Served.OVER
    return Served.UNDER if brings > 0 and brings >= OUT_OF_PROPORTION * costs else Served.EVEN


def median_rvi(scores: Sequence[Score]) -> Fraction | None:
    """The median of the RVIs that are known and not provisional; None without any."""
    known = [one.ours.exact for one in scores if one.ours.exact is not None and not one.provisional]
    return Fraction(median(known)) if known else None
