"""The forms when they come back, and the menu of partners that fills as one types."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient

from bot.actions import overview
from bot.actions.activity import outcomes, promises
from bot.actions.activity.batch import record_several
from bot.actions.activity.record import Request
from bot.actions.caller import Caller, DuplicateRequest
from bot.actions.partners import edit, search
from bot.actions.workspace.settings import change_settings, digest_readers, get_settings
from bot.errors import FieldError
from bot.forms.partner_fields import FormPage
from bot.forms.state import FormState, field_value
from bot.grammar import EventRequest, ReferralRequest, TouchRequest, TrustRequest
from bot.grammar.errors import quote
from bot.listeners import (
    activity,
    economics,
    form_values,
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
from bot.listeners.middleware import CALLER, as_caller
from bot.listeners.respond import Form, Reply, answer_form
from bot.listeners.types import FormHandler, parse_form_id, parse_form_page
from bot.messages import common
from bot.messages import forms as words
from bot.messages.activity import confirm
from bot.messages.partners import added
from bot.messages.workspace.settings import settings_changed_message
from bot.services import Services
from bot.slack import action_ids, callback_ids
from bot.slack.blocks import Message, option
from bot.workspace.settings import SETTINGS
from scoring.vocabulary import Outcome


def register(app: App, services: Services) -> None:
    """Listen to every form. A repeated one was done the first time and is only closed."""

    def submitted(ack: Ack, view: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        name, *rest = view["callback_id"].split(":")
        try:
            done = as_caller(context, lambda caller: FORMS[name](services, caller, FormState.of(view), rest))
        except DuplicateRequest:
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
        found = search.search_names(
            services.engine, context[CALLER], payload.get("value") or "", search.MAX_MENU_OPTIONS
        )
        ack(options=[option(name, name) for _, name in found])


def _submit_record(services: Services, caller: Caller, state: FormState, _rest: list[str]) -> Reply:
    """Return the form for what was chosen, which takes the place of the question."""
    name = form_values.text_value(state, action_ids.PARTNER_MENU) or ""
    partner = search.get_partner_name(services.engine, caller, search.get_partner_id(services.engine, caller, name))
    day, what = caller.own_today, field_value(state, words.WHAT)
    if what == callback_ids.REFERRAL:
        return Form(words.referral_form(ReferralRequest(partner=partner, occurred_on=day)))
    if what == callback_ids.EVENT:
        return Form(words.event_form(EventRequest(partner=partner, occurred_on=day)))
    if what == callback_ids.TRUST:
        return Form(words.trust_form(TrustRequest(partner=partner)))
    return Form(words.touch_form(TouchRequest(partner=partner, occurred_on=day)))


def _submit_referral(services: Services, caller: Caller, state: FormState, _rest: list[str]) -> Reply:
    return _recorded(services, caller, form_values.referral(state, caller), state)


def _submit_event(services: Services, caller: Caller, state: FormState, _rest: list[str]) -> Reply:
    return _recorded(services, caller, form_values.event(state, caller), state)


def _submit_touch(services: Services, caller: Caller, state: FormState, _rest: list[str]) -> Reply:
    request = form_values.touch(state, caller)
    if state.rest and state.rest.is_promise and request.promises and not _tells_of_contact(request):
        names = [request.partner or "", *form_values.others(state)]
        made = promises.put_promises(services.engine, caller, list(dict.fromkeys(names)), request.promises)
        return _joined([confirm.promise_message(one, caller.own_today) for one in made])
    return _recorded(services, caller, request, state)


def _tells_of_contact(request: TouchRequest) -> bool:
    return bool(request.note or request.medium or request.people)


def _submit_trust(services: Services, caller: Caller, state: FormState, _rest: list[str]) -> Reply:
    return _recorded(services, caller, form_values.trust(state, caller), state)


def _recorded(services: Services, caller: Caller, request: Request, state: FormState) -> Message:
    """Record what a form says, also of the other partners that its line named."""
    others = [name for name in form_values.others(state) if name != request.partner]
    done = record_several(services.engine, caller, [request, *(replace(request, partner=name) for name in others)])
    unknown = set.intersection(*(set(one.unknown_people) for one in done))  # somebody is at one of them at most
    done = tuple(
        replace(one, unknown_people=tuple(who for who in one.unknown_people if who in unknown)) for one in done
    )
    return _joined([confirm.record_message(one, caller.team.currency, today=caller.own_today) for one in done])


def _joined(told: Sequence[Message]) -> Message:
    return Message("\n".join(one.text for one in told), [block for one in told for block in one.blocks])


def _submit_new_partner(services: Services, caller: Caller, state: FormState, _rest: list[str]) -> Reply:
    spoke = form_values.day(state, "last_spoke_on", caller)
    done = edit.add_partner(services.engine, caller, form_values.partner_fields(state, FormPage.WHO, caller), spoke)
    return added.added(done, overview.get_partner_values(services.engine, caller, done.partner_id))


def _submit_partner_edit(services: Services, caller: Caller, state: FormState, rest: list[str]) -> Reply:
    partner_id, step = parse_form_page(rest)
    done = edit.edit_partner(
        services.engine, caller, partner_id, form_values.changed_partner_fields(state, step, caller)
    )
    changed = ", ".join(done.changed)
    return common.saved_message(done, f"was saved: {changed}." if changed else "is unchanged.")


def _submit_won(services: Services, caller: Caller, state: FormState, rest: list[str]) -> Reply:
    value = form_values.money_value(state, "value", caller)
    done = outcomes.set_outcome(services.engine, caller, parse_form_id(rest), Outcome.WON, value)
    return confirm.outcome_message(done, caller.team.currency, caller.today)


def _submit_settings(services: Services, caller: Caller, state: FormState, _rest: list[str]) -> Reply:
    old = get_settings(services.engine, caller)
    texts = {key: _setting_text(state, key) for key in SETTINGS if state.is_touched(key)}
    texts = {key: text for key, text in texts.items() if text != old[key]}
    for key in texts:
        if _setting_text(state.shown, key) != old[key]:
            problem = f"Someone set this to {quote(old[key] or 'nothing')} after you opened the form. Open it again."
            raise FieldError(key, problem)
    team = change_settings(services.engine, caller, texts)
    new = get_settings(services.engine, caller)
    changed = {key: text for key, text in new.items() if text != old[key]}
    readers = digest_readers(caller, changed)
    return settings_changed_message(changed, locked_out=caller.is_locked_out(team), readers=readers)


def _setting_text(state: FormState, key: str) -> str:
    found = field_value(state, key)
    return " ".join(found) if isinstance(found, list) else found or ""


FORMS: Mapping[str, FormHandler] = {
    callback_ids.RECORD: _submit_record,
    callback_ids.REFERRAL: _submit_referral,
    callback_ids.EVENT: _submit_event,
    callback_ids.TOUCH: _submit_touch,
    callback_ids.TRUST: _submit_trust,
    callback_ids.PARTNER_ADD: _submit_new_partner,
    callback_ids.PARTNER_EDIT: _submit_partner_edit,
    callback_ids.WON: _submit_won,
    callback_ids.SETTINGS: _submit_settings,
    **activity.FORMS,
    **notifications.FORMS,
    **economics.FORMS,
    **partners.FORMS,
    **people.FORMS,
    **reviews.FORMS,
    **portfolio.FORMS,
    **welcome.FORMS,
    **workspace.FORMS,
    **webhooks.FORMS,
    **imports.FORMS,
}
