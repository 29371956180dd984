"""Where events are sent, for stewards."""

from collections.abc import Mapping

from bot.actions.caller import Caller
from bot.actions.workspace import webhooks
from bot.errors import NotAllowed
from bot.forms.state import FormState, field_value
from bot.listeners.respond import Form, Reply
from bot.listeners.types import Body, ButtonHandler, FormHandler, parse_id
from bot.messages.workspace import webhooks as words
from bot.services import Services
from bot.slack import action_ids, callback_ids


def _open(services: Services, caller: Caller, _value: str, _body: Body) -> Reply:
    return words.list_message(webhooks.list_webhooks(services.engine, caller))


def _make(services: Services, caller: Caller, _value: str, _body: Body) -> Reply:
    caller.require_steward(webhooks.MANAGE_ACTION)
    if services.cipher() is None:
        raise NotAllowed(webhooks.NO_KEY)
    return Form(words.new_webhook_form())


def _submit(services: Services, caller: Caller, state: FormState, _rest: list[str]) -> Reply:
    address, events = field_value(state, "address"), field_value(state, "events")
    cipher = services.cipher()
    done = webhooks.add_webhook(
        services.engine,
        caller,
        address if isinstance(address, str) else None,
        events if isinstance(events, list) else [],
        cipher.encrypt if cipher else None,
    )
    return Form(words.secret_view(done), also=words.added_message(done))


def _pause(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return words.paused_message(webhooks.pause_webhook(services.engine, caller, parse_id(value), paused=True))


def _resume(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return words.paused_message(webhooks.pause_webhook(services.engine, caller, parse_id(value), paused=False))


def _test(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return words.tested_message(webhooks.send_test_event(services.engine, caller, parse_id(value)))


def _remove(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return words.removed_message(webhooks.remove_webhook(services.engine, caller, parse_id(value)))


def _show_dead(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    found = webhooks.list_dead(services.engine, caller, parse_id(value))
    return words.dead_message(*found, caller.zone or caller.team.zone)


def _replay(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return words.replayed_message(*webhooks.replay_dead(services.engine, caller, parse_id(value)))


BUTTONS: tuple[tuple[str, ButtonHandler, bool], ...] = (
    (action_ids.WEBHOOKS, _open, False),
    (action_ids.MAKE_WEBHOOK, _make, False),
    (action_ids.PAUSE_WEBHOOK, _pause, False),
    (action_ids.RESUME_WEBHOOK, _resume, False),
    (action_ids.TEST_WEBHOOK, _test, False),
    (action_ids.REMOVE_WEBHOOK, _remove, False),
    (action_ids.DEAD_EVENTS, _show_dead, False),
    (action_ids.REPLAY_EVENTS, _replay, False),
)
FORMS: Mapping[str, FormHandler] = {callback_ids.WEBHOOK: _submit}
