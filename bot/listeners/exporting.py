"""Exports: offered when typed, and made when the button is pressed."""

from sqlalchemy import Engine

from bot.actions.caller import Caller, answer_once
from bot.actions.workspace import exports
from bot.grammar import TendRequest
from bot.listeners.respond import Reply
from bot.listeners.types import Body, Press
from bot.messages.workspace import exports as words
from bot.services import House


def export(engine: Engine, caller: Caller, asked: TendRequest) -> Reply:
    """`/tend export [@person|PARTNER]`."""
    return words.offer(exports.typed(engine, caller, asked.user, asked.key))


def _send(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    from bot.jobs.send_export import later

    asked = exports.chosen(house.engine, caller, value)
    answer_once(house.engine, caller)
    return words.on_its_way(asked) if later(house, caller, asked) else words.restarting()


BUTTONS: tuple[tuple[str, Press, bool], ...] = ((words.SEND, _send, True),)
