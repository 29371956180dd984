"""The documents' pictures show what they are there for; `make pictures` takes them from these very pages."""

import re

import pytest
from playwright.sync_api import expect

from bot.demo.people import BEN, PARTNERSHIPS
from tests.browser.looking import DM, HOME, NARROW, OpenPage, open_form, picture, say, show

TALL = (1280, 980)


def test_the_demo(open_page: OpenPage) -> None:
    """The workspace with the story beside it."""
    page = open_page(PARTNERSHIPS)
    show(page, "partners producing")
    page.get_by_label("Message or command").press_sequentially("/")
    expect(page.get_by_role("listbox", name="Commands")).to_be_visible()
    picture(page, "demo")


def test_a_nudge(open_page: OpenPage) -> None:
    """Who to look after, why, and a reason to call."""
    page = open_page(DM)
    show(page, "to look after today")
    show(page, "Promise overdue")
    picture(page, "nudge")


def test_a_digest(open_page: OpenPage) -> None:
    """Who produces."""
    page = open_page(PARTNERSHIPS, size=TALL)
    show(page, " of 23 partners producing")
    picture(page, "digest")


def test_the_home(open_page: OpenPage) -> None:
    """One's own partners."""
    page = open_page(HOME)
    show(page, "Larkfield Accountants")
    picture(page, "home")


def test_a_card(open_page: OpenPage) -> None:
    """Of a partner for whom something was just recorded."""
    page = open_page(PARTNERSHIPS, size=TALL)
    say(page, "/referral Acme Legal Sandpiper Studios 5k introduced")
    show(page, "Sandpiper Studios · £5,000 · introduced")
    say(page, "/partner show Acme Legal")
    show(page, "Last touches")
    picture(page, "card")


def test_a_form(open_page: OpenPage) -> None:
    """What a command without text opens."""
    page = open_page(PARTNERSHIPS)
    open_form(page)
    picture(page, "form")


def test_a_chart(open_page: OpenPage) -> None:
    """What a deal would pay."""
    page = open_page(PARTNERSHIPS, user=BEN, size=TALL)
    say(page, "/partner what-if terms Bluegate Systems")
    page.get_by_role("dialog").locator("button.primary").click()
    expect(page.locator(".chart svg")).to_be_visible()
    picture(page, "chart")


def test_the_bands_of_twelve_weeks(open_page: OpenPage) -> None:
    """The digest's chart."""
    page = open_page(PARTNERSHIPS, size=TALL)
    say(page, "/tend digest")
    chart = page.locator(".message.whisper .chart svg")
    expect(chart).to_be_visible()
    chart.scroll_into_view_if_needed()
    picture(page, "bands")


def test_both_rvis_over_time(open_page: OpenPage) -> None:
    """Two years back, and a year ahead with nothing new."""
    page = open_page(PARTNERSHIPS, size=TALL)
    say(page, "/partner show Millrace Underwriting")
    card = page.locator(".message.whisper").last
    expect(card).to_contain_text("Millrace Underwriting")
    card.get_by_role("button", name="RVI over time").click()
    expect(page.locator(".message.whisper .chart svg").last).to_be_visible()
    show(page, "Millrace Underwriting: the RVI over time")
    picture(page, "over-time")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_trust_against_activity(open_page: OpenPage, scheme: str) -> None:
    """The picture in the DM of whoever asked for it, on its own ground in either theme."""
    page = open_page(PARTNERSHIPS, user=BEN, size=TALL, scheme=scheme)
    say(page, "/partner review all")
    page.get_by_role("button", name="Picture", exact=True).click()
    show(page, "will arrive in your DM")
    page.get_by_role("link", name=re.compile("Tend")).first.click()
    image = page.get_by_role("img", name=re.compile("Partners by activity")).last
    expect(image).to_be_visible(timeout=30_000)
    image.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    picture(page, f"portfolio-{scheme}")


def test_a_phone_in_the_dark(open_page: OpenPage) -> None:
    """A nudge on a narrow screen."""
    page = open_page(DM, size=NARROW, scheme="dark")
    show(page, "to look after today")
    picture(page, "phone")
