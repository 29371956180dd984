"""Every method needs its scope, once a manifest says which there are."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.fake_slack import FakeSlack
from bot.fake_slack.web_api.dispatch import all_methods
from bot.fake_slack.web_api.scopes import RULES

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}
HOME = {"type": "home", "blocks": [SECTION]}

NEEDED = [
    ("chat.postMessage", {"channel": "C1", "text": "x"}, "chat:write"),
    ("chat.postEphemeral", {"channel": "C1", "user": "U1", "text": "x"}, "chat:write"),
    ("chat.update", {"channel": "C1", "ts": "1.1", "text": "x"}, "chat:write"),
    ("chat.delete", {"channel": "C1", "ts": "1.1"}, "chat:write"),
    ("conversations.info", {"channel": "C1"}, "channels:read"),
    ("conversations.info", {"channel": "G1"}, "groups:read"),
    ("conversations.info", {"channel": "D1"}, "im:read"),
    ("conversations.info", {"channel": "C9"}, "channels:read,groups:read,im:read,mpim:read"),
    ("conversations.info", {"channel": "G2"}, "channels:read,groups:read,im:read,mpim:read"),
    ("conversations.members", {"channel": "G1"}, "groups:read"),
    ("conversations.history", {"channel": "C1"}, "channels:history"),
    ("conversations.history", {"channel": "G1"}, "groups:history"),
    ("conversations.history", {"channel": "D1"}, "im:history"),
    ("conversations.list", {}, "channels:read"),
    ("conversations.list", {"types": "private_channel"}, "groups:read"),
    ("users.conversations", {"types": "im"}, "im:read"),
    ("conversations.open", {"users": "U1"}, "im:write"),
    ("conversations.open", {"users": "U1,U2"}, "mpim:write"),
    ("conversations.join", {"channel": "C1"}, "channels:join"),
    ("files.getUploadURLExternal", {"filename": "a", "length": 1}, "files:write"),
    ("files.completeUploadExternal", {"files": [{"id": "F1"}]}, "files:write"),
    ("team.info", {}, "team:read"),
    ("users.info", {"user": "U1"}, "users:read"),
    ("users.list", {}, "users:read"),
]


@pytest.fixture
def placed(slack: FakeSlack) -> FakeSlack:
    """With a private channel that the bot is in, and one that it is not in."""
    slack.world.add_channel("G1", "secret", members=["U1"], is_private=True)
    slack.world.add_channel("G2", "hidden", members=["U1"], is_private=True, bot_is_member=False)
    slack.world.open_dm("U1")
    return slack


def granted(slack: FakeSlack, *scopes: str) -> None:
    slack.install({"oauth_config": {"scopes": {"bot": list(scopes)}}})


@pytest.mark.parametrize(("method", "args", "needed"), NEEDED)
def test_a_method_without_its_scope_is_refused(
    placed: FakeSlack, client: WebClient, method: str, args: dict[str, Any], needed: str
) -> None:
    """With what it needs and what there is; the scope alone is enough."""
    granted(placed, "files:read", "reactions:write")
    with pytest.raises(SlackApiError, match="missing_scope") as caught:
        client.api_call(method, json=args)
    answer = caught.value.response
    assert (answer["needed"], answer["provided"]) == (needed, "files:read,reactions:write")
    granted(placed, needed.split(",")[0])
    with suppress(SlackApiError):
        client.api_call(method, json=args)
    assert placed.world.calls[-1].answer.get("error") != "missing_scope"


def test_a_list_needs_a_scope_for_each_kind(placed: FakeSlack, client: WebClient) -> None:
    """And has then what the bot may know of."""
    types = "public_channel,private_channel"
    granted(placed, "channels:read")
    with pytest.raises(SlackApiError, match="groups:read"):
        client.conversations_list(types=types)
    granted(placed, "channels:read", "groups:read")
    assert [c["id"] for c in client.conversations_list(types=types)["channels"]] == ["C1", "C2", "C3", "C4", "G1"]
    with pytest.raises(SlackApiError, match="invalid_types"):
        client.conversations_list(types="secret_channel")


def test_some_methods_need_none(slack: FakeSlack, client: WebClient) -> None:
    """Views, the token's own identity, permalinks, and the test."""
    granted(slack)
    modal = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": [SECTION]}
    assert client.views_open(trigger_id=slack.world.new_trigger("U1"), view=modal)["ok"]
    assert client.auth_test()["ok"]
    assert client.api_test()["ok"]
    message = slack.world.post("C1", "hi")
    assert client.chat_getPermalink(channel="C1", message_ts=message.ts)["ok"]


def test_the_scopes_are_told_with_every_answer(slack: FakeSlack, client: WebClient) -> None:
    """In the header that Slack uses."""
    granted(slack, "chat:write", "im:write")
    assert client.auth_test().headers["x-oauth-scopes"] == "chat:write,im:write"


def test_without_a_manifest_everything_is_granted(placed: FakeSlack, client: WebClient) -> None:
    """As for a bot that nobody described."""
    assert client.conversations_info(channel="G1")["channel"]["is_private"] is True
    assert client.team_info()["ok"]


def test_every_method_has_its_rule() -> None:
    """None is forgotten, and none is made up."""
    assert set(RULES) == set(all_methods())
