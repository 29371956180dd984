"""The page behind a private link: axe's rules in both colour schemes, a phone, the keyboard alone, and no script."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import watch
from tests.browser.looking import DM, PATIENCE, SIZES, OpenPage, Scheme, Size, check_axe, say, show

SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


@pytest.fixture
def link(open_page: OpenPage) -> str:
    """A new one, as it is shown to whoever asked."""
    page = open_page(DM)
    before = page.locator("pre").count()
    say(page, "/partner ask Acme Legal Jane Doe")
    expect(page.locator("pre")).to_have_count(before + 1)
    return page.locator("pre").last.inner_text().strip()


@pytest.fixture
def outside(browser: Browser, troubles: list[str]) -> Iterator[object]:
    """Opens a link in a browser profile that knows nothing of the workspace."""
    contexts = []

    def open_one(link: str, *, size: Size = (390, 700), scheme: Scheme = "light", script: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, java_script_enabled=script
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        watch(context, troubles)
        page = context.new_page()
        page.goto(link)
        return page

    yield open_one
    for context in contexts:
        assert context.cookies() == []
        context.close()


def is_refused(troubles: list[str], status: int) -> None:
    """The browser complains of the status that was meant, and of nothing else."""
    assert troubles
    assert all(f"status of {status}" in one for one in troubles), troubles
    troubles.clear()


@SIZES
@SCHEMES
def test_it_breaks_none_of_the_rules(
    link: str, outside: object, troubles: list[str], size: Size, scheme: Scheme
) -> None:
    """As it opens, with what is wrong with it, and with thanks; it is never wider than the screen."""
    assert callable(outside)
    page = outside(link, size=size, scheme=scheme)
    for _ in range(2):
        check_axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.locator("form").evaluate("form => { form.noValidate = true; form.words.removeAttribute('maxlength') }")
        page.get_by_label("What’s in it for you?").fill("w" * 1200)
        page.get_by_role("button", name="Send").click()
        page.get_by_role("alert").first.wait_for()
    is_refused(troubles, 422)
    page.get_by_label("What’s in it for you?").fill("Your ears")
    page.get_by_label("4 – a lot").check()
    page.get_by_role("button", name="Send").click()
    show(page, "Thank you")
    check_axe(page)
    page.goto(link)
    show(page, "Already answered")
    check_axe(page)
    is_refused(troubles, 410)


def test_the_keyboard_alone_answers_it(link: str, outside: object) -> None:
    """Tab, the arrows, Tab, words, Tab, Enter; where one is can be seen."""
    assert callable(outside)
    page = outside(link)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("4 – a lot")).to_be_checked()
    outline = page.evaluate("getComputedStyle(document.activeElement.closest('.choice')).outlineWidth")
    assert outline == "3px"
    page.keyboard.press("Tab")
    page.keyboard.type("Your ears")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    show(page, "Thank you")


def test_it_needs_no_script(link: str, outside: object) -> None:
    """Neither to answer nor to be told what is missing."""
    assert callable(outside)
    page = outside(link, script=False)
    page.get_by_role("button", name="Send").click()
    expect(page).to_have_url(re.compile("/their-view/"))
    expect(page.get_by_role("heading")).to_contain_text("would like Acme Legal’s view")
    page.get_by_label("5 – fully").check()
    page.get_by_role("button", name="Send").click()
    show(page, "Thank you")


@pytest.fixture
def door(open_page: OpenPage) -> str:
    """A link to refer people, as it is shown to whoever asked."""
    page = open_page(DM)
    before = page.locator("pre").count()
    say(page, "/partner ask Acme Legal")
    page.get_by_label("Refer somebody to us").check()
    page.get_by_label("Who is it for?").fill("Jane Doe")
    page.get_by_role("button", name="Make the link").click()
    expect(page.locator("pre")).to_have_count(before + 1)
    return page.locator("pre").last.inner_text().strip()


@SIZES
@SCHEMES
def test_the_page_to_refer_people_breaks_none_of_the_rules(
    door: str, outside: object, troubles: list[str], size: Size, scheme: Scheme
) -> None:
    """As it opens, with all that can be wrong with it, and with thanks; without a script."""
    assert callable(outside)
    page = outside(door, size=size, scheme=scheme)
    check_axe(page)
    for label, most in (("Who is it?", 120), ("How can we reach them?", 120), ("What should we know?", 700)):
        page.locator("form").evaluate("form => form.noValidate = true")
        page.get_by_label(label).evaluate("field => field.removeAttribute('maxlength')")
        page.get_by_label(label).fill("w" * (most + 1))
        page.get_by_role("button", name="Send").click()
        page.get_by_role("alert").first.wait_for()
        check_axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.get_by_label(label).fill("Fabrikam")
    is_refused(troubles, 422)
    page.get_by_role("button", name="Send").click()
    show(page, "Thank you")
    check_axe(page)


def test_the_page_to_refer_people_needs_no_script(door: str, outside: object) -> None:
    assert callable(outside)
    page = outside(door, script=False)
    page.get_by_role("button", name="Send").click()
    expect(page).to_have_url(re.compile("/refer/"))
    page.get_by_label("Who is it?").fill("Fabrikam")
    page.keyboard.press("Enter")
    show(page, "Thank you")
