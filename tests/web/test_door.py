"""What never came from Slack is refused at the door, whatever it is made of."""

import json
import time
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from tests.notifications.office import Office
from tests.web.endpoint import FORM, Endpoint, signature, typed
from tests.web.test_endpoint import recorded

JSON = "application/json"
UNSIGNED: dict[str, str | None] = {"X_Slack_Signature": "v0=00"}
DEEP = '{"a":' * 100_000
USER: dict[str, Any] = {"user": {"id": "U1"}, "team": {"id": "T0TEND"}}


@pytest.mark.parametrize("how", [{}, UNSIGNED], ids=["signed", "unsigned"])
@pytest.mark.parametrize("kind", [JSON, FORM])
def test_a_body_that_is_too_deep_is_refused(endpoint: Endpoint, kind: str, how: dict[str, str | None]) -> None:
    """Before it is looked at, where nobody signed it."""
    expected = 401 if how else 400
    assert endpoint.post(DEEP, kind=kind, **how).status == expected
    assert endpoint.post("payload=" + "%5B" * 50_000, **how).status == expected


@pytest.mark.parametrize(
    "name", ["team", "user", "enterprise", "authorizations", "event", "view", "channel", "message"]
)
@pytest.mark.parametrize("part", [5, True, 1.5, "", [], {}, [5], {"id": 5}, {"id": {}}], ids=str)
def test_a_part_of_another_shape_is_refused(endpoint: Endpoint, office: Office, name: str, part: object) -> None:
    """Unsigned it is not looked at; signed it is no failure of ours."""
    for kind in ("block_actions", "event_callback", "view_submission", "message_action", "x"):
        body = json.dumps({"type": kind, **USER, name: part})
        assert endpoint.post(body, kind=JSON, **UNSIGNED).status == 401
        assert endpoint.post(body, kind=JSON).status in (400, 404)
    assert recorded(office) == 0


@pytest.mark.parametrize(
    "changed",
    [{"X_Slack_Signature": "v0=é"}, {"X_Slack_Signature": ""}, {"X_Slack_Request_Timestamp": "²"}],
)
def test_a_signature_of_strange_signs_is_refused(endpoint: Endpoint, changed: dict[str, str | None]) -> None:
    """As any that is not Slack's."""
    assert endpoint.post(typed("/trust", "Acme Legal 4"), **changed).status == 401


@pytest.mark.parametrize("host", ["[", "[::1", "a b", "x:y:z", "]"])
def test_a_strange_host_changes_nothing(endpoint: Endpoint, office: Office, host: str) -> None:
    """Nobody asks for it."""
    office.partner("Acme Legal")
    assert endpoint.post(typed("/trust", "Acme Legal 4"), Host=host, **UNSIGNED).status == 401
    assert endpoint.post(typed("/trust", "Acme Legal 4"), Host=host).status == 200
    assert recorded(office) == 1


@pytest.mark.parametrize("kind", ["interactive_message", "dialog_submission", "workflow_step_edit", "nothing", ""])
def test_a_kind_that_tend_does_not_listen_to_is_not_heard(endpoint: Endpoint, kind: str) -> None:
    """Also one that Slack has, or had."""
    told = json.dumps({"type": kind, "callback_id": "x", **USER})
    assert endpoint.post(urlencode({"payload": told})).status == 404


@pytest.mark.parametrize("left_out", ["user", "actions", "type", "team"])
def test_a_press_that_lacks_something_is_refused(endpoint: Endpoint, office: Office, left_out: str) -> None:
    """Nobody acts without being somebody."""
    action = {"type": "button", "action_id": "open_card", "value": "1", "block_id": "b"}
    told = {"type": "block_actions", **USER, "actions": [action], "trigger_id": "1.2"}
    del told[left_out]
    answer = endpoint.post(urlencode({"payload": json.dumps(told)}))
    assert (answer.status, "on our side" in answer.text) == (200 if left_out == "team" else answer.status, False)
    assert answer.status < 500


@pytest.mark.parametrize("name", ["trigger_id", "response_url", "channel_id", "text", "api_app_id"])
def test_a_command_that_lacks_something_is_answered(endpoint: Endpoint, name: str) -> None:
    """Without a way to open a form, by a message that says so."""
    told = dict(parse_qsl(typed("/trust", "Acme Legal")))
    del told[name]
    answer = endpoint.post(urlencode(told))
    assert (answer.status, "on our side" in answer.text) == (200, False)


@pytest.mark.parametrize("kind", ["event_callback", "block_actions", "view_submission", "x", 5])
def test_a_command_that_is_something_else_too_is_refused(endpoint: Endpoint, office: Office, kind: object) -> None:
    """Nobody can tell what it asks for."""
    told = dict(parse_qsl(typed("/trust", "Acme Legal 4")))
    assert endpoint.post(json.dumps(told | {"type": kind, "event": 5}), kind=JSON).status == 400
    assert recorded(office) == 0


@pytest.mark.parametrize("left_out", ["type", "id", "callback_id", "blocks", "state", "hash"])
def test_a_form_that_lacks_something_is_no_failure_of_ours(endpoint: Endpoint, office: Office, left_out: str) -> None:
    """It is refused, or taken for empty."""
    field = {"type": "input", "element": {"type": "plain_text_input", "action_id": "x"}}
    view: dict[str, Any] = {"type": "modal", "id": "V1", "hash": "h", "callback_id": "event", "blocks": [field]}
    view["state"] = {"values": {}}
    del view[left_out]
    answer = endpoint.post(urlencode({"payload": json.dumps({"type": "view_submission", **USER, "view": view})}))
    assert answer.status in (200, 400, 404)
    assert "on our side" not in answer.text
    assert recorded(office) == 0


@pytest.mark.parametrize("user", [{}, {"id": "U1"}, [], 5, ""], ids=str)
@pytest.mark.parametrize("kind", ["message", "app_home_opened"])
def test_an_event_of_nobody_is_no_failure_of_ours(endpoint: Endpoint, office: Office, kind: str, user: object) -> None:
    """It is refused, or let be."""
    event = {"type": kind, "channel_type": "im", "channel": "C1", "tab": "home", "user": user, "text": "hello"}
    told = {"type": "event_callback", "event_id": "Ev1", "team_id": "T0TEND", "event": event}
    assert endpoint.post(json.dumps(told), kind=JSON).status in (200, 400)
    assert office.slack.channel("C1") == []


@pytest.mark.parametrize("url", ["http://x:y/", "x", "http://[", "http://127.0.0.1:1/", "ftp://x/", "http://é é/"])
def test_an_address_that_is_none_loses_nothing(endpoint: Endpoint, office: Office, url: str) -> None:
    """What was pressed is done; that it could not be told is only logged."""
    office.partner("Acme Legal")
    pressed = {"type": "button", "action_id": "resume_partner", "value": "1", "block_id": "b"}
    told = {"type": "block_actions", **USER, "actions": [pressed], "trigger_id": "1.2", "response_url": url}
    assert endpoint.post(urlencode({"payload": json.dumps(told)})).status == 200


def test_a_message_from_nowhere_is_let_be(endpoint: Endpoint) -> None:
    """There is no place to answer in."""
    event = {"type": "message", "channel_type": "im", "user": "U1", "text": "hello"}
    told = {"type": "event_callback", "event_id": "Ev1", "team_id": "T0TEND", "event": event}
    assert endpoint.post(json.dumps(told), kind=JSON).status == 200


def test_null_is_as_if_it_were_not_there(endpoint: Endpoint, office: Office) -> None:
    """Slack sends it in many places."""
    told = {"type": "event_callback", "event_id": "Ev1", "team_id": "T0TEND", "enterprise": None, "view": None}
    event = {"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "home", "view": None, "team": None}
    assert endpoint.post(json.dumps(told | {"event": event}), kind=JSON).status == 200
    assert "U1" in office.slack.world.homes


@pytest.mark.parametrize("query", ["?a=1", "?%ff=%00", "?" + "&".join("x=1" for _ in range(2_000))])
def test_what_follows_the_address_is_not_looked_at(endpoint: Endpoint, query: str) -> None:
    """Slack sends nothing there."""
    body, stamp = typed("/tend", "status"), str(int(time.time()))
    headers = {"Content-Type": FORM, "X-Slack-Request-Timestamp": stamp}
    headers["X-Slack-Signature"] = signature(endpoint.secret, stamp, body)
    assert endpoint.ask("POST", f"/slack/events{query}", body.encode(), headers).status == 200
