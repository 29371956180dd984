"""Tend behind PgBouncer, which gives each transaction another connection, while others leave theirs in a mess."""

import shutil
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import Engine, event, inspect, make_url
from sqlalchemy.exc import DBAPIError

from storage.db.engine import make_engine, reading, writing
from storage.db.pooler import has_pooler
from storage.migrate import head, migrate, revision
from storage.tables import Workspace
from tests.lacking import lacking
from tests.patience import PATIENCE
from tests.reliability.pgbouncer import pooled, program
from tests.reliability.use_cases import CASES, make_place
from tests.storage.conftest import _named, _on_server, database_kind, url

__all__ = ["database_kind", "url"]

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.slow,
    pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True),
]
CONNECTIONS = 3


@pytest.fixture
def behind(url: str) -> Iterator[str]:
    """The address of a migrated database behind a pooler."""
    if program() is None:
        lacking("PgBouncer is not installed: apt-get install pgbouncer")
    with pooled(url, CONNECTIONS) as address:
        yield address


@pytest.fixture
def bare_url(database_kind: str) -> Iterator[str]:
    """The address of a database with nothing in it: a schema would be a startup option, which poolers refuse."""
    name = f"bare_{uuid4().hex}"
    _on_server(f"CREATE DATABASE {name}")
    yield _named(name)
    _on_server(f"DROP DATABASE {name} WITH (FORCE)")


def run_all(engine: Engine, place_of: Engine, number: int) -> Counter[str]:
    """Do everything that writes, and count what the database refused."""
    place, refused = make_place(place_of, number), Counter[str]()
    for name, do in CASES.items():
        try:
            do(engine, place.caller(), place)
        except DBAPIError as error:
            refused[f"{name}: {str(error.orig).splitlines()[0]}"] += 1
        except Exception:  # what an earlier one has made impossible
            refused["in words"] += 1
    return refused


def dump(address: str) -> None:
    """What anybody may run through the same pooler, and which leaves a connection without a search path."""
    at = make_url(address)
    where = ["-h", at.host or "", "-p", str(at.port), "-U", at.username or "", at.database or ""]
    subprocess.run(["pg_dump", "--schema-only", *where], check=True, stdout=subprocess.DEVNULL, timeout=PATIENCE)


def test_no_command_is_refused_while_others_dump_through_the_same_pooler(url: str, behind: str) -> None:
    if shutil.which("pg_dump") is None:
        lacking("pg_dump is not installed")
    direct, engine, over = make_engine(url), make_engine(behind), threading.Event()

    def dump_on() -> int:
        dumps = 0
        while not over.is_set():
            dump(behind)
            dumps += 1
        return dumps

    with ThreadPoolExecutor(CONNECTIONS + 1) as pool:
        dumps = pool.submit(dump_on)
        rounds = [pool.submit(run_all, engine, direct, number) for number in range(1, CONNECTIONS + 1)]
        try:
            found = sum((each.result(PATIENCE) for each in rounds), Counter[str]())
        finally:
            over.set()
    assert dumps.result() >= CONNECTIONS
    assert found.pop("in words") < CONNECTIONS * len(CASES) / 2
    assert not found
    engine.dispose()
    direct.dispose()


def test_an_empty_database_is_migrated_through_a_pooler(bare_url: str) -> None:
    if program() is None:
        lacking("PgBouncer is not installed: apt-get install pgbouncer")
    with pooled(bare_url) as there:
        engine = make_engine(there)
        assert revision(engine) is None
        assert migrate(engine)
        assert revision(engine) == head()
        engine.dispose()


def test_a_pooler_is_found_and_statements_are_prepared_only_without_one(url: str, behind: str) -> None:
    for address, expected in ((url, False), (behind, True)):
        engine = make_engine(address)
        assert has_pooler(engine) is expected
        with engine.connect() as connection:
            threshold = connection.connection.driver_connection.prepare_threshold  # type: ignore[union-attr]
        assert (threshold is None) is expected
        engine.dispose()


def test_a_spoilt_connection_is_no_empty_database(behind: str) -> None:
    engine = make_engine(behind)
    for _ in range(CONNECTIONS):
        with engine.begin() as connection:
            connection.exec_driver_sql("SELECT pg_catalog.set_config('search_path', '', false)")
        assert revision(engine) == head()
    engine.dispose()


def test_nothing_of_ours_stays_in_a_connection(url: str, behind: str) -> None:
    """Settings end with their transaction, and there are no locks, temporary tables or prepared statements."""
    engine, left = make_engine(behind), list[str]()

    @event.listens_for(engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        words = statement.upper()
        is_session_wide = words.startswith("SET ") and not words.startswith("SET LOCAL ")
        if is_session_wide or "TEMP TABLE" in words or words.startswith(("LISTEN", "PREPARE", "DECLARE")):
            left.append(statement)
        if "PG_ADVISORY_LOCK" in words or "PG_TRY_ADVISORY_LOCK" in words:
            left.append(statement)

    run_all(engine, engine, 1)
    with reading(engine) as session:
        assert session.get(Workspace, 1) is not None
    with writing(engine) as session:
        assert session.connection().exec_driver_sql("SHOW transaction_isolation").scalar() == "read committed"
        assert session.connection().exec_driver_sql("SELECT count(*) FROM pg_prepared_statements").scalar() == 0
    assert left == []
    assert inspect(engine).has_table("workspace")
    engine.dispose()
