"""Databases of both kinds for tests that run several processes."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.fake_slack import FakeSlack
from tests.lacking import lacking
from tests.notifications.conftest import no_proxy, running
from tests.reliability.databases import POSTGRES, Fresh, opened

__all__ = ["no_proxy", "running"]


@pytest.fixture(scope="module")
def unhurried() -> Iterator[FakeSlack]:
    """A stand-in that may be called as often as one likes."""
    with FakeSlack(rates=None) as slack:
        yield slack


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Fresh]:
    """Empties a migrated database and gives its address."""
    kind = str(request.param)
    if kind == "postgres" and not os.environ.get(POSTGRES):
        lacking(f"{POSTGRES} names no empty PostgreSQL database; `.ci/postgres make test-rest` brings one")
    with opened(kind, tmp_path) as database:
        yield database
