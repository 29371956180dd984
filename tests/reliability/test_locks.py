"""While another process keeps the database to itself for ten seconds."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import make_url

from bot.fake_slack import StandIn
from bot.notifications import scheduler
from storage.db.engine import make_engine
from storage.tables import Activity
from tests.listeners.office import BOB, Clock
from tests.listeners.office import Office as Team
from tests.notifications.office import MONDAY, open_office
from tests.reliability.databases import Fresh

HELD_SECONDS = 10.0
SLACK_WAITS = 3.0
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


@dataclass(frozen=True)
class Told:
    """What somebody was told, and after how long."""

    words: str
    seconds: float


def timed(do: Callable[[], str]) -> Told:
    at = time.monotonic()
    words = do()
    return Told(words, time.monotonic() - at)


@pytest.fixture
def team(running: StandIn, fresh: Fresh) -> Iterator[Team]:
    clock = Clock()
    running.clock = clock
    running.reset()
    team = Team(running, make_engine(fresh()), clock)
    team.partner()
    yield team
    team.engine.dispose()


def test_everybody_is_answered_in_time_with_what_became_of_it(team: Team) -> None:
    """A command, a form, a button, and somebody whom Tend does not know yet: all within Slack's three seconds."""
    form = team.asked("/event Acme Legal")
    button = team.told("/event Acme Legal Fair")
    before = len(team.rows(Activity))
    with held(team.engine.url.render_as_string(hide_password=False)):
        told = {
            "command": timed(lambda: team.told("/event Acme Legal Webinar").words),
            "form": timed(lambda: " ".join((team.submit(form, title="Webinar").errors or {}).values())),
            "button": timed(lambda: team.press(button, "undo_activity").ephemerals[0].words),
            "somebody new": timed(lambda: team.told("/event Acme Legal Webinar", user=BOB).words),
        }
    assert {name: one.words for name, one in told.items() if "Nothing was recorded" not in one.words} == {}
    assert {name: one.seconds for name, one in told.items() if one.seconds >= SLACK_WAITS} == {}
    assert len(team.rows(Activity)) == before
    assert team.submit(form, title="Webinar").closed
    assert "Recorded: event" in team.told("/event Acme Legal Webinar", user=BOB).words


def test_a_lock_that_ends_in_time_is_waited_for(team: Team) -> None:
    """Half a second is no reason to refuse anybody."""
    with held(team.engine.url.render_as_string(hide_password=False)):
        answers: list[Told] = []
        asked = threading.Thread(
            target=lambda: answers.append(timed(lambda: team.told("/event Acme Legal Fair").words))
        )
        asked.start()
        time.sleep(0.5)
    asked.join(10)
    assert "Recorded: event" in answers[0].words


def test_a_tick_waits_for_ten_seconds_and_then_sends_once(running: StandIn, fresh: Fresh) -> None:
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
    tick.join(20)
    assert len(office.nudges()) == 1
    assert office.delivery().state == "sent"
    office.close()
