"""Mark what is shown with the workspace that it is shown for, and read the mark when somebody uses it; pure.

Where an organisation has one installation for many workspaces, its people have one DM and one Home for all of them, and
Slack names no workspace when they press a button there. What was made for one workspace must not act in another.

A message carries the mark in the ids of its blocks, a view in its private metadata: Slack returns both.
"""

import re
from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

_MARK = re.compile(r"@(T[0-9A-Z]{2,31})@(.*)", re.ASCII | re.DOTALL)
MAX_BLOCK_ID = 255
MAX_PRIVATE_METADATA = 3_000


def mark_shown(shown: Mapping[str, Any], team_id: str) -> Json:
    """Return the arguments of a call, or the body of an answer, with the mark on its blocks or its view."""
    marked = dict(shown)
    if isinstance(view := shown.get("view"), Mapping):
        kept = f"@{team_id}@{view.get('private_metadata') or ''}"
        # What does not fit is left as it is: the person's workspace, as Slack has it, counts then.
        marked["view"] = {**view, "private_metadata": kept} if len(kept) <= MAX_PRIVATE_METADATA else dict(view)
    if isinstance(blocks := shown.get("blocks"), list | tuple):
        marked["blocks"] = [_marked_block(block, number, team_id) for number, block in enumerate(blocks)]
    return marked


def _marked_block(block: Any, number: int, team_id: str) -> Any:
    if not isinstance(block, Mapping):
        return block
    id = f"@{team_id}@{block.get('block_id') or number}"
    return {**block, "block_id": id} if len(id) <= MAX_BLOCK_ID else dict(block)


def take_mark(body: Json) -> str | None:
    """Take the marks out of a payload, and return the workspace that what was used is for, if it is marked."""
    found = None
    view = body.get("view")
    if isinstance(view, dict) and isinstance(kept := view.get("private_metadata"), str):
        found, view["private_metadata"] = _split(kept)
    actions = body.get("actions")
    named = [*(actions if isinstance(actions, list) else ()), body]
    for holder in named:  # a suggestion's own block id stands in the payload
        if isinstance(holder, dict) and isinstance(holder.get("block_id"), str):
            mark, holder["block_id"] = _split(holder["block_id"])
            found = found or mark
    _clear_blocks(body.get("message"))
    state = body.get("state")
    if isinstance(state, dict) and isinstance(values := state.get("values"), dict):
        state["values"] = {_split(key)[1]: value for key, value in values.items()}
    return found


def clear_messages(answer: Any) -> None:
    """Take the marks out of the messages that Slack returned."""
    messages = answer.get("messages") if isinstance(answer, dict) else None
    for message in messages or ():
        _clear_blocks(message)


def _clear_blocks(message: Any) -> None:
    for block in (message.get("blocks") or ()) if isinstance(message, dict) else ():
        if isinstance(block, dict) and isinstance(block.get("block_id"), str):
            block["block_id"] = _split(block["block_id"])[1]


def _split(text: str) -> tuple[str | None, str]:
    found = _MARK.fullmatch(text)
    return (found[1], found[2]) if found else (None, text)
