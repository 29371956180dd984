"""A claim keeps others away for as long as its holder may be posting, and not from when its pass began."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.notifications import send
from bot.notifications.send import RunResult
from bot.slack.client import make_client
from storage.db.deadline import deadline
from tests.notifications.office import LEASE, MONDAY, Office, failing

POST = "chat.postMessage"
MINUTE = timedelta(minutes=1)


def meanwhile(office: Office, monkeypatch: pytest.MonkeyPatch, name: str, do: Any) -> None:
    """At the first call of a step of sending, something else happens before it."""
    step = getattr(send, name)

    def first(*args: Any) -> Any:
        monkeypatch.setattr(send, name, step)
        do()
        return step(*args)

    monkeypatch.setattr(send, name, first)


def other_looks(office: Office, now: datetime) -> None:
    """Another Tend makes a pass at that instant."""
    office.at(now, services=office.services())


def test_what_is_claimed_late_in_a_long_pass_is_not_taken_over_at_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first owner takes six minutes; of the second's message, just being posted, another Tend keeps its hands."""
    office.partner("Of ana")
    office.partner("Of the second", "U4")
    office.slack.world.add_person("U4", "dan")

    def slow() -> None:
        office.clock.now = MONDAY + LEASE
        # At the second owner's post, not at this one's, which is under way by now.
        post = send.post_message

        def of_ana(*args: Any) -> Any:
            meanwhile(office, monkeypatch, "post_message", lambda: other_looks(office, MONDAY + LEASE + MINUTE))
            return post(*args)

        monkeypatch.setattr(send, "post_message", of_ana)

    meanwhile(office, monkeypatch, "open_dm", slow)
    done = office.at(MONDAY)
    office.at(MONDAY + 3 * LEASE)
    assert done.nudges == 2
    assert [len(office.nudges(owner)) for owner in ("U1", "U4")] == [1, 1]


def test_what_was_taken_over_while_one_looked_around_is_not_posted_as_well(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It took six minutes to open the conversation; somebody else has sent it by then."""
    office.partner("Acme Legal")
    open_dm = send.open_dm

    def slow(*args: Any) -> str:
        monkeypatch.setattr(send, "open_dm", open_dm)
        found = open_dm(*args)
        other_looks(office, MONDAY + LEASE)
        return found

    monkeypatch.setattr(send, "open_dm", slow)
    assert office.at(MONDAY) == RunResult()
    assert len(office.nudges()) == 1
    assert office.delivery().state == "sent"


def test_a_claim_begins_anew_right_before_the_post(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """It took four minutes to open the conversation; nobody takes over two minutes into the post."""
    office.partner("Acme Legal")
    open_dm = send.open_dm

    def slow(*args: Any) -> str:
        monkeypatch.setattr(send, "open_dm", open_dm)
        found = open_dm(*args)
        office.clock.now = MONDAY + 4 * MINUTE
        return found

    monkeypatch.setattr(send, "open_dm", slow)
    meanwhile(office, monkeypatch, "post_message", lambda: other_looks(office, MONDAY + 6 * MINUTE))
    assert office.at(MONDAY) == RunResult(nudges=1)
    assert len(office.nudges()) == 1


def test_slack_asking_for_a_long_pause_is_not_waited_for_with_a_claim_in_hand(office: Office) -> None:
    """Ten minutes are longer than a claim: the call is given up, and made again another time."""
    office.partner("Acme Legal")
    with failing(office.slack, POST, "429", retry_after=600):
        assert len(office.at(MONDAY).problems) == 1
    assert len(office.slack.world.calls_to(POST)) == 1
    assert office.at(MONDAY + LEASE) == RunResult(nudges=1)
    assert len(office.nudges()) == 1


@pytest.mark.parametrize(("asked", "calls"), [(0, 3), (5, 1)])
def test_a_person_is_not_kept_waiting_for_slacks_pause(office: Office, asked: int, calls: int) -> None:
    """Slack's pause is waited for only where it ends before the person's patience."""
    client = make_client("xoxb-stand-in", office.slack.api_url)
    with (
        failing(office.slack, "users.info", "429", retry_after=asked),
        deadline(4.0),
        pytest.raises(Exception, match="ratelimited"),
    ):
        client.users_info(user="U1")
    assert len(office.slack.world.calls_to("users.info")) == calls


def test_what_did_not_fit_into_a_message_is_told_the_next_day(office: Office) -> None:
    """However long it is: what is only counted at the end of one nudge stands in the next."""
    for number in range(3):
        office.partner(f"{number:02} {'&' * 100}", wiifm_them="&" * 1_000)  # of which each takes up five characters
    told: list[list[int]] = []
    for day in range(5):
        office.at(MONDAY + timedelta(days=day))
        told = [[n for n in range(3) if f"*{n:02} &" in message.visible_text] for message in office.nudges()]
    assert told
    assert sorted(number for numbers in told for number in numbers) == list(range(3))
