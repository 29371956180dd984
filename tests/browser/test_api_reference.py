"""The API's reference: axe's rules in both colour schemes and sizes, and nothing that its own policy refuses."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

from bot.web.api.openapi import build_document
from bot.web.api.reference import make_reference
from tests.browser.conftest import watch
from tests.browser.looking import PATIENCE, SIZES, Scheme, Size, check_axe

TEXT, HEADERS = make_reference(build_document("https://tend.example.com"))
ADDRESS = "http://127.0.0.1:9/api/docs"


@pytest.fixture
def page(browser: Browser, size: Size, scheme: Scheme) -> Iterator[Page]:
    troubles: list[str] = []
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    context.set_default_timeout(PATIENCE)
    watch(context, troubles)

    def answer(route: Route) -> None:
        route.fulfill(status=200, body=TEXT, headers={**HEADERS, "Content-Type": "text/html; charset=utf-8"})

    page = context.new_page()
    page.route(ADDRESS, answer)
    page.goto(ADDRESS)
    yield page
    context.close()
    assert troubles == []


@SIZES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_breaks_none_of_the_rules(page: Page) -> None:
    check_axe(page)
    page.get_by_role("navigation").get_by_role("link", name="POST /trust").click()
    assert page.url.endswith("#post_trust")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
