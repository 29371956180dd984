"""One test for each row of the table in `docs/reliability.md`: what becomes of a nudge, and of a digest."""

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli import doctor
from bot.fake_slack import FakeSlack
from bot.notifications.send import RunResult
from tests.notifications.office import LEASE, MONDAY, Office, open_office
from tests.reliability.due import DAY, POST, Due

MINUTE = timedelta(minutes=1)
Doctor = Callable[[], str]


@pytest.fixture(params=["nudge", "digest"])
def due(request: pytest.FixtureRequest, running: FakeSlack, database_file: Path) -> Iterator[Due]:
    office = open_office(running, f"sqlite:///{database_file}")
    yield Due.of(office, str(request.param))
    office.close()


def comes_later(due: Due, *, posted: bool = False, tries: int = 1) -> None:
    """It is not marked; a minute later nothing is tried; five minutes later it is there, once, and stays so."""
    assert len(due.at().problems) == 1
    assert (due.row.state, bool(due.row.problem)) == ("retry", True)
    assert (len(due.there()), due.posts()) == (posted, tries)
    assert due.at(MINUTE) == RunResult()
    due.well()
    done = due.at(LEASE)
    assert (done.nudges + done.digests, done.problems) == (1, ())
    assert (due.row.state, due.row.problem, len(due.there())) == ("sent", None, 1)
    assert due.posts() == tries + (not posted)
    for n in (2, 3, 50):
        assert due.at(n * LEASE) == RunResult()
    assert len(due.there()) == 1


def is_logged(caplog: pytest.LogCaptureFixture, words: str) -> bool:
    return any(words in record.getMessage() and record.levelno >= logging.WARNING for record in caplog.records)


def test_fault_429_with_retry_after(due: Due) -> None:
    """A short pause is waited for within the call; a long one is not, and the delivery waits instead."""
    due.fault("429", retry_after=0)
    done = due.at()
    assert (done.nudges + done.digests, due.posts(), len(due.there())) == (1, 2, 1)


def test_fault_429_with_a_long_retry_after(due: Due) -> None:
    """Nobody sits in a pause of ten minutes with a claim in hand."""
    due.fault("429", retry_after=600)
    comes_later(due)


def test_fault_500(due: Due) -> None:
    due.fault("500")
    comes_later(due)


def test_fault_500_after_posting(due: Due) -> None:
    due.fault("500", after_effect=True)
    comes_later(due, posted=True)


def test_fault_503(due: Due, caplog: pytest.LogCaptureFixture) -> None:
    due.fault("503")
    comes_later(due)
    assert is_logged(caplog, "Slack answered with HTTP 503")


def test_fault_503_that_stays(due: Due) -> None:
    """Stewards hear of a digest that is a day late; a nudge gives way to the next day's."""
    due.fault("503", times=None)
    due.at()
    assert "Slack answered with HTTP 503" in due.status()
    assert due.steward_is_told("digest", "<#C1>", "503") == (due.kind == "digest")
    due.well()
    due.at(DAY + 9 * timedelta(hours=1) + MINUTE)
    assert len(due.there()) == 1


def test_fault_connection_refused(due: Due, caplog: pytest.LogCaptureFixture) -> None:
    """No request ever got there, so the call itself tries a second time at once."""
    with due.refusing():
        assert len(due.at().problems) == 1
    assert (due.row.state, due.posts()) == ("retry", 0)
    assert is_logged(caplog, "Slack could not be reached")
    assert due.at(MINUTE) == RunResult()
    done = due.at(LEASE)
    assert (done.nudges + done.digests, len(due.there())) == (1, 1)


def test_fault_reset_before_posting(due: Due) -> None:
    due.fault("drop")
    comes_later(due)


def test_fault_reset_after_posting(due: Due) -> None:
    due.fault("drop", after_effect=True)
    comes_later(due, posted=True)


def test_fault_timeout_after_posting(due: Due) -> None:
    due.fault("latency", after_effect=True, seconds=0.6)
    with due.impatient():
        assert len(due.at().problems) == 1
    due.office.slack.wait_for(lambda: due.posts() == 1)
    assert (due.row.state, len(due.there())) == ("retry", 1)
    done = due.at(LEASE)
    assert (done.nudges + done.digests, due.posts(), len(due.there())) == (1, 1, 1)


@pytest.fixture
def doctored(due: Due, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Doctor:
    """What `tend doctor` says, with exit code 1 where it finds something to mend."""
    for name, value in (("SLACK_BOT_TOKEN", "xoxb-stand-in"), ("SLACK_SIGNING_SECRET", "stand-in-secret"),
                        ("SLACK_API_URL", due.office.slack.api_url), ("DATABASE_URL", due.office.url)):  # fmt: skip
        monkeypatch.setenv(name, value)

    def ask() -> str:
        assert not doctor.run()
        return capsys.readouterr().out

    return ask


def token_trouble(due: Due, doctored: Doctor, caplog: pytest.LogCaptureFixture, word: str, told: str) -> None:
    """Every call is refused until a new token is there; nobody can be told in Slack, but the log and doctor say it."""
    due.fault(word, method="*", times=None, where={})
    assert len(due.at().problems) >= 1
    assert due.row.state == "retry"
    assert is_logged(caplog, told)
    assert told in doctored()
    comes_back(due)


def comes_back(due: Due) -> None:
    due.well()
    done = due.at(LEASE)
    assert (done.nudges + done.digests, due.row.state, len(due.there())) == (1, "sent", 1)


def test_fault_invalid_auth(due: Due, doctored: Doctor, caplog: pytest.LogCaptureFixture) -> None:
    token_trouble(due, doctored, caplog, "invalid_auth", "Slack does not accept the bot's token")


def test_fault_token_revoked(due: Due, doctored: Doctor, caplog: pytest.LogCaptureFixture) -> None:
    token_trouble(due, doctored, caplog, "token_revoked", "the bot's token was revoked")


def test_fault_account_inactive(due: Due, doctored: Doctor, caplog: pytest.LogCaptureFixture) -> None:
    token_trouble(due, doctored, caplog, "account_inactive", "the bot's account was deactivated")


def channel_trouble(due: Due, word: str, told: str) -> None:
    """It waits and is tried again; stewards are told of a digest the next day, with what to do."""
    due.fault(word, times=None)
    assert len(due.at().problems) == 1
    assert (due.row.state, due.there()) == ("retry", [])
    assert told in due.status()
    if due.kind == "nudge":
        comes_back(due)
        return
    assert due.steward_is_told("The digest could not be posted", "<#C1>", told, "digest_channel")
    assert not [one for one in due.office.nudges("U1") if "could not be posted" in one.visible_text]
    due.well()
    assert due.at(DAY + timedelta(hours=6) + MINUTE).digests == 1
    assert "sent late" in due.there()[0].visible_text
    assert "could not be posted" not in due.status()


def test_fault_channel_not_found(due: Due) -> None:
    channel_trouble(due, "channel_not_found", "the channel does not exist, or it is private and Tend is not in it")


def test_fault_not_in_channel(due: Due) -> None:
    channel_trouble(due, "not_in_channel", "Tend is not in the channel: add it with /invite")


def test_fault_is_archived(due: Due) -> None:
    channel_trouble(due, "is_archived", "the channel is archived")


@pytest.mark.parametrize("word", ["user_not_found", "user_disabled"])
def test_fault_user_gone(due: Due, word: str) -> None:
    """Of an owner who left, the stewards hear the next day; the digest names the partner as nobody's."""
    world = due.office.slack.world
    if due.kind == "digest":
        world.add_person("U1", "ana", deleted=True)
        due.office.partner("Of the one who left", "U1")
        due.at()
        text = due.there()[0].visible_text
        assert "1 without an owner" in text
        assert "*Of the one who left* (ana, has left)" in text
        return
    due.fault(word, method="conversations.open", times=None, where={"users": "U1"})
    assert len(due.at().problems) == 1
    assert (due.row.state, due.row.problem) == ("failed", f"Slack refused it: {word}")
    assert word in due.status()
    world.add_person("U1", "ana", deleted=True)
    assert due.steward_is_told("Without an owner", "Acme Legal")


def goes_as_text(due: Due) -> None:
    """Posted once, without blocks, with the same token and the same facts."""
    done = due.at()
    assert (done.nudges + done.digests, done.problems, due.posts()) == (1, (), 2)
    (message,) = due.there()
    assert message.blocks == ()
    assert "Acme Legal" in message.text
    assert (message.metadata or {})["event_payload"]["delivery"] == due.row.token
    assert (due.row.state, due.row.message_ts) == ("sent", message.ts)
    assert due.at(LEASE) == RunResult()


def test_fault_msg_too_long(due: Due) -> None:
    due.fault("msg_too_long")
    goes_as_text(due)


def test_fault_invalid_blocks(due: Due) -> None:
    """The workspace does not know a kind of block that all of our messages have."""
    due.office.slack.world.refuse_blocks = {"header"}
    goes_as_text(due)
    (message,) = due.there()
    assert ("33 days" if due.kind == "nudge" else "0 of 1") in message.text


def test_fault_invalid_blocks_where_the_text_is_refused_too(due: Due) -> None:
    """Then it is given up, and said; nothing is tried a third time."""
    due.fault("invalid_blocks", times=None)
    assert len(due.at().problems) == 1
    assert (due.row.state, due.posts()) == ("failed", 2)
    assert "invalid_blocks" in due.status()
    assert due.steward_is_told("The digest could not be posted", "invalid_blocks") == (due.kind == "digest")
    assert due.there() == []


def test_a_workspace_without_stewards_has_its_known_admins_told(running: FakeSlack, database_file: Path) -> None:
    office: Office = open_office(running, f"sqlite:///{database_file}")
    due = Due.of(office, "digest")
    office.settle(stewards="none")
    due.status()  # the admin asks something, by which Tend knows of them
    due.fault("is_archived", times=None)
    due.at()
    due.at(DAY)
    assert "The digest could not be posted" in office.nudges("U1")[-1].visible_text
    due.at(DAY + timedelta(hours=1))
    due.at(2 * DAY)
    told = [one for one in office.nudges("U1") if "The digest could not be posted" in one.visible_text]
    assert len(told) == 1  # the same trouble is no news
    due.at(7 * DAY)  # the next digest fails too
    due.at(8 * DAY)
    told = [one for one in office.nudges("U1") if "The digest could not be posted" in one.visible_text]
    assert len(told) == 2
    office.close()


def test_lasting_digest_trouble_is_told_at_once_and_then_weekly(running: FakeSlack, database_file: Path) -> None:
    """Also to a steward who gets a message each day, and to one who acts on none."""
    office = open_office(running, f"sqlite:///{database_file}")
    due = Due.of(office, "digest")
    due.fault("is_archived", times=None)
    for day in range(25):
        office.partner(f"New {day}", "U9", since=(MONDAY + (day - 31) * DAY).date())
        due.at(day * DAY)
        due.at(day * DAY + timedelta(hours=1))
    told = [(one.visible_text.count("could not be posted"), one.ts) for one in office.nudges("U9")]
    days = [int((float(ts) - MONDAY.timestamp()) // 86_400) for found, ts in told if found]
    assert days == [1, 7, 14, 21]
    assert len(told) > len(days)  # each day's message does not repeat it
    office.close()


def test_typed_text_that_goes_as_plain_text_rings_nobody(running: FakeSlack, database_file: Path) -> None:
    """A partner called like a mention stays text."""
    office = open_office(running, f"sqlite:///{database_file}")
    office.partner("<!channel> & *bold*")
    office.slack.world.faults.add(POST, "invalid_blocks")
    office.at(MONDAY)
    (message,) = office.nudges()
    assert "<!channel>" not in message.text
    assert "&lt;!channel&gt; &amp;" in message.text
    office.close()
