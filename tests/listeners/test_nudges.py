"""The buttons on a nudge act on the spot, and the nudge is rewritten to show what was done, wherever it was done."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from bot.fake_slack import Message
from bot.notifications.claim import run_all
from storage.db.engine import reading
from storage.tables import Activity, Delivery
from tests.listeners.office import ANA, BOB, Office, only_answer

MORNING = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture
def nudged(office: Office) -> Message:
    """The nudge of a partner with a promise past its day, and of one that is quiet."""
    office.told("/tend settings timezone Europe/London", user="U0ADA")
    office.clock.now = datetime(2026, 10, 1, 10, tzinfo=UTC)
    office.partner("Acme Legal", since=date(2026, 10, 1))
    office.partner("Birch", since=date(2026, 10, 1))
    office.told("/touch Acme Legal call about the new office next: send the deck by 2026-11-20")
    office.told("/referral from Birch Northwind")
    office.clock.now = MORNING
    run_all(office.services, MORNING)
    office.clock.now += timedelta(minutes=5)
    return last(office)


def last(office: Office) -> Message:
    return office.slack.dm(ANA)[-1]


def minute_later(office: Office) -> Message:
    office.clock.now += timedelta(minutes=1)
    run_all(office.services, office.clock.now)
    return last(office)


def test_a_promise_is_done_and_counted_as_contact_in_two_clicks(office: Office, nudged: Message) -> None:
    answer = only_answer(office.press_label(nudged, "Done"))
    assert "“send the deck” for *Acme Legal*: done. Did you speak to them as well?" in answer.visible_text
    seen = office.press_label(answer, "Count it as contact today")
    assert seen.ok
    with reading(office.engine) as session:
        rows = session.exec(select(Activity).where(Activity.occurred_on == MORNING.date())).all()
    assert [(row.kind, row.title or row.note) for row in rows] == [("meeting", "Done: send the deck")]
    words = minute_later(office).visible_text
    assert "1 of 2 looked after" in words
    assert "was due" not in words
    assert "Birch" in words


def test_what_somebody_else_logs_in_a_channel_is_shown_on_the_nudge(office: Office, nudged: Message) -> None:
    office.clock.now += timedelta(hours=1)
    office.told("/touch Birch call about Northwind", user=BOB)
    words = minute_later(office).visible_text
    assert "*Birch*: bob logged a call." in words
    office.told("/touch Acme Legal call", user=ANA)
    message = minute_later(office)
    assert "2 partners looked after" in message.visible_text
    with reading(office.engine) as session:
        assert set(session.exec(select(Delivery.awaits))) == {None}
    calls = len(office.slack.world.calls_to("chat.update"))
    minute_later(office)
    assert len(office.slack.world.calls_to("chat.update")) == calls


def test_a_check_in_is_drafted_from_the_record_and_logged_as_sent(office: Office, nudged: Message) -> None:
    seen = office.slack.click(ANA, nudged, "check_in", index=0)
    assert seen.view is not None
    drafted = str(seen.view.blocks)
    assert "I haven't forgotten my promise (send the deck)" in drafted
    office.slack.submit(ANA, seen.view, {})
    assert "logged a mail" in minute_later(office).visible_text


def test_a_snooze_is_shown_too(office: Office, nudged: Message) -> None:
    office.slack.click(ANA, nudged, "snooze", "1:7", index=0)
    assert "*Acme Legal*: ana snoozed it until 1 Dec 2026." in minute_later(office).visible_text
