"""Scores on PostgreSQL against a plain SQL pivot there."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, make_url, text

from benchmarks.all_scores import PLAIN, everyone, with_signals
from benchmarks.ledgers import TODAY, make
from benchmarks.measuring import WALL, Found, Missing, Target, figure, in_turn
from benchmarks.place import Place
from scoring.months import window_start
from storage.db.engine import make_engine


def on_postgres(place: Place) -> Iterator[Found]:
    """Row 14: all scores on PostgreSQL against a straightforward SQL pivot.

    Wall time, because the server's CPU time is not visible here. Needs a server: `.ci/postgres make bench`.
    """
    if place.postgres is None:
        yield Missing(14, "scores on PostgreSQL", "no server; .ci/postgres make bench")
        return
    sizes = place.sizes
    name = f"bench_{sizes.partners}_{sizes.activities}"
    server = make_engine(place.postgres)
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    server.dispose()
    url = make_url(place.postgres).set(database=name).render_as_string(hide_password=False)
    engine = make(url, partners=sizes.partners, activities=sizes.activities)
    place.engines.append(engine)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))  # as autovacuum would do within a minute
    rounds = in_turn(lambda: everyone(engine), lambda: _pivot(engine), rounds=sizes.rounds, clock=WALL)
    what = f"scores of {sizes.partners:,} partners on PostgreSQL"
    yield figure(14, what, "its bare pivot", rounds, Target(2))
    rounds = in_turn(lambda: with_signals(engine), lambda: _pivot(engine), rounds=sizes.rounds, clock=WALL)
    yield figure(14, f"{what}, with signals", "its bare pivot", rounds)


def _pivot(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        raw = connection.connection.cursor()
        query = PLAIN.replace(":workspace", "%s").replace(":after", "%s").replace(":until", "%s")
        raw.execute(query, (1, window_start(TODAY), TODAY))
        return list(raw.fetchall())
