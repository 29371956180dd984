"""The Web API over real HTTP, through slack_sdk."""

from __future__ import annotations

import re
from typing import Any

import pytest
from slack_sdk import WebClient, WebhookClient
from slack_sdk.errors import SlackApiError

from bot.fake_slack import FakeSlack
from bot.fake_slack.state import views
from tests.patience import TRIGGER_LASTS

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}


def refused(method: Any, **args: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        method(**args)
    return str(caught.value.response["error"])


def test_it_knows_who_the_bot_is(client: WebClient, slack: FakeSlack) -> None:
    """auth.test names team, user and bot, and the scopes come as a header."""
    slack.world.scopes = ("chat:write", "commands")
    answer = client.auth_test()
    assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == ("T0TEND", "U0TENDBOT", "B0TENDBOT")
    assert answer.headers["x-oauth-scopes"] == "chat:write,commands"


@pytest.mark.parametrize(
    ("token", "error"),
    [("", "not_authed"), ("xoxb-other", "invalid_auth"), ("xapp-stand-in", "not_allowed_token_type")],
)
def test_it_refuses_wrong_tokens(slack: FakeSlack, token: str, error: str) -> None:
    """Each wrong token gets the error that Slack gives."""
    assert refused(WebClient(token=token, base_url=slack.api_url).auth_test) == error


def test_it_refuses_unknown_methods(client: WebClient) -> None:
    """A method that does not exist says so."""
    assert refused(client.api_call, api_method="chat.shout") == "unknown_method"


def test_it_keeps_a_message_and_its_metadata(client: WebClient) -> None:
    """History gives the metadata back, when asked to, in the way an exactly-once delivery needs."""
    metadata = {"event_type": "delivery", "event_payload": {"id": 7}}
    sent = client.chat_postMessage(channel="U1", text="hi", blocks=[SECTION], metadata=metadata)
    assert sent["channel"] == client.conversations_open(users="U1")["channel"]["id"]
    (found,) = client.conversations_history(channel=sent["channel"], include_all_metadata=True)["messages"]
    assert found["metadata"] == metadata
    assert found["blocks"][0]["text"] == SECTION["text"]
    assert found["blocks"][0]["block_id"]
    (bare,) = client.conversations_history(channel=sent["channel"])["messages"]
    assert "metadata" not in bare


def test_stamps_are_unique_and_rise(client: WebClient, slack: FakeSlack) -> None:
    """Even while the clock stands still."""
    stamps = [client.chat_postMessage(channel="C1", text=str(n))["ts"] for n in range(5)]
    assert stamps == sorted(set(stamps), key=float)
    assert all(re.fullmatch(r"\d{10}\.\d{6}", ts) for ts in stamps)


@pytest.mark.parametrize(
    ("channel", "error"),
    [("C9", "channel_not_found"), ("C2", "not_in_channel"), ("C3", "is_archived"), ("U4", "user_disabled")],
)
def test_it_refuses_to_post_where_the_bot_may_not(client: WebClient, channel: str, error: str) -> None:
    """Each kind of wrong place has its own error."""
    assert refused(client.chat_postMessage, channel=channel, text="hi") == error


def test_it_joins_a_channel_and_then_posts(client: WebClient, slack: FakeSlack) -> None:
    """After conversations.join the bot may post."""
    client.conversations_join(channel="C2")
    client.chat_postMessage(channel="#elsewhere", text="here")
    assert [m.text for m in slack.channel("C2")] == ["here"]


def test_ephemerals_are_for_one_person(client: WebClient, slack: FakeSlack) -> None:
    """Nobody else sees them, history does not have them, and strangers to the channel get none."""
    client.chat_postEphemeral(channel="C1", user="U1", text="psst")
    assert [m.text for m in slack.ephemerals("U1")] == ["psst"]
    assert slack.ephemerals("U2") == []
    assert slack.channel("C1") == []
    assert refused(client.chat_postEphemeral, channel="C1", user="U3", text="x") == "user_not_in_channel"


def test_it_updates_and_deletes_what_the_bot_posted(client: WebClient, slack: FakeSlack) -> None:
    """A text alone takes the blocks away; another's message is not the bot's to change."""
    ts = client.chat_postMessage(channel="C1", text="one", blocks=[SECTION])["ts"]
    client.chat_update(channel="C1", ts=ts, text="two", blocks=[SECTION])
    (message,) = slack.channel("C1")
    assert (message.text, message.edited, len(message.blocks)) == ("two", True, 1)
    client.chat_update(channel="C1", ts=ts, text="two")
    assert slack.channel("C1")[0].blocks == ()
    assert "/archives/C1/p" in client.chat_getPermalink(channel="C1", message_ts=ts)["permalink"]
    client.chat_delete(channel="C1", ts=ts)
    assert slack.channel("C1") == []
    assert refused(client.chat_update, channel="C1", ts=ts, text="x") == "message_not_found"
    theirs = slack.say("U1", "C1", "mine")
    assert refused(client.chat_delete, channel="C1", ts=theirs.ts) == "cant_delete_message"


def test_history_pages_and_bounds(client: WebClient) -> None:
    """Newest first, bounds exclusive unless inclusive, and a cursor to the rest."""
    stamps = [client.chat_postMessage(channel="C1", text=str(n))["ts"] for n in range(5)]
    first = client.conversations_history(channel="C1", limit=2)
    assert [m["text"] for m in first["messages"]] == ["4", "3"]
    assert first["has_more"]
    rest = client.conversations_history(channel="C1", limit=9, cursor=first["response_metadata"]["next_cursor"])
    assert [m["text"] for m in rest["messages"]] == ["2", "1", "0"]
    bounds = {"oldest": stamps[1], "latest": stamps[3]}
    assert [m["text"] for m in client.conversations_history(channel="C1", **bounds)["messages"]] == ["2"]
    within = client.conversations_history(channel="C1", inclusive=True, **bounds)["messages"]
    assert [m["text"] for m in within] == ["3", "2", "1"]


def test_people_and_places(client: WebClient) -> None:
    """Strangers, guests and shared channels are told apart as in Slack."""
    eve = client.users_info(user="U3")["user"]
    assert (eve["is_stranger"], eve["team_id"]) == (True, "T0OTHER")
    assert "is_stranger" not in client.users_info(user="U1")["user"]
    assert client.conversations_info(channel="C4")["channel"]["is_ext_shared"] is True
    assert client.conversations_members(channel="C1")["members"] == ["U1", "U2", "U0TENDBOT"]
    assert [c["id"] for c in client.users_conversations(user="U2")["channels"]] == ["C1"]
    ids = [user["id"] for page in client.users_list(limit=2) for user in page["members"]]
    assert ids == ["U0TENDBOT", "U1", "U2", "U3", "U4"]
    names = [c["name"] for c in client.conversations_list(exclude_archived=True)["channels"]]
    assert names == ["general", "elsewhere", "with-acme"]
    assert refused(client.users_info, user="U9") == "user_not_found"


def test_every_call_is_remembered_in_order(client: WebClient, slack: FakeSlack) -> None:
    """With its arguments and answer, refused ones too."""
    client.auth_test()
    refused(client.chat_postMessage, channel="C9", text="hi")
    assert [(call.method, call.answer["ok"]) for call in slack.world.calls] == [
        ("auth.test", True),
        ("chat.postMessage", False),
    ]
    assert slack.world.calls[1].args["channel"] == "C9"


MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": [SECTION]}


def test_a_trigger_opens_one_view_within_three_seconds(
    client: WebClient, slack: FakeSlack, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Used, late and unknown triggers are refused."""
    trigger = slack.world.new_trigger("U1")
    view = client.views_open(trigger_id=trigger, view=MODAL)["view"]
    assert view["state"] == {"values": {}}
    assert refused(client.views_open, trigger_id=trigger, view=MODAL) == "exchanged_trigger_id"
    late = slack.world.new_trigger("U1")
    clock.forward(seconds=3.1)
    monkeypatch.setattr(views, "TRIGGER_SECONDS", TRIGGER_LASTS)
    assert refused(client.views_open, trigger_id=late, view=MODAL) == "expired_trigger_id"
    assert refused(client.views_open, trigger_id="1.2.3", view=MODAL) == "invalid_trigger_id"


def test_views_are_updated_pushed_and_published(client: WebClient, slack: FakeSlack) -> None:
    """By id or external id, guarded by the hash; at most three lie on each other."""
    opened = client.views_open(trigger_id=slack.world.new_trigger("U1"), view={**MODAL, "external_id": "mine"})["view"]
    updated = client.views_update(external_id="mine", hash=opened["hash"], view=MODAL)["view"]
    assert updated["id"] == opened["id"]
    assert refused(client.views_update, view_id=opened["id"], hash=opened["hash"], view=MODAL) == "hash_conflict"
    for _ in range(2):
        pushed = client.views_push(trigger_id=slack.world.new_trigger("U1"), view=MODAL)["view"]
        assert pushed["root_view_id"] == opened["id"]
    full = {"trigger_id": slack.world.new_trigger("U1"), "view": MODAL}
    assert refused(client.views_push, **full) == "push_limit_reached"
    home = client.views_publish(user_id="U1", view={"type": "home", "blocks": [SECTION]})["view"]
    assert slack.world.homes["U1"].id == home["id"]
    assert refused(client.views_publish, user_id="U9", view={"type": "home", "blocks": []}) == "user_not_found"


def test_a_response_url_serves_five_times_in_half_an_hour(slack: FakeSlack, clock: Any) -> None:
    """To one person or to all; then it is used up, and after 30 minutes it is over."""
    hook = WebhookClient(f"{slack.base_url}response/{slack.world.new_response_url('U1', 'C1')}")
    assert hook.send(text="to you").status_code == 200
    assert hook.send(text="to all", response_type="in_channel").body == "ok"
    assert [m.text for m in slack.ephemerals("U1")] == ["to you"]
    assert [m.text for m in slack.channel("C1")] == ["to all"]
    assert hook.send(text="").status_code == 400
    for _ in range(3):
        hook.send(text="more")
    assert hook.send(text="six").body == "used_url"
    other = WebhookClient(f"{slack.base_url}response/{slack.world.new_response_url('U1', 'C1')}")
    clock.forward(minutes=31)
    assert (other.send(text="late").status_code, other.send(text="late").body) == (404, "expired_url")


def test_a_response_url_replaces_and_deletes_its_message(slack: FakeSlack) -> None:
    """Also an ephemeral one, which no chat method can reach."""
    message = slack.world.post("C1", "old", only_for="U1")
    hook = WebhookClient(f"{slack.base_url}response/{slack.world.new_response_url('U1', 'C1', message)}")
    hook.send(text="new", replace_original=True)
    assert [m.text for m in slack.ephemerals("U1")] == ["new"]
    hook.send(delete_original=True)
    assert slack.ephemerals("U1") == []
