"""Forms and buttons as Slack would send them, and as it never would."""

import json
from collections.abc import Callable
from typing import Any

from bot.fake_slack.state.models import Json
from bot.listeners.buttons import BUTTONS
from tests.authority.desk import filled
from tests.authority.forms import FILLED
from tests.authority.table import BUTTON, TABLE
from tests.fuzz.place import is_well, place
from tests.fuzz.source import Source
from tests.fuzz.texts import DAYS, MONEY, NAMES, safe_text
from tests.listeners.office import ADA

KEYS = (
    "value", "selected_option", "selected_options", "selected_date", "selected_user", "selected_users",
    "selected_conversation", "type", "nothing",
)  # fmt: skip
IDS = ("1", "2", "3", "4", "5", "6", "0", "-1", "900001", "9" * 30, "x", "", "who", "why", "terms", "more", "issue")
ACTIONS = tuple(action_id for action_id, _, _ in BUTTONS)
VALUES = tuple((row.key, row.how) for row in TABLE if row.part == BUTTON)


def shape(source: Source, depth: int = 3) -> Any:
    """A JSON value of any shape."""
    kind = source.number(9 if depth else 5)
    plain: tuple[Callable[[], Any], ...] = (
        lambda: safe_text(source, 3),
        lambda: None,
        lambda: source.number(2**40) - 2**20,
        lambda: source.chance(2),
        lambda: source.pick((1.5, -0.0, 1e308)),
        lambda: source.pick((*IDS, *NAMES, *DAYS, *MONEY)),
    )
    if kind < len(plain):
        return plain[kind]()
    if kind < 8:
        return {source.pick(KEYS): shape(source, depth - 1) for _ in range(source.number(3))}
    return [shape(source, depth - 1) for _ in range(source.number(3))]


def _told(source: Source, state: Json) -> Json:
    """A field's state with another value of the right kind."""
    said = source.pick((safe_text(source), source.pick(DAYS), source.pick(MONEY), source.pick(NAMES)))
    option = {"text": {"type": "plain_text", "text": "x"}, "value": said}
    of: dict[str, Any] = {
        "value": said,
        "selected_option": option,
        "selected_options": [option] * source.number(3),
        "selected_users": [said] * source.number(2),
    }
    return {key: part if key == "type" else of.get(key, said) for key, part in state.items()}


def _changed(source: Source, state: dict[str, Json]) -> dict[str, Any]:
    """The state with some of its fields told otherwise, of another shape, or gone."""
    made: dict[str, Any] = {}
    for block, of in state.items():
        for action, element in of.items():
            kind = source.number(9)
            if kind < 5:
                made[block] = {action: element}
            elif kind < 8:
                made[block] = {action: _told(source, element)}
            elif kind == 8:
                made[block] = {action: shape(source)} if source.chance(2) else shape(source)
    if source.chance(20):
        made[safe_text(source, 2)] = shape(source)
    return made


def forms(data: bytes) -> None:
    """A real form, with whatever in its fields, in its name and in its private part."""
    source = Source(data)
    here = place()
    desk = here.fresh()
    name = source.pick(tuple(FILLED))
    body = dict(here.forms[name])
    state: Any = _changed(source, filled(body["blocks"], FILLED[name].values if source.number(3) else {}))
    if source.chance(8):
        body["callback_id"] = ":".join([name, *source.some(IDS, 3)])
    if source.chance(12):
        body["private_metadata"] = source.pick((json.dumps(shape(source)), safe_text(source)))
    if source.chance(20):
        body["blocks"] = source.pick((shape(source), [], body["blocks"][:1]))
    if source.chance(40):
        state = shape(source)
    is_well(desk.submit(ADA, body, state if isinstance(state, dict) else {"x": state}), 400, 404)


def buttons(data: bytes) -> None:
    """A real button, or any button with any value."""
    source = Source(data)
    desk = place().fresh()
    action, how = source.pick(VALUES)
    value = how.format(**source.pick((desk.ids, desk.theirs)))
    if source.chance(2):
        value = source.pick((safe_text(source), ":".join(source.some(IDS, 4)), f"{value}{safe_text(source, 2)}"))
    state = _reason(source) if source.number(2) else None
    is_well(desk.press(ADA, action, value, state), 400)


def _reason(source: Source) -> Json:
    said = source.pick((shape(source), {"type": "plain_text_input", "value": safe_text(source)}))
    return {"reason": {"reason": said}}
