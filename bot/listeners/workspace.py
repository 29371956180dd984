"""The team's integrations, exports, and a person's own calendar."""

from collections.abc import Mapping

from sqlalchemy import Engine

from bot.actions.caller import Caller, answer_once
from bot.actions.workspace import calendar, exports, integrations
from bot.forms.state import State, said
from bot.grammar import TendRequest
from bot.listeners.respond import Form, Reply
from bot.listeners.types import Body, Press, Submit, number
from bot.messages.workspace import calendar as calendar_words
from bot.messages.workspace import exports as export_words
from bot.messages.workspace import integrations as integration_words
from bot.services import House
from bot.slack import action_ids, callback_ids

# -- integrations: their tokens, and what they recorded


def _open_integrations(house: House, caller: Caller, _value: str, _body: Body) -> Reply:
    found = integrations.listing(house.engine, caller)
    return integration_words.listing(found, caller.today, house.settings.tend_url)


def _make_integration(_house: House, caller: Caller, _value: str, _body: Body) -> Reply:
    caller.must_be_steward(integrations.MAKE_OR_REVOKE)
    return Form(integration_words.make_form())


def _integration_made(house: House, caller: Caller, state: State, _rest: list[str]) -> Reply:
    name = said(state, "name")
    done = integrations.make(house.engine, caller, name if isinstance(name, str) else None)
    return Form(integration_words.made(done), also=integration_words.was_made(done))


def _revoke_integration(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return integration_words.revoked(integrations.revoke(house.engine, caller, number(value)))


def _integration_wrote(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    found = integrations.written(house.engine, caller, number(value))
    return integration_words.written(found, caller.team.currency, caller.today)


# -- exports: offered when typed, made when the button is pressed


def export(engine: Engine, caller: Caller, asked: TendRequest) -> Reply:
    """`/tend export [@person|PARTNER]`."""
    return export_words.offer(exports.typed(engine, caller, asked.user, asked.key))


def _send_export(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    from bot.jobs.send_export import later

    asked = exports.chosen(house.engine, caller, value)
    answer_once(house.engine, caller)
    return export_words.on_its_way(asked) if later(house, caller, asked) else export_words.restarting()


# -- a person's private calendar


def _move_calendar(house: House, caller: Caller, _value: str, _body: Body) -> Reply:
    return calendar_words.address(calendar.move(house.engine, caller), caller.today)


def _switch_calendar_off(house: House, caller: Caller, _value: str, _body: Body) -> Reply:
    return calendar_words.switched_off(calendar.switch_off(house.engine, caller))


BUTTONS: tuple[tuple[str, Press, bool], ...] = (
    (action_ids.INTEGRATIONS, _open_integrations, False),
    (action_ids.MAKE_INTEGRATION, _make_integration, False),
    (action_ids.REVOKE_INTEGRATION, _revoke_integration, False),
    (action_ids.INTEGRATION_WROTE, _integration_wrote, False),
    (action_ids.SEND_EXPORT, _send_export, True),
    (action_ids.NEW_CALENDAR_ADDRESS, _move_calendar, True),
    (action_ids.CALENDAR_OFF, _switch_calendar_off, True),
)
FORMS: Mapping[str, Submit] = {
    callback_ids.INTEGRATION: _integration_made,
}
