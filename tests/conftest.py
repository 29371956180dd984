"""What tests of several parts share: a migrated database that is only copied, and an engine that stays warm."""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine

from bot.actions.partners import names_index
from storage.db.engine import make_engine
from tests.examples import OF_CI
from tests.patience import keep_servers_awake, take_time, wait_for_no_disk
from tests.templates import copy_new_databases, migrated_file
from tests.warm_sql import share_compiled_sql

# The same examples at each run where a change is judged; chance only where nobody waits for it.
# None may fail because the machine is busy.
ALIKE = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("dev", max_examples=25, derandomize=True, database=None, **ALIKE)
settings.register_profile("ci", max_examples=OF_CI, derandomize=True, database=None, **ALIKE)
settings.register_profile("soak", max_examples=2_000, **ALIKE)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

NEEDS = {"browser": "browser", "cluster": "postgres"}
"""Fixtures, and the mark of a test that asks for one."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs Chromium or a PostgreSQL of its own, so that no new test of that kind is forgotten."""
    for item in items:
        for fixture, mark in NEEDS.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(mark)


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are cores: for a fifth of the time each waits, for a process or a deadline."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores + 1


def pytest_collection_finish() -> None:
    """Look for garbage among what tests make, not among the thousands of tests and modules: a tenth of all time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def _unhurried() -> None:
    take_time()
    keep_servers_awake()
    wait_for_no_disk()
    share_compiled_sql()
    copy_new_databases()


@pytest.fixture(scope="session")
def template_database() -> Path:
    """A migrated SQLite file, to be copied."""
    return migrated_file()


@pytest.fixture(scope="session")
def warm_engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """One engine for all tests that need no more."""
    return make_engine(f"sqlite:///{tmp_path_factory.mktemp('database') / 'tend.db'}")


@pytest.fixture
def database_file(template_database: Path, warm_engine: Engine) -> Path:
    """A migrated database with nothing in it, in the place of the last test's."""
    warm_engine.dispose()
    path = Path(warm_engine.url.database or "")
    fresh = path.with_name("fresh.db")
    shutil.copy(template_database, fresh)
    fresh.replace(path)  # at no moment could what the last test left going make an empty one
    for left in path.parent.glob("tend.db-*"):
        left.unlink()
    warm_engine.dispose()
    names_index._kept.pop(warm_engine, None)  # the last test's names may count as many and end with the same id
    return path


@pytest.fixture
def database(database_file: Path, warm_engine: Engine) -> Iterator[Engine]:
    """An engine on it."""
    yield warm_engine
    warm_engine.dispose()
