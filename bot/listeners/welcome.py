"""The first hour: the three steps, done in place."""

import logging
from collections.abc import Mapping
from dataclasses import replace

from bot.actions.caller import Caller, claim_request
from bot.actions.partners import removal
from bot.actions.portfolio.owners import by_owner
from bot.actions.workspace import first_steps
from bot.actions.workspace.settings import change_settings, digest_readers
from bot.errors import FieldError
from bot.forms.state import FormState
from bot.listeners import form_values
from bot.listeners.middleware import caller_for_button
from bot.listeners.respond import POST_ERRORS, Form, Reply
from bot.listeners.types import Body, ButtonHandler, FormHandler, parse_id
from bot.messages import home
from bot.messages.partners import added
from bot.messages.workspace import settings, welcome
from bot.process.log_config import safe_repr
from bot.services import Services
from bot.slack import action_ids, callback_ids
from bot.slack.messaging import check_private


def _zone(services: Services, caller: Caller, value: str, body: Body) -> Reply:
    return _set(services, caller, "timezone", value, body)


def _channel(services: Services, caller: Caller, value: str, body: Body) -> Reply:
    chosen = next((one.get("selected_conversation") for one in body.get("actions", ())), None) or value
    return _set(services, caller, "digest_channel", str(chosen), body)


def _set(services: Services, caller: Caller, key: str, value: str, body: Body) -> Reply:
    team = change_settings(services.engine, caller, {key: value})
    _bring_up_to_date(services, replace(caller, team=team), body)
    return settings.settings_changed_message({key: value}, readers=digest_readers(caller, {key: value}))


def _bring_up_to_date(services: Services, caller: Caller, body: Body) -> None:
    """Update the welcome message to show which steps are done. A failure is only logged, as the settings are stored."""
    place = body.get("container", {})
    if place.get("type") != "message" or place.get("is_ephemeral"):
        return
    told = welcome.welcome(first_steps.first_steps(services.engine, caller))
    try:
        client = services.workspaces.client(caller.team)
        client.chat_update(channel=place.get("channel_id", ""), ts=place.get("message_ts", ""), **told.payload())
    except POST_ERRORS as error:
        log.warning("could not update the welcome message: %s", safe_repr(error))


def _name(_services: Services, _caller: Caller, _value: str, _body: Body) -> Reply:
    return Form(welcome.names_form())


def _named(services: Services, caller: Caller, state: FormState, _rest: list[str]) -> Reply:
    last = form_values.day(state, "last_spoke_on", caller)
    done = first_steps.name_partners(services.engine, caller, form_values.text_value(state, "names") or "", last)
    return welcome.partners_named(done, first_steps.first_steps(services.engine, caller), caller.today)


def _invite(services: Services, caller: Caller, value: str, body: Body) -> Reply:
    caller.require_steward("say hello in the digest's channel")
    channel = caller.team.digest_channel
    if not channel:
        raise FieldError("digest_channel", "Choose the digest's channel first.")
    claim_request(services.engine, caller_for_button(caller, body, value))
    client = services.workspaces.client(caller.team)
    check_private(client, channel)
    client.chat_postMessage(channel=channel, unfurl_links=False, **welcome.invitation().payload())
    return welcome.invited(channel)


def _team(services: Services, caller: Caller, _value: str, _body: Body) -> Reply:
    return home.at_a_glance(by_owner(services.engine, caller))


def _remove(services: Services, caller: Caller, value: str, body: Body) -> Reply:
    return added.removed(removal.remove(services.engine, caller_for_button(caller, body, value), parse_id(value)))


log = logging.getLogger(__name__)

BUTTONS: tuple[tuple[str, ButtonHandler, bool], ...] = (
    (action_ids.SET_ZONE, _zone, False),
    (action_ids.SET_DIGEST_CHANNEL, _channel, False),
    (action_ids.NAME_PARTNERS, _name, False),
    (action_ids.TEAM_AT_A_GLANCE, _team, False),
    (action_ids.REMOVE_PARTNER, _remove, True),
    (action_ids.INVITE_TEAM, _invite, False),
)
FORMS: Mapping[str, FormHandler] = {callback_ids.NAME_PARTNERS: _named}
