"""Judges of all that is shown: Slack's limits as the stand-in knows them, and slackblocks as an outside opinion."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import slackblocks

from bot.fake_slack.state.blocks import elements
from bot.fake_slack.state.models import LoggedCall, Message, View
from bot.fake_slack.transport.link import BotRequest, BotResponse
from bot.fake_slack.validation.rules import check_message, check_view
from bot.slack.blocks import accessible_name

Json = dict[str, Any]

OUR_FAULT = (
    "invalid_arguments",
    "invalid_attachments",
    "invalid_auth",
    "invalid_blocks",
    "invalid_blocks_format",
    "missing_scope",
    "msg_blocks_too_long",
    "msg_too_long",
    "no_text",
)

_ELEMENTS: Mapping[str, Callable[..., Any]] = {
    "button": slackblocks.Button,
    "static_select": slackblocks.StaticSelectMenu,
    "external_select": slackblocks.ExternalSelectMenu,
    "users_select": slackblocks.UserSelectMenu,
    "datepicker": slackblocks.DatePicker,
    "radio_buttons": slackblocks.RadioButtonGroup,
    "plain_text_input": slackblocks.PlainTextInput,
    "checkboxes": slackblocks.CheckboxGroup,
    "conversations_select": slackblocks.ConversationSelectMenu,
    "file_input": slackblocks.FileInput,
    "multi_users_select": slackblocks.UserMultiSelectMenu,
}
_REFERENCE = re.compile(r"<([@#!])([^>|]*)")


def element(raw: Json) -> Any:
    """slackblocks reads no elements out of plain dicts, so each is built from its parts; an unknown part fails."""
    parts = {key: _part(key, value) for key, value in raw.items() if key != "type"}
    if raw["type"] == "radio_buttons" and "initial_option" in raw:
        # It asks for one of the very options, not for one that is like it.
        parts["initial_option"] = parts["options"][raw["options"].index(raw["initial_option"])]
    if raw["type"] == "checkboxes" and "initial_options" in raw:
        parts["initial_options"] = [parts["options"][raw["options"].index(one)] for one in raw["initial_options"]]
    return _ELEMENTS[raw["type"]](**parts)


def _part(key: str, value: Any) -> Any:
    if key in ("text", "placeholder"):
        return slackblocks.Text.from_dict(value)
    if key == "initial_option":
        return slackblocks.Option.from_dict(value)
    if key in ("options", "initial_options"):
        return [slackblocks.Option.from_dict(one) for one in value]
    return value


def block(raw: Json) -> slackblocks.Block:
    """A block as slackblocks sees it; raises its own error on what Slack would refuse."""
    kind, id = raw["type"], raw.get("block_id")
    if kind == "actions":
        return slackblocks.ActionsBlock(elements=[element(one) for one in raw["elements"]], block_id=id)
    if kind == "section":
        fields = [slackblocks.Text.from_dict(one) for one in raw.get("fields", ())]
        return slackblocks.SectionBlock(
            text=slackblocks.Text.from_dict(raw["text"]) if "text" in raw else None,
            fields=fields or None,
            accessory=element(raw["accessory"]) if "accessory" in raw else None,
            block_id=id,
        )
    if kind == "input":
        return slackblocks.InputBlock(
            label=slackblocks.Text.from_dict(raw["label"]),
            hint=slackblocks.Text.from_dict(raw["hint"]) if "hint" in raw else None,
            element=element(raw["element"]),
            optional=raw["optional"],
            block_id=id,
        )
    if kind == "data_visualization":
        return chart(raw)
    if kind == "data_table":
        return table(raw)
    return slackblocks.Block.from_dict(raw)


def table(raw: Json) -> slackblocks.DataTableBlock:
    """A table as slackblocks sees it; raises its own error on what Slack would refuse."""
    rows = [
        [
            slackblocks.RawNumber(cell["value"], cell["text"])
            if cell["type"] == "raw_number"
            else slackblocks.RawText(cell["text"])
            for cell in row
        ]
        for row in raw["rows"]
    ]
    return slackblocks.DataTableBlock(
        caption=raw["caption"],
        rows=rows,
        page_size=raw["page_size"],
        row_header_column_index=raw["row_header_column_index"],
    )


def chart(raw: Json) -> slackblocks.DataVisualizationBlock:
    """A chart of lines as slackblocks sees it; raises its own error on what Slack would refuse."""
    lines = raw["chart"]
    assert lines["type"] == "line"
    assert len(lines["series"]) <= 6
    series = [
        slackblocks.DataSeries(one["name"], [slackblocks.DataPoint(**point) for point in one["data"]])
        for one in lines["series"]
    ]
    axis = slackblocks.AxisConfig(**lines["axis_config"])
    return slackblocks.DataVisualizationBlock(raw["title"], slackblocks.LineChart(series, axis))


def judge_message(text: str, blocks: Iterable[Json], people: Iterable[str]) -> None:
    """Fail on a message that Slack would refuse, or that rings somebody nobody meant."""
    blocks = list(blocks)
    problem = check_message(text, blocks)
    assert problem is None, problem
    slackblocks.Message(channel="C1", text=text, blocks=[block(one) for one in blocks] or None)
    assert text.strip(), "without it notifications and screen readers have nothing to say"
    _judge_texts([text, *marked_up(blocks)], people)
    judge_elements(blocks)


def judge_view(body: Json, people: Iterable[str]) -> None:
    """Fail on a modal or Home that Slack would refuse."""
    problem = check_view(body)
    assert problem is None, problem
    blocks = [block(one) for one in body["blocks"]]
    more = {key: body.get(key) or None for key in ("private_metadata", "callback_id", "external_id")}
    if body["type"] == "home":
        slackblocks.HomeTabView(blocks=blocks, **more)
    else:
        texts = {
            key: slackblocks.Text.from_dict(body[key]) if body.get(key) else None
            for key in ("title", "close", "submit")
        }
        slackblocks.ModalView(blocks=blocks, **texts, **more)
    _judge_texts(marked_up(body["blocks"]), people)
    judge_elements(body["blocks"])


def judge_elements(blocks: Iterable[Json]) -> None:
    """Fail where a field would open with more than it takes, or with an option that it does not offer, and where a
    screen reader could not tell two buttons apart."""
    blocks = list(blocks)
    names = [accessible_name(one) for _, one in elements(blocks) if one["type"] == "button"]
    assert len(names) == len(set(names)), f"buttons that sound alike: {names}"
    for _, one in elements(blocks):
        assert len(one.get("initial_value", "")) <= one.get("max_length", 3_000), one
        first = one.get("initial_options", [one["initial_option"]] if "initial_option" in one else [])
        assert all(option in one.get("options", first) for option in first), one


def _judge_texts(texts: Iterable[str], people: Iterable[str]) -> None:
    known = set(people)
    for text in texts:
        for sign, target in _REFERENCE.findall(text):
            assert sign != "!", f"rings a whole channel: {text}"
            assert sign != "@" or target in known, f"mentions nobody we know: {text}"
        assert not re.search(r"&(?!amp;|lt;|gt;)", text), f"a bare or cut entity: {text}"


def marked_up(node: Any) -> Iterator[str]:
    """Every text in which Slack reads its marks: the mrkdwn ones, wherever they stand."""
    if isinstance(node, Mapping):
        if node.get("type") == "mrkdwn":
            assert node.get("verbatim") is True, f"Slack would look for names and channels in it by itself: {node}"
            yield node["text"]
        else:
            for part in node.values():
                yield from marked_up(part)
    elif isinstance(node, list | tuple):
        for part in node:
            yield from marked_up(part)


def judge_shown(item: Message | View, people: Iterable[str]) -> None:
    """Something of ours that became visible."""
    if isinstance(item, View):
        judge_view(item.body, people)
    elif item.by_bot:
        judge_message(item.text, item.blocks, people)


def judge_call(call: LoggedCall, unknown: Iterable[str] = ()) -> None:
    """No call may be refused for what we sent in it, but for blocks that the workspace was told not to know."""
    asked_for = {f"unsupported type: {kind}" for kind in unknown}
    if call.answer.get("errors") and {one.partition(" [")[0] for one in call.answer["errors"]} <= asked_for:
        return
    assert call.answer.get("error") not in OUR_FAULT, (call.method, call.answer)


def judge_answer(delivery: BotRequest, answer: BotResponse) -> None:
    """What we answer is for the one person who asked, and of the shape that Slack takes."""
    body, payload = answer.body, delivery.payload
    if answer.status == 503 and payload.get("event", {}).get("type") == "function_executed":
        return  # so that Slack sends it again
    assert answer.status == 200, (delivery, answer)
    if delivery.kind == "slash_commands" and body:
        assert isinstance(body, dict), body
        assert body["response_type"] == "ephemeral"
    elif payload.get("type") == "view_submission" and body:
        assert body["response_action"] in ("errors", "update")
        for said in body.get("errors", {}).values():
            assert 0 < len(said) <= 300, said
            assert "SELECT" not in said
            assert "INSERT" not in said
    elif payload.get("type") == "block_suggestion":
        assert len(body["options"]) <= 100
        for one in body["options"]:
            slackblocks.Option.from_dict(one)
    else:
        assert not body, body
