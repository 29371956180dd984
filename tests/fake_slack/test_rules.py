"""Rules of single methods: how long a text and a message may be, and what views may share."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient, WebhookClient
from slack_sdk.errors import SlackApiError

from bot.fake_slack import FakeSlack

Json = dict[str, Any]


def refused(method: Any, **args: Any) -> Any:
    with pytest.raises(SlackApiError) as caught:
        method(**args)
    return caught.value.response


def section(text: str = "x") -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def table() -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "cell"}]]}


def modal(**more: Any) -> Json:
    return {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": [section()], **more}


CHART: Json = {
    "type": "data_visualization",
    "title": "t",
    "chart": {"type": "pie", "segments": [{"label": "a", "value": 1}]},
}


def test_a_posted_text_is_cut_off(slack: FakeSlack, client: WebClient) -> None:
    """At 40,000 characters, without a word."""
    client.chat_postMessage(channel="C1", text="x" * 40_001)
    assert len(slack.channel("C1")[0].text) == 40_000


def test_a_changed_text_is_refused(slack: FakeSlack, client: WebClient) -> None:
    """Beyond 4,000 characters."""
    ts = client.chat_postMessage(channel="C1", text="x")["ts"]
    client.chat_update(channel="C1", ts=ts, text="x" * 4_000)
    assert refused(client.chat_update, channel="C1", ts=ts, text="x" * 4_001)["error"] == "msg_too_long"
    assert refused(client.chat_postEphemeral, channel="C1", user="U1", text="x" * 40_001)["error"] == "msg_too_long"


def test_blocks_may_not_be_too_long_together(slack: FakeSlack, client: WebClient) -> None:
    """Posting minds, each block with a weight of its own; an answer at a response url does not."""
    blocks = [section("x" * 3_000)] * 4
    client.chat_postMessage(channel="C1", text="x", blocks=blocks)
    longer = [*blocks, section("x" * 900)]
    assert refused(client.chat_postMessage, channel="C1", text="x", blocks=longer)["error"] == "msg_blocks_too_long"
    many = [section("x" * 240)] * 50
    assert refused(client.chat_postMessage, channel="C1", text="x", blocks=many)["error"] == "msg_blocks_too_long"
    hook = WebhookClient(f"{slack.base_url}response/{slack.world.new_response_url('U1', 'C1')}")
    assert hook.send(text="x", blocks=longer).status_code == 200


def test_one_table_fits_a_message(client: WebClient) -> None:
    """A second is refused under a name of its own."""
    client.chat_postMessage(channel="C1", text="x", blocks=[table()])
    answer = refused(client.chat_postMessage, channel="C1", text="x", blocks=[table(), table()])
    assert (answer["error"], answer["errors"]) == ("invalid_attachments", ["only_one_table_allowed"])


def test_markdown_is_counted_together(client: WebClient) -> None:
    """12,000 characters in all blocks of a message."""
    half = {"type": "markdown", "text": "x" * 6_000}
    client.chat_postMessage(channel="C1", text="x", blocks=[half, half])
    more = [half, half, {"type": "markdown", "text": "x"}]
    assert refused(client.chat_postMessage, channel="C1", text="x", blocks=more)["error"] == "invalid_blocks"


@pytest.mark.parametrize(
    "payload", [{}, {"id": 7, "is": True, "of": "x"}, {"of": {"a": 1}}, {"rows": [{"a": 1}, {"b": "c"}]}]
)
def test_metadata_of_plain_values_is_kept(client: WebClient, payload: Json) -> None:
    """Also in objects, and in lists of them."""
    metadata = {"event_type": "told", "event_payload": payload}
    assert client.chat_postMessage(channel="C1", text="x", metadata=metadata)["message"]["metadata"] == metadata


@pytest.mark.parametrize(
    "metadata",
    [
        {"event_payload": {}},
        {"event_type": "", "event_payload": {}},
        {"event_type": "told"},
        {"event_type": "told", "event_payload": [1]},
        {"event_type": "told", "event_payload": {"a": {"b": {"c": 1}}}},
        {"event_type": "told", "event_payload": {"a": [{"b": [1]}]}},
        {"event_type": "told", "event_payload": {"a": None}},
    ],
)
def test_other_metadata_is_refused(client: WebClient, metadata: Json) -> None:
    """Without a type, without a payload, or nested deeper."""
    answer = refused(client.chat_postMessage, channel="C1", text="x", metadata=metadata)
    assert answer["error"] == "invalid_metadata_format"


def test_a_workspace_may_not_know_a_block_yet(slack: FakeSlack, client: WebClient) -> None:
    """Then it is invalid wherever it is sent; the others are not."""
    client.chat_postMessage(channel="C1", text="x", blocks=[CHART])
    slack.world.refuse_blocks.add("data_visualization")
    answer = refused(client.chat_postMessage, channel="C1", text="x", blocks=[section(), CHART])
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"] == ["unsupported type: data_visualization [json-pointer:/blocks/1/type]"]
    hook = WebhookClient(f"{slack.base_url}response/{slack.world.new_response_url('U1', 'C1')}")
    assert hook.send(text="x", blocks=[CHART]).body == "invalid_blocks"
    assert client.chat_postMessage(channel="C1", text="x", blocks=[section()])["ok"]
    slack.world.refuse_blocks.add("section")
    trigger = slack.world.new_trigger("U1")
    assert refused(client.views_open, trigger_id=trigger, view=modal())["error"] == "invalid_arguments"


def test_a_block_id_is_given_once(client: WebClient) -> None:
    """In one message."""
    twice = [{**section(), "block_id": "b"}] * 2
    assert refused(client.chat_postMessage, channel="C1", text="x", blocks=twice)["error"] == "invalid_blocks"


def test_an_external_id_is_one_views(slack: FakeSlack, client: WebClient) -> None:
    """Of a modal or a home, of whomever; a view may keep its own."""

    def trigger(user: str) -> str:
        return slack.world.new_trigger(user)

    mine = modal(external_id="one")
    view = client.views_open(trigger_id=trigger("U1"), view=mine)["view"]
    assert refused(client.views_open, trigger_id=trigger("U2"), view=mine)["error"] == "duplicate_external_id"
    assert refused(client.views_push, trigger_id=trigger("U1"), view=mine)["error"] == "duplicate_external_id"
    home = {"type": "home", "blocks": [section()], "external_id": "one"}
    assert refused(client.views_publish, user_id="U1", view=home)["error"] == "duplicate_external_id"
    assert client.views_update(view_id=view["id"], view=mine)["view"]["external_id"] == "one"
    other = client.views_open(trigger_id=trigger("U2"), view=modal(external_id="two"))["view"]
    assert refused(client.views_update, view_id=other["id"], view=mine)["error"] == "duplicate_external_id"


def test_a_view_may_not_be_too_large(slack: FakeSlack, client: WebClient) -> None:
    """250 kB, however few its blocks."""
    field = {"type": "mrkdwn", "text": "x" * 2_000}
    huge = modal(blocks=[{"type": "section", "fields": [field] * 10}] * 13)
    answer = refused(client.views_open, trigger_id=slack.world.new_trigger("U1"), view=huge)
    assert answer["error"] == "view_too_large"


def cell(text: str = "x") -> Json:
    return {"type": "raw_text", "text": text}


def data_table(rows: list[list[Json]], **more: Any) -> Json:
    return {"type": "data_table", "caption": "t", "rows": rows, **more}


def test_a_data_table_is_taken_with_numbers_and_drawn_with_its_names(client: WebClient) -> None:
    number = {"type": "raw_number", "value": 1.5, "text": "1.50"}
    block = data_table([[cell("Partner"), cell("RVI")], [cell("Acme"), number]], page_size=10)
    assert client.chat_postMessage(channel="C1", text="x", blocks=[block])["ok"]


@pytest.mark.parametrize(
    "block",
    [
        data_table([[cell()]]),
        data_table([[cell()]] * 102),
        data_table([[cell()] * 21] * 2),
        data_table([[cell(), cell()], [cell()]]),
        data_table([[cell()], [cell("")]]),
        data_table([[{"type": "rich_text", "elements": []}], [cell()]]),
        data_table([[cell()], [{"type": "raw_number", "value": "1", "text": "1"}]]),
        data_table([[cell()], [cell()]], page_size=0),
        data_table([[cell()], [cell()]], page_size=101),
        data_table([[cell()], [cell()]], caption=""),
        data_table([[cell()], *[[cell("x" * 1_000)]] * 10]),
    ],
    ids=["no row", "tall", "wide", "uneven", "empty", "rich head", "no number", "page 0", "page 101", "no name", "big"],
)  # fmt: skip
def test_a_data_table_beyond_slacks_limits_is_refused(client: WebClient, block: Json) -> None:
    assert refused(client.chat_postMessage, channel="C1", text="x", blocks=[block])["error"] == "invalid_blocks"


SUGGEST = "assistant.threads.setSuggestedPrompts"


def test_prompts_are_shown_in_a_dm_unless_a_thread_is_named(slack: FakeSlack, client: WebClient) -> None:
    dm = slack.world.open_dm("U1").id
    prompts = [{"title": "T", "message": "M"}]
    client.api_call(SUGGEST, json={"channel_id": dm, "prompts": prompts, "thread_ts": "1.1"})
    assert slack.world.prompts == {}
    client.api_call(SUGGEST, json={"channel_id": dm, "prompts": prompts})
    assert slack.world.prompts == {dm: (("T", "M"),)}


@pytest.mark.parametrize("prompts", [[], [{"title": "T"}], [{"title": "T", "message": "M"}] * 5, "x"])
def test_other_prompts_are_refused(slack: FakeSlack, client: WebClient, prompts: Any) -> None:
    dm = slack.world.open_dm("U1").id
    assert refused(client.api_call, api_method=SUGGEST, json={"channel_id": dm, "prompts": prompts})["error"] in (
        "invalid_arguments",
    )
