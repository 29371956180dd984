"""Traverse blocks: interactive elements, visible texts, and the ids that Slack fills in."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from typing import Any

Json = dict[str, Any]


def elements(blocks: Iterable[Json]) -> Iterator[tuple[Json, Json]]:
    """Yield each interactive element as (block, element), in reading order."""
    for block in blocks:
        kind = block.get("type")
        if kind == "section" and isinstance(block.get("accessory"), dict):
            if block["accessory"].get("type") != "image":
                yield block, block["accessory"]
        elif kind in ("actions", "context_actions"):
            for element in block.get("elements", []):
                yield block, element
        elif kind == "input" and isinstance(block.get("element"), dict):
            yield block, block["element"]


def with_ids(blocks: Iterable[Json], fresh: Iterator[str]) -> tuple[Json, ...]:
    """Return a copy of the blocks with missing block_ids and action_ids filled in, as Slack does."""
    copies = tuple(copy.deepcopy(block) for block in blocks)
    for block in copies:
        block.setdefault("block_id", next(fresh))
    for _, element in elements(copies):
        element.setdefault("action_id", next(fresh))
    return copies


def options_of(element: Json) -> list[Json]:
    """Return all options of an element, including those in groups."""
    options = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        options += group.get("options", [])
    return options


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _texts(item)
    elif isinstance(node, dict):
        kind = node.get("type")
        if kind in ("plain_text", "mrkdwn", "raw_text", "raw_number", "text", "link", "markdown"):
            yield str(node.get("text") or node.get("url", ""))
            return
        if kind == "user":
            yield f"<@{node.get('user_id')}>"
        elif kind == "channel":
            yield f"<#{node.get('channel_id')}>"
        elif kind == "data_visualization":
            yield str(node.get("title", ""))
        elif kind in ("plain_text_input", "url_text_input", "email_text_input", "number_input"):
            if node.get("initial_value") is not None:
                yield str(node["initial_value"])
            return
        for key in _ORDER:
            if key in node:
                yield from _texts(node[key])


# Reading order inside a block. Options and confirm dialogs are not visible until opened.
_ORDER = ("label", "text", "fields", "title", "initial_option", "element", "elements", "rows", "accessory", "hint")


def visible_text(blocks: Iterable[Json]) -> str:
    """Return the visible texts of the blocks, one per line."""
    return "\n".join(text for text in _texts(list(blocks)) if text)
