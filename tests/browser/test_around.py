"""What the demo adds around the workspace: other people, other days, and trouble."""

import re

import pytest
from playwright.sync_api import Page, expect

from bot.demo.people import ADMIN, ANA, BEN, GENERAL, GUEST, PARTNERSHIPS, SHARED, STRANGER
from tests.browser.looking import DM, NARROW, OpenPage, check_axe, say

LONG = 60_000


def become(page: Page, name: str) -> None:
    """Choose who one is."""
    tools = page.locator("#tools")
    if tools.get_attribute("open") is None:
        tools.locator("summary").click()
    page.get_by_label("You are").select_option(label=name)
    expect(page.locator("body")).to_have_attribute("data-as", re.compile("U0"))


def test_each_person_sees_their_own_and_may_what_is_theirs(open_page: OpenPage) -> None:
    """The owner's nudge is the owner's; a guest and a stranger are refused; only steward and admin may settings."""
    page = open_page(GENERAL)
    say(page, "/partner list")
    expect(page.locator(".whisper").last).to_contain_text("Only visible to you")
    become(page, "Gus Tailor (guest)")
    expect(page.locator(".whisper")).to_have_count(0)
    say(page, "/partner list")
    expect(page.locator(".whisper").last).to_contain_text("Guests can't use Tend")
    expect(page.get_by_text("guest: can't use Tend")).to_be_visible()
    become(page, "Ben Okafor")
    say(page, "/tend settings nudge_hour 8")
    expect(page.locator(".whisper").last).to_contain_text("admins")
    become(page, "Priya Raman (admin)")
    say(page, "/tend settings nudge_hour 9")
    expect(page.locator(".whisper").last).not_to_contain_text("only")


def test_somebody_of_another_organisation_sees_the_shared_channel_alone(open_page: OpenPage) -> None:
    """Where nothing of ours ever stands, and no command of ours is theirs."""
    page = open_page(SHARED, user=STRANGER)
    channels = page.get_by_role("navigation").get_by_role("link", name="#")
    expect(channels).to_have_count(1)
    expect(page.locator(".messages")).not_to_contain_text("RVI")
    say(page, "/partner list")
    expect(page.locator(".whisper").last).to_contain_text("not installed")


def test_time_moves_a_day_and_what_is_due_arrives_while_one_watches(open_page: OpenPage) -> None:
    """With unread marks where one is not, and a bar on the way; the clock says what day it is."""
    page = open_page(DM, user=BEN)
    expect(page.locator("#now")).to_contain_text("2026")
    before = page.locator(".message").count()
    page.get_by_role("button", name="To my next nudge").click()
    expect(page.locator("#clock")).to_contain_text("Arrived: ", timeout=LONG)
    expect(page.locator("#now")).to_contain_text("09:00")
    expect(page.locator(".message")).to_have_count(before + 1)
    expect(page.locator(".message").last).to_contain_text("09:00")
    arrived = page.locator("#now").inner_text()
    page.get_by_role("button", name="+1 week").click()
    expect(page.locator("#now")).not_to_have_text(arrived, timeout=LONG)  # the first journey may tell of a digest too
    expect(page.locator("#clock")).to_contain_text(re.compile("Arrived: .*1 digest"), timeout=LONG)
    expect(page.get_by_role("link", name="# partnerships")).to_contain_text("unread")
    check_axe(page)


def test_a_long_journey_shows_its_way_and_can_be_stopped(open_page: OpenPage) -> None:
    """A year, ended before its end."""
    page = open_page(DM)
    page.get_by_role("button", name="+1 year").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    check_axe(page)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator("#clock")).to_contain_text("Arrived: ", timeout=LONG)
    expect(page.get_by_role("progressbar")).to_have_count(0)


def test_trouble_is_made_and_mended_from_the_page(open_page: OpenPage, troubles: list[str]) -> None:
    """What is still to go wrong stands there; a websocket that is cut comes back by itself."""
    page = open_page(PARTNERSHIPS, user=ADMIN)
    page.get_by_label("Fault").select_option(label="Slack fails (500)")
    page.get_by_role("button", name="Add fault").click()
    expect(page.locator("#troubles")).to_contain_text("Pending faults: 3 × 500")
    page.get_by_role("button", name="Clear faults").click()
    expect(page.locator("#troubles")).to_contain_text("No faults")
    page.get_by_label("Fault").select_option(label="The bot's websocket is cut")
    with page.expect_response("**/page/trouble"):
        page.get_by_role("button", name="Add fault").click()
    expect(page.locator("#troubles")).to_contain_text("0 websockets open")
    expect(page.locator("#troubles")).to_contain_text("1 websocket open", timeout=LONG)
    say(page, "/tend help")
    expect(page.locator(".whisper").last).to_contain_text("Tend keeps partnerships alive")


def test_commands_are_completed_as_in_slack(open_page: OpenPage) -> None:
    """By arrows and Tab, with what comes next below."""
    page = open_page(PARTNERSHIPS, user=ANA)
    line = page.get_by_label("Message or command")
    line.press_sequentially("/")
    options = page.get_by_role("listbox", name="Commands").get_by_role("option")
    expect(options).to_have_count(6)
    check_axe(page)
    line.press_sequentially("t")
    expect(options).to_have_count(3)
    line.press("ArrowDown")
    line.press("ArrowDown")
    expect(line).to_have_attribute("aria-activedescendant", re.compile("command-"))
    line.press("Enter")
    expect(line).to_have_value("/trust ")
    expect(page.locator("#usage")).to_have_text("/trust PARTNER 1-5 [us|them] [NOTE…]")
    line.fill("/re")
    line.press("Tab")
    expect(line).to_have_value("/referral ")
    line.press("Escape")
    expect(page.get_by_role("listbox", name="Commands")).to_be_hidden()


@pytest.mark.parametrize("user", [ANA, GUEST])
def test_the_controls_are_there_on_a_phone(open_page: OpenPage, user: str) -> None:
    """Behind a line that unfolds."""
    page = open_page(GENERAL, user=user, size=NARROW)
    expect(page.get_by_label("You are")).to_be_hidden()
    page.locator("#tools summary").click()
    expect(page.get_by_label("You are")).to_be_visible()
    check_axe(page)


def test_several_lines_are_one_message(open_page: OpenPage) -> None:
    """Enter with Shift begins another, as pasting does; Enter sends them all, curled where one types on a phone."""
    page = open_page(PARTNERSHIPS, user=ANA)
    page.locator("#phone").check()
    line = page.get_by_label("Message or command")
    line.fill("@Tend met Acme Legal today, it's going well")
    line.press("Shift+Enter")
    line.press_sequentially("called Kestrel Cloud today")
    line.press("Enter")
    answer = page.locator(".whisper").last
    expect(answer).to_contain_text("it’s going well")
    expect(answer).to_contain_text("Kestrel Cloud")
    expect(line).to_have_value("")
    page.locator("#phone").uncheck()
