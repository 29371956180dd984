"""The buttons of a person's private calendar."""

from bot.actions.caller import Caller
from bot.actions.workspace import calendar
from bot.listeners.respond import Reply
from bot.listeners.types import Body, Press
from bot.messages.workspace import calendar as words
from bot.services import House


def _move(house: House, caller: Caller, _value: str, _body: Body) -> Reply:
    return words.address(calendar.move(house.engine, caller), caller.today)


def _off(house: House, caller: Caller, _value: str, _body: Body) -> Reply:
    return words.switched_off(calendar.switch_off(house.engine, caller))


BUTTONS: tuple[tuple[str, Press, bool], ...] = ((words.MOVE, _move, True), (words.OFF, _off, True))
