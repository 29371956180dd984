"""Slack lets an app that others install, and that is not in its Marketplace, read 15 messages a minute."""

from datetime import timedelta

import pytest

from bot.notifications import history
from bot.notifications.send import RunResult
from tests.notifications.office import LEASE, MONDAY, Office, failing

POST = "chat.postMessage"
HISTORY = "conversations.history"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def limited(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office with a digest due, whose app others install. Slack's clock is ours."""
    monkeypatch.setattr(history, "system_clock", office.clock)
    office.slack.world.limit_history()
    office.settle(digest_channel="C1")
    office.partner("Acme Legal", None)
    return office


def lose(office: Office, *, after_effect: bool, chatter: int = 0) -> None:
    """Lose the answer to the digest's post; then people write, within seconds and for long after."""
    office.slack.world.faults.add(POST, "drop", after_effect=after_effect)
    office.at(MONDAY)
    for number in range(chatter):
        office.clock.now = MONDAY + number * timedelta(seconds=1)
        office.slack.say("U1", "C1", f"chatter {number}")


def minutes_until_settled(office: Office, most: int) -> int:
    for minute in range(most):
        office.at(MONDAY + LEASE + minute * MINUTE, services=office.services())  # another worker each time
        if office.delivery("digest").state not in ("claimed", "retry"):
            return minute
    raise AssertionError(office.delivery("digest"))


@pytest.mark.parametrize("was_posted", [True, False])
def test_a_digest_is_settled_in_a_busy_channel_and_stands_there_once(limited: Office, was_posted: bool) -> None:
    lose(limited, after_effect=was_posted, chatter=500)
    pages = 500 // 15 + 1
    assert minutes_until_settled(limited, most=60) <= pages
    assert limited.delivery("digest").state == "sent"
    assert sum(message.by_bot for message in limited.digests()) == 1
    calls = [call for call in limited.slack.world.calls if call.method == HISTORY]
    assert sum(call.status == 200 for call in calls) <= pages
    assert sum(call.status == 429 for call in calls) <= pages


def test_what_was_written_long_before_or_after_the_try_is_not_read(limited: Office) -> None:
    for hours in (-20, -2, -1):
        limited.clock.now = MONDAY + timedelta(hours=hours)
        for number in range(50):
            limited.slack.say("U1", "C1", f"early {number}")
    lose(limited, after_effect=False)
    limited.clock.now = MONDAY + timedelta(hours=1)
    for number in range(50):
        limited.slack.say("U1", "C1", f"late {number}")
    assert limited.at(MONDAY + timedelta(hours=2)).digests == 1
    (call,) = [call for call in limited.slack.world.calls if call.method == HISTORY]
    assert call.answer["messages"] == []


def test_where_nothing_was_tried_nothing_is_read(limited: Office) -> None:
    with failing(limited.slack, "conversations.info", "drop"):
        limited.at(MONDAY)
    assert limited.at(MONDAY + LEASE).digests == 1
    assert not [call for call in limited.slack.world.calls if call.method == HISTORY]


def test_a_limit_on_reading_keeps_nudges_not_waiting(limited: Office) -> None:
    lose(limited, after_effect=False, chatter=60)
    limited.at(MONDAY + LEASE)
    assert limited.delivery("digest").state == "retry"
    limited.partner("Béla Söhne", "U1")
    done = limited.at(MONDAY + LEASE + timedelta(seconds=20))
    assert (done.nudges, done.is_slack_slow) == (1, False)


def test_slack_is_not_asked_before_the_time_it_named(limited: Office) -> None:
    lose(limited, after_effect=False, chatter=60)
    limited.at(MONDAY + LEASE)
    before = len(limited.slack.world.calls)
    assert limited.at(MONDAY + LEASE + timedelta(seconds=30)) == RunResult()
    assert len(limited.slack.world.calls) == before


def test_a_digest_that_is_not_verified_in_its_week_is_never_sent_and_the_next_one_is(limited: Office) -> None:
    """Nobody can say whether it was posted: it is not posted again, and the stewards are told."""
    lose(limited, after_effect=False)
    with failing(limited.slack, HISTORY, "429", retry_after=60):
        for day in range(1, 7):
            limited.at(MONDAY + timedelta(days=day))
        assert limited.team.digest_problem
        assert limited.digests() == []
        limited.at(MONDAY + timedelta(days=7))
        assert len(limited.digests()) == 1
        limited.at(MONDAY + timedelta(days=8))
    rows = {row.period: row.state for row in limited.all_deliveries() if row.kind == "digest"}
    assert rows == {"2026-11-23": "failed", "2026-11-30": "sent"}
    assert len(limited.digests()) == 1


def test_nudges_are_brought_up_to_date_one_a_minute(office: Office) -> None:
    office.partner("Acme Legal")
    office.partner("Béla Söhne", "U2")
    office.at(MONDAY)
    office.at(MONDAY + timedelta(hours=5))  # nine o'clock in New York
    assert (len(office.nudges("U1")), len(office.nudges("U2"))) == (1, 1)
    office.slack.world.limit_history()
    office.touch("Acme Legal", MONDAY + timedelta(hours=5, minutes=10))
    office.touch("Béla Söhne", by="U2")
    for minute, most in ((11, 2), (12, 3)):
        done = office.at(MONDAY + timedelta(hours=5, minutes=minute))
        assert (done.problems, done.is_slack_slow) == ((), False)
        calls = [call for call in office.slack.world.calls if call.method == HISTORY]
        assert len(calls) <= most
    assert sum(call.method == "chat.update" for call in office.slack.world.calls) == 2
