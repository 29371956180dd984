"""All that the page can draw: what is typed and chosen reaches the bot as Slack sends it; axe finds nothing."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from slack_bolt import App
from slack_sdk import WebClient

from bot.demo.run import by_itself
from bot.fake_slack import FakeSlack, InProcessConnection
from tests.browser.conftest import watch
from tests.browser.elements import ACME, ACTIONS, GLOBEX, INPUTS, OPTIONS, READ, Fill, Json, actions, form
from tests.browser.looking import PATIENCE, check_axe, say


@pytest.fixture(scope="module")
def heard() -> list[Json]:
    """The bodies that reached the bot."""
    return []


@pytest.fixture(scope="module")
def slack(heard: list[Json]) -> Iterator[FakeSlack]:
    """The stand-in with a small bot behind it that takes everything."""
    with by_itself(), FakeSlack() as slack:
        for user, name in (("U1", "Ann Lee"), ("U2", "Bob Ray")):
            slack.world.add_person(user, name.split()[0].lower(), real_name=name)
        slack.world.add_channel("C1", "general", members=["U1", "U2"])
        slack.world.add_channel("C2", "other", members=["U1", "U2"])
        app = App(
            client=WebClient(token="xoxb-stand-in", base_url=slack.api_url), signing_secret="stand-in-secret",
            process_before_response=True,
        )  # fmt: skip

        @app.middleware
        def hear(body: Json, next: Callable[[], None]) -> None:
            heard.append(body)
            next()

        @app.command("/form")
        def opened(ack: Callable[[], None], command: Json, client: WebClient) -> None:
            client.views_open(trigger_id=command["trigger_id"], view=form())
            ack()

        app.view("form")(lambda ack: ack())
        app.action(re.compile(".*"))(lambda ack: ack())
        app.options(re.compile(".*"))(lambda ack, payload: ack(options=_like(payload["value"])))
        slack.link = InProcessConnection(app)
        yield slack


def _like(typed: str) -> list[Json]:
    return [option for option in OPTIONS if option["value"].startswith(typed.lower())]


@pytest.fixture
def page(browser: Browser, slack: FakeSlack, heard: list[Json]) -> Iterator[Page]:
    """The page in a channel; by the end nothing went wrong on it."""
    troubles: list[str] = []
    with browser.new_context(reduced_motion="reduce", locale="en-GB") as context:
        context.set_default_timeout(PATIENCE)
        watch(context, troubles)
        heard.clear()
        page = context.new_page()
        page.goto(f"{slack.page_url}?as=U1&at=C1")
        yield page
    assert troubles == []


def in_both_colours(page: Page) -> None:
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        check_axe(page)


def field(form: Locator, label: str) -> Locator:
    name = re.compile(rf"^\s*{label}(\s+\(optional\))?\s*$")
    groups = form.get_by_role("group", name=name).locator("fieldset")
    return groups if groups.count() else form.get_by_label(name)


def posted(page: Page, slack: FakeSlack, blocks: list[Json]) -> Locator:
    """A message of these blocks, once it is there."""
    message = slack.world.post("C1", "", blocks)
    found = page.locator(f'.message[data-ts="{message.ts}"]')
    expect(found).to_be_visible()
    return found


def acted(page: Page, heard: list[Json], do: Callable[[], object]) -> Json:
    """The one action that reached the bot by it."""
    heard.clear()
    with page.expect_response("**/page/click"):
        do()
    page.evaluate("() => refresh()")  # what comes next is done on what is drawn now, not redrawn over
    told = [body for body in heard if body.get("type") == "block_actions"]
    assert len(told) == 1, [body["actions"] for body in told]
    (body,) = told
    (action,) = body["actions"]
    assert isinstance(action, dict)
    return action


def test_every_input_of_a_form_reaches_the_bot(page: Page, heard: list[Json]) -> None:
    """In Slack's shape, what was left as it was included; by its label."""
    say(page, "/form")
    dialog = page.get_by_role("dialog", name="All")
    expect(dialog).to_be_visible()
    expect(field(dialog, "datepicker")).to_have_value("2026-11-02")
    in_both_colours(page)
    for kind, (_, fill, _) in INPUTS.items():
        fill(field(dialog, kind))
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    (sent,) = [body for body in heard if body.get("type") == "view_submission"]
    state = {block: values[f"{block}_in"] for block, values in sent["view"]["state"]["values"].items()}
    assert state == {
        **{kind: {"type": kind, **wanted} for kind, (_, _, wanted) in INPUTS.items()},
        "lines": {"type": "plain_text_input", "value": "One\nTwo"},
    }


def test_an_external_select_offers_what_the_bot_has(page: Page) -> None:
    """As one types."""
    say(page, "/form")
    dialog = page.get_by_role("dialog", name="All")
    partner = field(dialog, "external_select")
    partner.fill("no")
    expect(partner.locator("xpath=following-sibling::datalist/option")).to_have_count(1)
    expect(partner.locator("xpath=following-sibling::datalist/option")).to_have_attribute("value", "Northwind")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)


def test_what_is_chosen_in_a_message_acts_at_once(page: Page, slack: FakeSlack, heard: list[Json]) -> None:
    """Each kind of element, with the state that Slack sends; buttons with their value."""
    message = posted(page, slack, actions())
    in_both_colours(page)
    for kind, (_, fill, wanted) in ACTIONS.items():
        name = "Choose" if kind == "radio_buttons" else f"Choose {kind}"

        def choose(fill: Fill = fill, name: str = name, is_text: bool = kind == "external_select") -> None:
            found = message.get_by_label(name, exact=True)
            fill(found)
            if is_text:
                found.press("Tab")

        action = acted(page, heard, choose)
        assert action["type"] == action["action_id"] == kind
        assert action["block_id"] == f"b_{kind}"
        assert {key: action.get(key) for key in wanted} == wanted
    pressed = acted(page, heard, lambda: message.get_by_role("button", name="Press 🎉").click())
    assert (pressed["type"], pressed["action_id"], pressed["value"]) == ("button", "press", "7")
    grouped = acted(page, heard, lambda: message.get_by_label("Grouped").select_option(label="Globex"))
    assert grouped["selected_option"] == GLOBEX
    ticked = acted(page, heard, lambda: message.get_by_role("checkbox", name="Globex").check())
    assert ticked["selected_options"] == [ACME, GLOBEX]


def test_the_overflow_menu_acts_each_time(page: Page, slack: FakeSlack, heard: list[Json]) -> None:
    """Also for the same choice again: it shows none as chosen."""
    message = posted(page, slack, actions())
    menu = message.get_by_label("More actions")
    for _ in range(2):
        chosen = acted(page, heard, lambda: menu.select_option(label="Acme"))
        assert (chosen["type"], chosen["selected_option"]) == ("overflow", ACME)
        expect(menu).to_have_value("")


def test_a_button_that_may_do_harm_asks_first(page: Page, slack: FakeSlack, heard: list[Json]) -> None:
    """No and Escape do nothing, Yes acts; the question is read out, and no rule is broken."""
    message = posted(page, slack, actions())
    end, asked = message.get_by_role("button", name="End"), page.get_by_role("dialog", name="Really?")
    for leave in ("No", "Escape"):
        end.click()
        expect(asked).to_be_visible()
        expect(asked).to_contain_text("It can't be taken back.")
        if leave == "No":
            in_both_colours(page)
            asked.get_by_role("button", name="No", exact=True).click()
        else:
            page.keyboard.press("Escape")
        expect(asked).to_have_count(0)
        expect(end).to_be_focused()
    assert heard == []
    end.click()
    action = acted(page, heard, lambda: asked.get_by_role("button", name="Yes, end it").click())
    assert action["action_id"] == "end"
    expect(asked).to_have_count(0)


def test_what_is_to_be_read_is_drawn(page: Page, slack: FakeSlack) -> None:
    """Text, tables, rich text, charts and the words for images, each as what it is."""
    page.goto(page.url.replace("C1", "C2"))
    slack.world.post("C2", "", READ)
    message = page.locator(".message").last
    expect(message.get_by_role("heading", name="A header 🌱")).to_be_visible()
    expect(message.get_by_role("link", name="a link")).to_have_attribute("href", "https://example.com")
    expect(message).to_contain_text("for @Bob Ray")
    for alt in ("A bar that grows", "A seal", "A wide picture"):
        expect(message).to_contain_text(alt)
    expect(page.locator("img")).to_have_count(0)
    expect(message.get_by_role("columnheader", name="Partner")).to_be_visible()
    expect(message.get_by_role("cell", name="1.75")).to_be_visible()
    expect(message.get_by_role("listitem").filter(has_text="second")).to_be_visible()
    expect(message.locator("blockquote")).to_have_text("quoted")
    expect(message.locator("pre")).to_have_text("as  it\nis")
    expect(message.get_by_role("link", name="more & <more>")).to_have_attribute("href", "https://example.com/a")
    expect(message).to_contain_text("#other🎉")
    expect(message).to_contain_text("Some markdown")
    expect(message.get_by_role("img", name="Won: Ours from 3 to 5; Theirs from 5 to 3")).to_be_visible()
    expect(message.get_by_role("img", name="Who: Acme 51, Others 49")).to_be_visible()
    in_both_colours(page)
    message.get_by_text("Show numbers").first.click()
    expect(message.get_by_role("rowheader", name="Theirs")).to_be_visible()
    in_both_colours(page)
