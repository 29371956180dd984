"""The state of a submitted form, and the values it opened with."""

from typing import Any

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
    """The values of a form's fields by block and action. `shown` holds the values it opened with."""

    shown: "FormState"

    @classmethod
    def of(cls, view: Block) -> "FormState":
        """Return the state of a submitted view, which contains its own blocks."""
        state = cls(view.get("state", {}).get("values", {}))
        inputs = [block for block in view.get("blocks", ()) if "element" in block and "block_id" in block]
        state.shown = cls({block["block_id"]: {"": _submitted_state(block["element"])} for block in inputs})
        return state

    def is_touched(self, name: str) -> bool:
        """Return whether the person changed a field. An untouched field may have changed in the database meanwhile."""
        return (field_value(self, name) or None) != (field_value(self.shown, name) or None)


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
