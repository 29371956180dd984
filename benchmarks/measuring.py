"""Measure two things alternately and report their ratio.

Machine speed varies over time, so each round runs both. The result is the median of the rounds' ratios, with the
smallest and largest. CPU time covers only this process; wall time is what a person waits.
"""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time

Do = Callable[[], object]
Clock = Callable[[], float]

WALL: Clock = perf_counter
CPU: Clock = process_time


@dataclass(frozen=True, slots=True)
class Target:
    """An upper or lower limit for a ratio."""

    number: float
    at_least: bool = False

    def is_met(self, ratio: float) -> bool:
        return ratio >= self.number if self.at_least else ratio <= self.number

    @property
    def words(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.number:g}×"


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured ratio. `ours` and `theirs` are medians in `unit`; `low` and `high` are the extremes of all rounds."""

    row: int
    what: str
    against: str
    unit: str
    ours: float
    theirs: float
    ratio: float
    low: float
    high: float
    target: Target | None = None
    note: str = ""

    @property
    def is_reached(self) -> bool | None:
        return self.target.is_met(self.ratio) if self.target else None


@dataclass(frozen=True, slots=True)
class Missing:
    """A row that could not be measured, with the reason."""

    row: int
    what: str
    why: str


Found = Figure | Missing
Rounds = Sequence[tuple[float, float]]


def figure(
    row: int,
    what: str,
    against: str,
    rounds: Rounds,
    target: Target | None = None,
    *,
    unit: str = "ms",
    note: str = "",
) -> Figure:
    """Build a figure from the rounds' (ours, theirs) pairs."""
    ratios = [ours / theirs for ours, theirs in rounds]
    return Figure(
        row=row,
        what=what,
        against=against,
        unit=unit,
        ours=median(ours for ours, _ in rounds),
        theirs=median(theirs for _, theirs in rounds),
        ratio=median(ratios),
        low=min(ratios),
        high=max(ratios),
        target=target,
        note=note,
    )


def in_turn(ours: Do, theirs: Do, *, rounds: int, clock: Clock = CPU) -> Rounds:
    """Run both alternately and return each round's milliseconds. The first round is a warm-up."""
    timed(ours, clock), timed(theirs, clock)
    return [(timed(ours, clock), timed(theirs, clock)) for _ in range(rounds)]


def timed(do: Do, clock: Clock) -> float:
    """Return the milliseconds that a call takes, after collecting earlier garbage."""
    gc.collect()
    started = clock()
    do()
    return (clock() - started) * 1000


@dataclass(frozen=True, slots=True)
class Calls:
    """Wall and CPU milliseconds of single calls in one round."""

    wall: list[tuple[float, float]]
    cpu: list[tuple[float, float]]


def call_by_call(ours: Iterator[Do], theirs: Iterator[Do], *, rounds: int, calls: int) -> list[Calls]:
    """Time short calls, alternating ours and theirs. The first round is a warm-up."""
    rounds_done = []
    with settled():
        for _ in range(rounds + 1):
            pairs = [(both(next(ours)), both(next(theirs))) for _ in range(calls)]
            rounds_done.append(Calls([(a[0], b[0]) for a, b in pairs], [(a[1], b[1]) for a, b in pairs]))
    return rounds_done[1:]


def both(do: Do) -> tuple[float, float]:
    """Return a call's wall and CPU milliseconds."""
    wall, cpu = WALL(), CPU()
    do()
    return (WALL() - wall) * 1000, (CPU() - cpu) * 1000


@contextmanager
def settled() -> Iterator[None]:
    """Freeze existing objects out of garbage collection, as in a process that has run for a while."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def middle(pairs: Rounds) -> tuple[float, float]:
    """Return the medians of both sides."""
    return median(ours for ours, _ in pairs), median(theirs for _, theirs in pairs)


def slowest(pairs: Rounds, share: float = 0.99) -> tuple[float, float]:
    """Return a percentile of both sides."""
    return at_share([ours for ours, _ in pairs], share), at_share([theirs for _, theirs in pairs], share)


def at_share(numbers: Sequence[float], share: float) -> float:
    """Return the value at a percentile."""
    return sorted(numbers)[min(len(numbers) - 1, int(len(numbers) * share))]
