"""Rules over a partner's place among the others, and over all of them."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from statistics import median, median_high, median_low

from scoring.rvi import Score
from scoring.vocabulary import REFERRAL_KINDS, Direction

PAPER_MONTHS = 6
PLANNED_DAYS = 30


def is_producing(score: Score) -> bool:
    """An incoming referral of either kind, or value won, in the last twelve months.

    A referral that was declined or lost is no production.
    """
    facts = score.facts
    return facts.value_won > 0 or facts.tally.of(REFERRAL_KINDS, Direction.IN) > facts.failed


def is_paper(score: Score, *, planned: bool, told: bool = True) -> bool:
    """Older than six full months, with nothing that counts and no value won in twelve.

    `planned`: something that counts is planned within `PLANNED_DAYS`. Where Tend was not `told` of any contact, and
    could not have been, nobody knows whether there was any.
    """
    done = score.ours.total or score.theirs.total or score.facts.value_won
    return told and not planned and not done and score.age_months > PAPER_MONTHS


def top_shares(values: Sequence[int], places: int) -> Fraction | None:
    """The share of all value won that the `places` largest bring; None where nothing was won."""
    total = sum(values)
    return Fraction(sum(sorted(values, reverse=True)[:places]), total) if total else None


class Potential(StrEnum):
    """What a partnership could become, or is about to lose."""

    TRUSTED = "trusted"
    COULD_BE = "could_be"
    AT_RISK = "at_risk"
    REGULAR = "regular"


class EffortShare(StrEnum):
    """Whether a partner gets as much of our effort as it brings of the value."""

    OVER = "over"
    UNDER = "under"
    EVEN = "even"


HIGH_TRUST = Fraction(4)
LOW_TRUST = Fraction(2)
DISPROPORTION_FACTOR = 2
MINUTES_PER_TOUCH = 60


def count_activity(score: Score) -> int:
    """All that counted in the twelve months, whoever did it for whom."""
    return sum(score.facts.tally.counts.values())


def median_activity(scores: Sequence[Score]) -> Fraction:
    """The median activity of the partners that are not provisional; nought without any."""
    known = [count_activity(one) for one in scores if not one.provisional]
    return Fraction(median_low(known) + median_high(known), 2) if known else Fraction(0)


def classify_potential(score: Score, usual: Fraction) -> Potential:
    """High trust and little done: it could become a trusted partnership. Much done and low trust: it is at risk.

    Little and much are told by `usual`, the portfolio's own median: the share of trusted partners is measured,
    never assumed. Provisional ones, and those without a rating, are regular until there is more to say.
    """
    trust = score.ours.trust.level
    if trust is None or score.provisional:
        return Potential.REGULAR
    busy = count_activity(score) > 0 and count_activity(score) >= usual
    if trust >= HIGH_TRUST:
        return Potential.TRUSTED if busy else Potential.COULD_BE
    return Potential.AT_RISK if trust <= LOW_TRUST and busy else Potential.REGULAR


def effort_minutes(touches: Mapping[Direction, int], minutes: int) -> int:
    """Our effort in minutes: an hour for each touch in which we did something, and the time that was written down.

    What they did for us alone cost them effort, not us.
    """
    ours = sum(touches.get(way, 0) for way in (Direction.OUT, Direction.JOINT))
    return ours * MINUTES_PER_TOUCH + minutes


def is_concentrated(share: Fraction, percent: int, partners: int) -> bool:
    """Whether one partner of several brings so much of the value that losing it would hurt. `percent` from 1 to 100."""
    return partners > 1 and share * 100 >= percent


def compare_effort(effort: int, all_effort: int, value: int, all_value: int) -> EffortShare:
    """A partner's share of our effort against its share of the value, in whatever units the two are measured.

    Over-served: at least twice as large a share of the effort, under-served: of the value. Without any effort or
    any value in the whole portfolio there is nothing to compare.
    """
    if not all_effort or not all_value:
        return EffortShare.EVEN
    costs, brings = Fraction(effort, all_effort), Fraction(value, all_value)
    if costs > 0 and costs >= DISPROPORTION_FACTOR * brings:
        return EffortShare.OVER
    return EffortShare.UNDER if brings > 0 and brings >= DISPROPORTION_FACTOR * costs else EffortShare.EVEN


def median_rvi(scores: Sequence[Score]) -> Fraction | None:
    """The median of the RVIs that are known and not provisional; None without any."""
    known = [one.ours.exact for one in scores if one.ours.exact is not None and not one.provisional]
    return Fraction(median(known)) if known else None
