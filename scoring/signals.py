"""Signals: the reasons to act on a partner today, worst first."""

from collections.abc import Collection
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
    """What a signal is about, in the order in which an owner should hear it.

    Quiet comes before weakening: a fall of the RVI did not foretell silence where it was checked (docs/proof.md).
    """

    DISTRUST = "distrust"
    QUIET = "quiet"
    WEAKENING = "weakening"
    PROMISE = "promise"
    SPONSOR_LEFT = "sponsor_left"
    ROLLING_OFF = "rolling_off"
    LOPSIDED = "lopsided"
    ONE_PERSON = "one_person"
    REVIEW = "review"
    PAPER = "paper"
    INCOMPLETE = "incomplete"
    UNOWNED = "unowned"  # for stewards: a partner without an owner


WORST_FIRST = tuple(Reason)


@dataclass(frozen=True, slots=True)
class Signal:
    """One reason to act. A higher `level` of the same reason is worse, and is told again.

    `since` is the day on which the situation began, if known. A telling before that day was about another cause.
    """

    reason: Reason
    level: int = 1
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordStatus:
    """A partner's record on the day, as far as signals depend on it.

    `overdue` counts promises past their day; `overdue_since` is the latest of those days. `falls`: the band will fall
    within 30 days with no new activity. `review_due`: a review is due, whether regular, of the boundary or of a stale
    rating. `missing` counts what the record lacks of both sides' interests, the roles and the fit. `is_paper`: the
    partnership exists on paper only. `is_untold`: Tend cannot know of any contact yet, so there is no silence to
    report. `sponsor_gone_on`: since when their sponsor cannot be reached. `only_person`: all touches of half a year
    were with one person.
    """

    cadence_days: int
    overdue: int = 0
    falls: bool = False
    review_due: bool = False
    missing: int = 0
    overdue_since: date | None = None
    is_paper: bool = False
    is_untold: bool = False
    sponsor_gone_on: date | None = None
    only_person: bool = False


def find_signals(
    now: Score,
    before: Score,
    record: RecordStatus,
    *,
    off: Collection[str] = (),
    min_share: Decimal = MIN_CHANGE_SHARE,
) -> tuple[Signal, ...]:
    """Return the signals of an active partner, worst first. `before` is the score of 30 days earlier.

    `off` names the signals that the team has switched off. A fall of less than `min_share` is no weakening.
    """
    uneven = find_lopsided(now.facts.tally) is not None
    signals = (
        Signal(Reason.DISTRUST) if uneven and _is_distrusted(now) else None,
        None if record.is_untold else _quiet_signal(now, record.cadence_days),
        Signal(Reason.WEAKENING, 4 - BAND_ORDER.index(now.ours.band or Band.WEAK))
        if is_weakened(now, before, min_share)
        else None,
        _promise(record),
        Signal(Reason.SPONSOR_LEFT, since=record.sponsor_gone_on) if record.sponsor_gone_on else None,
        Signal(Reason.ROLLING_OFF) if record.falls else None,
        Signal(Reason.LOPSIDED) if uneven else None,
        Signal(Reason.ONE_PERSON) if record.only_person and _matters(now) else None,
        Signal(Reason.REVIEW) if record.review_due else None,
        Signal(Reason.PAPER) if record.is_paper else None,
        _incomplete_signal(now, record.missing),
    )
    return tuple(signal for signal in signals if signal and signal.reason not in off)


def is_weakened(now: Score, before: Score, min_share: Decimal = MIN_CHANGE_SHARE) -> bool:
    """Return whether the RVI fell by a band, or by a fifth and at least 0.25, with neither day provisional."""
    return _has_changed(now, before, -1, min_share)


def has_grown(now: Score, before: Score) -> bool:
    """Return whether the RVI rose by as much as a fall that counts as weakening."""
    return _has_changed(now, before, 1, MIN_CHANGE_SHARE)


def _has_changed(now: Score, before: Score, way: int, min_share: Decimal) -> bool:
    old, new = before.ours, now.ours
    if now.provisional or before.provisional or old.rvi is None or new.rvi is None:
        return False
    return moved(old.rvi, new.rvi, way, min_share)


def moved(old: Decimal, new: Decimal, way: int, min_share: Decimal = MIN_CHANGE_SHARE) -> bool:
    """Return whether one RVI is far enough above (`way` 1) or below (`way` -1) another to mention."""
    bands = (BAND_ORDER.index(band_of(new)) - BAND_ORDER.index(band_of(old))) * way
    far = (new - old) * way
    return bands > 0 or (far >= MIN_CHANGE and far >= old * min_share)


def is_quiet(now: Score, cadence_days: int) -> bool:
    """Return whether the last touch is longer ago than the cadence allows."""
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
    """Return whether trust is low on either side."""
    levels = (now.ours.trust.level, now.theirs.trust.level)
    return any(level is not None and level <= LOW_TRUST for level in levels)


def _matters(now: Score) -> bool:
    """Return whether a partnership is good or better, and no longer too young to say."""
    return not now.provisional and now.ours.band is not None and now.ours.band != Band.WEAK


def _incomplete_signal(now: Score, missing: int) -> Signal | None:
    """Return the signal of an incomplete record. A new partnership has two weeks to fill it in."""
    settled_in = (now.day - now.facts.start).days >= INCOMPLETE_DAYS
    return Signal(Reason.INCOMPLETE) if missing and settled_in else None
