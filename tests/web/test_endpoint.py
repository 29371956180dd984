"""The HTTP endpoint: what Slack signed is done and answered at once, everything else is refused."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
from sqlalchemy import event
from sqlmodel import func, select

from bot.fake_slack import HttpConnection
from bot.services import Services
from storage.db.engine import reading
from storage.tables import Activity, Partner, TrustRating
from tests.notifications.office import Office
from tests.web.endpoint import Answer, Endpoint, signature, typed


def recorded(office: Office) -> int:
    with reading(office.engine) as session:
        return sum(session.exec(select(func.count()).select_from(table)).one() for table in (Activity, TrustRating))


@pytest.fixture(autouse=True)
def partner(office: Office) -> None:
    office.clock.now = office.clock.now.replace(hour=12)
    office.partner("Acme Legal")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("/trust", "Acme Legal 4", "Acme Legal"),
        ("/referral", "from Acme Legal Northwind 5k won", "Northwind"),
        ("/event", "Acme Legal Webinar on pricing", "Webinar"),
        ("/touch", "Acme Legal call talked", "talked"),
    ],
)
def test_a_signed_command_is_recorded_and_answered(
    endpoint: Endpoint, office: Office, name: str, text: str, said: str
) -> None:
    answer = endpoint.command(name, text)
    assert answer.status == 200
    assert json.loads(answer.text)["response_type"] == "ephemeral"
    assert said in answer.words
    assert recorded(office) == 1


def test_the_stand_in_finds_it_as_slack_would(endpoint: Endpoint, office: Office) -> None:
    """Commands, a form and a button, all over HTTP."""
    office.slack.link = HttpConnection(endpoint.url, "stand-in-secret")
    seen = office.slack.command("U1", "/trust", "Acme Legal 4", channel="C1")
    assert (seen.status, recorded(office)) == (200, 1)
    form = office.slack.command("U1", "/trust", "", channel="C1")
    assert form.view is not None
    done = office.slack.submit("U1", form.view, {"partner": "Acme Legal", "level": "2"})
    assert (done.errors, recorded(office)) == (None, 2)
    home = office.slack.open_home("U1")
    assert home.view is not None
    assert "Acme Legal" in home.view.visible_text


STAMPS = {
    "six minutes old": lambda: str(int(time.time()) - 360),
    "six minutes ahead": lambda: str(int(time.time()) + 360),
    "no number": lambda: "yesterday",
    "empty": lambda: "",
    "negative": lambda: "-1",
    "a fraction": lambda: f"{time.time():.3f}",
    "spaces": lambda: "  ",
    "huge": lambda: "9" * 400,
    "another alphabet's digits": lambda: "\u00b2\u00b9",
}


@pytest.mark.parametrize("stamp", STAMPS.values(), ids=STAMPS.keys())
def test_a_stamp_that_is_not_of_now_is_refused(endpoint: Endpoint, office: Office, stamp: object) -> None:
    assert callable(stamp)
    assert endpoint.command("/trust", "Acme Legal 4", stamp=stamp()).status == 401
    assert recorded(office) == 0


def forged(endpoint: Endpoint) -> Answer:
    return Endpoint(endpoint.port, "another-secret").command("/trust", "Acme Legal 4")


def altered(endpoint: Endpoint) -> Answer:
    stamp = str(int(time.time()))
    right = signature(endpoint.secret, stamp, typed("/trust", "Acme Legal 5"))
    return endpoint.command("/trust", "Acme Legal 4", stamp=stamp, X_Slack_Signature=right)


UNSIGNED = {
    "wrong secret": forged,
    "a body that was altered": altered,
    "no signature": lambda endpoint: endpoint.command("/trust", "Acme Legal 4", X_Slack_Signature=None),
    "empty signature": lambda endpoint: endpoint.command("/trust", "Acme Legal 4", X_Slack_Signature=""),
    "no stamp": lambda endpoint: endpoint.command("/trust", "Acme Legal 4", X_Slack_Request_Timestamp=None),
    "neither": lambda endpoint: endpoint.command(
        "/trust", "Acme Legal 4", X_Slack_Signature=None, X_Slack_Request_Timestamp=None
    ),
}


@pytest.mark.parametrize("ask", UNSIGNED.values(), ids=UNSIGNED.keys())
def test_what_slack_did_not_sign_is_refused(endpoint: Endpoint, office: Office, ask: object) -> None:
    assert callable(ask)
    assert ask(endpoint).status == 401
    assert recorded(office) == 0


@pytest.mark.parametrize("size", [1_000_001, 30_000_000])
def test_a_body_larger_than_a_megabyte_is_refused(endpoint: Endpoint, office: Office, size: int) -> None:
    body = typed("/trust", "Acme Legal 4") + "&more="
    assert endpoint.post(body + "x" * (size - len(body))).status == 413
    assert recorded(office) == 0


def test_a_large_body_that_slack_may_send_is_taken(endpoint: Endpoint, office: Office) -> None:
    body = typed("/trust", "Acme Legal 4") + "&more="
    assert endpoint.post(body + "x" * (900_000 - len(body))).status == 200
    assert recorded(office) == 1


def test_slacks_question_whose_address_this_is_gets_its_answer(endpoint: Endpoint) -> None:
    body = json.dumps({"type": "url_verification", "token": "x", "challenge": "3eZbrw1a"})
    answer = endpoint.post(body, kind="application/json")
    assert (answer.status, json.loads(answer.text)) == (200, {"challenge": "3eZbrw1a"})


@pytest.mark.parametrize("signed", [True, False])
def test_slacks_look_at_the_certificate_gets_its_answer(endpoint: Endpoint, office: Office, signed: bool) -> None:
    """It is not always signed, and nothing is done about it."""
    how = {} if signed else {"X_Slack_Signature": None, "X_Slack_Request_Timestamp": None}
    assert endpoint.post(urlencode({"ssl_check": "1", "token": "x"}), **how).status == 200
    assert recorded(office) == 0


def test_an_unsigned_command_does_not_pass_for_a_look_at_the_certificate(endpoint: Endpoint, office: Office) -> None:
    body = typed("/trust", "Acme Legal 4") + "&ssl_check=1"
    endpoint.post(body, X_Slack_Signature=None, X_Slack_Request_Timestamp=None)
    endpoint.post(body, X_Slack_Signature="v0=00")
    assert recorded(office) == 0


UNREADABLE = [
    ("application/x-www-form-urlencoded", "payload="),
    ("application/x-www-form-urlencoded", "payload=%7Bnot+json"),
    ("application/x-www-form-urlencoded", "payload=%5B%5D"),
    ("application/x-www-form-urlencoded", "{"),
    ("application/json", ""),
    ("application/json", "a=1"),
    ("application/json", "[1]"),
    ("application/json; charset=utf-8", "null"),
]


@pytest.mark.parametrize(("kind", "body"), UNREADABLE)
def test_a_body_that_cannot_be_read_is_refused(endpoint: Endpoint, kind: str, body: str) -> None:
    assert endpoint.post(body, kind=kind).status == 400
    assert endpoint.post(body, kind=kind, X_Slack_Request_Timestamp=None).status == 401
    assert endpoint.command("/tend", "status").status == 200


@pytest.mark.parametrize("body", ["", "a=1", "command=%2Ftrust", "payload=%7B%7D", "{}"])
def test_a_signed_body_that_says_nothing_harms_nothing(endpoint: Endpoint, office: Office, body: str) -> None:
    assert endpoint.post(body).status < 500
    assert endpoint.command("/tend", "status").status == 200
    assert recorded(office) == 0


@pytest.mark.parametrize("word", ["payload", "payload=1&x", "ssl_check=1", "{", "challenge", "+ & = %"])
def test_any_word_may_stand_in_a_command(endpoint: Endpoint, office: Office, word: str) -> None:
    """Also those that mean something where requests are read."""
    answer = endpoint.command("/touch", f"Acme Legal call about the {word} format")
    assert "Acme Legal" in answer.words
    assert recorded(office) == 1


def test_a_command_of_another_workspace_is_refused(endpoint: Endpoint, office: Office) -> None:
    answer = endpoint.command("/trust", "Acme Legal 4", team="T0OTHER")
    assert "not installed" in answer.words
    assert recorded(office) == 0


def test_what_could_not_be_understood_records_nothing(endpoint: Endpoint, office: Office) -> None:
    assert endpoint.command("/trust", "Acme Legal 9").status == 200
    assert endpoint.command("/trust", "Unknown Firm 4").status == 200
    assert recorded(office) == 0
    with reading(office.engine) as session:
        assert session.exec(select(func.count()).select_from(Partner)).one() == 1


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_events_are_only_posted(endpoint: Endpoint, method: str) -> None:
    assert endpoint.ask(method, "/slack/events").status == 405


@pytest.mark.parametrize("path", ["/", "/slack", "/slack/events/x", "/admin"])
def test_elsewhere_there_is_nothing(endpoint: Endpoint, path: str) -> None:
    assert endpoint.ask("GET", path).status == 404


def test_it_is_well_while_the_database_answers(endpoint: Endpoint) -> None:
    answer = endpoint.ask("GET", "/healthz")
    assert (answer.status, json.loads(answer.text)) == (200, {"ok": True, "ticking": "not yet"})


def test_it_is_not_well_when_the_database_does_not_answer(endpoint: Endpoint, services: Services) -> None:
    def refuse(*_: object) -> None:
        raise OSError("the disk is gone")

    event.listen(services.engine, "before_cursor_execute", refuse)
    answer = endpoint.ask("GET", "/healthz")
    assert answer.status == 503
    assert json.loads(answer.text)["ok"] is False
    assert "disk" not in answer.text
    event.remove(services.engine, "before_cursor_execute", refuse)
    assert endpoint.ask("GET", "/healthz").status == 200


def test_twenty_commands_at_once_are_all_recorded(endpoint: Endpoint, office: Office) -> None:
    with ThreadPoolExecutor(20) as pool:
        done = list(pool.map(lambda n: endpoint.command("/referral", f"Acme Legal Lead{n}"), range(20)))
    assert [one.status for one in done] == [200] * 20
    assert recorded(office) == 20
