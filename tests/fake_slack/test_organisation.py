"""An Enterprise organisation: one token for the workspaces that the app was added to, and people who are in several."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient

from bot.fake_slack import FakeSlack, FakeSlackError, Grid
from tests.fake_slack.test_oauth import APP, Ear, client, exchange, refusal, told, where

READY: dict[str, Any] = {
    "features": {
        **APP["features"],
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
    },
    "oauth_config": {
        "redirect_urls": APP["oauth_config"]["redirect_urls"],
        "scopes": {"bot": ["commands", "chat:write", "users:read", "channels:read", "im:write", "im:history"]},
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "app_uninstalled", "tokens_revoked", "team_access_granted", "team_access_revoked", "app_home_opened",
            ]
        },
        "interactivity": {"is_enabled": True},
        "org_deploy_enabled": True,
    },
}  # fmt: skip
SCOPE = "commands,chat:write,users:read,channels:read,im:write,im:history"
BUTTON = {
    "type": "actions",
    "elements": [{"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "A"}}],
}


@pytest.fixture
def grid(slack: FakeSlack) -> Grid:
    """Sales and Legal of one organisation; U1 is at home in Sales and admin there alone."""
    slack.distribute(READY)
    legal = slack.neighbour("T0LEGAL", team_name="Legal")
    made = slack.organise("E0GRID", slack, legal, name="Acme Group")
    teams = ["T0TEND", "T0LEGAL"]
    slack.world.add_person("U1", "ann", is_admin=True, team_id="T0TEND", teams=teams)
    legal.world.add_person("U1", "ann", team_id="T0TEND", teams=teams)
    legal.world.add_person("U2", "ben", teams=["T0LEGAL"])
    legal.world.add_channel("C7", "law", members=["U1", "U2"])
    slack.link = legal.link = Ear()
    return made


@pytest.fixture
def token(slack: FakeSlack, grid: Grid) -> str:
    back = told(slack.approve(where(slack, scope=SCOPE), "U1", organisation="E0GRID"))
    return str(exchange(slack, back["code"])["access_token"])


def sent(slack: FakeSlack) -> list[dict[str, Any]]:
    assert isinstance(slack.link, Ear)
    return [one.payload for one in slack.link.sent]


def test_an_app_that_is_not_ready_for_organisations_is_installed_in_none(slack: FakeSlack) -> None:
    slack.distribute(APP)
    with pytest.raises(FakeSlackError, match="org_deploy_enabled"):
        slack.approve(where(slack), "U1", organisation="E0GRID")


def test_one_token_is_good_where_the_app_was_added(slack: FakeSlack, grid: Grid, token: str) -> None:
    """Slack's errors for `team_id`: not given, not of the organisation, and not granted."""
    web = client(slack, token)
    assert (web.auth_test()["team_id"], web.auth_test()["is_enterprise_install"]) == ("E0GRID", True)
    assert web.auth_teams_list()["teams"] == []
    grid.grant("T0LEGAL")
    assert [one["name"] for one in web.auth_teams_list()["teams"]] == ["Legal"]
    assert refusal(web.users_list) == refusal(web.conversations_list) == "missing_argument"
    assert refusal(lambda: web.users_list(team_id="T0ELSE")) == "team_not_found"
    assert refusal(lambda: web.users_list(team_id="T0TEND")) == "team_access_not_granted"
    assert {one["id"] for one in web.users_list(team_id="T0LEGAL")["members"]} == {"U1", "U2", "U0TENDBOT"}
    assert refusal(lambda: web.chat_postMessage(channel="C1", text="hi")) == "team_access_not_granted"
    web.chat_postMessage(channel="C7", text="hi")
    assert web.users_info(user="U1")["user"]["enterprise_user"]["teams"] == ["T0TEND", "T0LEGAL"]
    assert web.users_info(user="U1")["user"]["is_admin"], "as at home, of which no other workspace knows"


def test_a_workspaces_own_token_knows_itself_alone(slack: FakeSlack) -> None:
    web = WebClient(token="xoxb-stand-in", base_url=slack.api_url)
    assert [one["id"] for one in web.auth_teams_list()["teams"]] == ["T0TEND"]


def test_a_person_has_one_dm_in_the_whole_organisation(slack: FakeSlack, grid: Grid, token: str) -> None:
    grid.grant("T0TEND", "T0LEGAL")
    legal = slack.sites()[1]
    assert isinstance(legal, FakeSlack)
    web = client(slack, token)
    dm = web.conversations_open(users="U1")["channel"]["id"]
    web.chat_postMessage(channel=dm, text="hi", blocks=[BUTTON])
    assert [one.text for one in legal.dm("U1")] == [one.text for one in slack.dm("U1")] == ["hi"]
    legal.click("U1", legal.dm("U1")[0], "a")
    pressed = sent(slack)[-1] if sent(slack)[-1]["type"] == "block_actions" else sent(legal)[-1]
    assert (pressed["team"], pressed["user"]["team_id"], pressed["is_enterprise_install"]) == (None, "T0TEND", True)


def test_what_is_sent_says_that_it_is_of_the_organisation(slack: FakeSlack, grid: Grid, token: str) -> None:
    grid.grant("T0LEGAL")
    legal = slack.sites()[1]
    assert isinstance(legal, FakeSlack)
    granted = sent(slack)[-1]
    assert (granted["event"]["team_ids"], granted["enterprise_id"], granted["team_id"]) == (["T0LEGAL"], "E0GRID", None)
    assert granted["authorizations"][0]["is_enterprise_install"] is False, "as Slack has it"
    legal.command("U2", "/do", "it", channel="C7")
    typed = sent(legal)[-1]
    assert (typed["team_id"], typed["enterprise_id"], typed["is_enterprise_install"]) == ("T0LEGAL", "E0GRID", "true")
    legal.open_home("U2")
    opened = sent(legal)[-1]
    assert (opened["authorizations"][0]["team_id"], opened["authorizations"][0]["is_enterprise_install"]) == (
        "T0LEGAL",
        True,
    )


def test_it_is_taken_out_of_one_workspace_and_then_of_all(slack: FakeSlack, grid: Grid, token: str) -> None:
    grid.grant("T0TEND", "T0LEGAL")
    grid.revoke("T0LEGAL")
    web = client(slack, token)
    assert [one["id"] for one in web.auth_teams_list()["teams"]] == ["T0TEND"]
    grid.uninstall()
    assert refusal(web.auth_test) == "account_inactive"
    assert [one["event"]["type"] for one in sent(slack)[-3:]] == [
        "team_access_revoked", "app_uninstalled", "tokens_revoked",
    ]  # fmt: skip
    assert sent(slack)[-1]["authorizations"][0]["is_enterprise_install"] is True


def test_a_workspace_may_have_the_app_by_itself_beside_the_organisation(
    slack: FakeSlack, grid: Grid, token: str
) -> None:
    own = exchange(slack, told(slack.approve(where(slack), "U1"))["code"])
    assert client(slack, own["access_token"]).auth_test()["team_id"] == "T0TEND"
    slack.command("U1", "/do", channel="C1")
    assert (sent(slack)[-1]["is_enterprise_install"], sent(slack)[-1]["team_id"]) == ("false", "T0TEND")
