"""Taking back entries of the ledger and ratings, and seeing which there are."""

from bot.actions.activity import undo
from bot.actions.activity.undo import UndoResult
from bot.actions.caller import Caller
from bot.listeners.respond import Reply
from bot.listeners.types import Body, ButtonHandler, parse_id, parse_pair
from bot.messages.activity import undo as words
from bot.services import Services
from bot.slack import action_ids
from bot.slack.action_ids import UNDO_ACTIVITY, UNDO_TRUST


def _undo_activity(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return _undo_reply(caller, undo.undo_activity(services.engine, caller, parse_id(value)))


def _undo_trust(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return _undo_reply(caller, undo.undo_trust(services.engine, caller, parse_id(value)))


def _undo_reply(caller: Caller, done: UndoResult) -> Reply:
    return words.undone_message(done, may_end=caller.is_steward)


def _show_records(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    partner_id, offset = parse_pair(value)
    found = undo.list_records(services.engine, caller, partner_id, parse_id(offset))
    return words.records_message(found, caller.team.currency, caller.today)


BUTTONS: tuple[tuple[str, ButtonHandler, bool], ...] = (
    (UNDO_ACTIVITY, _undo_activity, True),
    (UNDO_TRUST, _undo_trust, True),
    (action_ids.TAKE_BACK, _show_records, False),
    (action_ids.PAGE_OF_RECORDS, _show_records, True),
)
