"""Results as a table and as JSON."""

import json
import os
import platform
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.measuring import Figure, Found

WIDTH = 150


def table(results: Sequence[Found]) -> Table:
    """Build a table with a row per figure and its target."""
    grid = Table(title="Each figure is ours by theirs, measured in turn: the median of the rounds (lowest to highest)")
    for name in ("row", "thing", "against", "ours", "theirs", "ratio", "target", ""):
        grid.add_column(name, justify="right" if name in ("row", "ours", "theirs", "ratio") else "left")
    for result in sorted(results, key=lambda result: result.row):
        if isinstance(result, Figure):
            grid.add_row(*_cells(result))
        else:
            grid.add_row(str(result.row), result.what, f"not measured: {result.why}")
    return grid


def _cells(result: Figure) -> Iterable[str]:
    mark = {True: "✓", False: "✗", None: ""}[result.is_reached]
    return (
        str(result.row),
        f"{result.what} ({result.note})" if result.note else result.what,
        result.against,
        f"{result.ours:,.2f} {result.unit}",
        f"{result.theirs:,.2f} {result.unit}",
        f"{result.ratio:.2f}× ({result.low:.2f}–{result.high:.2f})",
        result.target.words if result.target else "",
        mark,
    )


def show(results: Sequence[Found]) -> None:
    Console(width=WIDTH).print(table(results))


def load() -> float | None:
    """Return the load average of the last minute, if the system has one."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def as_json(results: Sequence[Found], sizes: Any, began: datetime, load_before: float | None) -> str:
    """Return the figures with their time and machine as JSON, for comparison with other runs."""
    machine = {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "system": platform.system(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "load_before": load_before,
        "load_after": load(),
    }
    figures = [
        asdict(result) | ({"reached": result.is_reached} if isinstance(result, Figure) else {}) for result in results
    ]
    document = {"began_at": began.isoformat(timespec="seconds"), "machine": machine, "sizes": asdict(sizes)}
    return json.dumps(document | {"figures": figures}, indent=1, ensure_ascii=False)
