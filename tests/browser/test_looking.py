"""The tests' own eyes: they see what is wrong, and let pass what is not."""

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import watch
from tests.browser.looking import OpenPage, check_axe

GOOD = "<html lang=en><title>A page</title><main><h1>A page</h1>"


def test_axe_tells_what_is_wrong_and_where(browser: Browser) -> None:
    """The rule, how bad it is, what it says, and the element."""
    with browser.new_page() as page:
        page.set_content(GOOD)
        check_axe(page)
        page.set_content(f"{GOOD}<input id=nameless>")
        with pytest.raises(AssertionError, match=r"(?s)^label \(critical\): Form elements must have labels.*#nameless"):
            check_axe(page)


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("console.error('a complaint')", "console: a complaint"),
        ("setTimeout(() => { throw new Error('a mistake') })", "error: a mistake"),
        ("fetch('http://elsewhere.test/').catch(() => {})", "asked elsewhere: http://elsewhere.test/"),
        ("fetch('http://127.0.0.1:9/').catch(() => {})", "failed: http://127.0.0.1:9/: net::ERR_UNSAFE_PORT"),
    ],
)
def test_what_goes_wrong_on_a_page_is_noted(browser: Browser, script: str, told: str) -> None:
    """Complaints, mistakes, and requests that fail or leave the machine."""
    troubles: list[str] = []
    with browser.new_context() as context:
        watch(context, troubles)
        page = context.new_page()
        page.evaluate(f"() => {{ {script} }}")
        page.wait_for_timeout(200)
    assert told in troubles


def test_a_page_that_is_left_is_no_trouble(open_page: OpenPage) -> None:
    """Also while it still waits for an answer."""
    page = open_page()
    page.evaluate("() => { fetch('/page/news').catch(() => {}) }")
    page.reload()
