"""Rewrite a nudge after somebody acted: what was asked for gives way to what was done."""

from collections.abc import Mapping
from typing import Any

from bot.formatting import KIND_NAMES, count
from bot.messages.common import open_card_button
from bot.messages.notifications.nudge import SAID, TO_DO
from bot.slack.blocks import Block, Message, escape_clip, header, section
from scoring.vocabulary import Kind
from storage.notifications.acts import Act


def rewritten(
    message: Mapping[str, Any], done: Mapping[int, Act], names: Mapping[int, str], by: Mapping[str, str]
) -> Message:
    """Return a nudge, as Slack has it, with what was done in place of what was asked.

    `names` are the partners' names, `by` those of people.
    """
    blocks: list[Block] = []
    for block in message.get("blocks") or ():
        id = _partner_of(block)
        if id not in done:
            blocks.append(block)
        elif str(block["block_id"]).startswith(SAID):
            text = f":white_check_mark: *{escape_clip(names[id], 120)}*: {act_words(done[id], by)}"
            blocks.append({**section(text, open_card_button(id)), "block_id": f"done:{id}"})
    told, left = (sum(str(one.get("block_id", "")).startswith(kind) for one in blocks) for kind in ("done:", SAID))
    title = f"{told} of {told + left} looked after" if left else f"{count(told, 'partner')} looked after. Thank you!"
    if blocks and blocks[0]["type"] == "header":
        blocks[0] = header(title)
    return Message(title, blocks)


def _partner_of(block: Block) -> int:
    for kind in (SAID, TO_DO):
        id = str(block.get("block_id", ""))
        if id.startswith(kind) and id[len(kind) :].isdigit():
            return int(id[len(kind) :])
    return 0


def act_words(act: Act, by: Mapping[str, str]) -> str:
    """Say in a few words what somebody did: `Ana logged a call.`"""
    who = escape_clip(by.get(act.by, ""), 40) or "Someone"
    of = escape_clip(act.of or "", 120)
    words = {
        "logged": f"{who} logged {_one(act.of or '')}.",
        "promise": f"“{of}” is done.",
        "snoozed until": f"{who} snoozed it until {of}." if of else f"{who} woke it up.",
        "review held": f"{who} held the review.",
        "kept": f"{who} keeps it as it is.",
        "status": f"{who} marked it {of}.",
    }
    return words[act.what]


def _one(kind: str) -> str:
    if kind == Kind.ATTEMPT:
        return "an attempt to reach them"
    name = KIND_NAMES[Kind(kind)][0] if kind in list(Kind) else escape_clip(kind, 40)
    return f"{'an' if name[:1] in 'aeiou' else 'a'} {name}"
