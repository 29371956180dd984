"""The stand-in is started once; each test gets a world, a clock and a database of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.fake_slack import FakeSlack
from tests.notifications.office import Office, open_office


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback requests go to no proxy."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="package")
def running() -> Iterator[FakeSlack]:
    with FakeSlack() as slack:
        yield slack


@pytest.fixture
def office(running: FakeSlack, database_file: Path) -> Iterator[Office]:
    opened = open_office(running, f"sqlite:///{database_file}")
    yield opened
    opened.close()
