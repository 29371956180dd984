"""Types of the handlers of buttons and forms, and parsers of the values that they get.

Each handler is a function from what was asked to what is shown. `buttons` and `forms` collect them.
"""

from collections.abc import Callable
from typing import Any

from bot.actions.caller import Caller
from bot.errors import NotFound
from bot.forms.partner_fields import FormPage
from bot.forms.state import FormState
from bot.listeners.respond import Reply
from bot.services import Services

Body = dict[str, Any]
ButtonHandler = Callable[[Services, Caller, str, Body], Reply]
"""What a button does with its value, and the whole of Slack's request."""
FormHandler = Callable[[Services, Caller, FormState, list[str]], Reply]
"""What a form does with its fields, and with the rest of its callback id; a `Form` in reply takes its place."""

UNKNOWN_BUTTON = "That button does not belong to this workspace."


def parse_id(value: str) -> int:
    """Parse an id from a button. A forged one does no harm, since it is looked up within the workspace."""
    if not value.isascii() or not value.isdigit() or len(value) > 18:
        raise NotFound(UNKNOWN_BUTTON)
    return int(value)


def parse_form_id(rest: list[str]) -> int:
    """Parse the id at the start of the rest of a form's callback id."""
    return parse_id(rest[0] if rest else "")


def parse_form_page(rest: list[str]) -> tuple[int, FormPage]:
    """Parse a partner's id and a page of its record from the rest of a form's callback id."""
    if len(rest) != 2 or rest[1] not in list(FormPage):
        raise NotFound(UNKNOWN_BUTTON)
    return parse_id(rest[0]), FormPage(rest[1])


def parse_pair(value: str) -> tuple[int, str]:
    """Parse an id and a word, such as `12:won`."""
    first, _, second = value.partition(":")
    return parse_id(first), second
