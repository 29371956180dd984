"""A full disk and a file that may only be read: who records is told what is so, and ticks go on when all is well."""

import json
import logging
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import storage
from bot.fake_slack import FakeSlack
from bot.notifications import scheduler
from storage.db.engine import make_engine
from tests.listeners.office import Clock
from tests.listeners.office import Office as Team
from tests.notifications.office import MONDAY, open_office
from tests.reliability import disks

pytestmark = pytest.mark.slow

ROOT = str(Path(storage.__file__).parents[1])
LINE = "/event Acme Legal Webinar"


@pytest.fixture(params=["a file may not grow", "a small disk"])
def filling(request: pytest.FixtureRequest, database_file: Path, tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """A database's file, and the largest size of any file (0: the disk is what is small)."""
    if request.param == "a file may not grow":
        yield database_file, database_file.stat().st_size + 100_000
        return
    disk = tmp_path / "disk"
    disk.mkdir()
    size = database_file.stat().st_size + 150_000
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        (disk / "tend.db").write_bytes(database_file.read_bytes())
        yield disk / "tend.db", 0
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_on_a_full_disk_nothing_is_called_recorded_that_is_not(filling: tuple[Path, int]) -> None:
    """Each of sixty lines is answered in time; those called recorded are there, and no line that is said not to be."""
    file, largest = filling
    asked = [sys.executable, "-m", disks.__name__, f"sqlite:///{file}", str(largest)]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=120, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    assert [error for error, _ in answers if error] == []
    said = [_outcome(words) for _, words in answers]
    with closing(sqlite3.connect(file)) as connection:
        titles = [row[0] for row in connection.execute("SELECT title FROM activity")]
    there = {int(title.split()[0]) for title in titles}
    assert there >= {n for n, outcome in enumerate(said) if outcome == "recorded"}
    assert not there & {n for n, outcome in enumerate(said) if outcome == "nothing"}
    assert {"recorded", "nothing"} <= set(said) or {"recorded", "look"} <= set(said)


def _outcome(words: str) -> str:
    outcomes = {"recorded": "Recorded:", "nothing": "Nothing was recorded", "look": "Check whether it was recorded"}
    (found,) = [name for name, sign in outcomes.items() if sign in words]
    return found


def test_a_file_that_may_only_be_read_records_nothing_and_shows_everything(
    running: FakeSlack, database_file: Path
) -> None:
    """The card is shown, and a line is answered with what became of it."""
    clock = Clock()
    running.clock = clock
    running.reset()
    team = Team(running, make_engine(f"sqlite:///{database_file}"), clock)
    team.partner()
    team.told(LINE)
    team.engine.dispose()
    team.move_to(make_engine(f"sqlite:///file:{database_file}?mode=ro&uri=true"))
    assert "Nothing was recorded" in team.told(LINE).visible_text
    assert "Acme Legal" in team.told("/partner show Acme Legal").visible_text
    team.engine.dispose()


def test_a_tick_on_a_file_that_may_only_be_read_posts_nothing_and_says_why(
    running: FakeSlack, database_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What cannot be claimed is not posted, for it could not be marked either; it is when the file can be written."""
    office = open_office(running, f"sqlite:///{database_file}")
    office.partner("Acme Legal")
    well, url = office.url, f"sqlite:///file:{database_file}?mode=ro&uri=true"
    office.at(MONDAY.replace(hour=8))  # the owner is known by now
    office.url, office.clock.now = url, MONDAY
    with caplog.at_level(logging.ERROR):
        scheduler.tick(office.services())
    assert "readonly database" in caplog.text
    assert office.nudges() == []
    office.url = well
    scheduler.tick(office.services())
    assert len(office.nudges()) == 1
    office.close()
