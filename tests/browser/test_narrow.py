"""On a phone one scrolls one way only."""

import pytest
from playwright.sync_api import Page

from tests.browser.looking import DM, NARROW, PLACES, OpenPage, open_form, say, show

# Wide tables and rows of buttons may scroll sideways, but not what scrolls up and down as well.
BOTH_WAYS = """() => [...document.querySelectorAll("body *")]
    .filter((node) => /auto|scroll/.test(getComputedStyle(node).overflowX))
    .filter((node) => node.scrollHeight > node.clientHeight + 1 && node.scrollWidth > node.clientWidth + 1)
    .map((node) => node.cloneNode().outerHTML)"""
ANSWERS = {
    "/partner show Acme Legal": "Last touches",
    "/partner list": "25 partners",
    "/partner explain Acme Legal": "trust",
    "/tend help": "/referral",
}


def check_width(page: Page) -> None:
    """Nothing is wider than the page."""
    width, room = page.evaluate("() => [document.scrollingElement.scrollWidth, innerWidth]")
    assert width <= room
    assert page.evaluate(BOTH_WAYS) == []


@pytest.mark.parametrize("at", PLACES)
def test_every_place_fits(open_page: OpenPage, at: str) -> None:
    """A channel, the messages of the bot, and its Home."""
    page = open_page(at, size=NARROW)
    show(page, PLACES[at])
    check_width(page)


@pytest.mark.parametrize("text", ANSWERS)
def test_answers_fit(open_page: OpenPage, text: str) -> None:
    """A card, a list, a sum and the help."""
    page = open_page(DM, size=NARROW)
    say(page, text)
    show(page, ANSWERS[text])
    check_width(page)


def test_a_form_fits(open_page: OpenPage) -> None:
    """With its buttons on the screen."""
    page = open_page(DM, size=NARROW)
    form = open_form(page)
    check_width(page)
    for button in form.get_by_role("button").all():
        box = button.bounding_box()
        assert box
        assert (box["x"], box["y"]) >= (0, 0)
        assert box["x"] + box["width"] <= NARROW[0]
        assert box["y"] + box["height"] <= NARROW[1]
