"""What was measured, as a table and as JSON."""

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


def table(found: Sequence[Found]) -> Table:
    """One line a figure, with the target and whether it is reached."""
    made = Table(title="Each figure is ours by theirs, measured in turn: the median of the rounds (lowest to highest)")
    for name in ("row", "thing", "against", "ours", "theirs", "ratio", "target", ""):
        made.add_column(name, justify="right" if name in ("row", "ours", "theirs", "ratio") else "left")
    for one in sorted(found, key=lambda one: one.row):
        if isinstance(one, Figure):
            made.add_row(*_cells(one))
        else:
            made.add_row(str(one.row), one.what, f"not measured: {one.why}")
    return made


def _cells(one: Figure) -> Iterable[str]:
    mark = {True: "✓", False: "✗", None: ""}[one.is_reached]
    return (
        str(one.row),
        f"{one.what} ({one.note})" if one.note else one.what,
        one.against,
        f"{one.ours:,.2f} {one.unit}",
        f"{one.theirs:,.2f} {one.unit}",
        f"{one.ratio:.2f}× ({one.low:.2f}–{one.high:.2f})",
        one.target.words if one.target else "",
        mark,
    )


def show(found: Sequence[Found]) -> None:
    Console(width=WIDTH).print(table(found))


def load() -> float | None:
    """How many programs wanted a core in the last minute, where the system tells it."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def as_json(found: Sequence[Found], sizes: Any, began: datetime, load_before: float | None) -> str:
    """The figures with when and on what they were measured, to be kept beside those of other days."""
    machine = {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "system": platform.system(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "load_before": load_before,
        "load_after": load(),
    }
    figures = [asdict(one) | ({"reached": one.is_reached} if isinstance(one, Figure) else {}) for one in found]
    kept = {"began_at": began.isoformat(timespec="seconds"), "machine": machine, "sizes": asdict(sizes)}
    return json.dumps(kept | {"figures": figures}, indent=1, ensure_ascii=False)
