"""Route the buttons and menus on what we post."""

import re
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient

from bot.actions import overview
from bot.actions.activity import outcomes
from bot.actions.caller import Caller
from bot.actions.partners import edit, lifecycle, search
from bot.actions.workspace.settings import get_settings
from bot.errors import FieldError, NotFound, TendError
from bot.forms.partner_fields import FormPage
from bot.grammar import PartnerVerb, TouchRequest, TrustRequest, UsageError, bare_request
from bot.listeners import (
    activity,
    command_router,
    economics,
    imports,
    notifications,
    partners,
    people,
    portfolio,
    reviews,
    webhooks,
    welcome,
    workspace,
)
from bot.listeners.middleware import as_caller, caller_for_button
from bot.listeners.respond import Form, Reply, answer_button
from bot.listeners.types import UNKNOWN_BUTTON, Body, ButtonHandler, parse_id, parse_pair
from bot.messages import card, common, forms
from bot.messages.activity import confirm
from bot.messages.notifications import nudge
from bot.messages.workspace import settings
from bot.services import Services
from bot.slack import action_ids
from scoring.vocabulary import Outcome


def register(app: App, services: Services) -> None:
    """Route the buttons and menus to their handlers in `BUTTONS`. Where it says so, the reply replaces the message.

    One listener for all: Bolt tries each that there is on every request.
    """
    handlers = {action_id: (press, replaces) for action_id, press, replaces in BUTTONS}

    def pressed(ack: Ack, body: Body, action: Body, context: BoltContext, client: WebClient) -> None:
        action_id = action["action_id"].partition(":")[0]
        press, replaces = handlers[action_id]
        value = action.get("value") or (action.get("selected_option") or {}).get("value") or ""
        reply = as_caller(context, lambda caller: press(services, caller, value, body))
        own = action_id in imports.OWN_MESSAGE or _is_ephemeral(body)
        answer_button(context, client, body, reply, replace=replaces and own)
        ack()

    # Slack wants ids to be unique in a row of buttons; what tells ours apart follows a colon.
    app.action(re.compile(rf"^({'|'.join(handlers)})(:.*)?$"))(pressed)


def _is_ephemeral(body: dict[str, Any]) -> bool:
    """Return whether only one person sees the message, so that an answer may replace it."""
    return bool(body.get("container", {}).get("is_ephemeral"))


def _retype(services: Services, caller: Caller, value: str, body: Body) -> Reply:
    typist = caller_for_button(caller, body, value)
    return command_router.run_command(services.engine, typist, *_parse_command_line(value))


def _parse_command_line(value: str) -> tuple[str, str]:
    """Split a button's value into a command and its text."""
    command, _, text = value.partition(" ")
    if command not in command_router.COMMANDS:
        raise NotFound(UNKNOWN_BUTTON)
    return command, text


def _add_and_retype(services: Services, caller: Caller, value: str, body: Body) -> Reply:
    name, _, rest = value.partition("\n")
    try:
        added = edit.add_partner(services.engine, caller, {"name": name})
    except FieldError:
        search.get_partner_id(services.engine, caller, name)  # somebody added it meanwhile; anything else is an error
        return _retype(services, caller, rest, body)
    try:
        return _retype(services, caller, rest, body)
    except UsageError as error:
        return confirm.partner_added_message(added, error.problem, error.form)
    except TendError as error:
        return confirm.partner_added_message(added, str(error))


def _mine(services: Services, caller: Caller, _value: str, _body: Body) -> Reply:
    return reviews.show_due(services.engine, caller)


def _open_form(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return command_router.run_command(services.engine, caller, *_parse_command_line(value))


def _set_outcome(services: Services, caller: Caller, value: str, body: Body) -> Reply:
    activity_id, word = parse_pair(value)
    if word not in list(Outcome):
        raise NotFound(UNKNOWN_BUTTON)
    found = outcomes.get_referral(services.engine, caller, activity_id)
    if word == Outcome.WON and found.entry.value is None:
        return Form(forms.won_form(activity_id, found.partner, found.entry.title))
    done = outcomes.set_outcome(services.engine, caller, activity_id, Outcome(word))
    return confirm.outcome_message(done, caller.team.currency, caller.today)


def _open_card(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return command_router.show_card(services.engine, caller, parse_id(value))


def _log_touch(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    name = search.get_partner_name(services.engine, caller, parse_id(value))
    return Form(forms.touch_form(TouchRequest(partner=name, occurred_on=caller.today)))


def _rate_trust(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return Form(
        forms.trust_form(TrustRequest(partner=search.get_partner_name(services.engine, caller, parse_id(value))))
    )


def _edit(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    partner_id, step = parse_pair(value)
    if step and step not in list(FormPage):
        raise NotFound(UNKNOWN_BUTTON)
    return command_router.edit_form(services.engine, caller, partner_id, FormPage(step or FormPage.WHO))


def _show_details(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return card.details_message(overview.partner_card(services.engine, caller, parse_id(value)))


def _run_verb(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    """Run a verb of `/partner` from a button on a partner's card."""
    word, _, of = value.partition(":")
    if word not in list(PartnerVerb):
        raise NotFound(UNKNOWN_BUTTON)
    name = search.get_partner_name(services.engine, caller, parse_id(of))
    return command_router.run_request(services.engine, caller, bare_request(PartnerVerb(word), name))


def _explain(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return command_router.explain(services.engine, caller, parse_id(value))


def _resume(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return command_router.resume(services.engine, caller, parse_id(value))


def _snooze(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    partner_id, days = parse_pair(value)
    if days not in {str(offered) for _, offered in nudge.SNOOZES}:
        raise NotFound(UNKNOWN_BUTTON)
    return confirm.snooze_message(lifecycle.snooze(services.engine, caller, partner_id, int(days)))


def _wake(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return common.saved_message(lifecycle.wake(services.engine, caller, parse_id(value)), "is no longer snoozed.")


def _change_settings(services: Services, caller: Caller, _value: str, _body: Body) -> Reply:
    caller.require_steward("change the team's settings")
    return Form(settings.settings_form(get_settings(services.engine, caller)))


BUTTONS: tuple[tuple[str, ButtonHandler, bool], ...] = (
    *activity.BUTTONS,
    (action_ids.RETYPE, _retype, True),
    (action_ids.ADD_AND_RETYPE, _add_and_retype, True),
    (action_ids.OUTCOME, _set_outcome, False),
    (action_ids.OPEN_CARD, _open_card, False),
    (action_ids.RESUME_PARTNER, _resume, False),
    (action_ids.WAKE_PARTNER, _wake, True),
    (action_ids.LOG_TOUCH, _log_touch, False),
    (action_ids.SNOOZE, _snooze, False),
    (action_ids.RATE_TRUST, _rate_trust, False),
    (action_ids.EDIT_PARTNER, _edit, False),
    (action_ids.EXPLAIN_PARTNER, _explain, False),
    (action_ids.MORE_OF_PARTNER, _show_details, False),
    (action_ids.VERB, _run_verb, False),
    *notifications.BUTTONS,
    (action_ids.OPEN_FORM, _open_form, False),
    (action_ids.ASK_MINE, _mine, False),
    (action_ids.CHANGE_SETTINGS, _change_settings, False),
    *economics.BUTTONS,
    *reviews.BUTTONS,
    *portfolio.BUTTONS,
    *welcome.BUTTONS,
    *workspace.BUTTONS,
    *webhooks.BUTTONS,
    *partners.BUTTONS,
    *people.BUTTONS,
    *imports.BUTTONS,
)
