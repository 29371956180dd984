"""Slack's rules for what is posted: sizes, required parts, known types.

`check_message` and `check_view` give the error that Slack would answer with, or None. The source is Slack's Block Kit
reference; the wording of the details follows what Slack answers. How long all blocks of a posted message may be
together (`check_length`) is not in it: that is what people measured.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from bot.fake_slack.validation.blocks import check_blocks, kind_of
from bot.fake_slack.validation.report import Json, Judge

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
    check_blocks(judge, blocks or [], "/blocks", MESSAGE_BLOCKS, "message", unknown)
    kinds = [kind_of(block) for block in blocks or []]
    if kinds.count("data_visualization") > 2:
        judge.say("no more than 2 data_visualization blocks allowed", "/blocks")
    if not judge.found and kinds.count("table") > 1:
        return Problem("invalid_attachments", ("only_one_table_allowed",))
    if sum(len(block["text"]) for block in blocks or [] if kind_of(block) == "markdown" and not judge.found) > MARKDOWN:
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
    check_blocks(judge, view["blocks"], "/view/blocks", VIEW_BLOCKS, str(kind), unknown)
    judge.length(view.get("private_metadata"), PRIVATE_METADATA, "/view/private_metadata")
    for key in ("callback_id", "external_id"):
        judge.length(view.get(key), 255, f"/view/{key}")
    if kind == "modal":
        judge.plain(view.get("title"), 24, "/view/title", required=True)
        judge.plain(view.get("submit"), 24, "/view/submit")
        judge.plain(view.get("close"), 24, "/view/close")
        if view.get("submit") is None and any(kind_of(block) == "input" for block in view["blocks"]):
            judge.say("missing required field: submit", "/view")
    return Problem("invalid_arguments", tuple(judge.found)) if judge.found else None
