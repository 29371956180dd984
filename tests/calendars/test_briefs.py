"""A person gets the brief of a partner an hour before they meet: once a meeting, and never too late."""

import threading
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from bot.cli import report
from bot.notifications import briefs
from bot.notifications.briefs import BriefRound
from bot.notifications.claim import run_all
from storage.tables import Delivery
from tests.calendars.feeds import JANE, calendar, event
from tests.calendars.servers import NAME, Roads
from tests.calendars.test_meetings import a_round, connect, shows
from tests.listeners.office import ANA, BOB, Office
from tests.patience import PATIENCE

TIMES = ("20261123T150000Z", "20261123T153000Z")
SOON = event("soon", *TIMES)


@pytest.fixture
def roads(secured: Roads) -> Roads:
    shows(secured, calendar(SOON))
    return secured


def told(office: Office) -> list[str]:
    """What Ana was told before meetings."""
    texts = [message.visible_text for message in office.slack.dm(ANA) if message.by_bot]
    return [text for text in texts if "You meet Acme" in text]


def at(office: Office, hour: int, minute: int = 0) -> datetime:
    office.clock.now = datetime(2026, 11, 23, hour, minute, tzinfo=UTC)  # type: ignore[attr-defined]
    return office.clock()


def a_minute(office: Office, hour: int, minute: int = 0) -> list[str]:
    """The round of a minute, and what was told until then."""
    BriefRound(office.services).run(at(office, hour, minute))
    return told(office)


def read(office: Office, roads: Roads, raw: bytes) -> None:
    shows(roads, raw)
    a_round(office, roads).run(office.clock())


def test_an_hour_before_once(office: Office, roads: Roads, acme: int) -> None:
    connect(office)
    read(office, roads, calendar(SOON))
    assert a_minute(office, 13, 59) == []
    (text,) = a_minute(office, 14, 0)
    assert "You meet Acme Legal at 15:00" in text
    assert "One thing to offer" in text
    for minute in (1, 30, 59):
        assert len(a_minute(office, 14, minute)) == 1
    run_all(office.services, at(office, 14, 40))
    assert len(told(office)) == 1


def test_none_without_asking_for_it(office: Office, roads: Roads, acme: int) -> None:
    form = office.press(office.told("/tend calendar", ANA), "count_meetings", ANA).view
    assert form is not None
    assert office.submit(form, ANA, address=f"https://{NAME}/ana/private-4f1c.ics", own="", briefs="off").ok
    read(office, roads, calendar(SOON))
    assert a_minute(office, 14, 0) == []


def test_never_when_it_has_begun(office: Office, roads: Roads, acme: int) -> None:
    connect(office)
    read(office, roads, calendar(SOON))
    assert a_minute(office, 15, 0) == []


@pytest.mark.parametrize(
    "later",
    [calendar(event("old")), calendar(event("soon", *TIMES, "STATUS:CANCELLED"))],
)
def test_none_of_what_was_cancelled(office: Office, roads: Roads, acme: int, later: bytes) -> None:
    connect(office)
    read(office, roads, calendar(SOON))
    at(office, 13)
    read(office, roads, later)
    assert a_minute(office, 14, 0) == []


def test_what_is_moved_has_its_brief_at_the_new_hour(office: Office, roads: Roads, acme: int) -> None:
    connect(office)
    read(office, roads, calendar(SOON))
    at(office, 13)
    read(office, roads, calendar(event("soon", "20261123T170000Z", "20261123T173000Z")))
    assert a_minute(office, 14, 30) == []
    (text,) = a_minute(office, 16, 0)
    assert "at 17:00" in text


def test_one_message_for_a_meeting_with_several(office: Office, roads: Roads, acme: int) -> None:
    beta = office.partner("Beta", owner=ANA, since=date(2025, 1, 1))
    office.person(beta, "Joe", address="joe@beta.example")
    connect(office)
    both = event("soon", *TIMES, people=(JANE, "joe@beta.example"))
    read(office, roads, calendar(both))
    (text,) = a_minute(office, 14, 0)
    assert "You meet Acme Legal and Beta at 15:00" in text
    message = office.slack.dm(ANA)[-1]
    named = [block for block in message.blocks if block.get("accessory")]
    assert ["Acme Legal" in str(block) for block in named] == [True, False]


LATER = event("later", "20261123T154500Z", "20261123T160000Z")


def test_two_meetings_within_an_hour_are_one_brief(office: Office, roads: Roads, acme: int) -> None:
    """One that follows later has its own, though it is within an hour of the second."""
    connect(office)
    third = event("third", "20261123T163000Z", "20261123T164500Z")
    read(office, roads, calendar(SOON, LATER, third))
    (text,) = a_minute(office, 14, 0)
    assert "You meet Acme Legal at 15:00 and 15:45" in text
    assert len(a_minute(office, 14, 45)) == 1
    texts = a_minute(office, 15, 30)
    assert len(texts) == 2
    assert "You meet Acme Legal at 16:30" in texts[-1]


def test_both_are_named_when_both_are_due_at_once(office: Office, roads: Roads, acme: int) -> None:
    connect(office)
    read(office, roads, calendar(SOON, LATER))
    for _ in range(2):
        (text,) = a_minute(office, 14, 50)
        assert "at 15:00 and 15:45" in text


def test_the_second_has_its_brief_when_the_first_is_off(office: Office, roads: Roads, acme: int) -> None:
    connect(office)
    read(office, roads, calendar(SOON, LATER))
    assert len(a_minute(office, 14, 0)) == 1
    read(office, roads, calendar(event("soon", *TIMES, "STATUS:CANCELLED"), LATER))
    texts = a_minute(office, 14, 46)
    assert len(texts) == 2
    assert "You meet Acme Legal at 15:45" in texts[-1]


def test_a_brief_that_never_came_counts_for_nothing(office: Office, roads: Roads, acme: int) -> None:
    connect(office)
    read(office, roads, calendar(SOON, LATER))
    office.slack.world.faults.add("chat.postMessage", "not_in_channel", times=None)
    assert a_minute(office, 14, 50) == []
    office.slack.world.faults.clear()
    (text,) = a_minute(office, 15, 10)
    assert "at 15:45" in text


def test_whom_only_the_second_is_with_is_told_of(office: Office, roads: Roads, acme: int) -> None:
    beta = office.partner("Beta", owner=ANA, since=date(2025, 1, 1))
    office.person(beta, "Joe", address="joe@beta.example")
    connect(office)
    both = event("soon", *TIMES, people=(JANE, "joe@beta.example"))
    read(office, roads, calendar(both, LATER))
    (text,) = a_minute(office, 14, 0)
    assert "You meet Acme Legal and Beta at 15:00" in text
    assert "*Acme Legal* · again at 15:45" in text
    assert len(a_minute(office, 14, 46)) == 1
    office.person(office.partner("Gamma", owner=ANA, since=date(2025, 1, 1)), "Xi", address="x@b.test")
    later = event("later", "20261123T154500Z", "20261123T160000Z", people=(JANE, "x@b.test"))
    read(office, roads, calendar(both, later))
    texts = a_minute(office, 14, 48)
    assert len(texts) == 2
    assert "You meet Acme Legal and Gamma at 15:45" in texts[-1]


def test_whoever_is_no_member_any_more_is_told_nothing(
    office: Office, roads: Roads, acme: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(office)
    read(office, roads, calendar(SOON))
    monkeypatch.setattr(briefs, "fetch_recipient", lambda *_: SimpleNamespace(membership="guest"))
    assert a_minute(office, 14, 0) == []


def test_two_workers_send_it_once(office: Office, roads: Roads, acme: int) -> None:
    connect(office)
    read(office, roads, calendar(SOON))
    now, gate = at(office, 14), threading.Barrier(2)

    def work() -> None:
        gate.wait(PATIENCE)
        BriefRound(office.services).run(now)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(told(office)) == 1


@pytest.mark.parametrize("posted", [False, True], ids=["before it was posted", "after it was posted"])
def test_a_worker_that_died_is_replaced(
    office: Office, roads: Roads, acme: int, monkeypatch: pytest.MonkeyPatch, posted: bool
) -> None:
    connect(office)
    read(office, roads, calendar(SOON))
    send = briefs.send_delivery

    def die(*given: object) -> None:
        if posted:
            monkeypatch.setattr("bot.notifications.send._finish", lambda *_a, **_k: None)
            send(*given)  # type: ignore[arg-type]
        raise SystemExit

    monkeypatch.setattr(briefs, "send_delivery", die)
    with pytest.raises(SystemExit):
        a_minute(office, 14, 0)
    monkeypatch.undo()
    assert len(told(office)) == posted
    assert len(a_minute(office, 14, 4)) == posted, "another may still send it"
    assert len(a_minute(office, 14, 6)) == 1
    (row,) = [row for row in office.rows(Delivery) if row.kind == "brief"]
    assert (row.state, row.recipient) == ("sent", ANA)


def test_what_was_left_is_not_sent_when_it_has_begun(
    office: Office, roads: Roads, acme: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(office)
    read(office, roads, calendar(SOON))
    monkeypatch.setattr(briefs, "send_delivery", lambda *_: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        a_minute(office, 14, 59)
    monkeypatch.undo()
    run_all(office.services, at(office, 15, 6))
    assert told(office) == []
    (row,) = [row for row in office.rows(Delivery) if row.kind == "brief"]
    assert row.state == "failed"


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("20261123T150000Z", "20261123T153000Z", "In your calendar: a meeting today at 15:00."),
        ("20261124T150000Z", "20261124T153000Z", "In your calendar: a meeting tomorrow at 15:00."),
    ],
)
def test_a_nudge_says_when_one_meets_anyway(
    office: Office, roads: Roads, acme: int, start: str, end: str, words: str
) -> None:
    connect(office)
    read(office, roads, calendar(event("soon", start, end)))
    assert words in office.told("/partner due", ANA).visible_text
    assert "In your calendar" not in office.told("/partner due", BOB).visible_text


def test_whoever_runs_tend_is_not_shown_when_somebody_meets(
    office: Office, roads: Roads, acme: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    connect(office)
    read(office, roads, calendar(SOON))
    monkeypatch.setenv("DATABASE_URL", office.engine.url.render_as_string(hide_password=False))
    report.nudges("2026-11-23", json=False, workspace=None)
    printed = capsys.readouterr().out
    assert "Acme Legal" in printed
    assert "In your calendar" not in printed
    run_all(office.services, at(office, 13))
    (nudge,) = [message.visible_text for message in office.slack.dm(ANA) if message.by_bot]
    assert "In your calendar: a meeting today at 15:00" in nudge


def test_slack_is_not_asked_before_the_time_it_named(office: Office, roads: Roads, acme: int) -> None:
    connect(office)
    read(office, roads, calendar(SOON))
    faults = office.slack.world.faults
    faults.add("chat.postMessage", "drop", after_effect=True)
    assert len(a_minute(office, 14, 0)) == 1, "it stands there, but its answer was lost"
    faults.add("conversations.history", "429", retry_after=600)
    a_minute(office, 14, 2)
    before = len(office.slack.world.calls)
    assert len(a_minute(office, 14, 8)) == 1
    assert len(office.slack.world.calls) == before
    assert len(a_minute(office, 14, 13)) == 1
    (row,) = [row for row in office.rows(Delivery) if row.kind == "brief"]
    assert row.state == "sent"
