"""One desk for all cells; each finds it as it was seeded."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.fake_slack import FakeSlack
from bot.listeners import imports
from tests.authority.desk import Desk


@pytest.fixture(scope="session")
def _desk(template_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with FakeSlack() as slack:
        desk = Desk(slack, tmp_path_factory.mktemp("desk"), template_database)
        yield desk
        desk.engine.dispose()


@pytest.fixture
def desk(_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """As it was seeded; loopback requests go to no proxy."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    # What goes on after the answer would go on into the next test.
    monkeypatch.setattr(imports, "start_job", lambda *_: True)
    _desk.put_back()
    return _desk
