"""Pictures on demand."""

from bot.actions.caller import Caller
from bot.actions.portfolio import charts as drawn
from bot.jobs.background import later
from bot.listeners.respond import Reply
from bot.listeners.types import Body, Press, number
from bot.messages import card
from bot.messages.portfolio import charts
from bot.services import House


def _history(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return charts.history(drawn.history(house.engine, caller, number(value)))


def _draw(house: House, caller: Caller, _value: str, _body: Body) -> Reply:
    found = drawn.field(house.engine, caller)
    if not found.dots:
        return charts.nothing_to_draw()
    return charts.on_its_way() if later(house, caller, found) else charts.numbers(found, "Tend is restarting")


BUTTONS: tuple[tuple[str, Press, bool], ...] = (
    (card.OVER_TIME, _history, False),
    (charts.DRAW, _draw, False),
)
