"""The state of a submitted form, and the values it opened with."""

import json
from typing import Any

from bot.grammar.lines.form_values import loaded
from bot.grammar.lines.values import Record
from bot.slack.blocks import Block

FieldValue = str | list[str] | None
# Slack returns an element's initial value under these keys when the form is submitted.
_SUBMITTED_KEYS = {
    "initial_value": "value",
    "initial_date": "selected_date",
    "initial_user": "selected_user",
    "initial_users": "selected_users",
    "initial_conversation": "selected_conversation",
    "initial_option": "selected_option",
    "initial_options": "selected_options",
}


class FormState(dict[str, dict[str, dict[str, Any]]]):
    """What a form's fields hold as it came back, by block and action; `shown` is what they held when it opened.

    `rest` is the record of a typed line that the form was opened for, with what it says and the form does not show.
    """

    shown: "FormState"
    rest: Record | None = None

    @classmethod
    def of(cls, view: Block) -> "FormState":
        """Return the state of a submitted view, which contains its own blocks."""
        state = cls(view.get("state", {}).get("values", {}))
        asked = [block for block in view.get("blocks", ()) if "element" in block and "block_id" in block]
        state.shown = cls({block["block_id"]: {"": _submitted_state(block["element"])} for block in asked})
        state.rest = _rest(view)
        return state

    def is_touched(self, name: str) -> bool:
        """Return whether the person changed a field. An untouched field may have changed in the database meanwhile."""
        return (field_value(self, name) or None) != (field_value(self.shown, name) or None)


def _rest(view: Block) -> Record | None:
    """Return the record that `open_form` sent along. None if it sent none, or somebody changed it."""
    try:
        kept = json.loads(view.get("private_metadata") or "{}")
        return loaded(kept["rest"]) if isinstance(kept, dict) and "rest" in kept else None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _submitted_state(element: Block) -> Block:
    """Return the state that Slack sends for an element that nobody touched."""
    return {back: element[first] for first, back in _SUBMITTED_KEYS.items() if first in element}


def field_value(state: FormState, name: str) -> FieldValue:
    """Return a field's value as Slack sends it: text, the chosen values, or None if empty."""
    element = next(iter(state.get(name, {}).values()), {})
    if "selected_options" in element:
        return [chosen["value"] for chosen in element["selected_options"] or []]
    if "selected_users" in element:
        return list(element["selected_users"] or [])
    chosen = element.get("selected_option")
    values = (
        element.get("value")
        or element.get("selected_date")
        or element.get("selected_user")
        or element.get("selected_conversation")
        or (chosen.get("value") if chosen else None)
    )
    return values.strip() or None if isinstance(values, str) else None
