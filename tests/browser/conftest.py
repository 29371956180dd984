"""A browser, the demo that it looks at, and pages on which nothing may go wrong."""

import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

from bot.demo.people import ANA
from tests.browser.looking import PATIENCE, WIDE, Motion, OpenPage, Scheme, Size
from tests.demo.conftest import Demo, from_instant
from tests.lacking import lacking

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, a module long: Playwright keeps an event loop running, where `asyncio.run` of other tests fails."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        lacking("Chromium is not installed: apt-get install chromium, or any Chrome on the PATH")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def demo(browser: Browser) -> Iterator[Demo]:
    """The demo on a Wednesday, of this module alone: its tests may write."""
    with Demo({"clock": from_instant("2026-11-25T14:00+00:00")}) as served:
        yield served


@pytest.fixture
def troubles() -> list[str]:
    """What went wrong on the pages of this test; one that means to cause some takes them out."""
    return []


@pytest.fixture
def open_page(browser: Browser, demo: Demo, troubles: list[str]) -> Iterator[OpenPage]:
    """Opens the page in a browser profile of its own; by the end nothing may have gone wrong on any."""
    contexts: list[BrowserContext] = []

    def open_one(
        at: str = "",
        *,
        user: str = ANA,
        size: Size = WIDE,
        scheme: Scheme = "light",
        motion: Motion = "reduce",
        of: Demo = demo,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion=motion,
            locale="en-GB", timezone_id="Europe/London",
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        watch(context, troubles)
        page = context.new_page()
        page.goto(f"{of.url}?as={user}&at={at}")
        close_forms(page)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert troubles == []


def watch(context: BrowserContext, troubles: list[str]) -> None:
    """Note what is complained of on any page of a profile, and what is asked of other machines or fails."""
    context.on("console", lambda said: troubles.append(f"console: {said.text}") if said.type == "error" else None)
    context.on("weberror", lambda raised: troubles.append(f"error: {raised.error}"))
    context.on("requestfailed", lambda request: _failed(request, troubles))
    context.on("request", lambda request: _asked(request, troubles))


def _asked(request: Request, troubles: list[str]) -> None:
    url = urlsplit(request.url)
    if url.scheme not in ("data", "blob") and url.hostname not in ("127.0.0.1", "localhost", "::1"):
        troubles.append(f"asked elsewhere: {request.url}")


def _failed(request: Request, troubles: list[str]) -> None:
    if request.failure != "net::ERR_ABORTED":  # as a page that is left does with what it still waits for
        troubles.append(f"failed: {request.url}: {request.failure}")


def close_forms(page: Page) -> None:
    """The stand-in keeps a person's form open, also one that an earlier test left."""
    form = page.get_by_role("dialog")
    if form.count():
        page.keyboard.press("Escape")
        expect(form).to_have_count(0)
