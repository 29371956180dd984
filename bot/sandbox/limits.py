"""Slack's rules for what is posted: sizes, required parts, known types.

`check_message` and `check_view` give the error that Slack would answer with, or None. The source is Slack's Block Kit
reference; the wording of the details follows what Slack answers. How long all blocks of a posted message may be
together (`check_length`) is not in it: that is what people measured.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from bot.sandbox.limits_elements import ACTION_ELEMENTS, INPUT_ELEMENTS, SECTION_ELEMENTS, check_element
from bot.sandbox.limits_judge import Json, Judge

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
TEXT = 40_000
UPDATED_TEXT = 4_000
MARKDOWN = 12_000
PRIVATE_METADATA = 3_000
VIEW_BYTES = 250_000
# Slack refuses blocks of 13,298 characters in one block, and of 13,173 with a divider beside it.
BLOCKS_TEXT = 13_422
BLOCK_WEIGHT = 125


@dataclass(frozen=True)
class Problem:
    """Why Slack would refuse: the error's name and its details."""

    error: str
    messages: tuple[str, ...] = ()


def check_message(
    text: str | None, blocks: Any, metadata: Any = None, *, unknown: Collection[str] = ()
) -> Problem | None:
    """Judge a message. Blocks without text are fine; neither is `no_text`.

    `unknown` are types of blocks that the workspace does not know.
    """
    if blocks is not None and not isinstance(blocks, list):
        return Problem("invalid_blocks_format")
    if not (text or "").strip() and not blocks:
        return Problem("no_text")
    if text and len(text) > TEXT:
        return Problem("msg_too_long")
    if metadata is not None and not _is_metadata(metadata):
        return Problem("invalid_metadata_format")
    judge = Judge()
    _check_blocks(judge, blocks or [], "/blocks", MESSAGE_BLOCKS, "message", unknown)
    kinds = [_type(block) for block in blocks or []]
    if kinds.count("data_visualization") > 2:
        judge.say("no more than 2 data_visualization blocks allowed", "/blocks")
    if not judge.found and kinds.count("table") > 1:
        return Problem("invalid_attachments", ("only_one_table_allowed",))
    if sum(len(block["text"]) for block in blocks or [] if _type(block) == "markdown" and not judge.found) > MARKDOWN:
        judge.say(f"no more than {MARKDOWN} characters of markdown allowed", "/blocks")
    return Problem("invalid_blocks", tuple(judge.found)) if judge.found else None


def check_length(blocks: list[Json]) -> Problem | None:
    """Judge how long the blocks of a message are together, which only posting minds, and no answer to a request."""
    if sum(_text_length(block) + BLOCK_WEIGHT for block in blocks) > BLOCKS_TEXT:
        return Problem("msg_blocks_too_long")
    return None


def _text_length(node: Any) -> int:
    if isinstance(node, list):
        return sum(map(_text_length, node))
    if isinstance(node, dict):
        own = len(node["text"]) if isinstance(node.get("text"), str) else 0
        return own + sum(_text_length(part) for part in node.values())
    return 0


def _is_metadata(metadata: Any) -> bool:
    """A type, and a payload of plain values, of objects of plain values, or of lists of such objects."""
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_payload"), dict):
        return False
    kind = metadata.get("event_type")
    return isinstance(kind, str) and bool(kind) and all(map(_is_payload, metadata["event_payload"].values()))


def _is_payload(value: Any) -> bool:
    if isinstance(value, list):
        return all(_is_plain(one) or (isinstance(one, dict) and all(map(_is_plain, one.values()))) for one in value)
    return _is_plain(value) or (isinstance(value, dict) and all(map(_is_plain, value.values())))


def _is_plain(value: Any) -> bool:
    return isinstance(value, (str, int, float))


def check_view(view: Any, *, unknown: Collection[str] = ()) -> Problem | None:
    """Judge a modal or a home; `unknown` are types of blocks that the workspace does not know."""
    if not isinstance(view, dict):
        return Problem("invalid_arguments", ("must provide an object [json-pointer:/view]",))
    if len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_BYTES:
        return Problem("view_too_large")
    judge = Judge()
    kind = view.get("type")
    if kind not in ("modal", "home"):
        judge.say("must be one of: modal, home", "/view/type")
    if not isinstance(view.get("blocks"), list):
        judge.say("missing required field: blocks", "/view")
        return Problem("invalid_arguments", tuple(judge.found))
    _check_blocks(judge, view["blocks"], "/view/blocks", VIEW_BLOCKS, str(kind), unknown)
    judge.length(view.get("private_metadata"), PRIVATE_METADATA, "/view/private_metadata")
    for key in ("callback_id", "external_id"):
        judge.length(view.get(key), 255, f"/view/{key}")
    if kind == "modal":
        judge.plain(view.get("title"), 24, "/view/title", required=True)
        judge.plain(view.get("submit"), 24, "/view/submit")
        judge.plain(view.get("close"), 24, "/view/close")
        if view.get("submit") is None and any(_type(block) == "input" for block in view["blocks"]):
            judge.say("missing required field: submit", "/view")
    return Problem("invalid_arguments", tuple(judge.found)) if judge.found else None


def _type(block: Any) -> Any:
    return block.get("type") if isinstance(block, dict) else None


def _check_blocks(judge: Judge, blocks: list[Any], at: str, most: int, surface: str, unknown: Collection[str]) -> None:
    judge.items(blocks, most, at)
    seen: set[str] = set()
    for place, block in enumerate(blocks):
        here = f"{at}/{place}"
        if not isinstance(block, dict):
            judge.say("must be an object", here)
            continue
        kind = block.get("type")
        rule = _BLOCKS.get(str(kind))
        if rule is None or kind in unknown or (surface != "message" and kind in _MESSAGE_ONLY):
            judge.say(f"unsupported type: {kind}", f"{here}/type")
            continue
        block_id = block.get("block_id")
        judge.length(block_id, 255, f"{here}/block_id")
        if block_id is not None and block_id in seen:
            judge.say("`block_id` must be unique", f"{here}/block_id")
        seen.add(str(block_id))
        rule(judge, block, here)


def _section(judge: Judge, block: Json, at: str) -> None:
    text, fields = block.get("text"), block.get("fields")
    if text is None and not fields:
        judge.say("must define either `text` or `fields`", at)
    if text is not None:
        judge.text(text, 3000, f"{at}/text")
    if fields is not None:
        judge.items(fields, 10, f"{at}/fields")
        for place, field in enumerate(fields):
            judge.text(field, 2000, f"{at}/fields/{place}")
    if block.get("accessory") is not None:
        check_element(judge, block["accessory"], f"{at}/accessory", SECTION_ELEMENTS)


def _header(judge: Judge, block: Json, at: str) -> None:
    judge.plain(block.get("text"), 150, f"{at}/text", required=True)


def _actions(judge: Judge, block: Json, at: str) -> None:
    used: set[str] = set()
    for place, element in enumerate(judge.items(block.get("elements"), 25, f"{at}/elements", least=1)):
        check_element(judge, element, f"{at}/elements/{place}", ACTION_ELEMENTS)
        action = element.get("action_id") if isinstance(element, dict) else None
        if action is not None and action in used:
            judge.say(f"`action_id` must be unique: {action}", f"{at}/elements/{place}/action_id")
        used.add(str(action))


def _context(judge: Judge, block: Json, at: str) -> None:
    for place, element in enumerate(judge.items(block.get("elements"), 10, f"{at}/elements", least=1)):
        if _type(element) == "image":
            check_element(judge, element, f"{at}/elements/{place}", {"image"})
        else:
            judge.text(element, 3000, f"{at}/elements/{place}")


def _input(judge: Judge, block: Json, at: str) -> None:
    judge.plain(block.get("label"), 2000, f"{at}/label", required=True)
    judge.plain(block.get("hint"), 2000, f"{at}/hint")
    if block.get("element") is None:
        judge.say("missing required field: element", at)
    else:
        check_element(judge, block["element"], f"{at}/element", INPUT_ELEMENTS)


def _image(judge: Judge, block: Json, at: str) -> None:
    check_element(judge, {**block, "type": "image"}, at, {"image"})
    judge.plain(block.get("title"), 2000, f"{at}/title")


def _divider(judge: Judge, block: Json, at: str) -> None:
    """A divider can have nothing wrong."""


def _markdown(judge: Judge, block: Json, at: str) -> None:
    judge.string(block.get("text"), 12_000, f"{at}/text")


def _rich_text(judge: Judge, block: Json, at: str) -> None:
    known = ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
    for place, element in enumerate(judge.items(block.get("elements"), 10_000, f"{at}/elements")):
        if _type(element) not in known:
            judge.say(f"unsupported type: {_type(element)}", f"{at}/elements/{place}/type")


def _table(judge: Judge, block: Json, at: str) -> None:
    for place, row in enumerate(judge.items(block.get("rows"), 100, f"{at}/rows", least=1)):
        for column, cell in enumerate(judge.items(row, 20, f"{at}/rows/{place}", least=1)):
            if _type(cell) not in ("raw_text", "raw_number", "rich_text"):
                judge.say(f"unsupported type: {_type(cell)}", f"{at}/rows/{place}/{column}/type")
            elif _type(cell) == "raw_text" and not cell.get("text"):
                judge.say("must be more than 0 characters", f"{at}/rows/{place}/{column}/text")
    if block.get("column_settings") is not None:
        judge.items(block["column_settings"], 20, f"{at}/column_settings")


def _chart(judge: Judge, block: Json, at: str) -> None:
    judge.string(block.get("title"), 50, f"{at}/title")
    chart = block.get("chart")
    if not isinstance(chart, dict) or chart.get("type") not in ("pie", "bar", "area", "line"):
        judge.say("must be one of: pie, bar, area, line", f"{at}/chart/type")
        return
    if chart["type"] == "pie":
        for place, part in enumerate(judge.items(chart.get("segments"), 12, f"{at}/chart/segments", least=1)):
            judge.string(part.get("label"), 20, f"{at}/chart/segments/{place}/label")
            if not _number(part.get("value")) or part["value"] <= 0:
                judge.say("must be greater than 0", f"{at}/chart/segments/{place}/value")
        return
    _series(judge, chart, f"{at}/chart")


def _series(judge: Judge, chart: Json, at: str) -> None:
    axis = chart.get("axis_config") or {}
    categories = judge.items(axis.get("categories"), 20, f"{at}/axis_config/categories", least=1)
    for place, category in enumerate(categories):
        judge.string(category, 20, f"{at}/axis_config/categories/{place}")
    for key in ("x_label", "y_label"):
        judge.length(axis.get(key), 50, f"{at}/axis_config/{key}")
    names = []
    for place, series in enumerate(judge.items(chart.get("series"), 12, f"{at}/series", least=1)):
        here = f"{at}/series/{place}"
        judge.string(series.get("name"), 20, f"{here}/name")
        names.append(series.get("name"))
        points = judge.items(series.get("data"), 20, f"{here}/data", least=1)
        if [point.get("label") for point in points] != categories:
            judge.say("labels must match axis_config.categories", f"{here}/data")
        if not all(_number(point.get("value")) for point in points):
            judge.say("values must be numbers", f"{here}/data")
    if len(set(names)) != len(names):
        judge.say("names must be unique", f"{at}/series")


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_BLOCKS: dict[str, Callable[[Judge, Json, str], None]] = {
    "section": _section,
    "header": _header,
    "actions": _actions,
    "context": _context,
    "input": _input,
    "image": _image,
    "divider": _divider,
    "markdown": _markdown,
    "rich_text": _rich_text,
    "table": _table,
    "data_visualization": _chart,
}
_MESSAGE_ONLY = ("table", "data_visualization", "markdown")
