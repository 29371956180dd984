"""The buttons of a person's private calendar."""

from bot.actions.caller import Caller
from bot.actions.workspace import calendar
from bot.listeners.respond import Reply
from bot.listeners.types import Body, Press
from bot.messages.workspace import calendar as words
from bot.services import House
from bot.slack import action_ids


def _move(house: House, caller: Caller, _value: str, _body: Body) -> Reply:
    return words.address(calendar.move(house.engine, caller), caller.today)


def _off(house: House, caller: Caller, _value: str, _body: Body) -> Reply:
    return words.switched_off(calendar.switch_off(house.engine, caller))


BUTTONS: tuple[tuple[str, Press, bool], ...] = (
    (action_ids.NEW_CALENDAR_ADDRESS, _move, True),
    (action_ids.CALENDAR_OFF, _off, True),
)
