"""The same scores with pandas and polars, the alternatives to writing SQL."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from math import isnan
from pathlib import Path
from typing import Any

from benchmarks.all_scores import everyone, window
from benchmarks.ledgers import TODAY
from benchmarks.measuring import CPU, WALL, Found, Missing, Target, figure, in_turn
from benchmarks.place import Place
from scoring.balance import give_share
from scoring.months import WINDOW_MONTHS

# SQL filters the years and finds the first day of each partner for them.
ROWS = """
    SELECT partner_id, kind, direction, count FROM activity {hint}
    WHERE workspace_id = {workspace} AND voided_at IS NULL AND kind <> 'meeting'
    AND occurred_on > '{after}' AND occurred_on <= '{until}'
"""
PARTNERS = """
    SELECT id AS partner_id, name, since_on, (
        SELECT MIN(occurred_on) FROM activity
        WHERE workspace_id = {workspace} AND partner_id = partner.id AND voided_at IS NULL
    ) AS first_on
    FROM partner WHERE workspace_id = {workspace} AND merged_into_id IS NULL
"""
RATINGS = """
    SELECT partner_id, side, rater, level, rated_on, id FROM trust_rating
    WHERE workspace_id = {workspace} AND voided_at IS NULL AND rated_on <= '{until}'
"""
NEAR = 0.005001  # tolerance between two numbers with two decimals, one of them a float
Table = Mapping[int, tuple[float, float, float]]
Do = Callable[[Any, Path, str], Any]
TUNED = "INDEXED BY ix_activity_sums"


def frames(place: Place) -> Iterator[Found]:
    """Row 6: all scores against pandas and polars on the same file, in wall and CPU time, as polars uses threads.

    They read the twelve months' rows, sum them by kind and direction, take the median of each rater's last rating on
    both sides (theirs defaults to ours), the months, both RVIs and the balance. They skip the value won, the last
    touch, the bands and trust details, and use floats. The results are compared first. The second line of each names
    the covering index by hand.
    """
    path = place.ledger(partners=place.sizes.partners, activities=place.sizes.activities)
    engine = place.open(path)
    for name, do, as_table in (("pandas", by_pandas, of_pandas), ("polars", by_polars, of_polars)):
        try:
            module = import_module(name)
        except ImportError:
            yield Missing(6, f"scores against {name}", f"{name} is not installed")
            continue
        _compare(as_table(do(module, path, "")), everyone(engine))
        title = f"scores of {place.sizes.partners:,} partners"
        for against, hint in ((name, ""), (f"{name}, tuned by hand", TUNED)):
            target, theirs = None if hint else Target(1), _of(do, module, path, hint)
            for clock, unit in ((WALL, "ms"), (CPU, "ms CPU")):
                rounds = in_turn(lambda: everyone(engine), theirs, rounds=place.sizes.rounds, clock=clock)
                yield figure(6, title, against, rounds, target, unit=unit)


def _of(do: Do, module: Any, path: Path, hint: str) -> Callable[[], Any]:
    return lambda: do(module, path, hint)


def _compare(theirs: Table, ours: Any) -> None:
    """Raise ValueError unless both RVIs and the balance of every partner are equal."""
    for partner, score in ours:
        share = give_share(score.facts.tally)
        expected = (score.ours.rvi, score.theirs.rvi, share)
        for value, other in zip(theirs[partner.id], expected, strict=True):
            if isnan(value) if other is None else abs(value - float(other)) < NEAR:
                continue
            raise ValueError(f"{partner.name}: {theirs[partner.id]} is not {expected}")


def by_pandas(pandas: Any, path: Path, hint: str) -> Any:
    with sqlite3.connect(path) as connection:
        rows, partners, ratings = (
            pandas.read_sql_query(query.format(**window(), hint=hint), connection)
            for query in (ROWS, PARTNERS, RATINGS)
        )
    connection.close()
    sums = rows.groupby(["partner_id", "kind", "direction"], sort=False)["count"].sum().unstack(["kind", "direction"])
    ways = sums.fillna(0).T.groupby(level="direction").sum().T
    latest = ratings.sort_values(["rated_on", "id"]).drop_duplicates(["partner_id", "side", "rater"], keep="last")
    trust = latest.groupby(["partner_id", "side"])["level"].median().unstack("side").reindex(columns=["ours", "theirs"])
    table = partners.set_index("partner_id").join(ways).join(trust)
    table[["in", "out", "joint"]] = table[["in", "out", "joint"]].fillna(0)
    start = pandas.to_datetime(table[["since_on", "first_on"]].min(axis=1))
    months = (TODAY.year - start.dt.year) * 12 + TODAY.month - start.dt.month + (start.dt.day < TODAY.day)
    table["months"] = months.clip(1, WINDOW_MONTHS)
    table["theirs"] = table["theirs"].fillna(table["ours"])
    for side, way, level in (("rvi", "in", "ours"), ("reverse_rvi", "out", "theirs")):
        exact = (table[way] + table["joint"]) * table[level] / table["months"]
        table[side] = (exact * 100 + 0.5) // 1 / 100
    table["balance"] = table["out"] / (table["out"] + table["in"])
    return table, sums


def of_pandas(result: Any) -> Table:
    columns = result[0][["rvi", "reverse_rvi", "balance"]]
    return {int(id): tuple(row) for id, row in zip(columns.index, columns.to_numpy(), strict=True)}


def by_polars(polars: Any, path: Path, hint: str) -> Any:
    column = polars.col
    rows, partners, ratings = (
        polars.read_database_uri(query.format(**window(), hint=hint), f"sqlite:///{path.resolve()}", engine="adbc")
        for query in (ROWS, PARTNERS, RATINGS)
    )
    sums = (
        rows.with_columns(cell=polars.concat_str("kind", "direction", separator=" "))
        .pivot("cell", index="partner_id", values="count", aggregate_function="sum")
        .lazy()
    )
    ways = (
        rows.lazy()
        .group_by("partner_id")
        .agg(column("count").filter(column("direction") == way).sum().alias(way) for way in ("in", "out", "joint"))
    )
    latest = ratings.lazy().sort("rated_on", "id").group_by("partner_id", "side", "rater").agg(column("level").last())
    trust = latest.group_by("partner_id").agg(
        column("level").filter(column("side") == side).median().alias(side) for side in ("ours", "theirs")
    )
    start = polars.min_horizontal("since_on", "first_on").str.to_date()
    months = (TODAY.year - start.dt.year()) * 12 + TODAY.month - start.dt.month() + (start.dt.day() < TODAY.day)
    table = (
        partners.lazy()
        .join(ways, on="partner_id", how="left")
        .join(trust, on="partner_id", how="left")
        .with_columns(
            column("in", "out", "joint").fill_null(0),
            months.clip(1, WINDOW_MONTHS).alias("months"),
            column("theirs").fill_null(column("ours")),
        )
        .with_columns(
            _shown(column, "in", "ours").alias("rvi"),
            _shown(column, "out", "theirs").alias("reverse_rvi"),
            (column("out") / (column("out") + column("in"))).alias("balance"),
        )
    )
    return polars.collect_all([table, sums])


def _shown(column: Any, way: str, level: str) -> Any:
    exact = (column(way) + column("joint")) * column(level) / column("months")
    return (exact * 100 + 0.5).floor() / 100


def of_polars(result: Any) -> Table:
    nothing = float("nan")
    columns = result[0].select("partner_id", "rvi", "reverse_rvi", "balance").rows()
    return {id: tuple(nothing if value is None else value for value in row) for id, *row in columns}  # type: ignore[misc]
