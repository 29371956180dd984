"""While another process keeps the database to itself for ten seconds."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import make_url

from bot.fake_slack import FakeSlack
from bot.notifications import scheduler
from storage.db.engine import make_engine
from storage.tables import Activity
from tests.listeners.office import BOB, Clock
from tests.listeners.office import Office as Team
from tests.notifications.office import MONDAY, open_office
from tests.patience import DATABASE_WAITS, PATIENCE, SLACK_WAITS
from tests.reliability.databases import Fresh

pytestmark = pytest.mark.slow

HELD_SECONDS = 10.0
HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(url: str) -> Iterator[None]:
    """Another process writes, and does not come to an end."""
    if not url.startswith("sqlite"):
        engine = make_engine(url)
        with engine.begin() as connection:
            connection.exec_driver_sql("LOCK TABLE activity, delivery, person IN ACCESS EXCLUSIVE MODE")
            yield
        engine.dispose()
        return
    asked = [sys.executable, "-c", HOLD, str(make_url(url).database)]
    with subprocess.Popen(asked, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield
        process.communicate()


@pytest.fixture
def team(running: FakeSlack, fresh: Fresh) -> Iterator[Team]:
    clock = Clock()
    running.clock = clock
    running.reset()
    team = Team(running, make_engine(fresh()), clock)
    team.partner()
    yield team
    team.engine.dispose()


def test_everybody_is_answered_in_time_with_what_became_of_it(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command, a form, a button, and somebody whom Tend does not know yet: all while the lock is held."""
    assert DATABASE_WAITS < SLACK_WAITS == 3
    monkeypatch.setattr("bot.app.WAIT_SECONDS", DATABASE_WAITS)
    form = team.asked("/event Acme Legal")
    button = team.told("/event Acme Legal Fair")
    before = len(team.rows(Activity))
    with held(team.engine.url.render_as_string(hide_password=False)):
        told = {
            "command": team.told("/event Acme Legal Webinar").visible_text,
            "form": " ".join((team.submit(form, title="Webinar").errors or {}).values()),
            "button": team.press(button, "undo_activity").ephemerals[0].visible_text,
            "somebody new": team.told("/event Acme Legal Webinar", user=BOB).visible_text,
        }
    assert {name: words for name, words in told.items() if "Nothing was recorded" not in words} == {}
    assert len(team.rows(Activity)) == before
    assert team.submit(form, title="Webinar").closed
    assert "Recorded: event" in team.told("/event Acme Legal Webinar", user=BOB).visible_text


def test_a_lock_that_ends_in_time_is_waited_for(team: Team) -> None:
    """Half a second is no reason to refuse anybody."""
    with held(team.engine.url.render_as_string(hide_password=False)):
        answers: list[str] = []
        asked = threading.Thread(target=lambda: answers.append(team.told("/event Acme Legal Fair").visible_text))
        asked.start()
        time.sleep(0.5)
    asked.join(PATIENCE)
    assert "Recorded: event" in answers[0]


def test_a_tick_waits_for_ten_seconds_and_then_sends_once(running: FakeSlack, fresh: Fresh) -> None:
    """Nobody waits for it but the next tick."""
    office = open_office(running, fresh())
    office.partner("Acme Legal")
    office.at(MONDAY.replace(hour=8))
    office.clock.now = MONDAY
    with held(office.url):
        tick = threading.Thread(target=scheduler.tick, args=[office.houses[0]])
        tick.start()
        time.sleep(HELD_SECONDS)
        assert office.nudges() == []
    tick.join(PATIENCE)
    assert len(office.nudges()) == 1
    assert office.delivery().state == "sent"
    office.close()
