"""The first hour in an empty workspace: the welcome, its three steps in place, the Home, and the way back."""

from datetime import date

import pytest

from bot.fake_slack import Message
from bot.notifications.welcome import send_welcome
from storage.tables import Activity, Partner
from tests.listeners.office import ADA, ANA, BOB, GUEST, ROOM, STEVE, Office, labels, only_answer, replaced


@pytest.fixture
def greeted(office: Office) -> Message:
    services = office.services
    assert send_welcome(services.engine, services.clock, services.workspaces, services.workspaces.teams()[0], ADA)
    return office.slack.dm(ADA)[-1]


def test_whoever_installs_it_does_three_steps_in_place(office: Office, greeted: Message) -> None:
    assert "*1. Time zone and channel.*" in greeted.visible_text
    office.press(greeted, "set_zone", ADA, "Europe/Berlin")
    office.press(office.slack.dm(ADA)[-1], "set_digest_channel", ADA, ROOM)
    (now,) = [one for one in office.slack.dm(ADA) if "Welcome to Tend" in one.visible_text]
    assert f"Time zone Europe/Berlin; the digest goes to <#{ROOM}>." in now.visible_text
    form = office.press(now, "name_partners", ADA).view
    assert form is not None
    office.submit(form, ADA, names="Acme Legal\n• Birch & Co\n\nacme legal", last_spoke_on="2026-11-09")
    assert {one.name for one in office.rows(Partner)} == {"Acme Legal", "Birch & Co"}
    assert [(one.occurred_on, one.kind) for one in office.rows(Activity)] == [(date(2026, 11, 9), "meeting")] * 2
    office.press(now, "invite_team", ADA)
    (hello,) = [one for one in office.slack.channel(ROOM) if one.by_bot and one.only_for is None]
    assert "*Tend* keeps our partnerships alive" in hello.visible_text


def test_the_first_admin_who_opens_the_dm_is_welcomed_once(office: Office) -> None:
    """With one token in the environment, nobody is known to have installed it."""
    office.slack.open_messages(BOB)
    assert office.slack.dm(BOB) == []
    for _ in range(2):
        office.slack.open_messages(ADA)
    (greeted,) = office.slack.dm(ADA)
    assert "*1. Time zone and channel.*" in greeted.visible_text
    office.partner(owner=ADA)
    office.slack.open_messages(STEVE)
    assert not [one for one in office.slack.dm(STEVE) if "Welcome" in one.visible_text]


def test_saying_hello_twice_says_it_once(office: Office, greeted: Message) -> None:
    office.told(f"/tend settings digest_channel <#{ROOM}>", ADA)
    office.press(greeted, "set_zone", ADA, "Europe/Berlin")
    now = (
        office.slack.dm(ADA)[-2] if "Welcome" not in office.slack.dm(ADA)[-1].visible_text else office.slack.dm(ADA)[-1]
    )
    for _ in range(2):
        office.press(now, "invite_team", ADA)
    assert sum(one.by_bot and one.only_for is None for one in office.slack.channel(ROOM)) == 1


def test_only_a_steward_says_hello_in_the_channel(office: Office, greeted: Message) -> None:
    office.told(f"/tend settings digest_channel <#{ROOM}>", ADA)
    office.told("/tend settings timezone Europe/Berlin", ADA)
    office.partner(owner=ADA)
    office.press(greeted, "set_zone", ADA, "Europe/Berlin")
    now = next(one for one in office.slack.dm(ADA) if "Welcome to Tend" in one.visible_text)
    refused = only_answer(office.press(now, "invite_team", BOB))
    assert "Only workspace admins and stewards can say hello" in refused.visible_text
    assert not [one for one in office.slack.channel(ROOM) if one.by_bot and one.only_for is None]


def test_a_home_offers_saying_hello_to_stewards_alone(office: Office) -> None:
    office.told(f"/tend settings digest_channel <#{ROOM}>", ADA)
    office.partner(owner=ANA)
    home = office.slack.open_home(ANA).view
    assert home is not None
    assert "A workspace admin or steward can have me say hello" in home.visible_text
    assert "Say hello in the channel" not in labels(home)


def test_an_empty_home_says_the_same_and_then_the_next_step(office: Office) -> None:
    words = office.slack.open_home(ADA).view.visible_text
    assert "*1. Time zone and channel.*" in words
    assert "*2. Name your partners.*" in words
    office.partner(owner=ANA)
    later = office.slack.open_home(ADA).view
    assert "*1. Time zone and channel.*" in later.visible_text
    assert "*2. Name" not in later.visible_text
    assert "You don't own any partners yet. Here's the team:" in later.visible_text
    assert f"<@{ANA}>: 1 partner" in later.visible_text


def test_adding_is_one_short_form_that_says_what_is_empty(office: Office) -> None:
    form = office.asked("/partner add")
    assert [one["block_id"] for one in form.blocks] == ["name", "owner", "vertical", "since_on", "last_spoke_on"]
    seen = office.submit(form, name="Acme Legal", last_spoke_on="2026-11-20")
    assert seen.closed
    answer = only_answer(seen)
    assert "No rush for the rest (their line of business, what is in it for them" in answer.visible_text
    assert [one.occurred_on for one in office.rows(Activity)] == [date(2026, 11, 20)]


def test_who_added_an_empty_partner_may_take_it_back(office: Office) -> None:
    answer = office.told("/partner add Acme Legal")
    assert labels(answer) == ["Open card", "Undo"]
    assert "was removed" in replaced(office.press(answer, "remove_partner")).visible_text
    assert office.rows(Partner) == []
    office.told("/partner add Acme Legal")


def test_what_something_is_recorded_of_stays(office: Office) -> None:
    answer = office.told("/partner add Acme Legal")
    office.told("/touch Acme Legal call")
    assert (
        "Something has been recorded for Acme Legal" in only_answer(office.press(answer, "remove_partner")).visible_text
    )
    assert len(office.rows(Partner)) == 1


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("currency £", "GBP"),
        ("currency euros", "EUR"),
        ("holidays UK", "GB"),
        ("cadence_days monthly", "30"),
        ("timezone UK", "Europe/London"),
    ],
)
def test_settings_take_what_people_say(office: Office, typed: str, shown: str) -> None:
    assert office.told(f"/tend settings {typed}", ADA).visible_text.endswith(f": {shown}")


@pytest.mark.parametrize("typed", ["GMT+1", "utc+02:00", "Etc/GMT+1"])
def test_an_offset_is_asked_about(office: Office, typed: str) -> None:
    """`Etc/GMT+1` is an hour behind Greenwich: two hours off what is meant."""
    assert "ignores summer time" in office.told(f"/tend settings timezone {typed}", ADA).visible_text


def test_a_guest_is_no_steward(office: Office) -> None:
    words = office.told(f"/tend settings stewards <@{GUEST}>", ADA).visible_text
    assert "guest is not a full member of this workspace" in words


def test_help_begins_with_examples_in_words(office: Office) -> None:
    words = office.told("/tend help").visible_text
    assert words.index("You spoke to someone") < words.index("/event")


def test_the_home_asks_one_question_a_week(office: Office) -> None:
    office.partner(owner=ANA, since=office.clock.now.date())
    assert office.slack.open_home(ANA).view.visible_text.count("This week's question") == 1


@pytest.mark.parametrize(
    ("channel", "problem"),
    [("C0SHARED", "shared with another organisation"), ("C0OLD", "is archived"), ("C0NONE", "does not exist")],
)
def test_a_channel_that_can_not_take_the_digest_is_refused_at_once(office: Office, channel: str, problem: str) -> None:
    office.slack.world.add_channel("C0SHARED", "with-acme", is_ext_shared=True, members=[ADA])
    office.slack.world.add_channel("C0OLD", "old", is_archived=True, members=[ADA])
    assert problem in office.told(f"/tend settings digest_channel <#{channel}>", ADA).visible_text
    assert office.services.workspaces.teams()[0].digest_channel is None


def test_nobody_locks_themselves_out_without_being_asked(office: Office) -> None:
    asked = office.told(f"/tend settings stewards <@{BOB}>", STEVE).visible_text
    assert "You would no longer be a steward" in asked
    assert office.services.workspaces.teams()[0].stewards == {STEVE}
    told = office.told(f"/tend settings stewards <@{BOB}> without me", STEVE).visible_text
    assert "You're no longer a steward" in told
    assert office.services.workspaces.teams()[0].stewards == {BOB}


def test_a_day_behind_a_name_is_when_one_last_spoke(office: Office, greeted: Message) -> None:
    """The form's day is for those without one."""
    form = office.press(greeted, "name_partners", ADA).view
    assert form is not None
    names = "Acme Legal - spoke 2 Nov 2026\nBirch & Co\nacme legal"
    answer = only_answer(office.submit(form, ADA, names=names, last_spoke_on="2026-11-09"))
    assert {one.name for one in office.rows(Partner)} == {"Acme Legal", "Birch & Co"}
    assert sorted(one.occurred_on for one in office.rows(Activity)) == [date(2026, 11, 2), date(2026, 11, 9)]
    assert "*Acme Legal* (2 Nov)" in answer.visible_text
    assert "With the others you last spoke on 9 Nov." in answer.visible_text


def test_the_welcome_asks_only_for_what_is_missing(office: Office, greeted: Message) -> None:
    office.press(greeted, "set_digest_channel", ADA, ROOM)
    (now,) = [one for one in office.slack.dm(ADA) if "Welcome to Tend" in one.visible_text]
    assert "Only your time zone is missing; until you choose it, it's UTC:" in now.visible_text
