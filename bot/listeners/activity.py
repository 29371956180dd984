"""Taking back entries of the ledger and ratings, and seeing which there are."""

from bot.actions.activity import undo
from bot.actions.activity.undo import Undone
from bot.actions.caller import Caller
from bot.listeners.respond import Reply
from bot.listeners.types import Body, Press, number, pair
from bot.messages.activity import undo as words
from bot.messages.activity.confirm import UNDO_ACTIVITY, UNDO_TRUST
from bot.services import House


def _activity(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return _undone(caller, undo.undo_activity(house.engine, caller, number(value)))


def _trust(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return _undone(caller, undo.undo_trust(house.engine, caller, number(value)))


def _undone(caller: Caller, done: Undone) -> Reply:
    return words.undone(done, may_end=caller.is_steward)


def _records(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    partner_id, offset = pair(value)
    found = undo.records_of(house.engine, caller, partner_id, number(offset))
    return words.records(found, caller.team.currency, caller.today)


BUTTONS: tuple[tuple[str, Press, bool], ...] = (
    (UNDO_ACTIVITY, _activity, True),
    (UNDO_TRUST, _trust, True),
    (words.TAKE_BACK, _records, False),
    (words.PAGE_OF_RECORDS, _records, True),
)
