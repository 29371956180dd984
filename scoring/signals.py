"""The reasons to act on a partner today, worst first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from scoring.balance import lopsided
from scoring.portfolio import is_paper
from scoring.rvi import Score
from scoring.vocabulary import BAND_ORDER, Band

WEAKENING_DAYS = 30
MOVED_SHARE = Decimal("0.20")
MOVED_LEAST = Decimal("0.25")
QUIET_LEVELS = 3
INCOMPLETE_DAYS = 14
FALL_DAYS = 30
LOW_TRUST = Fraction(2)


class Reason(StrEnum):
    """What a signal says, in the order in which an owner should hear it."""

    DISTRUST = "distrust"
    WEAKENING = "weakening"
    QUIET = "quiet"
    PROMISE = "promise"
    ROLLING_OFF = "rolling_off"
    LOPSIDED = "lopsided"
    REVIEW = "review"
    PAPER = "paper"
    INCOMPLETE = "incomplete"
    UNOWNED = "unowned"  # told to stewards, of a partner that has nobody to tell


WORST_FIRST = tuple(Reason)


@dataclass(frozen=True, slots=True)
class Signal:
    """One reason to act. A higher `level` of the same reason is worse, and is told again."""

    reason: Reason
    level: int = 1


@dataclass(frozen=True, slots=True)
class Told:
    """The last time the owner heard of a reason whose cause has lasted since."""

    reason: Reason
    level: int
    told_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the partner's record says on the day, as far as signals ask it.

    `overdue` promises are past their day; `falls` says that the band falls within 30 days with nothing new;
    `review_due` that a review, the boundary's or a stale rating's turn has come; `missing` counts what the record
    still lacks of both sides' interests, the roles and the fit.
    """

    cadence_days: int
    overdue: int = 0
    falls: bool = False
    review_due: bool = False
    missing: int = 0


def signals(now: Score, before: Score, record: Record) -> tuple[Signal, ...]:
    """The signals of an active partner, worst first. `before` is the score of 30 days earlier."""
    uneven = lopsided(now.facts.tally) is not None
    found = (
        Signal(Reason.DISTRUST) if uneven and _is_distrusted(now) else None,
        Signal(Reason.WEAKENING, 4 - BAND_ORDER.index(now.ours.band or Band.WEAK)) if weakened(now, before) else None,
        _quiet(now, record.cadence_days),
        Signal(Reason.PROMISE, record.overdue) if record.overdue else None,
        Signal(Reason.ROLLING_OFF) if record.falls else None,
        Signal(Reason.LOPSIDED) if uneven else None,
        Signal(Reason.REVIEW) if record.review_due else None,
        Signal(Reason.PAPER) if is_paper(now) else None,
        _incomplete(now, record.missing),
    )
    return tuple(signal for signal in found if signal)


def weakened(now: Score, before: Score) -> bool:
    """Whether the RVI fell by a band, or by a fifth and at least 0.25, with neither day provisional."""
    return _moved(now, before, -1)


def grew(now: Score, before: Score) -> bool:
    """Whether the RVI rose as far as it would have to fall to be weakening."""
    return _moved(now, before, 1)


def _moved(now: Score, before: Score, way: int) -> bool:
    old, new = before.ours, now.ours
    if now.provisional or before.provisional or old.rvi is None or new.rvi is None:
        return False
    assert old.band and new.band  # a shown RVI has a band
    bands = (BAND_ORDER.index(new.band) - BAND_ORDER.index(old.band)) * way
    far = (new.rvi - old.rvi) * way
    return bands > 0 or (far >= MOVED_LEAST and far >= old.rvi * MOVED_SHARE)


def is_quiet(now: Score, cadence_days: int) -> bool:
    """Whether nothing was done together for as long as the cadence allows."""
    return _quiet(now, cadence_days) is not None


def _quiet(now: Score, cadence_days: int) -> Signal | None:
    times = now.quiet_days // cadence_days
    return Signal(Reason.QUIET, min(times, QUIET_LEVELS)) if times else None


def _is_distrusted(now: Score) -> bool:
    """Low trust on either side; where one of them only takes, too: talk, or end it."""
    levels = (now.ours.trust.level, now.theirs.trust.level)
    return any(level is not None and level <= LOW_TRUST for level in levels)


def _incomplete(now: Score, missing: int) -> Signal | None:
    """A new partnership has two weeks to say what it is for."""
    settled_in = (now.day - now.facts.start).days >= INCOMPLETE_DAYS
    return Signal(Reason.INCOMPLETE) if missing and settled_in else None


REPEAT_DAYS = 14


def to_tell(found: Sequence[Signal], told: Sequence[Told], day: date) -> tuple[Signal, ...]:
    """Of the signals of today, those to speak of: new, worse than when told, or ignored for 14 days."""
    last = {notice.reason: notice for notice in told if notice.told_on <= day}

    def speak(signal: Signal) -> bool:
        notice = last.get(signal.reason)
        return notice is None or signal.level > notice.level or (day - notice.told_on).days >= REPEAT_DAYS

    return tuple(signal for signal in found if speak(signal))
