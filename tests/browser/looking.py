"""How tests look at the page: in which sizes and colours, at which places, with which rules."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from bot.demo.people import PARTNERSHIPS

Size = tuple[int, int]
Scheme = Literal["light", "dark"]
Motion = Literal["reduce", "no-preference"]
OpenPage = Callable[..., Page]

PATIENCE = 30_000
WIDE, NARROW = (1280, 900), (390, 844)
TALL = 12_000  # in which nothing has to scroll
DM, HOME, MAIL, CALENDAR = "D0ANA", "home", "mail", "calendar"
# A place, and what Ana reads there.
PLACES = {
    PARTNERSHIPS: "partners producing",
    DM: "to look after today",
    HOME: "Larkfield Accountants",
    MAIL: "Brindle Moss Law",
    CALENDAR: "Brindle Moss Law",
}
SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


def show(page: Page, text: str) -> None:
    """Wait until it stands there, and until the page has come to rest."""
    expect(page.get_by_role("main")).to_contain_text(text)
    page.wait_for_load_state("networkidle")


def say(page: Page, text: str) -> None:
    """Type it, and Enter."""
    line = page.get_by_label("Message or command")
    line.fill(text)
    line.press("Enter")


def open_form(page: Page) -> Locator:
    """The form in which a referral is recorded."""
    say(page, "/referral")
    form = page.get_by_role("dialog")
    expect(form).to_be_visible()
    return form


def complaints(form: Locator) -> Locator:
    """The words that tell what is wrong with a form."""
    return form.get_by_role("alert").filter(has_text=re.compile(r"\w"))


def check_axe(page: Page) -> None:
    """No rule of axe is broken by what is on the page now, and no contrast by what one would have to scroll to."""
    found = _broken(page, {"resultTypes": ["violations"]})
    size = page.viewport_size
    assert size
    page.set_viewport_size({**size, "height": TALL})
    found |= _broken(page, {"runOnly": ["color-contrast"]})
    page.set_viewport_size(size)
    assert not found, "\n".join(found.values())


def _broken(page: Page, options: dict[str, Any]) -> dict[str, str]:
    return {found["id"]: _told(found) for found in Axe().run(page, options=options).response["violations"]}


def _told(violation: dict[str, Any]) -> str:
    where = "\n".join(f"    {' '.join(map(str, node['target']))}" for node in violation["nodes"])
    return f"{violation['id']} ({violation['impact']}): {violation['help']}\n{where}"


def picture(page: Page, name: str) -> None:
    """Keep what is on the page as one of the documents' pictures, where `TEND_PICTURES` asks for them."""
    if os.environ.get("TEND_PICTURES"):
        page.screenshot(path=PICTURES / f"{name}.png")
