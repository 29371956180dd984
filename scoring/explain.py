"""Explain why an RVI changed between two days, as causes whose effects add up exactly to the change.

The causes are applied one at a time: what left the twelve months, what was voided, what is new, then the age in months,
then trust. The effect of each step is the difference of the *shown* RVI before and after it. So the two-decimal effects
that people see add up exactly to the difference of the two shown RVIs. The exact effects are kept beside them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from scoring.counts import NO_ACTIVITY, ActivityCounts
from scoring.rvi import Score, read_rvi
from scoring.vocabulary import COUNTING_KINDS, Kind, Side


class CauseKind(StrEnum):
    """What changed the score."""

    ROLLED_OUT = "rolled_out"
    VOIDED = "voided"
    NEW = "new"
    AGE = "age"
    TRUST = "trust"


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause of a change: `number` activities of `kind`, or months or trust going from `old` to `new`."""

    reason: CauseKind
    effect: Decimal
    exact: Fraction
    kind: Kind | None = None
    number: int = 0
    old: Fraction | None = None
    new: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """The change from `before` to `after`, seen from `side`. There are no causes if either RVI is missing."""

    before: Score
    after: Score
    side: Side
    causes: tuple[Cause, ...]

    @property
    def effect(self) -> Decimal | None:
        old, new = self.before.view(self.side).rvi, self.after.view(self.side).rvi
        return None if old is None or new is None else new - old


@dataclass(slots=True)
class _RunningScore:
    total: int
    months: int
    level: Fraction

    @property
    def rvi(self) -> tuple[Fraction, Decimal]:
        """The exact RVI and the shown RVI."""
        exact, shown, _ = read_rvi(self.total, self.months, self.level)
        assert exact is not None and shown is not None  # trust is rated here
        return exact, shown


class InconsistentTallies(ValueError):
    """The activities removed and added do not lead from one total to the other."""


def explain_change(
    before: Score,
    after: Score,
    side: Side,
    *,
    rolled_out: ActivityCounts,
    new: ActivityCounts,
    voided: ActivityCounts = NO_ACTIVITY,
) -> Change:
    """Return the causes of the change from `before` to `after`.

    `rolled_out` counts what was in the earlier twelve months only, `new` what is in the later ones only, and `voided`
    what was counted then and has been undone since.

    Raises:
        InconsistentTallies: the three do not account for the difference of the totals.
    """
    old, now = before.view(side), after.view(side)
    if old.total - rolled_out.total(side) - voided.total(side) + new.total(side) != now.total:
        raise InconsistentTallies(f"{old.total} to {now.total}")
    if old.trust.level is None or now.trust.level is None:
        return Change(before, after, side, ())
    walk = _RunningScore(old.total, before.months, old.trust.level)
    causes: list[Cause] = []
    for because, tally, sign in (
        (CauseKind.ROLLED_OUT, rolled_out, -1),
        (CauseKind.VOIDED, voided, -1),
        (CauseKind.NEW, new, 1),
    ):
        causes.extend(_activity_causes(walk, because, tally, side, sign))
    causes.extend(_month_causes(walk, after.months))
    causes.extend(_trust_cause(walk, now.trust.level))
    return Change(before, after, side, tuple(causes))


def _apply_step(walk: _RunningScore, **moved: int | Fraction) -> tuple[Decimal, Fraction]:
    exact_before, shown_before = walk.rvi
    for name, value in moved.items():
        setattr(walk, name, value)
    exact, shown = walk.rvi
    return shown - shown_before, exact - exact_before


def _activity_causes(
    walk: _RunningScore, because: CauseKind, tally: ActivityCounts, side: Side, sign: int
) -> Iterator[Cause]:
    kinds = tally.kinds(side)
    for kind in COUNTING_KINDS:
        if number := kinds[kind]:
            effect, exact = _apply_step(walk, total=walk.total + sign * number)
            yield Cause(because, effect, exact, kind=kind, number=number)


def _month_causes(walk: _RunningScore, months: int) -> Iterator[Cause]:
    if months != walk.months:
        old = walk.months
        effect, exact = _apply_step(walk, months=months)
        yield Cause(CauseKind.AGE, effect, exact, old=Fraction(old), new=Fraction(months))


def _trust_cause(walk: _RunningScore, level: Fraction) -> Iterator[Cause]:
    if level != walk.level:
        old = walk.level
        effect, exact = _apply_step(walk, level=level)
        yield Cause(CauseKind.TRUST, effect, exact, old=old, new=level)


def heaviest_causes(change: Change) -> Sequence[Cause]:
    """Return the causes in the direction of the change, largest first."""
    down = (change.effect or 0) < 0
    pushed = [cause for cause in change.causes if cause.exact and (cause.exact < 0) == down]
    return sorted(pushed, key=lambda cause: -abs(cause.exact))


def split_causes(change: Change, most: int) -> tuple[Sequence[Cause], Sequence[Cause]]:
    """Return the causes to name, and the rest, whose effects are shown as one sum. Together they add up to the change.

    Causes in the direction of the change come first, largest first. A single cause beyond `most` is named too, since
    summarizing it takes as many words.
    """
    pushed = heaviest_causes(change)
    against = sorted(
        (cause for cause in change.causes if cause.exact and cause not in pushed), key=lambda cause: -abs(cause.exact)
    )
    causes = [*pushed, *against]
    shown_count = len(causes) if len(causes) == most + 1 else most
    return causes[:shown_count], causes[shown_count:]
