"""`python -m benchmarks`: measure all rows, or some, and show a table."""

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.measuring import Found, Missing
from benchmarks.place import FULL, QUICK, TINY, Place, Sizes
from benchmarks.report import as_json, load, show
from benchmarks.subjects import SUBJECTS
from bot.clock import system_clock


def measure(place: Place, rows: Sequence[int]) -> list[Found]:
    """The figures of those rows. One that fails is told as missing, and the others are measured all the same."""
    found: list[Found] = []
    for subject in SUBJECTS:
        if not set(rows) & set(subject.rows):
            continue
        typer.echo(f"measuring {subject.do.__name__} … ", nl=False, err=True)
        began = time.perf_counter()
        try:
            found += [one for one in subject.do(place) if one.row in rows]
        except Exception as error:
            found.append(Missing(subject.rows[0], subject.do.__name__, f"{type(error).__name__}: {error}"[:200]))
        typer.echo(f"{time.perf_counter() - began:.0f} s", err=True)
    return found


def main(
    quick: Annotated[bool, typer.Option("--quick", help="small sizes, in less than a minute")] = False,
    tiny: Annotated[bool, typer.Option("--tiny", help="only to see that it runs")] = False,
    only: Annotated[str, typer.Option(help="rows, like 1,5")] = "",
    rounds: Annotated[int, typer.Option(help="how often each is done; 0 for what the sizes say")] = 0,
    json: Annotated[Path | None, typer.Option(help="keep the figures in this file")] = None,
    keep: Annotated[Path | None, typer.Option(help="keep the databases in this folder, for the next time")] = None,
    packages: Annotated[
        Path | None, typer.Option(help="a folder with packages to measure against: pandas, polars, sqlite-utils")
    ] = None,
) -> None:
    """Measure Tend against what an engineer would take instead. Nothing fails on a figure."""
    if packages:
        sys.path.append(str(packages))
    sizes: Sizes = TINY if tiny else QUICK if quick else FULL
    if rounds:
        sizes = replace(sizes, rounds=rounds)
    rows = [int(word) for word in only.split(",")] if only else [row for one in SUBJECTS for row in one.rows]
    began, load_before = system_clock(), load()
    with tempfile.TemporaryDirectory(prefix="tend-bench-") as temporary:
        folder = keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        place = Place(folder, sizes, os.environ.get("TEND_TEST_POSTGRES"), packages)
        try:
            found = measure(place, rows)
        finally:
            place.close()
    show(found)
    if json:
        json.write_text(as_json(found, sizes, began, load_before) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
