"""Whatever two people do at the same moment, on PostgreSQL neither waits for the other in a circle."""

import ast
import importlib
import inspect
import os
import pkgutil
import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel

import bot
import bot.actions
from storage.db.deadline import commit_count
from storage.db.engine import make_engine, reading, writing
from storage.db.retry import gave_way, retried
from storage.tables import Activity, Partner
from tests.each import each
from tests.patience import PATIENCE
from tests.reliability.rivals import Rival, Template, meet, rival, state
from tests.reliability.use_cases import CASES
from tests.storage.conftest import database_kind, url

__all__ = ["database_kind", "url"]

on_postgres = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
ROUNDS = 1_500 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 150
"""Meetings of two that are tried, of some twenty thousand; others each day."""
OF_PARTNERS = {table.name for table in SQLModel.metadata.sorted_tables if "partner_id" in table.c}
KEYS = {"seen_request", "idempotency_key", "delivery"}
CROSSING = (
    "activity.undo.undo_activity",
    "activity.outcomes.set_outcome",
    "activity.another_lead.record_as_another",
    "activity.edit_entry.edit_entry to another",
    "partners.merge.merge",
    "partners.merge.merge the other way",
    "partners.edit.edit_partner to another's name",
    "partners.edit.edit_partner to another's name, the other way",
    "record_line.record_line",
    "record_line.record_line the other way",
    "activity.batch.record_several the other way",
    "partners.spellings.forget_spelling",
)
"""What met in a circle before there was an order."""


def use_cases() -> set[str]:
    """Every public use case that writes: what opens a write transaction is `retried`."""
    modules = [
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(bot.actions.__path__, "bot.actions.")
        if not found.ispkg
    ]
    return {
        f"{module.__name__.removeprefix('bot.actions.')}.{name}"
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and hasattr(function, "__wrapped__") and not name.startswith("_")
    }


def test_every_use_case_that_writes_is_tried() -> None:
    known = use_cases()
    assert {name.partition(" ")[0] for name in CASES if "." in name} == known
    assert len(known) > 50


def test_whatever_opens_a_write_transaction_is_run_again_if_it_gave_way() -> None:
    """Or is called by what is, as it has to begin before it."""
    callers = {"full_restore._read": "import_everything", "run._import_rows": "run_sheet"}
    missing = []
    for path in Path(bot.__path__[0]).rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            opened = [
                node
                for node in ast.walk(function)
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "writing"
            ]
            is_retried = any(isinstance(one, ast.Name) and one.id == "retried" for one in function.decorator_list)
            if opened and not is_retried and f"{path.stem}.{function.name}" not in callers:
                missing.append(f"{path.stem}.{function.name}")
    assert missing == []


@dataclass
class Arena:
    """Two who do things at once, in a workspace that is put back."""

    watcher: Engine
    one: Rival
    other: Rival
    template: Template

    def serial(self, first: str, second: str) -> object:
        place = self.template.put_back()
        for which, name in ((self.one, first), (self.other, second)):
            which.start(name, place).join(PATIENCE)
        return state(self.watcher, place)

    def at_once(self, first: str, second: str, stop_after: int) -> object:
        place = self.template.put_back()
        before = self.one.deadlocks + self.other.deadlocks
        meet(self.watcher, self.one, self.other, (first, second), place, stop_after)
        assert self.one.deadlocks + self.other.deadlocks == before, "a deadlock"
        return state(self.watcher, place)


@pytest.fixture
def arena(url: str) -> Iterator[Arena]:
    watcher = make_engine(url)
    with rival(url, "one of two") as one, rival(url, "other of two") as other:
        yield Arena(watcher, one, other, Template(watcher))
    watcher.dispose()


def ranks(locks: list[str]) -> list[int]:
    """The place of each lock in the order of `storage.db.locks`."""
    order = []
    for lock in locks:
        verb, _, table = lock.partition(" ")
        if verb == "insert" and table not in KEYS:
            continue  # nobody else can hold a new row
        if table in KEYS or table == "turn":
            order.append(int(table == "turn"))
        elif lock == "lock partner":
            order.append(2)
        elif table in OF_PARTNERS and verb != "again":
            order.append(3)
        elif table == "workspace":
            order.append(4)
    return order


@pytest.mark.postgres
@on_postgres
def test_each_use_case_locks_in_the_one_order(arena: Arena) -> None:
    with each() as trying:
        for name in CASES:
            with trying(name):
                arena.one.start(name, arena.template.put_back()).join(PATIENCE)
                assert "Error" not in arena.one.result, arena.one.result
                for locks in arena.one.transactions():
                    found = ranks([lock for lock in locks if lock != "update delivery"])
                    if name == "a nudge":  # a new one has told of nothing yet that it could take back
                        found = [rank for rank in found if rank != 3]
                    assert found == sorted(found), locks


def tried_pairs(arena: Arena, names: tuple[str, ...]) -> list[tuple[str, str, int]]:
    """All pairs, with each lock of the first after which it may be stopped."""
    depth = {}
    for name in names:
        arena.one.start(name, arena.template.put_back()).join(PATIENCE)
        depth[name] = len(arena.one.locks)
    return [(first, second, stop) for first in names for second in names for stop in range(1, max(2, depth[first]))]


@pytest.mark.postgres
@pytest.mark.slow
@on_postgres
@pytest.mark.parametrize("names", [CROSSING, tuple(CASES)], ids=["what crossed before", "everything"])
def test_of_any_two_at_once_none_waits_in_a_circle_and_both_do_as_if_alone(
    arena: Arena, names: tuple[str, ...]
) -> None:
    pairs = tried_pairs(arena, names)
    chance = random.Random(7)
    with each() as trying:
        for first, second, stop in chance.sample(pairs, min(ROUNDS, len(pairs))):
            with trying(f"{first} stopped after {stop}, {second}"):
                found = arena.at_once(first, second, stop)
                if found != arena.serial(first, second):
                    assert found == arena.serial(second, first)


@pytest.fixture
def two_partners(url: str) -> Iterator[tuple[Engine, list[int]]]:
    engine = make_engine(url)
    template = Template(engine)
    yield engine, [template.place.ids.acme, template.place.ids.paper]
    engine.dispose()


def change(session: Session, partner_id: int) -> None:
    session.execute(update(Partner).where(Partner.id == partner_id).values(their_role="x"))  # type: ignore[arg-type]


@pytest.mark.postgres
@on_postgres
def test_what_gives_way_in_a_deadlock_is_done_again_as_a_whole_and_once(
    two_partners: tuple[Engine, list[int]],
) -> None:
    """Two lock two partners in opposite orders, which nothing of Tend's does: both are done, each once."""
    engine, ids = two_partners
    both_hold_one, tries = threading.Barrier(2), list[int]()

    @retried
    def rename(first: int, second: int) -> str:
        tries.append(first)
        with writing(engine) as session:
            session.add(_event(session, first))
            session.flush()
            change(session, first)
            if len(tries) <= 2:
                both_hold_one.wait(PATIENCE)
            change(session, second)
        return "done"

    results: list[str] = []
    threads = [threading.Thread(target=lambda pair=pair: results.append(rename(*pair))) for pair in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert results == ["done", "done"]
    assert len(tries) == 3
    with reading(engine) as session:
        recorded = select(func.count()).select_from(Activity).where(Activity.title == "twice?")  # type: ignore[arg-type]
        assert session.scalar(recorded) == 2


def _event(session: Session, partner_id: int) -> Activity:
    partner = session.get_one(Partner, partner_id)
    return Activity(
        workspace_id=partner.workspace_id, partner_id=partner_id, kind="event", direction="joint",
        occurred_on=partner.since_on, title="twice?", recorded_at=partner.created_at, recorded_by="U1", count=1,
    )  # fmt: skip


class Deadlock(Exception):
    """What psycopg raises, as far as it is looked at."""

    sqlstate = "40P01"


def refused() -> DBAPIError:
    return DBAPIError("UPDATE", None, Deadlock())


def test_it_is_done_again_only_once() -> None:
    tries = []

    @retried
    def always() -> None:
        tries.append(1)
        raise refused()

    with pytest.raises(DBAPIError):
        always()
    assert len(tries) == 2
    assert gave_way(refused())
    assert not gave_way(DBAPIError("UPDATE", None, ValueError()))
    assert not gave_way(ValueError())


def test_what_has_committed_anything_is_not_done_again(database: Engine) -> None:
    tries = []

    @retried
    def half() -> None:
        tries.append(1)
        with writing(database):
            pass
        raise refused()

    before = commit_count()
    with pytest.raises(DBAPIError):
        half()
    assert len(tries) == 1
    assert commit_count() == before + 1
