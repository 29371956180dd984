"""Slack's spelling → what its sender saw, with its lines. Undone here, and only here, for typed lines."""

import re
import unicodedata

_HIDDEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\x00-\x08\x0b\x0e-\x1f\x7f]"
)
_BLANK = re.compile("[\u115f\u1160\u2800\u3164\uffa0]")
_ANGLED = re.compile(r"<([^<>|\n]+)(?:\|([^<>\n]*))?>")
_SCHEME = re.compile(r"^(?:https?://|mailto:|tel:)", re.IGNORECASE)
_ENTITY = re.compile(r"&(amp|lt|gt);")
_CHARACTERS = {"amp": "&", "lt": "<", "gt": ">"}
_END_OF_LINE = re.compile(r"\r\n?|[\x0c\x1c-\x1e\x85\u2028\u2029]")


def seen(text: str) -> str:
    """The text as it was seen by who typed it: links and mentions by their labels, no escapes, nothing invisible."""
    text = _END_OF_LINE.sub("\n", text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", _BLANK.sub(" ", text))
    text = _HIDDEN.sub("", text)
    if "<" in text:
        text = _ANGLED.sub(_label, text)
    if "&" in text:
        text = _ENTITY.sub(lambda entity: _CHARACTERS[entity[1]], text)
    return text


def _label(angled: re.Match[str]) -> str:
    """`<http://acme.com|acme.com>` → acme.com, `<@U1|ana>` → @ana, `<#C1|general>` → #general."""
    target, label = angled[1], angled[2] or ""
    if target[0] in "@#":
        return target[0] + (label or target[1:]).removeprefix(target[0])
    if target[0] == "!":
        return label or f"@{target[1:].partition('^')[0]}"
    if not _SCHEME.match(target):
        return angled[0]
    address = _SCHEME.sub("", target)
    if not label:
        return address if target[:4].casefold() in ("mail", "tel:") else target
    bare = label.casefold().removeprefix("http://").removeprefix("https://").rstrip("/")
    return label if bare in address.casefold() or target[:4].casefold() == "tel:" else f"{label} ({target})"
