"""What Slack makes of typed text: control characters escaped, names and addresses linked; and a phone of its quotes."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.fake_slack.state.models import Person
from bot.fake_slack.state.workspace import WorkspaceState

# What stands in the text as Slack itself writes it: <@U1|ann>, <#C1>, <https://acme.com|acme.com>.
_REFERENCE = re.compile(r"(<(?:[@#][A-Z0-9]+|(?:https?://|mailto:|tel:)[^<>|\s]+)(?:\|[^<>]*)?>)")
# Slack links an address without a scheme if its last part is a top-level domain; these are some.
_DOMAINS = "com|org|net|io|ai|co|uk|de|fr|eu|app|dev|law|legal|tech|biz|info|agency|studio|cloud|me|nl|ie|ch|at|us"
_LINK = re.compile(
    r"(?P<url>https?://[^\s<>|]*[^\s<>|.,;:!?)\]\"'”’])"
    r"|(?<![\w@./-])(?P<mail>[\w.+-]+@(?:[\w-]+\.)+[a-z]{2,})(?![\w@-])"
    rf"|(?<![\w@./-])(?P<host>(?:[a-z0-9-]+\.)+(?:{_DOMAINS})(?:/[^\s<>|]*[^\s<>|.,;:!?)\]\"'”’])?)(?![\w@-]|\.\w)",
    re.IGNORECASE,
)
_BEFORE_OPENING = r"(?:(?<=^)|(?<=[\s(\[{\u201c\u2018—-]))"
_CURLS = (
    (re.compile(r"--"), "—"),
    (re.compile(_BEFORE_OPENING + '"', re.MULTILINE), "“"),
    (re.compile('"'), "”"),
    (re.compile(_BEFORE_OPENING + "'", re.MULTILINE), "‘"),
    (re.compile("'"), "’"),
)


def keyed(person: Person, text: str) -> str:
    """Return the text as it leaves the person's keyboard: a phone curls quotes and joins dashes."""
    if not person.smart_punctuation:
        return text
    for pattern, curled in _CURLS:
        text = pattern.sub(curled, text)
    return text


def as_command_text(world: WorkspaceState, text: str) -> str:
    """Return a command's text as with `should_escape`: @name and #channel are references, addresses links."""
    return _mapped(text, lambda part: _linked(with_references(world, _escaped(part))))


def as_message_text(text: str) -> str:
    """Return a message's text as Slack stores it. The client has written its references already."""
    return _mapped(text, lambda part: _linked(_escaped(part)))


def _mapped(text: str, change: Callable[[str], str]) -> str:
    parts = _REFERENCE.split(text)
    return "".join(part if place % 2 else change(part) for place, part in enumerate(parts))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def with_references(world: WorkspaceState, text: str) -> str:
    """Return the text with the names of people and channels as references, as a client writes them when chosen."""
    people = {person.name.casefold(): f"<@{person.id}|{person.name}>" for person in world.people.values()}
    places = {c.name.casefold(): f"<#{c.id}|{c.name}>" for c in world.channels.values() if not c.is_im}
    for sign, references in (("@", people), ("#", places)):
        names = "|".join(re.escape(name) for name in sorted(references, key=len, reverse=True))
        if names:
            pattern = rf"(?<![\w{sign}]){sign}({names})(?![\w-])"
            text = re.sub(
                pattern,
                lambda hit, references=references: references.get(hit[1].casefold(), hit[0]),  # type: ignore[misc]
                text,
                flags=re.IGNORECASE,
            )
    return text


def _linked(text: str) -> str:
    parts = _REFERENCE.split(text)
    return "".join(part if place % 2 else _LINK.sub(_link, part) for place, part in enumerate(parts))


def _link(found: re.Match[str]) -> str:
    """`https://acme.com` → <https://acme.com>, `acme.com` → <http://acme.com|acme.com>, `a@b.com` → a mailto."""
    if found["url"]:
        return f"<{found[0]}>"
    return f"<mailto:{found[0]}|{found[0]}>" if found["mail"] else f"<http://{found[0]}|{found[0]}>"
