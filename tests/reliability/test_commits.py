"""When the database goes away in the middle: what is not known is not claimed, and nothing is sent twice for it."""

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from bot.actions.activity import record
from bot.fake_slack import FakeSlack
from bot.notifications import send
from storage.db.engine import OutcomeUnknown, make_engine, writing
from storage.migrate import migrate
from storage.tables import Activity, Partner
from tests.lacking import lacking
from tests.listeners.office import Clock
from tests.listeners.office import Office as Team
from tests.notifications.office import LEASE, MONDAY, Office, open_office
from tests.reliability.cluster import Cluster, Wire, own_cluster, programs, wire
from tests.reliability.databases import emptied

LINE = "/event Acme Legal Webinar"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    bin = programs()
    if bin is None:
        lacking("PostgreSQL's server is not installed")
    with own_cluster(bin) as running:
        engine = make_engine(running.url)
        migrate(engine)
        engine.dispose()
        yield running


@pytest.fixture
def wired(cluster: Cluster) -> Iterator[Wire]:
    """An emptied database behind a wire that can be cut."""
    emptied(cluster.url)
    with wire(cluster) as made:
        yield made


def team_at(running: FakeSlack, url: str) -> Team:
    """People who type commands, on that database."""
    clock = Clock()
    running.clock = clock
    running.reset()
    team = Team(running, make_engine(url), clock)
    team.partner()
    assert "Acme Legal" in team.told("/partner show Acme Legal").visible_text  # who asks is known by now
    return team


# -- a person waits


@pytest.mark.parametrize("arrives", [True, False], ids=["carried out", "not carried out"])
def test_a_commit_whose_answer_is_lost_is_told_as_unknown(running: FakeSlack, wired: Wire, arrives: bool) -> None:
    """Neither recorded nor not recorded is said, but where to look; the next try goes through."""
    team = team_at(running, wired.url)
    wired.arrives, wired.lose = arrives, 1
    words = team.told(LINE).visible_text
    assert wired.cuts == 1
    assert "Check whether it was recorded" in words
    assert "Nothing was recorded" not in words
    assert "Recorded:" not in words
    running.wait_for(lambda: len(team.rows(Activity)) == arrives)
    assert len(team.rows(Activity)) == arrives
    assert "Recorded: event" in team.told(LINE).visible_text
    team.engine.dispose()


def test_a_form_whose_commit_is_unknown_stays_open_and_sent_again_records_once(running: FakeSlack, wired: Wire) -> None:
    """The form's own key was committed with what it recorded."""
    team = team_at(running, wired.url)
    form = team.asked("/event Acme Legal")
    wired.lose = 1
    (said,) = (team.submit(form, title="Webinar").errors or {}).values()
    assert "Check whether it was recorded" in said
    running.wait_for(lambda: team.rows(Activity))
    assert team.submit(form, title="Webinar").closed
    assert len(team.rows(Activity)) == 1
    team.engine.dispose()


def test_a_failed_disk_at_the_commit_is_told_as_unknown(
    running: FakeSlack, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite cannot say whether what it could not flush is there after the next start."""
    team = team_at(running, str(database.url))
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
    with monkeypatch.context() as patched:
        patched.setattr(type(team.engine.dialect), "do_commit", raising(error))
        words = team.told(LINE).visible_text
    assert "Check whether it was recorded" in words
    assert "Nothing was recorded" not in words
    team.engine.dispose()


def test_a_full_disk_at_the_commit_is_told_as_nothing_recorded(
    running: FakeSlack, database: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    team = team_at(running, str(database.url))
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    with monkeypatch.context() as patched:
        patched.setattr(type(team.engine.dialect), "do_commit", raising(error))
        words = team.told(LINE).visible_text
    assert "Nothing was recorded" in words
    assert "disk of Tend's server is full" in words
    assert "the disk with the database is full" in caplog.text
    assert team.rows(Activity) == []
    team.engine.dispose()


def raising(error: Exception) -> Callable[..., None]:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    return fail


def test_a_connection_killed_in_the_middle_of_a_transaction_records_nothing(
    running: FakeSlack, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row was written, and not committed; the next try has a new connection."""
    emptied(cluster.url)
    team = team_at(running, cluster.url)
    other = make_engine(cluster.url)
    write = record.activities.record

    def killed(session: Any, **fields: Any) -> Any:
        row = write(session, **fields)
        pid = session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar()
        with other.begin() as connection:
            connection.exec_driver_sql(f"SELECT pg_terminate_backend({pid})")
        return row

    with monkeypatch.context() as patched:
        patched.setattr(record.activities, "record", killed)
        words = team.told(LINE).visible_text
    assert "Recorded:" not in words
    assert ("Nothing was recorded" in words) != ("Check whether it was recorded" in words)
    assert team.rows(Activity) == []
    assert "Recorded: event" in team.told(LINE).visible_text
    other.dispose()
    team.engine.dispose()


def test_where_the_second_half_fails_the_first_is_not_recorded_either(
    running: FakeSlack, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A button adds the partner, and then cannot record the event of it: nothing was recorded, as it says."""
    team = team_at(running, str(database.url))
    unknown = team.told("/event Zenith Webinar")
    broken = sqlite3.OperationalError("database is locked")
    with monkeypatch.context() as patched:
        patched.setattr(record.activities, "record", raising(OperationalError("INSERT", (), broken)))
        (answer,) = team.press(unknown, "answer_line:add").ephemerals
    assert "Nothing was recorded" in answer.visible_text
    assert "Check whether it was recorded" not in answer.visible_text
    assert team.rows(Activity) == []
    assert "Zenith" not in [row.name for row in team.rows(Partner)]
    team.engine.dispose()


# -- a tick


def office_at(running: FakeSlack, url: str) -> Office:
    office = open_office(running, url)
    office.settle(digest_channel="C1")
    office.partner("Acme Legal")
    return office


def is_there_once(office: Office) -> None:
    for n in range(1, 5):
        office.at(MONDAY + n * LEASE)
    assert (len(office.nudges()), len(office.digests())) == (1, 1)
    assert {row.state for row in office.all_deliveries()} == {"sent"}
    office.close()


@pytest.mark.parametrize("arrives", [True, False], ids=["carried out", "not carried out"])
def test_whichever_commit_of_a_tick_is_lost_each_delivery_is_there_once(
    running: FakeSlack, wired: Wire, arrives: bool
) -> None:
    """Those of who is who, of the claims, of their beginning anew, and of the marks: one after the other."""
    for which in range(1, 20):
        emptied(wired.url)
        office = office_at(running, wired.url)
        wired.arrives, wired.cuts, wired.lose = arrives, 0, which
        office.at(MONDAY)
        was_cut, wired.lose = wired.cuts == 1, 0
        is_there_once(office)
        if not was_cut:
            break
    assert 6 < which < 19


@pytest.mark.parametrize("step", ["open_dm", "check_private", "post_message"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_server_that_falls_in_the_middle_of_a_tick_costs_no_delivery(
    running: FakeSlack, cluster: Cluster, monkeypatch: pytest.MonkeyPatch, step: str, when: str
) -> None:
    """Before or after a step of sending the database is stopped at once and started again."""
    emptied(cluster.url)
    office = office_at(running, cluster.url)
    do = getattr(send, step)

    def fallen(*args: Any) -> Any:
        monkeypatch.setattr(send, step, do)
        if when == "before":
            cluster.crash()
        done = do(*args)
        if when == "after":
            cluster.crash()
        return done

    monkeypatch.setattr(send, step, fallen)
    office.at(MONDAY)
    is_there_once(office)


def test_who_commits_blindly_hears_of_it(wired: Wire) -> None:
    """The difference that all of the above stands on: unknown is an error of its own."""
    engine = make_engine(wired.url)

    def blindly() -> None:
        with writing(engine) as session:
            session.connection().exec_driver_sql("SELECT 1")
            wired.lose = 1

    with pytest.raises(OutcomeUnknown):
        blindly()
    engine.dispose()
