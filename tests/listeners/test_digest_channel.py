"""Choosing the digest's channel says at once who reads there, and whether Tend does."""

from collections.abc import Callable

import pytest

from bot.fake_slack import Message
from bot.notifications.welcome import send_welcome
from bot.slack.messaging import MOST_READERS
from tests.listeners.office import ADA, ANA, ROOM, Office, only_answer

GUESTS = f"2 guests can read <#{ROOM}>: guest and lone."


def typed(office: Office, channel: str) -> Message:
    return office.told(f"/tend settings digest_channel <#{channel}>", ADA)


def in_the_form(office: Office, channel: str) -> Message:
    form = office.press(office.told("/tend settings", ADA), "change_settings", ADA).view
    assert form is not None
    return only_answer(office.submit(form, ADA, digest_channel=channel))


def in_the_welcome(office: Office, channel: str) -> Message:
    services = office.services
    assert send_welcome(services.engine, services.clock, services.workspaces, services.workspaces.teams()[0], ADA)
    seen = office.press(office.slack.dm(ADA)[-1], "set_digest_channel", ADA, channel)
    (answer,) = seen.ephemerals
    return answer


@pytest.mark.parametrize("choose", [typed, in_the_form, in_the_welcome])
def test_a_channel_with_guests_says_who_reads_there(office: Office, choose: Callable[[Office, str], Message]) -> None:
    words = choose(office, ROOM).visible_text
    assert GUESTS in words
    assert "/invite" not in words
    assert office.services.workspaces.teams()[0].digest_channel == ROOM


@pytest.mark.parametrize("choose", [typed, in_the_form, in_the_welcome])
def test_a_channel_that_tend_is_not_in_says_how_it_gets_there(
    office: Office, choose: Callable[[Office, str], Message]
) -> None:
    office.slack.world.add_channel("C0NEW", "new", members=[ANA], bot_is_member=False)
    words = choose(office, "C0NEW").visible_text
    assert "Tend isn't in <#C0NEW> yet: type `/invite @Tend` there." in words
    assert "guest" not in words


@pytest.mark.parametrize("method", ["conversations.members", "users.info", "conversations.info"])
@pytest.mark.parametrize("fault", ["500", "drop"])
def test_a_slack_that_fails_costs_the_warning_and_never_the_setting(office: Office, method: str, fault: str) -> None:
    office.told("/tend status", ADA)
    office.slack.world.faults.add(method, fault, times=None)
    words = typed(office, ROOM).visible_text
    assert f"<#{ROOM}>" in words
    assert "guest" not in words
    assert office.services.workspaces.teams()[0].digest_channel == ROOM


def test_of_many_members_one_page_is_read_and_few_are_looked_at(office: Office) -> None:
    world = office.slack.world
    crowd = [f"U9{n:03}" for n in range(150)]
    for user in crowd:
        world.add_person(user, f"temp{user}", is_restricted=True)
    world.add_channel("C0BIG", "big", members=crowd)
    before = len(office.slack.world.calls)
    words = typed(office, "C0BIG").visible_text
    asked = [call.method for call in office.slack.world.calls[before:]]
    assert asked.count("conversations.members") == 1
    assert asked.count("users.info") <= MOST_READERS + 2, "of whoever asks, too, and anew where only stewards may"
    assert "20 guests can read <#C0BIG>" in words
    assert "there may be more" in words
