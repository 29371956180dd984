"""The story, lived through in the browser as somebody new would."""

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.demo.people import BEN, GUEST, PARTNERSHIPS, STRANGER
from tests.browser.looking import DM, NARROW, WIDE, OpenPage, Scheme, Size, check_axe

STEPS = 7
LONG = 60_000  # milliseconds; a fortnight passes meanwhile


def story(page: Page) -> Locator:
    return page.get_by_label("Guided tour")


def at_step(page: Page, number: int, title: str) -> None:
    expect(story(page).get_by_text(f"Step {number} of {STEPS}")).to_be_visible()
    expect(story(page).get_by_role("heading", name=title)).to_be_visible()


def last(page: Page) -> Locator:
    return page.locator(".message").last


def test_the_story_leads_from_a_referral_to_the_digest(open_page: OpenPage) -> None:
    """Seven steps, each found to be done by what was really recorded, sent and read."""
    page = open_page(PARTNERSHIPS)
    at_step(page, 1, "Record a referral")
    story(page).get_by_role("button", name="Type it for me").click()
    page.keyboard.press("Enter")
    expect(last(page)).to_contain_text("Recorded: referral from Acme Legal · Northwind Foods · £5,000 · won · today")
    at_step(page, 2, "Rate trust and see the RVI change")
    story(page).get_by_role("button", name="Type it for me").click()
    page.keyboard.press("Enter")
    expect(last(page)).to_contain_text("RVI 2.00 good → 3.33")
    at_step(page, 3, "Write a mail, and log nothing")
    story(page).get_by_role("link", name="Write the mail").click()
    partner = page.get_by_role("listitem").filter(has_text="Brindle Moss Law")
    expect(partner).to_contain_text("Quiet: no contact for 40 days")
    page.get_by_role("button", name="Send").click()
    expect(partner.first).to_contain_text("In touch: mail to Brindle Moss Law · today")
    check_axe(page)
    at_step(page, 4, "Be briefed before you meet")
    story(page).get_by_role("link", name="Open the calendar").click()
    page.get_by_role("button", name="Add", exact=True).click()
    meeting = page.get_by_role("listitem").filter(has_text="Thursday 26 November, 11:00 to 12:00")
    expect(meeting).to_contain_text("Helen Moss, Brindle Moss Law. Your brief comes at 10:00.")
    check_axe(page)
    meeting.get_by_role("button", name="Go to an hour before").click()
    expect(meeting).to_contain_text("Your brief is in Slack.", timeout=LONG)
    story(page).get_by_role("link", name="Read the brief").click()
    expect(last(page)).to_contain_text("You meet Brindle Moss Law at 11:00")
    expect(last(page)).to_be_in_viewport()
    at_step(page, 5, "Let two weeks pass")
    story(page).get_by_role("button", name="Two weeks pass").click()
    expect(page.locator("#clock")).to_contain_text("Arrived: ", timeout=LONG)
    expect(page.locator("#now")).to_contain_text("Thursday 10 December 2026")
    at_step(page, 6, "Answer the nudge")
    page.locator("#place").evaluate("(place) => place.scrollTo(0, 0)")
    story(page).get_by_role("link", name="Go to Tend's message").click()
    expect(last(page)).to_be_in_viewport()
    expect(last(page)).to_contain_text("to look after today")
    last(page).get_by_role("button", name="Log a touch").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Record").click()
    expect(last(page)).to_contain_text("Recorded: meeting with")
    at_step(page, 7, "Read the digest")
    expect(page.get_by_role("link", name="# partnerships")).to_contain_text("unread")
    story(page).get_by_role("link", name="Go to #partnerships").click()
    expect(story(page)).to_contain_text("Tour complete")
    expect(page.locator(".message").get_by_role("heading", name="Week of 30 Nov")).to_be_visible()
    story(page).get_by_role("button", name="Close the tour").click()
    expect(story(page).get_by_role("button", name="Take the tour")).to_be_visible()


@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_story_can_be_skipped_step_by_step(open_page: OpenPage, size: Size, scheme: Scheme) -> None:
    """And told again; by keyboard; in every size and colour without a violation."""
    page = open_page(DM, size=size, scheme=scheme, user=BEN)
    step, again = page.locator("[data-step]"), story(page).get_by_role("button", name="Take the tour")
    expect(step.or_(again)).to_be_visible()
    if again.is_visible():
        again.press("Enter")
        expect(step).to_be_visible()
    check_axe(page)
    while number := int(step.get_attribute("data-step") or 0):
        story(page).get_by_role("button", name="Skip this step").press("Enter")
        expect(step).not_to_have_attribute("data-step", str(number))
    expect(story(page)).to_contain_text("Tour complete")
    story(page).get_by_role("button", name="Close the tour").press("Enter")
    expect(again).to_be_focused()


@pytest.mark.parametrize("user", [GUEST, STRANGER])
def test_whoever_may_not_use_tend_has_no_story(open_page: OpenPage, user: str) -> None:
    """The page works for them, too."""
    page = open_page(user=user)
    expect(page.get_by_role("main")).to_be_visible()
    expect(story(page).locator("[data-step]")).to_have_count(0)
