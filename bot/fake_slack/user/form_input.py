"""Form input as Slack's `state.values`, and the checks of Slack's client."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.fake_slack.state.blocks import elements, options_of
from bot.fake_slack.state.models import FakeSlackError, Json

Key = tuple[str, str]

_TYPED = ("plain_text_input", "number_input", "email_text_input", "url_text_input")
_ONE_OPTION = ("static_select", "external_select", "radio_buttons", "overflow")
_MANY_OPTIONS = ("multi_static_select", "multi_external_select", "checkboxes")
# Other elements: key in the state, and key of the initial value in the element.
_ID_SELECTS = {
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "file_input": ("files", "initial_files"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
MAX_FILE_BYTES = 10 * 1024 * 1024
REQUIRED = "Please complete this required field."


def holds_state(element: Json) -> bool:
    """Whether the element appears in `state.values`. Buttons and overflow menus do not."""
    kind = element.get("type")
    return kind != "overflow" and kind in (*_TYPED, *_ONE_OPTION, *_MANY_OPTIONS, *_ID_SELECTS, "rich_text_input")


def initial_state(element: Json) -> Json:
    """Return the state of an untouched element."""
    kind = element["type"]
    if kind in _ONE_OPTION:
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind in _MANY_OPTIONS:
        return {"type": kind, "selected_options": element.get("initial_options") or []}
    if kind in _ID_SELECTS:
        state, initial = _ID_SELECTS[kind]
        return {"type": kind, state: element.get(initial, [] if _is_multiple(kind) else None)}
    return {"type": kind, "value": element.get("initial_value")}


def chosen_state(element: Json, value: Any) -> Json:
    """Return the state of an element after a person entered `value`.

    Options are given by value or label, or as whole option objects; several as a list. Dates and numbers may be Python
    objects. None clears the element.
    """
    kind = element["type"]
    if kind in _ONE_OPTION:
        return {"type": kind, "selected_option": None if value is None else _find_option(element, value)}
    if kind in _MANY_OPTIONS:
        return {"type": kind, "selected_options": [_find_option(element, item) for item in value or []]}
    if kind in _ID_SELECTS:
        state = _ID_SELECTS[kind][0]
        if _is_multiple(kind):
            return {"type": kind, state: list(value or [])}
        return {"type": kind, state: value.isoformat() if isinstance(value, date) else value}
    if kind == "rich_text_input":
        return {"type": kind, "rich_text_value": value}
    # Slack sends null, not "", for a cleared text input.
    return {"type": kind, "value": None if value is None or value == "" else str(value)}


def _is_multiple(kind: str) -> bool:
    return kind.startswith("multi_") or kind == "file_input"


def _find_option(element: Json, wanted: Any) -> Json:
    if isinstance(wanted, dict):
        return wanted
    options = options_of(element)
    for option in options:
        if str(wanted) in (option.get("value"), option["text"]["text"]):
            return {key: option[key] for key in ("text", "value", "description") if key in option}
    labels = ", ".join(option["text"]["text"] for option in options) or "none; pass the whole option"
    raise FakeSlackError(f"no option {wanted!r} in {element.get('action_id')}; options: {labels}")


def action_part(element: Json, value: Any) -> Json:
    """Return an element's state without its type, for a block_actions action."""
    if not holds_state(element) and element["type"] != "overflow":
        return {}
    return {key: part for key, part in chosen_state(element, value).items() if key != "type"}


def state_values(blocks: Iterable[Json], typed: Mapping[Key, Json]) -> Json:
    """Return `state.values` by block id and action id. Untouched elements have their initial value."""
    values: Json = {}
    for block, element in elements(blocks):
        if holds_state(element):
            key = (block["block_id"], element["action_id"])
            values.setdefault(key[0], {})[key[1]] = typed.get(key) or initial_state(element)
    return values


def find_field(blocks: Iterable[Json], name: str) -> tuple[Json, Json]:
    """Find a field by block id, action id or both."""
    fields = [pair for pair in elements(blocks) if holds_state(pair[1])]
    for block, element in fields:
        if name in (block["block_id"], element["action_id"], f"{block['block_id']}/{element['action_id']}"):
            return block, element
    names = ", ".join(f"{block['block_id']}/{element['action_id']}" for block, element in fields)
    raise FakeSlackError(f"no field {name!r} in this form; fields: {names}")


def value_of(state: Json) -> Any:
    """Return the bare value of a state: a text, option, list or id."""
    return next((part for key, part in state.items() if key != "type"), None)


def client_errors(blocks: Iterable[Json], typed: Mapping[Key, Json]) -> dict[str, str]:
    """Return the errors that Slack's client shows before submitting, by block id."""
    errors = {}
    for block, element in elements(blocks):
        if block["type"] != "input":
            continue
        state = typed.get((block["block_id"], element["action_id"])) or initial_state(element)
        value = value_of(state)
        if value in (None, "", []):
            if not block.get("optional"):
                errors[block["block_id"]] = REQUIRED
        elif (error := _field_error(element, value)) is not None:
            errors[block["block_id"]] = error
    return errors


def _field_error(element: Json, value: Any) -> str | None:
    kind = element["type"]
    if kind == "file_input":
        return _file_error(element, value)
    if kind == "plain_text_input":
        if len(value) < element.get("min_length", 0):
            return f"Please use at least {element['min_length']} characters."
        # Slack's default without a max_length.
        most = element.get("max_length", 3000)
        return f"Please use at most {most} characters." if len(value) > most else None
    if kind == "number_input":
        return _number_error(element, value)
    if kind == "email_text_input" and not _MAIL.fullmatch(value):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not re.match(r"[a-z][a-z0-9+.-]*://\S+", value):
        return "Please enter a valid URL."
    if element.get("max_selected_items") and len(value) > element["max_selected_items"]:
        return f"Please choose at most {element['max_selected_items']}."
    return None


def _file_error(element: Json, files: list[Json]) -> str | None:
    most, kinds = element.get("max_files", 10), element.get("filetypes")
    if len(files) > most:
        return f"Please choose at most {most} {'file' if most == 1 else 'files'}."
    if any(file["size"] > MAX_FILE_BYTES for file in files):
        return "Please choose a file of at most 10 MB."
    if kinds and any(file["name"].rpartition(".")[2].lower() not in kinds for file in files):
        return f"Please choose a file of one of these types: {', '.join(kinds)}."
    return None


def _number_error(element: Json, value: str) -> str | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return "Please enter a number."
    if not number.is_finite() or (not element.get("is_decimal_allowed") and number % 1):
        return "Please enter a whole number."
    if element.get("min_value") is not None and number < Decimal(str(element["min_value"])):
        return f"Please enter a number of at least {element['min_value']}."
    if element.get("max_value") is not None and number > Decimal(str(element["max_value"])):
        return f"Please enter a number of at most {element['max_value']}."
    return None
