"""Two use cases at the same moment: the first stops in its middle until the second has gone as far as it can."""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from sqlalchemy import Engine, event, make_url, select, text
from sqlmodel import SQLModel

from storage.db.engine import make_engine
from tests.patience import PATIENCE
from tests.reliability.use_cases import CASES, Place, make_place

LOCKING = re.compile(r'FOR (?:NO KEY )?UPDATE|pg_advisory_xact_lock|^\s*(?:INSERT INTO|UPDATE|DELETE FROM) "?\w+', re.I)
TABLE = re.compile(r'(?:FROM|INTO|UPDATE)\s+"?(\w+)', re.I)
POLL_SECONDS = 0.002
UNSEEN = {
    "id", "workspace_id", "moved", "before", "after", "journal", "token_hash", "secret_hash", "token", "prefix",
    "look_at", "asked", "message_id", "sealed", "body",
}  # fmt: skip
"""Columns that hold ids or random values."""


@dataclass
class Rival:
    """One of the two: its own connection, the locks that it took, and how often PostgreSQL refused it a deadlock.

    `ends` is how many locks it had taken at each commit.
    """

    engine: Engine
    name: str
    stop_after: int = 0
    locks: list[str] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    held: set[int] = field(default_factory=set)
    deadlocks: int = 0
    result: str = ""
    stopped: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)

    def start(self, case: str, place: Place, stop_after: int = 0) -> threading.Thread:
        self.stop_after, self.locks, self.ends, self.result, self.held = stop_after, [], [], "", set()
        for one in (self.stopped, self.go_on, self.done):
            one.clear()
        thread = threading.Thread(target=self._run, args=(case, place), daemon=True)
        thread.start()
        return thread

    def _run(self, case: str, place: Place) -> None:
        try:
            self.result = type(CASES[case](self.engine, place.caller(), place)).__name__
        except Exception as error:
            self.result = f"{type(error).__name__}: {error}".replace(place.mark, "")
        finally:
            self.done.set()

    def note(self, statement: str, values: Any) -> None:
        if not LOCKING.search(statement):
            return
        found = "turn" if "pg_advisory" in statement else (TABLE.search(statement) or [""])[1]
        verb = "lock" if "FOR NO KEY" in statement or found == "turn" else statement.split(None, 1)[0].lower()
        if (verb, found) == ("lock", "partner"):
            ids = {value for name, value in values.items() if isinstance(value, int) and "workspace" not in name}
            if self.held.issuperset(ids) and self.held:
                verb = "again"  # locked before, or found by a name of one that is
            self.held |= ids or {0}
        self.locks.append(f"{verb} {found}")
        if len(self.locks) == self.stop_after:
            self.stopped.set()
            self.go_on.wait(PATIENCE)

    def committed(self) -> None:
        self.ends.append(len(self.locks))
        self.held = set()

    def transactions(self) -> list[list[str]]:
        """The locks that it took, transaction by transaction."""
        ends = [0, *self.ends, len(self.locks)]
        return [self.locks[begin:end] for begin, end in pairwise(ends)]

    def refused(self, error: Any) -> None:
        self.deadlocks += getattr(error, "sqlstate", None) == "40P01"


@contextmanager
def rival(url: str, name: str) -> Iterator[Rival]:
    address = make_url(url)
    options = f"{address.query.get('options', '')} -cdeadlock_timeout=15ms".strip()
    address = address.update_query_dict({"application_name": name, "options": options})
    engine = make_engine(address.render_as_string(hide_password=False))
    made = Rival(engine, name)
    event.listen(engine, "after_cursor_execute", lambda _c, _k, statement, values, *_: made.note(statement, values))
    event.listen(engine, "commit", lambda _connection: made.committed())
    event.listen(engine, "handle_error", lambda context: made.refused(context.original_exception))
    yield made
    engine.dispose()


def is_waiting(watcher: Engine, name: str) -> bool:
    """Whether a rival waits for a lock."""
    waits = text("SELECT count(*) FROM pg_stat_activity WHERE application_name = :name AND wait_event_type = 'Lock'")
    with watcher.connect() as connection:
        return bool(connection.scalar(waits, {"name": name}))


def meet(watcher: Engine, one: Rival, other: Rival, cases: tuple[str, str], place: Place, stop_after: int) -> bool:
    """Run both. Return whether the first was stopped, which it is not if it takes fewer locks."""
    first = one.start(cases[0], place, stop_after)
    while not one.stopped.wait(POLL_SECONDS) and not one.done.is_set():
        pass
    second = other.start(cases[1], place)
    while not other.done.wait(POLL_SECONDS) and not is_waiting(watcher, other.name):
        pass
    one.go_on.set()
    for thread in (first, second):
        thread.join(PATIENCE)
        assert not thread.is_alive(), f"{cases} never end"
    return one.stopped.is_set()


def state(engine: Engine, place: Place) -> dict[str, Counter[str]]:
    """What the workspace holds, without ids and what is random: partners by name, other rows by what they say."""
    with engine.connect() as connection:
        partner = SQLModel.metadata.tables["partner"]
        named = select(partner.c.id, partner.c.name).where(partner.c.workspace_id == place.team.id)
        names = {id: name for id, name in connection.execute(named)}
        endpoint = SQLModel.metadata.tables["webhook_endpoint"]
        removed = select(endpoint.c.id).where(endpoint.c.removed_at.is_not(None))
        found = {}
        for name, table in SQLModel.metadata.tables.items():
            if "workspace_id" not in table.c:
                continue
            query = select(table).where(table.c.workspace_id == place.team.id)
            if name == "webhook_delivery":  # what is for an endpoint that was just removed is swept later
                query = query.where(table.c.endpoint_id.not_in(removed))
            rows = connection.execute(query).mappings()
            found[name] = Counter(_plain(table, row, names) for row in rows)
    return found


def _plain(table: Any, row: Any, names: dict[int, str]) -> str:
    told = []
    for column in table.c:
        value, of = row[column.name], {key.column.table.name for key in column.foreign_keys}
        is_partner = (
            "partner" in of
            or (column.name == "subject_id" and row["subject"] == "partner")
            or (table.name, column.name) == ("webhook_delivery", "lane")
        )
        if is_partner:
            told.append(f"{column.name}={names.get(value, value)}")
        elif column.name not in UNSEEN and not of and column.name != "subject_id":
            told.append(f"{column.name}={value}")
    return re.sub(r"channel:\d+", "channel", "; ".join(told))


class Template:
    """A workspace with one of everything, put back in a few milliseconds."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.place = engine, make_place(engine, 1)
        tables = [table.name for table in SQLModel.metadata.sorted_tables]
        with engine.begin() as connection:
            for name in tables:
                connection.exec_driver_sql(f"CREATE TABLE kept_{name} AS TABLE {name}")
        # Without triggers nothing is checked, so that the tables may come in any order.
        self._put_back = "; ".join(
            ["SET LOCAL session_replication_role = replica"]
            + [f"DELETE FROM {name}; INSERT INTO {name} SELECT * FROM kept_{name}" for name in tables]
        )

    def put_back(self) -> Place:
        with self.engine.begin() as connection:
            connection.exec_driver_sql(self._put_back)
        return self.place
