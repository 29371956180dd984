"""Every form of the bot, opened, filled in, refused, mended and sent in the browser as a person would."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.demo.people import GENERAL
from bot.listeners.forms import FORMS
from bot.slack import callback_ids
from tests.browser import test_importing, test_integrations
from tests.browser.conftest import OpenPage, close_forms, watch
from tests.browser.every_form import AT_FIRST, EVERY_FORM, REQUIRED, Form, Value, Wrong
from tests.browser.looking import DM, PATIENCE, WIDE, Scheme, check_axe, say
from tests.demo.conftest import Demo, from_instant

# Between them they have every kind of input that a form has here.
IN_BOTH_COLOURS = ("referral", "partner_edit", "settings")
COLOURS: tuple[Scheme, ...] = ("dark", "light")
ADMIN_DM = "D0PRIYA"
# A form is open, or the last message is another one than before.
ANSWERED = """before => document.querySelector('[role=dialog]')
    || ([...document.querySelectorAll('.message')].at(-1)?.dataset.ts ?? null) !== before"""


@pytest.fixture(scope="module")
def noted() -> list[str]:
    """What went wrong on the page."""
    return []


@pytest.fixture(scope="module")
def shared(browser: Browser, noted: list[str]) -> Iterator[Page]:
    """One page for all forms."""
    size = {"width": WIDE[0], "height": WIDE[1]}
    with browser.new_context(viewport=size, reduced_motion="reduce", locale="en-GB") as context:
        context.set_default_timeout(PATIENCE)
        watch(context, noted)
        yield context.new_page()


@pytest.fixture
def page(shared: Page, demo: Demo, noted: list[str], form: Form) -> Iterator[Page]:
    """The page as the person who opens the form sees a channel; by the end nothing went wrong on it."""
    shared.goto(f"{demo.url}?as={form.user}&at={GENERAL}")
    close_forms(shared)
    yield shared
    assert noted == []


def labelled(label: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(label)}(\s+\(optional\))?\s*$")


def field(form: Locator, label: str) -> Locator:
    """An input, or the group of choices, by what stands above it."""
    name = labelled(label)
    radios = form.get_by_role("radiogroup", name=name)
    if radios.count():
        return radios
    groups = form.get_by_role("group", name=name)
    return groups.locator("fieldset") if groups.count() else form.get_by_label(name)


def choices(value: Value) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def fill(form: Locator, label: str, value: Value) -> None:
    """Type it, or choose it."""
    found = field(form, label)
    tag = found.evaluate("(node) => node.tagName")
    if tag == "FIELDSET":
        for one in choices(value):
            found.get_by_label(one, exact=True).check()
    elif tag == "SELECT":
        found.select_option(label=str(value))
    else:
        found.fill(str(value))


def expect_filled(form: Locator, label: str, value: Value) -> None:
    """It stands there still."""
    found = field(form, label)
    tag = found.evaluate("(node) => node.tagName")
    if tag == "FIELDSET":
        for one in choices(value):
            expect(found.get_by_label(one, exact=True)).to_be_checked()
    elif tag == "SELECT":
        expect(found.locator("option:checked")).to_have_text(str(value))
    else:
        expect(found).to_have_value(str(value))


def do(page: Page, line: str) -> None:
    """A line of a tour: type a command, press a button, choose from a menu, fill in a field."""
    dialog, last = page.get_by_role("dialog"), page.locator(".message").last
    if line.startswith("/"):
        before = last.get_attribute("data-ts") if last.count() else None
        say(page, line)
        page.wait_for_function(ANSWERED, arg=before, timeout=PATIENCE)
        return
    word, rest = line.split(" ", 1)
    where = dialog if dialog.count() else last
    if word == "press":
        # Some say of which partner they are.
        where.get_by_role("button", name=re.compile(rf"^\s*{re.escape(rest)}(: .*)?\s*$")).first.click()
    elif word == "choose":
        menu, option = rest.split(": ")
        where.get_by_label(menu, exact=True).first.select_option(label=option)
    else:
        fill(dialog, *rest.removeprefix("fill ").split(": "))


def refuse(page: Page, dialog: Locator, form: Form, wrong: Wrong) -> None:
    """What it can't take is said at the field, and what was typed stays; then it is mended."""
    typed = {label: value for label, value in form.filled.items() if label != wrong.label}
    if wrong.value is not None:
        typed[wrong.label] = wrong.value
    for label, value in typed.items():
        fill(dialog, label, value)
    dialog.get_by_role("button", name=form.submit, exact=True).click()
    refused = field(dialog, wrong.at or wrong.label)
    expect(refused).to_have_accessible_description(re.compile(re.escape(wrong.told)))
    expect(refused).to_have_attribute("aria-invalid", "true")
    expect(dialog.locator("[aria-invalid=true]")).to_have_count(1)
    for label, value in typed.items():
        expect_filled(dialog, label, value)
    if form.key in IN_BOTH_COLOURS:
        for scheme in COLOURS:
            page.emulate_media(color_scheme=scheme)
            check_axe(page)
    fill(dialog, wrong.label, form.filled.get(wrong.label, wrong.mended))


def go_through(page: Page, form: Form) -> None:
    """It breaks no rule of axe, is refused and mended; then it is done."""
    for line in form.opening:
        do(page, line)
    dialog = page.get_by_role("dialog", name=form.title)
    expect(dialog).to_be_visible()
    check_axe(page)
    if form.wrong:
        refuse(page, dialog, form, form.wrong)
    else:
        for label, value in form.filled.items():
            fill(dialog, label, value)
    dialog.get_by_role("button", name=form.submit, exact=True).click()
    expect(dialog).to_have_count(0)
    expect(page.locator(".message").last).to_contain_text(form.told)


@pytest.mark.parametrize("form", EVERY_FORM, ids=lambda form: f"{form.key}: {form.title}")
def test_a_form_is_filled_in_refused_mended_and_sent(page: Page, form: Form) -> None:
    """By whoever may use it, in a channel."""
    go_through(page, form)


def test_the_form_of_the_first_hour(shared: Page, noted: list[str]) -> None:
    """Filled in, refused, mended and sent where Tend was just installed."""
    with Demo({"clock": from_instant("2026-11-25T14:00+00:00"), "empty": True}) as begun:
        shared.goto(f"{begun.url}?as={AT_FIRST.user}&at={ADMIN_DM}")
        go_through(shared, AT_FIRST)
        shared.goto("about:blank")
    assert noted == []


def test_what_to_record_is_asked_and_the_form_for_it_follows(open_page: OpenPage) -> None:
    """From the shortcut that is everywhere; without a partner it says so."""
    page = open_page(DM)
    page.get_by_role("button", name="Record something", exact=True).click()
    dialog = page.get_by_role("dialog", name="Record something")
    expect(dialog).to_be_visible()
    check_axe(page)
    dialog.get_by_role("button", name="Next", exact=True).click()
    expect(field(dialog, "Partner")).to_have_accessible_description(re.compile(REQUIRED))
    fill(dialog, "What happened?", "An event")
    fill(dialog, "Partner", "Acme Legal")
    dialog.get_by_role("button", name="Next", exact=True).click()
    then = page.get_by_role("dialog", name="Record an event")
    fill(then, "What was it?", "Supper")
    then.get_by_role("button", name="Record", exact=True).click()
    expect(then).to_have_count(0)
    expect(page.locator(".message").last).to_contain_text("Acme Legal · Supper")


def test_no_form_is_left_out() -> None:
    """A new one is tested here, too. The demo sends no events, as nobody elsewhere can be asked."""
    elsewhere = {
        callback_ids.RECORD,
        callback_ids.WEBHOOK,
        AT_FIRST.key,
        *test_importing.HERE,
        *test_integrations.HERE,
    }
    assert {form.key for form in EVERY_FORM} | elsewhere == FORMS.keys()
