"""An app that any workspace may install: codes, tokens that run out, throwing it out; several workspaces at once."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.fake_slack import BotRequest, BotResponse, FakeSlack, FakeSlackError
from tests.fake_slack.conftest import Clock

Json = dict[str, Any]
BACK = "https://app.example/back"
APP: Json = {
    "features": {"slash_commands": [{"command": "/do", "description": "Does it"}]},
    "oauth_config": {"redirect_urls": [BACK], "scopes": {"bot": ["commands", "chat:write", "users:read"]}},
    "settings": {"event_subscriptions": {"bot_events": ["app_uninstalled", "tokens_revoked"]}},
}


class Ear:
    """A link that keeps what was sent."""

    def __init__(self) -> None:
        self.sent: list[BotRequest] = []

    def send(self, delivery: BotRequest) -> BotResponse:
        self.sent.append(delivery)
        return BotResponse(200, "", 0.0)


def where(slack: FakeSlack, **changed: str) -> str:
    """The address that the app sends people to."""
    asked = {"client_id": "1.2", "scope": "commands,chat:write", "state": "s1"} | changed
    return f"{slack.page_url}oauth/v2/authorize?" + "&".join(f"{key}={value}" for key, value in asked.items())


def told(url: str) -> dict[str, str]:
    assert url.startswith(BACK)
    return {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}


def client(slack: FakeSlack, token: str | None = None) -> WebClient:
    return WebClient(token=token, base_url=slack.api_url, retry_handlers=[])


def exchange(slack: FakeSlack, code: str, secret: str = "stand-in-client", **more: Any) -> Json:
    answer = client(slack).oauth_v2_access(client_id="1.2", client_secret=secret, code=code, **more)
    return dict(answer.data)  # type: ignore[arg-type]


def refresh(slack: FakeSlack, token: str) -> Json:
    answer = client(slack).oauth_v2_access(
        client_id="1.2", client_secret="stand-in-client", grant_type="refresh_token", refresh_token=token
    )
    return dict(answer.data)  # type: ignore[arg-type]


def installed(slack: FakeSlack) -> Json:
    return exchange(slack, told(slack.approve(where(slack), "U1"))["code"])


def refusal(call: Callable[[], Any]) -> str:
    with pytest.raises(SlackApiError) as caught:
        call()
    return str(caught.value.response["error"])


@pytest.fixture
def app(slack: FakeSlack) -> FakeSlack:
    slack.distribute(APP)
    return slack


@pytest.fixture
def second(app: FakeSlack) -> FakeSlack:
    """Another workspace, with somebody of the same id."""
    other = app.neighbour("T0SECOND", team_name="Second")
    other.world.add_person("U1", "other-ann")
    other.world.add_channel("C1", "general", members=["U1"])
    return other


def test_a_code_becomes_a_token_once(app: FakeSlack) -> None:
    back = told(app.approve(where(app), "U1"))
    assert back["state"] == "s1"
    got = exchange(app, back["code"])
    assert (got["team"]["id"], got["scope"], got["authed_user"]["id"]) == ("T0TEND", "commands,chat:write", "U1")
    assert "refresh_token" not in got
    assert client(app, got["access_token"]).auth_test()["team_id"] == "T0TEND"
    assert refusal(lambda: exchange(app, back["code"])) == "code_already_used"
    assert app.world.scopes == ("commands", "chat:write")


def test_before_it_is_installed_no_token_is_good(app: FakeSlack) -> None:
    assert refusal(lambda: client(app, "xoxb-stand-in").auth_test()) == "invalid_auth"


def test_who_declines_sends_no_code(app: FakeSlack) -> None:
    assert told(app.cancel(where(app))) == {"error": "access_denied", "state": "s1"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"client_id": "9.9"}, "invalid_client_id"),
        ({"scope": "commands,admin"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"redirect_uri": "https://elsewhere.example"}, "redirect_uri did not match"),
        ({"state": "s1&scope=commands"}, "scope is given twice"),
    ],
)
def test_what_slack_shows_an_error_page_for(app: FakeSlack, changed: dict[str, str], said: str) -> None:
    with pytest.raises(FakeSlackError, match=said):
        app.approve(where(app, **changed), "U1")


def test_guests_and_strangers_may_not_install(app: FakeSlack) -> None:
    app.world.add_person("UG", "guest", is_restricted=True)
    for user in ("UG", "U3", "U4"):
        with pytest.raises(FakeSlackError, match="only full members"):
            app.approve(where(app), user)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"secret": "wrong"}, "bad_client_secret"),
        ({"code": "nonsense"}, "invalid_code"),
        ({"redirect_uri": "https://elsewhere.example"}, "bad_redirect_uri"),
        ({"grant_type": "password"}, "invalid_grant_type"),
    ],
)
def test_how_an_exchange_is_refused(app: FakeSlack, how: dict[str, str], said: str) -> None:
    code = told(app.approve(where(app), "U1"))["code"]
    assert refusal(lambda: exchange(app, **({"code": code} | how))) == said


def test_a_code_is_good_for_ten_minutes(app: FakeSlack, clock: Clock) -> None:
    code = told(app.approve(where(app), "U1"))["code"]
    clock.forward(minutes=11)
    assert refusal(lambda: exchange(app, code)) == "invalid_code"


def test_tokens_that_rotate_run_out_after_twelve_hours(slack: FakeSlack, clock: Clock) -> None:
    slack.distribute(APP, rotates=True)
    got = installed(slack)
    assert got["expires_in"] == 43_200
    clock.forward(hours=11)
    new = refresh(slack, got["refresh_token"])
    clock.forward(hours=2)
    assert refusal(lambda: client(slack, got["access_token"]).auth_test()) == "token_expired"
    assert client(slack, new["access_token"]).auth_test()["ok"]
    assert refusal(lambda: refresh(slack, got["refresh_token"])) == "invalid_refresh_token"
    assert refresh(slack, new["refresh_token"])["token_type"] == "bot"


def test_a_refresh_token_is_good_for_one_of_many_at_once(slack: FakeSlack) -> None:
    slack.distribute(APP, rotates=True)
    token, gate, heard = installed(slack)["refresh_token"], threading.Barrier(4), list[str]()

    def ask() -> None:
        gate.wait()
        try:
            heard.append(refresh(slack, token)["token_type"])
        except SlackApiError as error:
            heard.append(error.response["error"])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(heard) == ["bot", *["invalid_refresh_token"] * 3]


def test_an_app_that_does_not_rotate_refreshes_nothing(app: FakeSlack) -> None:
    assert refusal(lambda: refresh(app, "xoxe-1-x")) == "token_rotation_not_enabled"


def test_a_token_can_be_taken_back(app: FakeSlack) -> None:
    mine = client(app, installed(app)["access_token"])
    assert mine.auth_revoke(test="true")["revoked"] is False
    assert mine.auth_revoke()["revoked"] is True
    assert refusal(mine.auth_test) == "token_revoked"


def test_uninstalling_ends_the_tokens_and_says_so_twice(slack: FakeSlack) -> None:
    slack.distribute(APP, rotates=True)
    got = installed(slack)
    slack.link = ear = Ear()
    slack.uninstall()
    kinds = [one.payload["event"]["type"] for one in ear.sent]
    assert kinds == ["app_uninstalled", "tokens_revoked"]
    assert ear.sent[1].payload["event"]["tokens"]["bot"] == ["U0TENDBOT"]
    assert refusal(lambda: client(slack, got["access_token"]).auth_test()) == "account_inactive"
    assert refusal(lambda: refresh(slack, got["refresh_token"])) == "invalid_refresh_token"
    assert slack.command("U1", "/do", channel="C1").error == "invalid_command"
    assert client(slack, installed(slack)["access_token"]).auth_test()["ok"]


def test_a_call_goes_to_the_workspace_whose_token_it_carries(app: FakeSlack, second: FakeSlack) -> None:
    first_token, second_token = installed(app)["access_token"], installed(second)["access_token"]
    assert client(app, second_token).auth_test()["team_id"] == "T0SECOND"
    client(app, second_token).chat_postMessage(channel="C1", text="there")
    client(app, first_token).chat_postMessage(channel="C1", text="here")
    assert [message.text for message in app.channel("C1")] == ["here"]
    assert [message.text for message in second.channel("C1")] == ["there"]
    assert {call.token for call in second.world.calls} == {second_token}
    assert first_token in {call.token for call in app.world.calls}
    assert second_token not in {call.token for call in app.world.calls}


def test_workspaces_fail_one_by_one(app: FakeSlack, second: FakeSlack) -> None:
    first_token, second_token = installed(app)["access_token"], installed(second)["access_token"]
    second.world.faults.add("*", "fatal_error", None)
    assert refusal(lambda: client(app, second_token).auth_test()) == "fatal_error"
    assert client(app, first_token).auth_test()["ok"]


def test_an_answer_goes_to_the_workspace_it_was_asked_for(app: FakeSlack, second: FakeSlack) -> None:
    installed(second)
    second.link = ear = Ear()
    second.command("U1", "/do", channel="C1")
    asked = urllib.request.Request(
        ear.sent[0].payload["response_url"], b'{"text": "done"}', {"Content-Type": "application/json"}
    )
    urllib.request.urlopen(asked).close()
    assert [message.text for message in second.ephemerals("U1")] == ["done"]
    assert app.ephemerals("U1") == []
    assert ear.sent[0].payload["team_id"] == "T0SECOND"


def test_a_neighbour_may_have_a_token_from_the_start(slack: FakeSlack) -> None:
    slack.neighbour("T0SECOND", bot_token="xoxb-second")
    assert client(slack, "xoxb-second").auth_test()["team_id"] == "T0SECOND"
    assert client(slack, "xoxb-stand-in").auth_test()["team_id"] == "T0TEND"
    slack.reset()
    assert refusal(lambda: client(slack, "xoxb-second").auth_test()) == "invalid_auth"


def test_one_may_install_for_a_whole_organisation(app: FakeSlack) -> None:
    app.distribute({**APP, "settings": {**APP["settings"], "org_deploy_enabled": True}})
    got = exchange(app, told(app.approve(where(app), "U1", organisation="E0ORG"))["code"])
    assert (got["is_enterprise_install"], got["team"], got["enterprise"]["id"]) == (True, None, "E0ORG")


@pytest.mark.parametrize(("in_marketplace", "size"), [(False, 15), (True, 16)])
def test_an_installed_app_reads_as_much_history_as_its_distribution_allows(
    slack: FakeSlack, in_marketplace: bool, size: int
) -> None:
    slack.distribute(APP, in_marketplace=in_marketplace)
    token = str(installed(slack)["access_token"])
    for number in range(16):
        slack.say("U1", "C1", str(number))
    slack.world.installed = None  # whatever its scopes
    assert len(client(slack, token).conversations_history(channel="C1", limit=200)["messages"]) == size
    if not in_marketplace:
        assert refusal(lambda: client(slack, token).conversations_history(channel="C1")) == "ratelimited"
