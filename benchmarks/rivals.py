"""The same sums by data frames: what an engineer would take who does not want to write SQL."""

import sqlite3
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.all_scores import everyone, window
from benchmarks.measuring import CPU, WALL, Found, Missing, Target, figure, in_turn
from benchmarks.place import Place

ROWS = """
    SELECT partner_id, kind, direction, count, occurred_on FROM activity
    WHERE workspace_id = :workspace AND voided_at IS NULL AND occurred_on > :after AND occurred_on <= :until
"""
RATINGS = "SELECT partner_id, side, rater, level, rated_on FROM trust_rating WHERE workspace_id = 1"


def frames(place: Place) -> Iterator[Found]:
    """Row 6: all scores against pandas and polars on the same file.

    They read the twelve months' rows (SQL leaves the others out for them), pivot them, and take the median trust of our
    side: less than a score. Both on the wall, since polars works in several threads, and of the CPU.
    """
    path = place.ledger(partners=place.sizes.partners, activities=place.sizes.activities)
    engine = place.open(path)
    for name, do in (("pandas", _by_pandas), ("polars", _by_polars)):
        try:
            module = import_module(name)
        except ImportError:
            yield Missing(6, f"scores against {name}", f"{name} is not installed")
            continue
        theirs = _of(do, module, path)
        what = f"scores of {place.sizes.partners:,} partners"
        rounds = in_turn(lambda: everyone(engine), theirs, rounds=place.sizes.rounds, clock=WALL)
        yield figure(6, what, name, rounds, Target(1))
        rounds = in_turn(lambda: everyone(engine), theirs, rounds=place.sizes.rounds, clock=CPU)
        yield figure(6, what, name, rounds, unit="ms CPU")


def _of(do: Callable[[Any, Path], Any], module: Any, path: Path) -> Callable[[], Any]:
    return lambda: do(module, path)


def _by_pandas(pandas: Any, path: Path) -> Any:
    with sqlite3.connect(path) as connection:
        rows = pandas.read_sql_query(ROWS, connection, params=window())
        ratings = pandas.read_sql_query(RATINGS, connection)
    connection.close()
    pivot = rows.pivot_table(index="partner_id", columns=["kind", "direction"], values="count", aggfunc="sum")
    latest = ratings.sort_values("rated_on").groupby(["partner_id", "side", "rater"]).tail(1)
    trust = latest.groupby("partner_id")["level"].median()
    return (pivot.sum(axis=1) / 12 * trust).round(2)


def _by_polars(polars: Any, path: Path) -> Any:
    with sqlite3.connect(path) as connection:
        rows = polars.DataFrame(
            connection.execute(ROWS, window()).fetchall(),
            schema=["partner_id", "kind", "direction", "count", "occurred_on"],
            orient="row",
        )
        ratings = polars.DataFrame(
            connection.execute(RATINGS).fetchall(),
            schema=["partner_id", "side", "rater", "level", "rated_on"],
            orient="row",
        )
    connection.close()
    sums = rows.group_by("partner_id", "kind", "direction").agg(polars.col("count").sum())
    latest = ratings.sort("rated_on").group_by("partner_id", "side", "rater").agg(polars.col("level").last())
    trust = latest.group_by("partner_id").agg(polars.col("level").median())
    total = sums.group_by("partner_id").agg(polars.col("count").sum()).join(trust, on="partner_id", how="left")
    return total.with_columns((polars.col("count") / 12 * polars.col("level")).round(2).alias("rvi"))
