"""Whoever has no mouse gets everywhere, sees where they are, and can do everything."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import DM, PLACES, SIZES, OpenPage, Size, open_form, show
from tests.browser.tabbing import unreached, walk

HIDE = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("* { outline: none !important }");
    document.adoptedStyleSheets = [sheet];
}"""


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until one is there."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if wanted.evaluate("(node) => node === document.activeElement"):
            return
    pytest.fail(f"Tab never comes to {wanted}")


@SIZES
@pytest.mark.parametrize("at", PLACES)
def test_tab_goes_everywhere(open_page: OpenPage, at: str, size: Size) -> None:
    """To every control, and each shows that it has the focus."""
    page = open_page(at, size=size)
    show(page, PLACES[at])
    steps = walk(page)
    assert unreached(page) == []
    assert [step.control for step in steps if not step.outlined] == []
    assert [step.control for step in steps if not step.on_screen] == []


@pytest.mark.parametrize("at", [at for at in PLACES if at != "home"])
def test_what_the_pointer_brings_up_is_there_without_one(open_page: OpenPage, at: str) -> None:
    """What one can do with a message is not for the mouse alone."""
    page = open_page(at)
    show(page, PLACES[at])
    page.get_by_role("main").get_by_role("listitem").last.hover(position={"x": 5, "y": 5})
    walk(page)
    assert unreached(page) == []


@SIZES
def test_a_form_keeps_the_focus(open_page: OpenPage, size: Size) -> None:
    """Tab goes to every control of an open form, and to none behind it."""
    page = open_page(DM, size=size)
    form = open_form(page)
    expect(form.locator(":focus")).to_have_count(1)
    steps = walk(page)
    assert unreached(page) == []
    assert [step.control for step in steps if not step.outlined] == []
    assert [step.control for step in steps if not step.in_dialog] == []


def test_a_command_by_keyboard_alone(open_page: OpenPage) -> None:
    """Its answer says that nobody else sees it, and one can type on."""
    page = open_page(DM)
    show(page, PLACES[DM])
    line = page.get_by_label("Message or command")
    tab_to(page, line)
    page.keyboard.type("/trust Acme Legal 4 they kept their word by keyboard")
    page.keyboard.press("Enter")
    answer = page.get_by_role("listitem").filter(has_text="Only visible to you").filter(has_text="Acme Legal").last
    expect(answer).to_be_visible()
    expect(line).to_be_focused()
    expect(line).to_have_value("")
    undo = answer.get_by_role("button", name="Undo")
    tab_to(page, undo)
    page.keyboard.press("Enter")
    show(page, "Undone")


def test_escape_closes_a_form(open_page: OpenPage) -> None:
    """And gives the focus back to where it was opened from."""
    page = open_page(DM)
    form = open_form(page)
    page.keyboard.press("Escape")
    expect(form).to_have_count(0)
    expect(page.get_by_label("Message or command")).to_be_focused()


def test_what_is_wrong_would_be_seen(open_page: OpenPage) -> None:
    """A focus that does not show, and a control that Tab leaves out."""
    page = open_page(DM)
    page.evaluate(HIDE)
    assert not any(step.outlined for step in walk(page))
    page.evaluate("() => tabbed.visited.delete(document.getElementById('line'))")
    assert len(unreached(page)) == 1
