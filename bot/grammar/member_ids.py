"""The ids of people in Slack, as they look in text."""

import re

MEMBER_ID = "[UW][A-Z0-9]+"
_MEMBER_ID = re.compile(MEMBER_ID)
_MENTIONED = re.compile(rf"<@({MEMBER_ID})(?:\|[^>]*)?>")


def is_member_id(text: object) -> bool:
    """Return whether a value looks like a Slack user id. Imported data may hold other names."""
    return isinstance(text, str) and _MEMBER_ID.fullmatch(text) is not None


def member_id(text: str) -> str | None:
    """Return a user id, also from Slack's `<@U123|name>`."""
    if is_member_id(text):
        return text
    match = _MENTIONED.fullmatch(text)
    return match[1] if match else None
