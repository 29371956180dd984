"""`tend backup`, `tend restore` and `tend doctor` where there is a connection pooler before the database."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.fake_slack import FakeSlack
from tests.cli.conftest import Tend
from tests.lacking import lacking
from tests.reliability.pgbouncer import pooled, program
from tests.storage.conftest import database_kind, url

__all__ = ["database_kind", "url"]

pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)]


@pytest.fixture
def behind(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    if program() is None or shutil.which("pg_dump") is None:
        lacking("PgBouncer or pg_dump is not installed: apt-get install pgbouncer postgresql-client")
    with pooled(url) as address:
        monkeypatch.setenv("DATABASE_URL", address)
        yield address


def test_backups_go_around_the_pooler_or_say_what_to_set(
    tend: Tend, url: str, behind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert tend("score").code == 0
    for words in (("backup", "copy"), ("restore", "copy", "--force")):
        monkeypatch.delenv("DATABASE_DIRECT_URL", raising=False)
        if words[0] == "backup":
            assert "Set DATABASE_DIRECT_URL to the address of PostgreSQL itself" in tend(*words).line()
            monkeypatch.setenv("DATABASE_DIRECT_URL", behind)
            assert "Set DATABASE_DIRECT_URL" in tend(*words).line()
            assert list(tmp_path.iterdir()) == []
        else:
            assert "Set DATABASE_DIRECT_URL" in tend(*words).line()
        monkeypatch.setenv("DATABASE_DIRECT_URL", url + "&application_name=restoring")
        assert tend(*words).code == 0, words
        assert tend("score").code == 0
    monkeypatch.setenv("DATABASE_DIRECT_URL", "postgresql://u:hunter2@127.0.0.1:1/d?connect_timeout=2")
    assert "DATABASE_DIRECT_URL can't be used" in tend("backup", "other").line()
    monkeypatch.setenv("DATABASE_DIRECT_URL", "sqlite:///tend.db")
    assert "DATABASE_DIRECT_URL should be the address of PostgreSQL itself" in tend("backup", "other").line()


def test_the_doctor_names_the_pooler(
    tend: Tend, slack: FakeSlack, url: str, behind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = tend("doctor").out
    assert "✓ DATABASE_URL leads through a connection pooler" in said
    assert "can't use a pooler: set DATABASE_DIRECT_URL for them" in said
    monkeypatch.setenv("DATABASE_DIRECT_URL", behind)
    assert "✗ DATABASE_DIRECT_URL leads through a connection pooler too" in tend("doctor").out
    monkeypatch.setenv("DATABASE_DIRECT_URL", url)
    assert "✓ `tend backup` and `tend restore` connect to DATABASE_DIRECT_URL" in tend("doctor").out
    monkeypatch.setenv("DATABASE_URL", url)
    assert "pooler" not in tend("doctor").out
