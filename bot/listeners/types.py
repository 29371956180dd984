"""What a room of the listeners may offer: verbs of `/partner`, buttons, and forms that come back.

Each is a function from what was asked to what is shown. `typed`, `buttons` and `forms` collect them.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.errors import NotFound
from bot.forms.partner_fields import Step
from bot.forms.state import State
from bot.grammar import PartnerRequest
from bot.listeners.respond import Reply
from bot.services import House

Body = dict[str, Any]
Verb = Callable[[Engine, Caller, PartnerRequest], Reply]
"""What a verb of `/partner` does."""
Press = Callable[[House, Caller, str, Body], Reply]
"""What a button does with its value, and the whole of Slack's request."""
Submit = Callable[[House, Caller, State, list[str]], Reply]
"""What a form does with its fields, and with the rest of its callback id; a `Form` in reply takes its place."""

NOT_OURS = "That button is not of this workspace."


def number(value: str) -> int:
    """An id out of a button, which a forger can change: it is looked up within the workspace all the same."""
    if not value.isascii() or not value.isdigit() or len(value) > 18:
        raise NotFound(NOT_OURS)
    return int(value)


def id_in(rest: list[str]) -> int:
    """The id with which the rest of a form's callback id begins."""
    return number(rest[0] if rest else "")


def step_in(rest: list[str]) -> tuple[int, Step]:
    """A partner's id and a step of its record, out of the rest of a form's callback id."""
    if len(rest) != 2 or rest[1] not in list(Step):
        raise NotFound(NOT_OURS)
    return number(rest[0]), Step(rest[1])


def pair(value: str) -> tuple[int, str]:
    """An id and a word, as `12:won`."""
    first, _, second = value.partition(":")
    return number(first), second
