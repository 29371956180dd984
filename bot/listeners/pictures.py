"""Pictures on demand."""

from bot.actions import pictures as drawn
from bot.actions.caller import Caller
from bot.house import House
from bot.listeners.kinds import Body, Press, number
from bot.listeners.showing import Reply
from bot.messages import card, pictures


def _history(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return pictures.history(drawn.history(house.engine, caller, number(value)))


BUTTONS: tuple[tuple[str, Press, bool], ...] = ((card.OVER_TIME, _history, False),)
