"""Private and shared channels, and who may post where."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.fake_slack import FakeSlack


def refused(method: Any, **args: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        method(**args)
    return str(caught.value.response["error"])


def test_a_private_channel_that_the_bot_is_not_in_does_not_exist(slack: FakeSlack, client: WebClient) -> None:
    """For no method; as a member it is one like the others."""
    slack.world.add_channel("G1", "secret", members=["U1"], is_private=True, bot_is_member=False)
    for method, more in (
        (client.conversations_info, {}),
        (client.conversations_history, {}),
        (client.conversations_members, {}),
        (client.conversations_join, {}),
        (client.chat_postMessage, {"text": "x"}),
        (client.chat_postEphemeral, {"text": "x", "user": "U1"}),
    ):
        assert refused(method, channel="G1", **more) == "channel_not_found"
    assert refused(client.chat_postMessage, channel="#secret", text="x") == "channel_not_found"
    slack.world.add_channel("G1", "secret", members=["U1"], is_private=True)
    info = client.conversations_info(channel="G1")["channel"]
    assert (info["is_private"], info["is_channel"], info["is_member"]) == (True, True, True)
    assert client.chat_postMessage(channel="G1", text="x")["ok"]


def test_a_public_channel_is_known_and_closed(client: WebClient) -> None:
    """The bot may ask about it, and neither post nor read."""
    assert client.conversations_info(channel="C2")["channel"]["is_member"] is False
    assert refused(client.chat_postMessage, channel="C2", text="x") == "not_in_channel"
    assert refused(client.conversations_history, channel="C2") == "not_in_channel"


def test_chat_write_public_opens_public_channels(slack: FakeSlack, client: WebClient) -> None:
    """Posting, in those that the bot is not in; archived ones stay closed."""
    slack.install({"oauth_config": {"scopes": {"bot": ["chat:write", "chat:write.public"]}}})
    assert client.chat_postMessage(channel="C2", text="x")["ok"]
    assert refused(client.chat_postMessage, channel="C3", text="x") == "is_archived"


def test_a_shared_channel_names_its_organisations(slack: FakeSlack, client: WebClient) -> None:
    """The other one is that of the strangers in it."""
    info = client.conversations_info(channel="C4")["channel"]
    assert (info["is_shared"], info["is_ext_shared"], info["is_pending_ext_shared"]) == (True, True, False)
    assert info["shared_team_ids"] == info["connected_team_ids"] == ["T0TEND", "T0OTHER"]
    ours = client.conversations_info(channel="C1")["channel"]
    assert (ours["is_shared"], ours["shared_team_ids"], "connected_team_ids" in ours) == (False, ["T0TEND"], False)


def test_a_channel_that_waits_to_be_shared_says_so(slack: FakeSlack, client: WebClient) -> None:
    """It is not shared yet, and names who was invited."""
    slack.world.add_channel("C5", "soon", members=["U1"], is_pending_ext_shared=True)
    info = client.conversations_info(channel="C5")["channel"]
    assert (info["is_pending_ext_shared"], info["is_ext_shared"], info["is_shared"]) == (True, False, False)
    assert (info["pending_shared"], info["shared_team_ids"]) == (["T0OTHER"], ["T0TEND"])


def test_members_are_counted_when_asked_for(client: WebClient) -> None:
    """As Slack does it, to save itself the work."""
    assert "num_members" not in client.conversations_info(channel="C1")["channel"]
    assert client.conversations_info(channel="C1", include_num_members=True)["channel"]["num_members"] == 3
