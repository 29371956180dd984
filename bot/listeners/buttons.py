"""The buttons and menus on what we post."""

import re
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient

from bot.actions import overview
from bot.actions.activity import outcomes
from bot.actions.caller import Caller
from bot.actions.partners import edit, lifecycle, search
from bot.actions.workspace.settings import settings_of
from bot.errors import FieldError, NotFound, TendError
from bot.forms.partner_fields import Step
from bot.grammar import PartnerRequest, PartnerVerb, Touch, Trust, UsageError
from bot.listeners import (
    activity,
    dispatch,
    economics,
    imports,
    nudges,
    partners,
    portfolio,
    reviews,
    welcome,
    workspace,
)
from bot.listeners.middleware import CALLER, for_button
from bot.listeners.respond import Form, Reply, answer_button
from bot.listeners.types import NOT_OURS, Body, Press, number, pair
from bot.messages import card, common, forms
from bot.messages.activity import confirm
from bot.messages.notifications import nudge
from bot.messages.workspace import settings
from bot.services import House
from bot.slack import action_ids
from scoring.vocabulary import Outcome


def register(app: App, house: House) -> None:
    """Listen to every button; those that say how a message stands now take its place."""
    for action_id, press, replaces in BUTTONS:
        _listen(app, house, action_id, press, replaces)


def _listen(app: App, house: House, action_id: str, press: Press, replaces: bool) -> None:
    def pressed(ack: Ack, body: Body, action: Body, context: BoltContext, client: WebClient) -> None:
        value = action.get("value") or (action.get("selected_option") or {}).get("value") or ""
        reply = press(house, context[CALLER], value, body)
        answer_button(context, client, body, reply, replace=replaces and _is_ephemeral(body))
        ack()

    # Slack wants ids to be unique in a row of buttons; what tells ours apart follows a colon.
    app.action(re.compile(rf"^{action_id}(:.*)?$"))(pressed)


def _is_ephemeral(body: dict[str, Any]) -> bool:
    """Only what one person sees may be replaced by the answer to one press: a nudge or digest stays."""
    return bool(body.get("container", {}).get("is_ephemeral"))


def _retype(house: House, caller: Caller, value: str, body: Body) -> Reply:
    return dispatch.understand(house.engine, for_button(caller, body, value), *_line(value))


def _line(value: str) -> tuple[str, str]:
    """A command and its text, out of a button."""
    command, _, text = value.partition(" ")
    if command not in dispatch.COMMANDS:
        raise NotFound(NOT_OURS)
    return command, text


def _add_and_retype(house: House, caller: Caller, value: str, body: Body) -> Reply:
    name, _, rest = value.partition("\n")
    try:
        added = edit.add_partner(house.engine, caller, {"name": name})
    except FieldError:
        search.partner_id_of(house.engine, caller, name)  # somebody added it meanwhile; anything else is an error
        return _retype(house, caller, rest, body)
    try:
        return _retype(house, caller, rest, body)
    except UsageError as error:
        return confirm.only_added(added, error.problem, error.form)
    except TendError as error:
        return confirm.only_added(added, str(error))


def _mine(house: House, caller: Caller, _value: str, _body: Body) -> Reply:
    return nudge.due(overview.mine(house.engine, caller)[0])


def _open_form(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return dispatch.understand(house.engine, caller, *_line(value))


def _outcome(house: House, caller: Caller, value: str, body: Body) -> Reply:
    activity_id, word = pair(value)
    if word not in list(Outcome):
        raise NotFound(NOT_OURS)
    found = outcomes.referral(house.engine, caller, activity_id)
    if word == Outcome.WON and found.entry.value is None:
        return Form(forms.won(activity_id, found.partner, found.entry.title))
    done = outcomes.set_outcome(house.engine, caller, activity_id, Outcome(word))
    return confirm.outcome_set(done, caller.team.currency, caller.today)


def _open_card(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return dispatch.show_card(house.engine, caller, number(value))


def _log_touch(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    name = search.name_of(house.engine, caller, number(value))
    return Form(forms.touch(Touch(partner=name, occurred_on=caller.today)))


def _rate_trust(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return Form(forms.trust(Trust(partner=search.name_of(house.engine, caller, number(value)))))


def _edit(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    partner_id, step = pair(value)
    if step and step not in list(Step):
        raise NotFound(NOT_OURS)
    return dispatch.edit_form(house.engine, caller, partner_id, Step(step or Step.WHO))


def _more(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return card.details(overview.card(house.engine, caller, number(value)))


def _verb(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    """What could be typed of a partner, by a button on its card."""
    word, _, of = value.partition(":")
    if word not in list(PartnerVerb):
        raise NotFound(NOT_OURS)
    name = search.name_of(house.engine, caller, number(of))
    verb = PartnerVerb(word)
    return dispatch.PARTNER_VERBS[verb](house.engine, caller, PartnerRequest(verb=verb, partner=name))


def _explain(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return dispatch.explain(house.engine, caller, number(value))


def _resume(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return dispatch.resume(house.engine, caller, number(value))


def _snooze(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    partner_id, days = pair(value)
    if days not in {str(offered) for _, offered in nudge.SNOOZES}:
        raise NotFound(NOT_OURS)
    return confirm.snoozed(lifecycle.snooze(house.engine, caller, partner_id, int(days)))


def _wake(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return common.saved(lifecycle.wake(house.engine, caller, number(value)), "is awake again.")


def _change_settings(house: House, caller: Caller, _value: str, _body: Body) -> Reply:
    caller.must_be_steward("change the team's settings")
    return Form(settings.settings_form(settings_of(house.engine, caller)))


BUTTONS: tuple[tuple[str, Press, bool], ...] = (
    *activity.BUTTONS,
    (action_ids.RETYPE, _retype, True),
    (action_ids.ADD_AND_RETYPE, _add_and_retype, True),
    (action_ids.OUTCOME, _outcome, False),
    (action_ids.OPEN_CARD, _open_card, False),
    (action_ids.RESUME_PARTNER, _resume, False),
    (action_ids.WAKE_PARTNER, _wake, True),
    (action_ids.LOG_TOUCH, _log_touch, False),
    (action_ids.SNOOZE, _snooze, False),
    (action_ids.RATE_TRUST, _rate_trust, False),
    (action_ids.EDIT_PARTNER, _edit, False),
    (action_ids.EXPLAIN_PARTNER, _explain, False),
    (action_ids.MORE_OF_PARTNER, _more, False),
    (action_ids.VERB, _verb, False),
    *nudges.BUTTONS,
    (action_ids.OPEN_FORM, _open_form, False),
    (action_ids.ASK_MINE, _mine, False),
    (action_ids.CHANGE_SETTINGS, _change_settings, False),
    *economics.BUTTONS,
    *reviews.BUTTONS,
    *portfolio.BUTTONS,
    *welcome.BUTTONS,
    *workspace.BUTTONS,
    *partners.BUTTONS,
    *imports.BUTTONS,
)
