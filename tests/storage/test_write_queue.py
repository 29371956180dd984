"""Writers of one SQLite file take turns, and the files are their owner's alone."""

import os
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from storage.db.engine import make_engine, writing
from storage.db.write_queue import WriteQueue
from storage.migrate import migrate
from storage.workspaces import workspaces
from tests.patience import PATIENCE, until


@contextmanager
def writers(engine: Engine, threads: int, written: list[int]) -> Iterator[None]:
    """So many threads that write all the time."""
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            with writing(engine) as session:
                session.execute(text("UPDATE workspace SET name = name"))
                time.sleep(0.004)
            written.append(1)

    started = [threading.Thread(target=write) for _ in range(threads)]
    for thread in started:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in started:
            thread.join(PATIENCE)


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/tend.db"
    engine = make_engine(url)
    migrate(engine)
    with writing(engine) as session:
        workspaces.connect(session, team_id="T1", now=datetime(2026, 1, 1, tzinfo=UTC))
    engine.dispose()
    return url


def test_a_process_is_not_overtaken_by_another_that_writes_all_the_time(url: str) -> None:
    """Two engines wait for each other as two processes do. With SQLite's own waiting, dozens go first."""
    busy, other, written, overtaken = make_engine(url), make_engine(url), list[int](), list[int]()
    with writers(busy, 4, written):
        until(lambda: len(written) > 5)
        for _ in range(25):
            time.sleep(0.02)  # so that the other has begun
            before = len(written)
            with writing(other) as session:
                overtaken.append(len(written) - before)
                session.execute(text("UPDATE workspace SET name = name"))
    assert sum(overtaken) <= 3 * len(overtaken), overtaken
    busy.dispose()
    other.dispose()


def test_threads_write_in_the_order_in_which_they_came() -> None:
    queue, order = WriteQueue(None), list[int]()

    def write(place: int) -> None:
        with queue.turn(PATIENCE):
            order.append(place)

    threads = []
    with queue.turn(PATIENCE):
        for place in range(10):
            threads.append(threading.Thread(target=write, args=(place,)))
            threads[-1].start()
            until(lambda wanted=place + 1: len(queue._waiting) == wanted)  # type: ignore[misc]
    for thread in threads:
        thread.join(PATIENCE)
    assert order == list(range(10))


def test_whoever_gave_up_waiting_holds_nobody_up() -> None:
    queue, entered = WriteQueue(None), list[str]()
    with queue.turn(PATIENCE):

        def give_up() -> None:
            with queue.turn(0.01):
                entered.append("without a turn")

        thread = threading.Thread(target=give_up)
        thread.start()
        thread.join(PATIENCE)
    assert entered == ["without a turn"], "SQLite itself says no then"
    with queue.turn(0):
        assert queue._is_taken
    assert not queue._is_taken


def test_every_file_is_its_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        engine = make_engine(f"sqlite:///{tmp_path}/tend.db")
        migrate(engine)
        with writing(engine) as session:
            workspaces.connect(session, team_id="T1", now=datetime(2026, 1, 1, tzinfo=UTC))
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
        engine.dispose()
    finally:
        os.umask(before)
    assert set(modes) >= {"tend.db", "tend.db-wal", "tend.db-shm"}
    assert set(modes.values()) == {0o600}, modes
