"""Rules about a partner's place among the others, and about the whole portfolio."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from statistics import median, median_high, median_low

from scoring.rvi import Score
from scoring.vocabulary import REFERRAL_KINDS, Direction

PAPER_MONTHS = 6
PLANNED_DAYS = 30


def is_producing(score: Score) -> bool:
    """Return whether the partner sent us a referral of either kind, or value was won, in the last twelve months.

    Declined and lost referrals do not count.
    """
    facts = score.facts
    return facts.value_won > 0 or facts.tally.of(REFERRAL_KINDS, Direction.IN) > facts.failed


def is_paper(score: Score, *, planned: bool, told: bool = True) -> bool:
    """Return whether a partnership exists on paper only: older than six full months, no counting activity and no value
    won in twelve months.

    `planned`: a counting activity is planned within `PLANNED_DAYS`. False if Tend was never `told` of any contact and
    could not have been, since there may have been some.
    """
    has_activity = score.ours.total or score.theirs.total or score.facts.value_won
    return told and not planned and not has_activity and score.age_months > PAPER_MONTHS


def top_shares(values: Sequence[int], places: int) -> Fraction | None:
    """Return the share of all value won that the `places` largest partners bring, or None if nothing was won."""
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
    """Return the total of counting activities in the twelve months, in all directions."""
    return sum(score.facts.tally.counts.values())


def median_activity(scores: Sequence[Score]) -> Fraction:
    """Return the median activity of all partners that are not provisional, or 0 without any."""
    activities = [count_activity(score) for score in scores if not score.provisional]
    return Fraction(median_low(activities) + median_high(activities), 2) if activities else Fraction(0)


def classify_potential(score: Score, usual: Fraction) -> Potential:
    """Classify by trust and activity: high trust with little activity could become a trusted partnership; low trust
    with much activity is at risk.

    `usual`, the portfolio's median, separates little from much, so the share of trusted partners is measured and not
    assumed. Provisional and unrated partners are regular.
    """
    trust = score.ours.trust.level
    if trust is None or score.provisional:
        return Potential.REGULAR
    busy = count_activity(score) > 0 and count_activity(score) >= usual
    if trust >= HIGH_TRUST:
        return Potential.TRUSTED if busy else Potential.COULD_BE
    return Potential.AT_RISK if trust <= LOW_TRUST and busy else Potential.REGULAR


def effort_minutes(touches: Mapping[Direction, int], minutes: int) -> int:
    """Return our effort in minutes: one hour per touch that we took part in, plus recorded time.

    What they did for us on their own cost us nothing.
    """
    ours = sum(touches.get(direction, 0) for direction in (Direction.OUT, Direction.JOINT))
    return ours * MINUTES_PER_TOUCH + minutes


def is_concentrated(share: Fraction, percent: int, partners: int) -> bool:
    """Return whether one partner of several brings so much of the value that losing it would hurt. `percent` is 1 to
    100.
    """
    return partners > 1 and share * 100 >= percent


def compare_effort(effort: int, all_effort: int, value: int, all_value: int) -> EffortShare:
    """Compare a partner's share of our effort with its share of the value, each in any unit.

    Over-served: its share of the effort is at least twice its share of the value. Under-served: the reverse. Even if
    the portfolio has no effort or no value.
    """
    if not all_effort or not all_value:
        return EffortShare.EVEN
    costs, brings = Fraction(effort, all_effort), Fraction(value, all_value)
    if costs > 0 and costs >= DISPROPORTION_FACTOR * brings:
        return EffortShare.OVER
    return EffortShare.UNDER if brings > 0 and brings >= DISPROPORTION_FACTOR * costs else EffortShare.EVEN


def median_rvi(scores: Sequence[Score]) -> Fraction | None:
    """Return the median of the RVIs that are known and not provisional, or None without any."""
    rvis = [score.ours.exact for score in scores if score.ours.exact is not None and not score.provisional]
    return Fraction(median(rvis)) if rvis else None
