"""Slack's rules for messages and views: sizes, required parts, known types.

`check_message` and `check_view` return Slack's error, or None. The source is the Block Kit reference, and the wording
follows Slack's responses. The total length of a posted message's blocks (`check_length`) is undocumented, and was
measured.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from bot.fake_slack.validation.blocks import block_type, check_blocks
from bot.fake_slack.validation.report import Json, ValidationReport

MAX_MESSAGE_BLOCKS = 50
MAX_VIEW_BLOCKS = 100
MAX_TEXT_LENGTH = 40_000
MAX_UPDATED_TEXT_LENGTH = 4_000
MAX_MARKDOWN_LENGTH = 12_000
MAX_TABLE_LENGTH = 10_000
MAX_METADATA_LENGTH = 3_000
MAX_VIEW_BYTES = 250_000
# Measured: Slack refuses 13,298 characters in one block, and 13,173 with a divider in addition.
MAX_BLOCKS_TEXT_LENGTH = 13_422
BLOCK_WEIGHT = 125


@dataclass(frozen=True)
class Problem:
    """Slack's error code and its details."""

    error: str
    messages: tuple[str, ...] = ()


def check_message(
    text: str | None, blocks: Any, metadata: Any = None, *, unknown: Collection[str] = ()
) -> Problem | None:
    """Check a message. It needs text or blocks, otherwise the error is `no_text`.

    `unknown` are block types that the workspace does not support.
    """
    if blocks is not None and not isinstance(blocks, list):
        return Problem("invalid_blocks_format")
    if not (text or "").strip() and not blocks:
        return Problem("no_text")
    if text and len(text) > MAX_TEXT_LENGTH:
        return Problem("msg_too_long")
    if metadata is not None and not _is_metadata(metadata):
        return Problem("invalid_metadata_format")
    judge = ValidationReport()
    check_blocks(judge, blocks or [], "/blocks", MAX_MESSAGE_BLOCKS, "message", unknown)
    kinds = [block_type(block) for block in blocks or []]
    if kinds.count("data_visualization") > 2:
        judge.add_error("no more than 2 data_visualization blocks allowed", "/blocks")
    cells = [
        cell
        for block in blocks or []
        if block_type(block) == "data_table" and not judge.errors
        for row in block["rows"]
        for cell in row
    ]
    if sum(len(str(cell.get("text", ""))) for cell in cells) > MAX_TABLE_LENGTH:
        judge.add_error(f"no more than {MAX_TABLE_LENGTH} characters of table cells allowed", "/blocks")
    if not judge.errors and kinds.count("table") > 1:
        return Problem("invalid_attachments", ("only_one_table_allowed",))
    if (
        sum(len(block["text"]) for block in blocks or [] if block_type(block) == "markdown" and not judge.errors)
        > MAX_MARKDOWN_LENGTH
    ):
        judge.add_error(f"no more than {MAX_MARKDOWN_LENGTH} characters of markdown allowed", "/blocks")
    return Problem("invalid_blocks", tuple(judge.errors)) if judge.errors else None


def check_length(blocks: list[Json]) -> Problem | None:
    """Check the total length of a message's blocks. It applies to chat.postMessage only, not to responses."""
    if sum(_text_length(block) + BLOCK_WEIGHT for block in blocks) > MAX_BLOCKS_TEXT_LENGTH:
        return Problem("msg_blocks_too_long")
    return None


def _text_length(node: Any) -> int:
    if isinstance(node, list):
        return sum(map(_text_length, node))
    if isinstance(node, dict):
        length = len(node["text"]) if isinstance(node.get("text"), str) else 0
        return length + sum(_text_length(part) for part in node.values())
    return 0


def _is_metadata(metadata: Any) -> bool:
    """Whether metadata has a type, and a payload of plain values, flat objects, or lists of these."""
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_payload"), dict):
        return False
    kind = metadata.get("event_type")
    return isinstance(kind, str) and bool(kind) and all(map(_is_payload, metadata["event_payload"].values()))


def _is_payload(value: Any) -> bool:
    if isinstance(value, list):
        return all(_is_plain(item) or (isinstance(item, dict) and all(map(_is_plain, item.values()))) for item in value)
    return _is_plain(value) or (isinstance(value, dict) and all(map(_is_plain, value.values())))


def _is_plain(value: Any) -> bool:
    return isinstance(value, (str, int, float))


def check_view(view: Any, *, unknown: Collection[str] = ()) -> Problem | None:
    """Check a modal or a home. `unknown` are block types that the workspace does not support."""
    if not isinstance(view, dict):
        return Problem("invalid_arguments", ("must provide an object [json-pointer:/view]",))
    if len(json.dumps(view, ensure_ascii=False).encode()) > MAX_VIEW_BYTES:
        return Problem("view_too_large")
    judge = ValidationReport()
    kind = view.get("type")
    if kind not in ("modal", "home"):
        judge.add_error("must be one of: modal, home", "/view/type")
    if not isinstance(view.get("blocks"), list):
        judge.add_error("missing required field: blocks", "/view")
        return Problem("invalid_arguments", tuple(judge.errors))
    check_blocks(judge, view["blocks"], "/view/blocks", MAX_VIEW_BLOCKS, str(kind), unknown)
    judge.length(view.get("private_metadata"), MAX_METADATA_LENGTH, "/view/private_metadata")
    for key in ("callback_id", "external_id"):
        judge.length(view.get(key), 255, f"/view/{key}")
    if kind == "modal":
        judge.plain(view.get("title"), 24, "/view/title", required=True)
        judge.plain(view.get("submit"), 24, "/view/submit")
        judge.plain(view.get("close"), 24, "/view/close")
        if view.get("submit") is None and any(block_type(block) == "input" for block in view["blocks"]):
            judge.add_error("missing required field: submit", "/view")
    return Problem("invalid_arguments", tuple(judge.errors)) if judge.errors else None
