"""The App Home: one's own partners, those that need something first."""

from datetime import date

import pytest

from bot.fake_slack import View
from tests.listeners.office import ANA, BOB, GUEST, TODAY, Office, labels, only_answer

LONG_AGO = date(2026, 1, 1)


def home_of(office: Office, user: str = ANA) -> View:
    view = office.slack.open_home(user).view
    assert view is not None
    return view


def test_an_empty_home_says_how_to_begin(office: Office) -> None:
    """With a button for each thing to do."""
    home = home_of(office)
    assert labels(home) == ["Name your partners", "Referral", "Event", "Touch", "Trust", "Add a partner"]
    assert "*2. Name your partners.*" in home.visible_text


def test_ones_own_partners_are_on_it(office: Office) -> None:
    """Those that need something first, with why; the others in a line each; nobody else's."""
    office.rate(office.partner("Well", since=TODAY), 3)
    office.partner("Quiet one", since=LONG_AGO)
    office.partner("Bobs", owner=BOB)
    words = home_of(office).visible_text
    assert "*1 partner to look after*" in words
    assert words.index("*Quiet one*") < words.index("*Well*")
    assert "no contact for 326 days" in words
    assert "Bobs" not in words
    assert "Bobs" in home_of(office, BOB).visible_text


def test_a_home_shows_what_has_changed_when_it_is_opened_again(office: Office) -> None:
    """A touch ends the silence."""
    office.partner("Quiet one", since=LONG_AGO)
    assert "no contact for" in home_of(office).visible_text
    office.told("/touch Quiet one call")
    assert "no contact for" not in home_of(office).visible_text


def test_five_hundred_partners_fit(office: Office) -> None:
    """Long names and all: some are shown, the rest is counted."""
    for number in range(500):
        name = f"{number:03} " + "Ampersand & Sons <Holding> " * 5
        office.partner(name[:120].strip(), since=LONG_AGO if number % 2 else TODAY)
    home = home_of(office)
    assert "*250 partners to look after*" in home.visible_text
    assert "and 245 more partners" in home.visible_text
    assert "and 240 more: *All partners* shows them." in home.visible_text
    assert len(home.blocks) <= 100


def test_its_buttons_work_without_a_channel(office: Office) -> None:
    """What they answer opens in a window."""
    office.partner("Quiet one", since=LONG_AGO)
    home = home_of(office)
    card = office.press(home, "open_card").view
    assert card is not None
    assert "owner" in card.visible_text
    record = office.press(card, "more_of_partner").view
    assert record is not None
    assert "Quiet one: the record" in record.visible_text
    explained = office.press(record, "explain_partner").view
    assert explained is not None
    assert "how the RVI adds up" in explained.visible_text
    snoozed = office.press(home_of(office), "snooze", value="1:7").view
    assert snoozed is not None
    assert "is snoozed until 30 Nov 2026" in snoozed.visible_text
    woken = office.press(snoozed, "wake_partner").view
    assert woken is not None
    assert "is no longer snoozed" in woken.visible_text


def test_an_event_that_slack_sends_again_changes_nothing(office: Office) -> None:
    """The same event_id with a retry number: the same Home, and nothing in the records."""
    office.partner()
    inner = {"type": "app_home_opened", "user": ANA, "channel": office.slack.world.open_dm(ANA).id, "tab": "home"}
    office.slack.event(inner, event_id="Ev1")
    first, before = office.slack.world.homes[ANA], office.records()
    seen = office.slack.event(inner, event_id="Ev1", retry_num=1, retry_reason="http_timeout")
    assert seen.ok
    assert office.slack.world.homes[ANA].visible_text == first.visible_text
    assert office.records() == before


def test_the_messages_tab_publishes_nothing(office: Office) -> None:
    """Only the Home is ours to fill."""
    office.slack.event({"type": "app_home_opened", "user": ANA, "channel": "D0ANA", "tab": "messages"})
    assert office.slack.world.homes == {}


def test_a_guests_home_says_why_it_is_empty(office: Office) -> None:
    """Rather than leaving them to wonder."""
    home = home_of(office, GUEST)
    assert "Guests can't use Tend" in home.visible_text
    assert labels(home) == []


def test_a_home_that_cannot_be_shown_is_no_crash(office: Office) -> None:
    """Slack is asked again when the Home is opened again."""
    office.slack.world.faults.add("views.publish", "500", times=None)
    assert office.slack.open_home(ANA).ok
    office.slack.world.faults.clear()
    assert "Name your partners" in home_of(office).visible_text


@pytest.mark.parametrize("user", [ANA, BOB])
def test_a_home_is_each_persons_own(office: Office, user: str) -> None:
    """Whoever tends none sees who does."""
    office.partner("Anas", since=LONG_AGO)
    home = home_of(office, user)
    assert ("You don't own any partners yet" in home.visible_text) == (user == BOB)


def test_a_card_from_a_list_of_due_is_beside_it(office: Office) -> None:
    """In a channel there is room for an answer."""
    office.partner(since=LONG_AGO)
    assert "owner" in only_answer(office.press(office.told("/partner due"), "open_card")).visible_text
