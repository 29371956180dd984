"""The forms when they come back, and the menu of partners that fills as one types."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient

from bot.actions import overview
from bot.actions.activity import outcomes
from bot.actions.activity.batch import record_several
from bot.actions.activity.record import Request
from bot.actions.caller import AlreadyDone, Caller
from bot.actions.partners import edit, search
from bot.actions.workspace.settings import change_settings, settings_of
from bot.forms.partner_fields import Step
from bot.forms.state import State, said
from bot.listeners import (
    activity,
    economics,
    form_values,
    imports,
    nudges,
    partners,
    portfolio,
    reviews,
    welcome,
    workspace,
)
from bot.listeners.middleware import CALLER
from bot.listeners.respond import Form, Reply, answer_form
from bot.listeners.types import Submit, id_in, step_in
from bot.messages import common
from bot.messages.activity import confirm
from bot.messages.partners import added
from bot.messages.workspace.settings import settings_changed
from bot.services import House
from bot.slack import action_ids, callback_ids
from bot.slack.blocks import Message, option
from bot.workspace.settings import SETTINGS
from scoring.vocabulary import Outcome


def register(app: App, house: House) -> None:
    """Listen to every form. A repeated one was done the first time and is only closed."""

    def submitted(ack: Ack, view: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        name, *rest = view["callback_id"].split(":")
        try:
            done = FORMS[name](house, context[CALLER], State.of(view), rest)
        except AlreadyDone:
            ack()
            return
        if isinstance(done, Form):
            if done.also:
                answer_form(client, view, context[CALLER].user_id, done.also)
            ack(response_action="update", view={**done.view, "private_metadata": view.get("private_metadata", "")})
            return
        answer_form(client, view, context[CALLER].user_id, done)
        ack()

    app.view(re.compile(rf"^({'|'.join(FORMS)})(:\w+)*$"))(submitted)

    @app.options(action_ids.PARTNER_MENU)
    def partners(ack: Ack, payload: dict[str, Any], context: BoltContext) -> None:
        found = search.names_like(house.engine, context[CALLER], payload.get("value") or "", search.MENU_OPTIONS)
        ack(options=[option(name, name) for _, name in found])


def _referral(house: House, caller: Caller, state: State, _rest: list[str]) -> Reply:
    return _recorded(house, caller, form_values.referral(state, caller), state)


def _event(house: House, caller: Caller, state: State, _rest: list[str]) -> Reply:
    return _recorded(house, caller, form_values.event(state, caller), state)


def _touch(house: House, caller: Caller, state: State, _rest: list[str]) -> Reply:
    return _recorded(house, caller, form_values.touch(state, caller), state)


def _trust(house: House, caller: Caller, state: State, _rest: list[str]) -> Reply:
    return _recorded(house, caller, form_values.trust(state, caller), state)


def _recorded(house: House, caller: Caller, request: Request, state: State) -> Message:
    """Record what a form says, also of the other partners that its line named."""
    others = [name for name in form_values.others(state) if name != request.partner]
    done = record_several(house.engine, caller, [request, *(replace(request, partner=name) for name in others)])
    told = [confirm.recorded(one, caller.team.currency, today=caller.own_today) for one in done]
    return Message("\n".join(one.text for one in told), [block for one in told for block in one.blocks])


def _partner_add(house: House, caller: Caller, state: State, _rest: list[str]) -> Reply:
    spoke = form_values.day(state, "last_spoke_on", caller)
    done = edit.add_partner(house.engine, caller, form_values.partner(state, Step.WHO, caller), spoke)
    return added.added(done, overview.values(house.engine, caller, done.partner_id))


def _partner_edit(house: House, caller: Caller, state: State, rest: list[str]) -> Reply:
    partner_id, step = step_in(rest)
    done = edit.edit_partner(house.engine, caller, partner_id, form_values.touched(state, step, caller))
    changed = ", ".join(done.changed)
    return common.saved(done, f"is saved: {changed}." if changed else "is as it was: nothing changed.")


def _won(house: House, caller: Caller, state: State, rest: list[str]) -> Reply:
    value = form_values.money(state, "value", caller)
    done = outcomes.set_outcome(house.engine, caller, id_in(rest), Outcome.WON, value)
    return confirm.outcome_set(done, caller.team.currency, caller.today)


def _settings(house: House, caller: Caller, state: State, _rest: list[str]) -> Reply:
    found = {key: said(state, key) for key in SETTINGS}
    texts = {key: " ".join(one) if isinstance(one, list) else one or "" for key, one in found.items()}
    old = settings_of(house.engine, caller)
    team = change_settings(house.engine, caller, {key: text for key, text in texts.items() if text != old[key]})
    new = settings_of(house.engine, caller)
    changed = {key: text for key, text in new.items() if text != old[key]}
    return settings_changed(changed, locked_out=caller.is_locked_out(team))


FORMS: Mapping[str, Submit] = {
    callback_ids.REFERRAL: _referral,
    callback_ids.EVENT: _event,
    callback_ids.TOUCH: _touch,
    callback_ids.TRUST: _trust,
    callback_ids.PARTNER_ADD: _partner_add,
    callback_ids.PARTNER_EDIT: _partner_edit,
    callback_ids.WON: _won,
    callback_ids.SETTINGS: _settings,
    **activity.FORMS,
    **nudges.FORMS,
    **economics.FORMS,
    **partners.FORMS,
    **reviews.FORMS,
    **portfolio.FORMS,
    **welcome.FORMS,
    **workspace.FORMS,
    **imports.FORMS,
}
