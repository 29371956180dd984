"""Every cell of the table of who may do what."""

import asyncio
import json
import re
from collections import Counter
from typing import Any

import pytest
from starlette.routing import Route

from bot.fake_slack.transport.link import BotRequest, encode
from bot.grammar import PartnerVerb, TendVerb
from bot.listeners.buttons import BUTTONS
from bot.listeners.command_router import COMMANDS
from bot.listeners.forms import FORMS
from bot.listeners.workflow_steps import STEPS
from bot.signed_links import PromiseTicket, ReferralTicket, SurveyTicket
from bot.slack import action_ids
from bot.slack.manifest import INSTALLATION_EVENTS, MEMBER_CHANGED, build_manifest
from bot.web.app import make_web
from tests.authority.desk import Desk, Tried, filled
from tests.authority.forms import FILLED
from tests.authority.seeding import API_TOKEN, LINKED, SECRET
from tests.authority.table import (
    ADDRESS,
    ASKS,
    BUTTON,
    COMMAND,
    DOCUMENT,
    EVENT,
    FORM,
    MENU,
    NOTES,
    OFFERS,
    PARTNER,
    RECORDS,
    SHORTCUT,
    STEP,
    TABLE,
    TEND,
    TOKEN,
    Row,
    document,
)
from tests.authority.who import EVERYBODY, Who
from tests.each import each
from tests.listeners.office import ANA, ROBOT, ROOM, TEND_URL

ROWS = [row for row in TABLE if row.part != ADDRESS]
# What Slack may send again is remembered as seen; that is no record.
SEEN = "seen_request"
LINK = re.compile(rf"{TEND_URL}/calendar/[\w-]+\.ics")
# What stands in the one field that is not in a form.
WRITTEN = {"reason": {"reason": {"type": "plain_text_input", "value": "No fit"}}}


def do(desk: Desk, row: Row, who: Who) -> Tried:
    """The row's thing, tried by somebody. A form is drawn for them first, as if they had been a member then."""
    how, user = row.how.format(**desk.ids), who.user
    drawn = FILLED[row.key].body(desk) if row.part == FORM else {}
    if not who.signed:
        desk.office.heard.link.secret = "guessed"  # type: ignore[attr-defined]
    if row.part in (COMMAND, PARTNER, TEND):
        return desk.types(user, how)
    if row.part == BUTTON:
        return desk.press(user, row.key, how, WRITTEN)
    if row.part == FORM:
        return desk.submit(user, drawn, filled(drawn["blocks"], FILLED[row.key].values))
    if row.part == MENU:
        return desk.suggest(user, row.key, how)
    if row.part == STEP:
        return desk.run_step(user, row.key, {"partner": "Acme Legal", how: "Contoso"} if how else {})
    if row.part == SHORTCUT:
        return desk.shortcut(user, row.key) if row.key == "log_message" else desk.global_shortcut(user, row.key)
    place = desk.world.open_dm(user).id
    if row.does == NOTES:
        kind = "channel" if row.key == "message.channels" else "group"
        by = {"bot_id": "B1"} if user == ROBOT else {}
        event = {"type": "message", "channel_type": kind, "channel": LINKED, "text": "hello", **by}
        return desk.happens(user, {**event, "ts": str(desk.office.clock().timestamp())})
    if row.key == "app_mention":
        return desk.happens(user, {"type": row.key, "channel": ROOM, "text": "<@U0TENDBOT> partner list"})
    if row.key == "message.im":
        return desk.happens(user, {"type": "message", "channel_type": "im", "channel": place, "text": "hello"})
    return desk.happens(user, {"type": row.key, "channel": place, "tab": "home"})


def tried(desk: Desk, row: Row, who: Who) -> Tried:
    """What came of a cell. Nobody's request is not signed with our secret."""
    link = desk.office.heard.link
    secret = link.secret  # type: ignore[attr-defined]
    try:
        return do(desk, row, who)
    finally:
        link.secret = secret  # type: ignore[attr-defined]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_of_the_table(desk: Desk, row: Row) -> None:
    """Who may has it done; who may not is told so and nothing else, and nothing is recorded."""
    with each() as trying:
        for who in EVERYBODY:
            desk.put_back()
            with trying(who.name):
                _cell(desk, row, who)


OUTSIDE = ("other organisation, in a shared channel", "another workspace")


def _cell(desk: Desk, row: Row, who: Who) -> None:
    done = tried(desk, row, who)
    changed = desk.changed()
    if who.name in row.may:
        _is_done(row, done, [name for name in changed if name != SEEN])
        return
    assert changed == []
    assert "Acme" not in done.words
    assert done.modal is None or not done.modal.body["submit"]  # the global shortcut is refused in a window
    if not who.signed:
        assert (done.answer.status, done.words) == (401, _door(done))
    elif row.part == MENU:
        assert done.answer.body == {"options": []}
    else:
        assert done.answer.status == 200
        told = who.told or (
            "Only workspace admins and stewards can",
            "Only the person who recorded this, a steward or a workspace admin can",
            "Only the person who planned this, the partner's owner, a steward or a workspace admin can",
            "Only the partner's owner, a steward or a workspace admin can",
        )
        # A global shortcut has no place to answer in but a window, which takes the workspace's token.
        silent = row.key == "record" and row.part == SHORTCUT and who.name in OUTSIDE
        silent = silent or (row.part == EVENT and (who.name == "another workspace" or row.does == NOTES))
        assert silent or any(words in done.words for words in told), done.words


def _door(done: Tried) -> str:
    """What Bolt says at the door: nothing of ours."""
    return done.words if "invalid request" in done.words else ""


def _is_done(row: Row, done: Tried, changed: list[str]) -> None:
    assert done.answer.status == 200
    if row.does == NOTES:
        assert (changed, done.words) == (["activity"], "")
        return
    assert "Nothing was recorded" not in done.words
    assert "on our side" not in done.words
    assert bool(changed) == (row.does == RECORDS), (changed, done.words)
    if row.does == ASKS:
        assert done.modal is not None
        assert done.modal.body["submit"]
    elif row.does == OFFERS:
        assert done.answer.body["options"]
    else:
        # How an import goes on is shown in its own message, by a thread that may not be there yet.
        assert done.words.strip() or row.key in ("import_go", "import_again", "import_columns", "import_answers")
        assert "errors" not in (done.answer.body or ())


# -- the addresses


def ask(desk: Desk, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, str]:
    """Status and text of the endpoint's answer, without a server between."""
    said: list[Any] = []
    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": [(name.lower().encode(), text.encode()) for name, text in headers.items()],
        "scheme": "http", "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1), "root_path": "",
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        said.append(message)

    asyncio.run(make_web(desk.office.services, desk.office.app)(scope, receive, send))
    return said[0]["status"], b"".join(one.get("body", b"") for one in said).decode()


@pytest.mark.parametrize(
    "row",
    [row for row in TABLE if row.part == ADDRESS and "{" not in row.key and row.may != (TOKEN,)],
    ids=lambda row: row.id,
)
def test_an_address_of_the_endpoint(desk: Desk, row: Row) -> None:
    """A request of Slack's carries who asks; whether we are well may be asked by anybody."""
    with each() as trying:
        for who in EVERYBODY:
            desk.put_back()
            with trying(who.name):
                _address(desk, row, who)


def _address(desk: Desk, row: Row, who: Who) -> None:
    method, _, path = row.key.partition(" ")
    headers: dict[str, str] = {}
    body = ""
    if method == "POST":
        person = desk.world.people[who.user]
        typed = {"command": "/partner", "text": "list", "user_id": who.user, "team_id": person.team_id}
        headers, body = encode(BotRequest("slash_commands", typed), "stand-in-secret" if who.signed else "guessed")
    status, text = ask(desk, method, path, headers, body.encode())
    assert desk.changed() == []
    if who.name in row.may:
        assert (status, "Acme" in text) == (200, method == "POST")
    elif not who.signed:
        assert (status, "Acme" in text) == (401, False)
    else:
        assert (status, "Acme" in text) == (200, False)
        assert any(words in text for words in who.told)


def test_a_private_link_lets_in_whoever_holds_it(desk: Desk) -> None:
    """They see the question, answer it, and are shown nothing of the record."""
    with each() as trying:
        for who in EVERYBODY:
            desk.put_back()
            with trying(who.name):
                _private_link(desk, who)


def _private_link(desk: Desk, who: Who) -> None:
    links = desk.office.services.links()
    assert links
    ticket = SurveyTicket(desk.office.workspace_id, desk.ids["question"], SECRET)
    path = links.make(ticket, desk.office.clock()).removeprefix(links.url)
    status, text = ask(desk, "GET", path, {}, b"")
    assert (status, "How much do you trust us?" in text, "Northwind" in text, desk.changed()) == (200, True, False, [])
    status, text = ask(desk, "POST", path, {"X-Who": who.user}, b"level=4")
    assert (status, "Thank you" in text) == (200, True)
    assert set(desk.changed()) == {"trust_rating", "trust_question"}


def test_a_link_to_refer_people_lets_in_whoever_holds_it(desk: Desk) -> None:
    """They send somebody, who waits for a decision, and are shown nothing of the record."""
    with each() as trying:
        for who in EVERYBODY:
            desk.put_back()
            with trying(who.name):
                _referral_link(desk, who)


def _referral_link(desk: Desk, who: Who) -> None:
    links = desk.office.services.links()
    assert links
    ticket = ReferralTicket(desk.office.workspace_id, desk.ids["referral_link"], SECRET)
    path = links.make_referral(ticket, desk.office.clock()).removeprefix(links.url)
    status, text = ask(desk, "GET", path, {}, b"")
    shown = "Contoso" in text or "Northwind" in text
    assert (status, "Who is it?" in text, shown, desk.changed()) == (200, True, False, [])
    status, text = ask(desk, "POST", path, {"X-Who": who.user}, b"form=" + b"x" * 22 + b"&name=Fabrikam")
    assert (status, "Thank you" in text) == (200, True)
    assert desk.changed() == ["offered_referral"]


def test_the_address_of_a_calendar_lets_in_whoever_holds_it(desk: Desk) -> None:
    """Each sees its owner's days, and a promise's link that promise; nothing is recorded."""
    with each() as trying:
        for who in EVERYBODY:
            desk.put_back()
            with trying(who.name):
                _calendar(desk, who)


def _calendar(desk: Desk, who: Who) -> None:
    links = desk.office.services.links()
    assert links
    found = LINK.search(desk.press(ANA, "new_calendar_address", "new").words)
    assert found
    desk.before = desk.office.records()
    try:
        step = links.make_step(PromiseTicket(desk.office.workspace_id, desk.ids["promise"]), desk.office.clock())
        for link, told in ((found[0], "Review with Acme Legal"), (step, "Send the deck")):
            status, text = ask(desk, "GET", link.removeprefix(links.url), {"X-Who": who.user}, b"")
            assert (status, told in text, "Elsewhere" in text, desk.changed()) == (200, True, False, [])
        theirs = links.make_step(PromiseTicket(desk.office.workspace_id, desk.theirs["promise"]), desk.office.clock())
        assert ask(desk, "GET", theirs.removeprefix(links.url), {}, b"")[0] == 404
    finally:
        desk.put_back()
        desk.before = desk.office.records()


# What each address of the API is sent, by its path.
SENT = {
    "activities": {"partner": "Acme Legal", "kind": "event", "title": "Webinar"},
    "trust": {"partner": "Acme Legal", "level": 4},
    "partners": {"name": "Zenith"},
}


def ask_api(desk: Desk, row: Row, token: str | None, ids: dict[str, int]) -> tuple[int, str]:
    """An address of the API, asked with a token or without."""
    method, _, path = row.key.partition(" ")
    path = path.replace("{id}", str(ids["api_event"])).replace("{partner:path}", str(ids["acme"]))
    body = json.dumps(SENT[path.rpartition("/")[2]]).encode() if method == "POST" else b""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    return ask(desk, method, path, headers, body)


OF_API = [row for row in TABLE if row.part == ADDRESS and row.may == (TOKEN,) and "/api/" in row.key]


@pytest.mark.parametrize("row", OF_API, ids=lambda row: row.id)
def test_an_address_of_the_api_lets_in_whoever_has_a_token(desk: Desk, row: Row) -> None:
    """In its own workspace; the neighbour's token finds nothing there, and no token is nobody's."""
    for token in (None, "tend_", API_TOKEN[:-1] + "H", API_TOKEN.upper(), "é"):
        status, text = ask_api(desk, row, token, desk.ids)
        assert (status, "Acme" in text, desk.changed()) == (401, False, [])
    if "{" in row.key:
        status, text = ask_api(desk, row, API_TOKEN, desk.theirs)
        assert (status, "Acme" in text) == (404, False)
        assert [name for name in desk.changed() if name != "integration"] == []
    status, text = ask_api(desk, row, API_TOKEN, desk.ids)
    assert status in (200, 201, 204), text
    assert "Elsewhere" not in text
    assert bool([name for name in desk.changed() if name != "integration"]) == (row.does == RECORDS)


# -- the table itself


def _keys(*parts: str) -> set[str]:
    return {row.key for row in TABLE if row.part in parts}


def test_every_verb_button_form_menu_shortcut_event_and_address_has_a_row(desk: Desk) -> None:
    """What the code listens to, out of its own lists: a new one without a row fails here."""
    features = build_manifest()["features"]
    assert _keys(COMMAND) == set(COMMANDS) == {one["command"] for one in features["slash_commands"]}
    assert _keys(PARTNER) == set(PartnerVerb)
    assert _keys(TEND) == set(TendVerb)
    assert _keys(BUTTON) == {action_id for action_id, _, _ in BUTTONS}
    assert _keys(FORM) == set(FORMS) == set(FILLED)
    assert _keys(MENU) == {action_ids.PARTNER_MENU}
    assert _keys(STEP) == set(STEPS) == set(build_manifest(steps=True)["functions"])
    assert _keys(SHORTCUT) == {one["callback_id"] for one in features["shortcuts"]}
    subscribed = set(build_manifest()["settings"]["event_subscriptions"]["bot_events"])
    assert _keys(EVENT) == subscribed - {MEMBER_CHANGED}
    routes = [one for one in make_web(desk.office.services, desk.office.app).routes if isinstance(one, Route)]
    asked = {f"{method} {one.path}" for one in routes for method in one.methods or () if method != "HEAD"}
    assert _keys(ADDRESS) == asked


def test_the_app_listens_to_nothing_else(desk: Desk) -> None:
    """As many listeners as the lists have, and no second way to the same thing."""
    assert len({action_id for action_id, *_ in BUTTONS}) == len(BUTTONS)
    listed = len(COMMANDS) + 1 + 1 + 1 + 2 + 3  # buttons together, forms too, the menu, two shortcuts, three events
    listed += 1  # the steps in workflows together
    listed += len(INSTALLATION_EVENTS) + 1  # which nobody sends but Slack: of a workspace, and of a person who changed
    assert len(desk.office.app._listeners) == listed


def test_no_row_stands_there_twice() -> None:
    """Each thing is decided on once."""
    assert [id for id, times in Counter(row.id for row in TABLE).items() if times > 1] == []


def test_the_document_is_current() -> None:
    """`python -m tests.authority.table` writes it."""
    assert DOCUMENT.read_text(encoding="utf-8") == document()
