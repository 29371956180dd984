"""The reasons to act on a partner today, worst first."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from scoring.balance import find_lopsided
from scoring.rvi import Score, band_of
from scoring.vocabulary import BAND_ORDER, Band

WEAKENING_DAYS = 30
MIN_CHANGE_SHARE = Decimal("0.20")
MIN_CHANGE = Decimal("0.25")
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
    """One reason to act. A higher `level` of the same reason is worse, and is told again.

    `since` is the day on which it came to this, where that is known: what was told before then was another cause.
    """

    reason: Reason
    level: int = 1
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordStatus:
    """What the partner's record says on the day, as far as signals ask it.

    `overdue` promises are past their day, the latest of which was `overdue_since`; `falls` says that the band falls
    within 30 days with nothing new; `review_due` that a review, the boundary's or a stale rating's turn has come;
    `missing` counts what the record still lacks of both sides' interests, the roles and the fit; `is_paper` says that
    nothing comes of it. `is_untold`: Tend could not know of any contact yet, and that is no silence.
    """

    cadence_days: int
    overdue: int = 0
    falls: bool = False
    review_due: bool = False
    missing: int = 0
    overdue_since: date | None = None
    is_paper: bool = False
    is_untold: bool = False


def find_signals(now: Score, before: Score, record: RecordStatus) -> tuple[Signal, ...]:
    """The signals of an active partner, worst first. `before` is the score of 30 days earlier."""
    uneven = find_lopsided(now.facts.tally) is not None
    found = (
        Signal(Reason.DISTRUST) if uneven and _is_distrusted(now) else None,
        Signal(Reason.WEAKENING, 4 - BAND_ORDER.index(now.ours.band or Band.WEAK))
        if is_weakened(now, before)
        else None,
        None if record.is_untold else _quiet_signal(now, record.cadence_days),
        _promise(record),
        Signal(Reason.ROLLING_OFF) if record.falls else None,
        Signal(Reason.LOPSIDED) if uneven else None,
        Signal(Reason.REVIEW) if record.review_due else None,
        Signal(Reason.PAPER) if record.is_paper else None,
        _incomplete_signal(now, record.missing),
    )
    return tuple(signal for signal in found if signal)


def is_weakened(now: Score, before: Score) -> bool:
    """Whether the RVI fell by a band, or by a fifth and at least 0.25, with neither day provisional."""
    return _has_changed(now, before, -1)


def has_grown(now: Score, before: Score) -> bool:
    """Whether the RVI rose as far as it would have to fall to be weakening."""
    return _has_changed(now, before, 1)


def _has_changed(now: Score, before: Score, way: int) -> bool:
    old, new = before.ours, now.ours
    if now.provisional or before.provisional or old.rvi is None or new.rvi is None:
        return False
    return moved(old.rvi, new.rvi, way)


def moved(old: Decimal, new: Decimal, way: int) -> bool:
    """Whether an RVI is so far above another (`way` 1) or below it (-1) that it is spoken of."""
    bands = (BAND_ORDER.index(band_of(new)) - BAND_ORDER.index(band_of(old))) * way
    far = (new - old) * way
    return bands > 0 or (far >= MIN_CHANGE and far >= old * MIN_CHANGE_SHARE)


def is_quiet(now: Score, cadence_days: int) -> bool:
    """Whether nothing was done together for as long as the cadence allows."""
    return _quiet_signal(now, cadence_days) is not None


def _quiet_signal(now: Score, cadence_days: int) -> Signal | None:
    level = min(now.quiet_days // cadence_days, QUIET_LEVELS)
    if not level:
        return None
    since = now.day - timedelta(days=now.quiet_days - level * cadence_days)
    return Signal(Reason.QUIET, level, since)


def _promise(record: RecordStatus) -> Signal | None:
    if not record.overdue:
        return None
    since = record.overdue_since + timedelta(days=1) if record.overdue_since else None
    return Signal(Reason.PROMISE, record.overdue, since)


def _is_distrusted(now: Score) -> bool:
    """Low trust on either side; where one of them only takes, too: talk, or end it."""
    levels = (now.ours.trust.level, now.theirs.trust.level)
    return any(level is not None and level <= LOW_TRUST for level in levels)


def _incomplete_signal(now: Score, missing: int) -> Signal | None:
    """A new partnership has two weeks to say what it is for."""
    settled_in = (now.day - now.facts.start).days >= INCOMPLETE_DAYS
    return Signal(Reason.INCOMPLETE) if missing and settled_in else None
