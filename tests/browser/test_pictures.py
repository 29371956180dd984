"""The documents' pictures show what they are there for; `make pictures` takes them from these very pages."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from bot.demo.people import ADMIN, BEN, PARTNERSHIPS
from tests.browser.looking import DM, HOME, MAIL, NARROW, OpenPage, open_form, picture, say, show
from tests.demo.conftest import Demo, from_instant

TALL = (1280, 980)
TICK = 120_000  # milliseconds, within which Tend looks what is due


@pytest.fixture(scope="module")
def first_day(browser: Browser) -> Iterator[Demo]:
    """Tend as it was just installed, with nothing there yet."""
    with Demo({"clock": from_instant("2026-11-25T14:00+00:00"), "empty": True}) as served:
        yield served


def test_the_welcome(open_page: OpenPage, first_day: Demo) -> None:
    """Three steps in the DM of whoever installed it."""
    page = open_page("D0PRIYA", user=ADMIN, of=first_day)
    show(page, "Three steps")
    picture(page, "welcome")


def test_the_home_of_an_empty_workspace(open_page: OpenPage, first_day: Demo) -> None:
    """The same three steps."""
    page = open_page(HOME, user=ADMIN, of=first_day)
    show(page, "Three steps")
    picture(page, "home-empty")


def test_the_home_of_a_manager(open_page: OpenPage) -> None:
    """Who owns what, for somebody who owns no partner."""
    page = open_page(HOME, user=ADMIN)
    show(page, "You don't own any partners yet")
    picture(page, "home-manager")


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
    form = page.get_by_role("dialog")
    form.locator("button.primary").click()
    expect(form).to_have_count(0)
    answer = page.locator(".message.whisper").last
    expect(answer.locator(".chart svg")).to_be_visible()
    expect(answer).to_contain_text("Terms with Bluegate Systems")
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


def test_a_nudge_of_which_something_was_done(open_page: OpenPage) -> None:
    """It says what, and by whom, and the rest waits on."""
    page = open_page(DM)
    sent = page.get_by_role("listitem").filter(has_text="to look after today").last.get_attribute("data-ts")
    nudge = page.locator(f'.message[data-ts="{sent}"]')
    nudge.get_by_role("button", name="Done").click()
    show(page, "Did you speak to them as well?")
    expect(nudge).to_contain_text("looked after", timeout=TICK)
    expect(nudge).to_contain_text("is done.")
    page.mouse.move(0, 0)  # away, so that no message is lit
    nudge.evaluate("node => toTop(node)")
    page.wait_for_load_state("networkidle")
    picture(page, "nudge-after")


def test_a_mail_of_the_demo(open_page: OpenPage) -> None:
    """What nobody logged counts, and what Tend knows says so. Last, as others show the partner quiet."""
    page = open_page(MAIL, user=BEN)
    page.get_by_role("button", name="Send").click()
    show(page, "Logged by itself")
    picture(page, "demo-mail")
