"""Long runs, for an hour that nobody waits for: `make soak`, or `python -m tests.soak --only strain --minutes 4`.

A long run is a name with a function that gives so many `Round`s; to add one, put it into `runs`.
"""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tests.reliability import run as once
from tests.reliability.databases import POSTGRES
from tests.reliability.strain_counts import strained


@dataclass(frozen=True)
class Round:
    """What one round of a long run came to: figures to be added up, and what was wrong."""

    figures: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class LongRun:
    """Something to be done very often. `lacks` says what keeps it from being done here."""

    rounds: int
    go: Callable[[int], Iterator[Round]]
    lacks: str = ""


def kills(kind: str) -> Callable[[int], Iterator[Round]]:
    """Workers are killed while deliveries are due."""

    def go(rounds: int) -> Iterator[Round]:
        seed = time.time_ns() % 1_000_000_000
        for one in once.all_runs(kind, range(seed, seed + rounds)):
            yield Round({"deliveries": one.deliveries, "kills": one.kills, "kills between post and mark": one.between,
                         "Slack's faults": one.faults, "lost": one.lost, "twice": one.twice}, one.problems)  # fmt: skip

    return go


def strain(kind: str, minutes: float) -> Callable[[int], Iterator[Round]]:
    """Kills, backups, merges, imports, commands, the API and a Slack that hangs, all at once for so many minutes."""

    def go(rounds: int) -> Iterator[Round]:
        seed = time.time_ns() % 1_000_000_000
        for each in range(seed, seed + rounds):
            counts = strained(kind, minutes, each)
            yield Round(counts.figures, counts.problems)

    return go


def runs(minutes: float) -> Mapping[str, LongRun]:
    """All long runs."""
    lacks = "" if os.environ.get(POSTGRES) else f"{POSTGRES} names no database"
    return {
        "kills on SQLite": LongRun(100, kills("sqlite")),
        "kills on PostgreSQL": LongRun(100, kills("postgres"), lacks),
        "strain on SQLite": LongRun(1, strain("sqlite", minutes)),
        "strain on PostgreSQL": LongRun(1, strain("postgres", minutes), lacks),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="runs whose name has this in it")
    parser.add_argument("--rounds", type=int, default=None, help="so many of each")
    parser.add_argument("--minutes", type=float, default=30, help="how long a round of strain lasts")
    asked = parser.parse_args()
    console, table, wrong = Console(), Table("run", "rounds", "seconds", "figures", "problems"), []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        for name, run in runs(asked.minutes).items():
            if asked.only not in name:
                continue
            if run.lacks:
                table.add_row(name, "-", "-", run.lacks, "-")
                continue
            rounds = asked.rounds or run.rounds
            row, problems = _row(name, rounds, progress.track(run.go(rounds), total=rounds, description=name))
            table.add_row(*row)
            wrong += problems
    console.print(table)
    for problem in wrong:
        console.print(problem, style="red", markup=False)
    return 1 if wrong else 0


def _row(name: str, rounds: int, each: Iterator[Round]) -> tuple[list[str], list[str]]:
    """A run from its beginning to its end, as a row of the table, with all that was wrong."""
    figures: Counter[str] = Counter()
    problems: list[str] = []
    started = time.monotonic()
    for one in each:
        figures.update(one.figures)
        problems += one.problems
    told = "\n".join(f"{words}: {number:,}" for words, number in figures.items())
    return [name, f"{rounds:,}", f"{time.monotonic() - started:,.0f}", told, str(len(problems))], problems


if __name__ == "__main__":
    sys.exit(main())
