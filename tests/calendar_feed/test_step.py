"""One promise, put into any calendar."""

import re
from datetime import date

import pytest

from bot.signed_links import PromiseTicket
from storage.tables import NextStep
from tests.calendar_feed.conftest import Fetch
from tests.listeners.office import NOW, STEVE, TEND_URL, Message, Office

LINK = re.compile(rf"<({TEND_URL}/calendar/step/[\w-]+\.ics)\|Add to calendar>")


def link_in(message: Message) -> str:
    (link,) = {one for block in message.blocks for one in LINK.findall(str(block))}
    return str(link)


@pytest.fixture(autouse=True)
def acme(office: Office) -> int:
    return office.partner("Acme Legal")


def test_a_promise_with_a_day_has_a_link_in_its_confirmation_and_on_the_card(office: Office, fetch: Fetch) -> None:
    for message in (
        office.told("/touch Acme Legal call next: send the deck by friday"),
        office.told("/partner show Acme Legal"),
    ):
        got = fetch(link_in(message))
        assert "http" not in message.text  # a notification would show it
        assert got.days == [(date(2026, 11, 27), "send the deck (Acme Legal)")]
        assert got.uids == {"send the deck (Acme Legal)": "promise-1.1@tend.example.com"}
        assert got.headers["content-disposition"] == 'inline; filename="promise.ics"'


def test_a_promise_without_a_day_has_none(office: Office) -> None:
    assert "Add to calendar" not in office.told("/touch Acme Legal call next: send the deck").visible_text
    assert "Add to calendar" not in office.told("/partner show Acme Legal").visible_text


def test_a_promise_that_was_kept_or_undone_is_there_no_more(office: Office, fetch: Fetch) -> None:
    first = office.told("/touch Acme Legal call next: send the deck by friday")
    second = office.told("/touch Acme Legal call next: call back by friday")
    office.press_label(first, "Undo")
    office.press_label(office.told("/partner show Acme Legal"), "Done")
    assert [fetch(link_in(one)).status for one in (first, second)] == [404, 404]


def test_nobody_makes_such_a_link_up(office: Office, fetch: Fetch) -> None:
    """Nor out of a partner's link; one has one spelling."""
    office.told("/touch Acme Legal call next: send the deck by friday")
    links = office.services.links()
    assert links
    link = links.make_step(PromiseTicket(office.workspace_id, 1), NOW)
    assert fetch(link).status == 200
    token = link.rpartition("/")[2].removesuffix(".ics")
    asked = office.told("/partner ask Acme Legal Jane", STEVE).visible_text
    theirs = asked.partition("/their-view/")[2].partition("`")[0]
    for other in (token[:-1], token + "A", token[:-1] + ("A" if token[-1] != "A" else "B"), theirs, token[5:]):
        assert fetch(f"/calendar/step/{other}.ics").status == 404
    assert fetch(f"/their-view/{token}").status == 404
    assert fetch(links.make_step(PromiseTicket(999, 1), NOW)).status == 404
    assert fetch(links.make_step(PromiseTicket(office.workspace_id, 999), NOW)).status == 404
    assert office.row(NextStep).done_at is None


def test_a_link_is_good_for_thirty_days(office: Office, fetch: Fetch) -> None:
    """What was passed on does not tell for ever; the card has a new one."""
    link = link_in(office.told("/touch Acme Legal call next: send the deck by 30 Jan"))
    office.clock.forward(days=30)
    assert fetch(link).status == 200
    office.clock.forward(seconds=1)
    assert fetch(link).status == 404
    assert fetch(link_in(office.told("/partner show Acme Legal"))).status == 200
