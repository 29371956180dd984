"""`python -m benchmarks`: run all or some benchmarks and print a table."""

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
    """Run the given rows. A row that fails is reported as missing, and the others still run."""
    results: list[Found] = []
    for subject in SUBJECTS:
        if not set(rows) & set(subject.rows):
            continue
        typer.echo(f"measuring {subject.do.__name__} … ", nl=False, err=True)
        began = time.perf_counter()
        try:
            results += [result for result in subject.do(place) if result.row in rows]
        except Exception as error:
            results.append(Missing(subject.rows[0], subject.do.__name__, f"{type(error).__name__}: {error}"[:200]))
        typer.echo(f"{time.perf_counter() - began:.0f} s", err=True)
    return results


def main(
    quick: Annotated[bool, typer.Option("--quick", help="small sizes, under a minute")] = False,
    tiny: Annotated[bool, typer.Option("--tiny", help="tiny sizes, only to check that it runs")] = False,
    only: Annotated[str, typer.Option(help="only these rows, like 1,5")] = "",
    rounds: Annotated[int, typer.Option(help="rounds of each row; 0 for the default")] = 0,
    json: Annotated[Path | None, typer.Option(help="write the figures to this file")] = None,
    keep: Annotated[Path | None, typer.Option(help="keep the databases in this folder for the next run")] = None,
    packages: Annotated[
        Path | None, typer.Option(help="a folder with packages to compare with: pandas, polars, sqlite-utils")
    ] = None,
) -> None:
    """Measure Tend against common alternatives. Results never fail the run."""
    if packages:
        sys.path.append(str(packages))
    sizes: Sizes = TINY if tiny else QUICK if quick else FULL
    if rounds:
        sizes = replace(sizes, rounds=rounds)
    rows = [int(word) for word in only.split(",")] if only else [row for item in SUBJECTS for row in item.rows]
    began, load_before = system_clock(), load()
    with tempfile.TemporaryDirectory(prefix="tend-bench-") as temporary:
        folder = keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        place = Place(folder, sizes, os.environ.get("TEND_TEST_POSTGRES"), packages)
        try:
            results = measure(place, rows)
        finally:
            place.close()
    show(results)
    if json:
        json.write_text(as_json(results, sizes, began, load_before) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
