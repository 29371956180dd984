"""What somebody hears who writes to Tend as to a person."""

from typing import Any

import pytest

from storage.tables import Activity
from tests.listeners.office import ANA, BOB, GONE, GUEST, STRANGER, Office


def told(office: Office, user: str = ANA) -> list[str]:
    """What Tend said in somebody's DM."""
    return [message.visible_text for message in office.slack.dm(user) if message.by_bot]


def written(office: Office, **more: Any) -> dict[str, Any]:
    """The event of a message of Ana's in the DM."""
    dm = office.slack.world.open_dm(ANA).id
    return {"type": "message", "channel_type": "im", "user": ANA, "channel": dm, "text": "hello", "ts": "1.1", **more}


def test_a_message_is_answered_with_what_there_is_to_do(office: Office) -> None:
    """Three buttons, one example, and the way to more; to this person alone, and nothing is recorded."""
    before = [rows for name, rows in office.records().items() if name != "seen_request"]
    assert office.slack.direct_message(ANA, "hello there").ok
    (words,) = told(office)
    assert all(label in words for label in ("Who needs me?", "Log a touch", "Record a referral"))
    assert "`met Acme Legal yesterday" in words
    assert "`help`" in words
    assert told(office, BOB) == []
    assert [rows for name, rows in office.records().items() if name != "seen_request"] == before


@pytest.mark.parametrize("text", ["help", "Help", "?"])
def test_help_is_given_to_who_asks(office: Office, text: str) -> None:
    """As `tend help` does."""
    office.slack.direct_message(ANA, text)
    office.slack.direct_message(ANA, "tend help")
    asked, typed = told(office)
    assert asked == typed


def test_its_example_works(office: Office) -> None:
    """As it stands there."""
    office.partner()
    office.slack.direct_message(ANA, "hello")
    (words,) = told(office)
    example = next(line.partition("`")[2].strip("`") for line in words.splitlines() if "`met" in line)
    office.slack.direct_message(ANA, example)
    assert "Acme Legal" in told(office)[-1]
    assert office.row(Activity).title == "talked about pricing"


def test_a_command_typed_in_the_dm_is_no_message(office: Office) -> None:
    """It is answered as anywhere."""
    office.partner()
    seen = office.slack.command(ANA, "/partner", "list")
    assert "Acme Legal" in seen.visible_text
    assert told(office) == []


def test_a_message_that_slack_tells_of_twice_is_answered_once(office: Office) -> None:
    """By the event's id."""
    for retry in (None, 1):
        assert office.slack.event(written(office), event_id="Ev1", retry_num=retry).ok
    assert len(told(office)) == 1
    office.slack.event(written(office), event_id="Ev2")
    assert len(told(office)) == 2


@pytest.mark.parametrize(
    "more",
    [
        {"subtype": "message_changed", "user": None},
        {"subtype": "message_deleted"},
        {"subtype": "bot_message", "bot_id": "B0OTHER", "user": None},
        {"bot_id": "B0OTHER"},
        {"user": "U0TENDBOT", "bot_id": "B0TENDBOT"},
    ],
    ids=["changed", "deleted", "bot message", "another bot", "Tend itself"],
)
def test_what_no_person_wrote_is_let_be(office: Office, more: dict[str, Any]) -> None:
    """Changes and bots, Tend itself among them, get no answer: it would never end."""
    inner = {key: value for key, value in written(office, **more).items() if value is not None}
    assert office.slack.event(inner).ok
    assert told(office) == []


def test_a_guest_is_told_why_not(office: Office) -> None:
    """In their own DM."""
    office.slack.direct_message(GUEST, "hello")
    (words,) = told(office, GUEST)
    assert "Guests can't use Tend" in words


@pytest.mark.parametrize("who", [STRANGER, GONE])
def test_others_learn_nothing(office: Office, who: str) -> None:
    """Whoever may not use Tend never hears what it is for."""
    office.slack.event(written(office, user=who, channel=office.slack.world.open_dm(who).id))
    assert "/touch" not in "".join(told(office, who))


def test_an_answer_that_does_not_arrive_is_no_crash(office: Office) -> None:
    """Slack hears that the message was taken."""
    office.slack.world.faults.add("chat.postMessage", "fatal_error", times=None)
    assert office.slack.direct_message(ANA, "hello").ok
    assert told(office) == []
