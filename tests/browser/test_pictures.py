"""The README's pictures show what they are there for; `make pictures` takes them from these very pages."""

from bot.demo.cast import PARTNERSHIPS
from tests.browser.looking import DM, HOME, OpenPage, picture, say, show

TALL = (1280, 980)


def test_a_nudge(open_page: OpenPage) -> None:
    """Who to look after, why, and a reason to call."""
    page = open_page(DM)
    show(page, "to look after today")
    show(page, "Promise overdue")
    picture(page, "nudge")


def test_a_digest(open_page: OpenPage) -> None:
    """Who produces."""
    page = open_page(PARTNERSHIPS, size=TALL)
    show(page, "13 of 23 partners producing")
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
