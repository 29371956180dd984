"""Runs in which workers are killed: `python -m tests.reliability.run --runs 20 --database sqlite`."""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot.fake_slack import FakeSlack
from tests.reliability.databases import KINDS, Fresh, opened
from tests.reliability.killing import Figures, killed_run


def runs(slack: FakeSlack, fresh: Fresh, seeds: range, folder: Path, broken: str = "") -> Iterator[Figures]:
    """One run a seed, one after the other."""
    for seed in seeds:
        yield killed_run(slack, fresh(), seed, folder / "workers.log", broken)


def all_runs(kind: str, seeds: range) -> Iterator[Figures]:
    """All runs on one kind of database."""
    with tempfile.TemporaryDirectory() as name, FakeSlack(rates=None) as slack, opened(kind, Path(name)) as fresh:
        yield from runs(slack, fresh, seeds, Path(name))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--seed", type=int, default=None, help="of the first run; each next has the next")
    asked = parser.parse_args()
    seed = time.time_ns() % 1_000_000 if asked.seed is None else asked.seed
    console = Console()
    console.print(f"{asked.runs} runs on {asked.database}, from --seed {seed}")
    seeds = range(seed, seed + asked.runs)
    each = track(all_runs(asked.database, seeds), "killing", total=asked.runs, console=console)
    found = sum(each, Figures())
    table = Table("what", "how many")
    for name, value in found.shown():
        table.add_row(name, value)
    console.print(table)
    for problem in found.problems:
        console.print(problem, style="red", markup=False)
    return 1 if found.problems else 0


if __name__ == "__main__":
    sys.exit(main())
