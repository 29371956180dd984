"""Render messages as plain text, for the command line and for assistants."""

import html
import re
from collections.abc import Iterator, Mapping

from bot.slack.blocks import Block, Message

_SIGN = re.compile(r"(?<!\w):[a-z][a-z0-9_+-]*:(?!\w)\s?")
_BOLD = re.compile(r"(?<!\w)\*([^*\n]+)\*(?!\w)")
_ITALIC = re.compile(r"(?<!\w)_([^_\n]+)_(?!\w)")
_CODE = re.compile(r"```\n?|`")
_MENTION = re.compile(r"<[@#]([^>|]+)(?:\|[^>]*)?>")


NOBODY: Mapping[str, str] = {}


def as_text(message: Message, names: Mapping[str, str] = NOBODY) -> str:
    """Strip Slack's markup from a message. Each block becomes a paragraph; buttons are left out.

    `names` are those of members by user id; whoever is not in it is shown by id.
    """
    paragraphs = (plain(text, names) for block in message.blocks for text in _texts(block))
    return "\n".join(paragraphs) or plain(message.text, names)


def mentioned(message: Message) -> set[str]:
    """Return the ids of the members and channels that a message mentions."""
    texts = [message.text, *(text for block in message.blocks for text in _texts(block))]
    return {id for text in texts for id in _MENTION.findall(text)}


def plain(text: str, names: Mapping[str, str] = NOBODY) -> str:
    """Strip Slack's markup from a text."""
    bare = _ITALIC.sub(r"\1", _BOLD.sub(r"\1", _SIGN.sub("", _CODE.sub("", text))))
    return html.unescape(_MENTION.sub(lambda found: names.get(found[1]) or found[1], bare))


def _texts(block: Block) -> Iterator[str]:
    if block["type"] == "header":
        text = block["text"]["text"]
        yield f"{text}\n{'=' * len(text)}"
    elif block["type"] == "section":
        yield from (one["text"] for one in (block.get("text"), *block.get("fields", ())) if one)
    elif block["type"] == "context":
        yield from (one["text"] for one in block["elements"])
