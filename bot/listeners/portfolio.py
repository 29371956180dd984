"""All partners from one side: verticals, stakeholders, candidates, logos, concentration, effort; and one's history."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Engine

from bot.actions import overview
from bot.actions.activity import promises
from bot.actions.caller import Caller
from bot.actions.partner_values import SaveResult
from bot.actions.partners import edit, history, lifecycle, search
from bot.actions.portfolio import charts as drawn
from bot.actions.portfolio import prune as logos
from bot.actions.portfolio import verticals, views
from bot.background.send_portfolio_png import start_portfolio_png
from bot.errors import FieldError, NotFound
from bot.formatting import count, format_day
from bot.forms.inputs import Input
from bot.forms.partner_fields import STAKEHOLDERS, FormPage
from bot.forms.state import FormState, field_value
from bot.grammar import HistoryRequest, PartnerVerb, ViewRequest
from bot.listeners import form_values
from bot.listeners.respond import Form, Reply
from bot.listeners.types import (
    UNKNOWN_BUTTON,
    Body,
    ButtonHandler,
    FormHandler,
    parse_form_id,
    parse_id,
    parse_pair,
)
from bot.messages import common, forms
from bot.messages.partners import history as partners_history
from bot.messages.portfolio import breakdowns, charts, prune
from bot.messages.portfolio import forms as view_forms
from bot.messages.portfolio import views as shown
from bot.services import Services
from bot.slack import action_ids, callback_ids
from bot.slack.blocks import bold, escape_clip
from scoring.vocabulary import Status

# -- /partner VERB


def run_request(engine: Engine, caller: Caller, request: ViewRequest | HistoryRequest) -> Reply:
    """Do what a request to `/partner` says."""
    match request:
        case ViewRequest():
            return _VIEWS[request.verb](engine, caller)
        case HistoryRequest():
            return _history(engine, caller, request)


def _verticals(engine: Engine, caller: Caller) -> Reply:
    return shown.verticals_message(verticals.measure_verticals(engine, caller), caller.team.currency)


def _stakeholders(engine: Engine, caller: Caller) -> Reply:
    return shown.stakeholders_message(views.list_stakeholders(engine, caller))


def _candidates(engine: Engine, caller: Caller) -> Reply:
    return breakdowns.candidates_message(views.list_candidates(engine, caller))


def _concentration(engine: Engine, caller: Caller) -> Reply:
    return breakdowns.concentration_message(views.report_concentration(engine, caller), caller.team.currency)


def _served(engine: Engine, caller: Caller) -> Reply:
    return breakdowns.balance_message(
        views.measure_balance(engine, caller, breakdowns.MAX_SERVED), caller.team.currency
    )


def _history(engine: Engine, caller: Caller, request: HistoryRequest) -> Reply:
    partner_id = search.get_partner_id(engine, caller, request.partner or "")
    return partners_history.history_message(history.get_history(engine, caller, partner_id), history.PAGE_SIZE)


# -- the logos, one after the other in the same place


def _show_logo(
    engine: Engine, caller: Caller, *, after: int | None = None, at: int | None = None, told: str = ""
) -> Reply:
    found = logos.get_prune_state(engine, caller, after=after, at=at)
    return prune.prune_message(found, sorted(caller.team.stewards), may_end=caller.is_steward, told=told)


def _show_next_logo(engine: Engine, caller: Caller, partner_id: int, done: SaveResult | None, what: str) -> Reply:
    told = f":white_check_mark: {bold(done.name)} {what}" if done else "Someone has already decided on that one."
    return _show_logo(engine, caller, after=partner_id, told=told)


def _keep(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    done = logos.keep(services.engine, caller, parse_id(value))
    until = f" until {format_day(done.until)}" if done and done.until else ""
    return _show_next_logo(
        services.engine, caller, parse_id(value), done, f"is kept{until}. No nudges about it before then."
    )


def _pause(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    done = logos.pause(services.engine, caller, parse_id(value))
    return _show_next_logo(
        services.engine, caller, parse_id(value), done, "is paused. `/partner resume` ends the pause."
    )


def _skip(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return _show_logo(services.engine, caller, after=parse_id(value) if value else None)


def _cancel_end(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return _show_logo(services.engine, caller, at=parse_id(value))


def _ask_end(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    caller.require_steward("end a partnership")
    return _ask_reason(services, caller, parse_id(value))


def _ask_reason(services: Services, caller: Caller, partner_id: int, problem: str = "") -> Reply:
    found = logos.get_prune_state(services.engine, caller, at=partner_id)
    if found.logo is None or found.logo.partner.id != partner_id:
        return _show_next_logo(services.engine, caller, partner_id, None, "")
    return prune.ask_reason_message(found.logo, problem=problem)


def _end(services: Services, caller: Caller, value: str, body: Body) -> Reply:
    caller.require_steward("end a partnership")
    reason = field_value(body.get("state", {}).get("values", {}), prune.REASON)
    if not isinstance(reason, str):
        return _ask_reason(services, caller, parse_id(value), "Please say why in a few words, for the history.")
    done = logos.end(services.engine, caller, parse_id(value), reason[: prune.MAX_REASON_LENGTH])
    return _show_next_logo(services.engine, caller, parse_id(value), done, f"has ended ({escape_clip(reason, 200)}).")


# -- buttons of the other views


def _add_to_vertical(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    name, _ = verticals.get_vertical(services.engine, caller, parse_id(value))
    return Form(forms.new_partner_form({"vertical": name, "owner": caller.user_id}, caller.team))


def _name_vertical(_services: Services, caller: Caller, _value: str, _body: Body) -> Reply:
    return Form(view_forms.vertical_form(caller.team))


def _vertical_cadence(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    name, days = verticals.get_vertical(services.engine, caller, parse_id(value))
    return Form(view_forms.vertical_cadence_form(parse_id(value), name, days, caller.team))


def _add_prospect(_services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    if value not in STAKEHOLDERS:
        raise NotFound(UNKNOWN_BUTTON)
    return Form(view_forms.prospect_form(value, caller.user_id, caller.team))


def _activate(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    done = lifecycle.activate(services.engine, caller, parse_id(value))
    return common.saved_message(done, "is a partner from today. Add what's in it for both sides: Open card ▸ Edit.")


def _plan_step(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return Form(view_forms.step_form(parse_id(value), _partner_name(services, caller, value), caller.team))


def _risk_plan(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    record = overview.get_partner_values(services.engine, caller, parse_id(value))
    return Form(view_forms.risk_plan_form(parse_id(value), record["name"], record["risk_plan"], caller.team))


def _speak_less(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    one = overview.partner_card(services.engine, caller, parse_id(value)).scored
    return Form(view_forms.partner_cadence_form(one.partner.id, one.partner.name, one.cadence_days, caller.team))


def _page_of_history(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    partner_id, offset = parse_pair(value)
    return partners_history.history_message(
        history.get_history(services.engine, caller, partner_id, parse_id(offset)), history.PAGE_SIZE
    )


def _partner_name(services: Services, caller: Caller, value: str) -> str:
    return search.get_partner_name(services.engine, caller, parse_id(value))


# -- forms that come back


def _submit_vertical(services: Services, caller: Caller, state: FormState, _rest: list[str]) -> Reply:
    name = _read_field(state, "name", view_forms.VERTICAL_INPUT, caller, "A vertical needs a name.")
    return shown.vertical_created_message(*verticals.create_vertical(services.engine, caller, name))


def _submit_vertical_cadence(services: Services, caller: Caller, state: FormState, rest: list[str]) -> Reply:
    days = view_forms.CADENCE_INPUT.read("cadence_days", field_value(state, "cadence_days"), caller.team)
    return shown.cadence_message(verticals.set_cadence(services.engine, caller, parse_form_id(rest), days), days)


def _submit_partner_cadence(services: Services, caller: Caller, state: FormState, rest: list[str]) -> Reply:
    days = _read_field(state, "cadence_days", view_forms.CADENCE_INPUT, caller, "Enter the number of days.")
    done = edit.edit_partner(services.engine, caller, parse_form_id(rest), {"cadence_days": days})
    return common.saved_message(done, f"now has a cadence of {count(days, 'day')}.")


def _submit_prospect(services: Services, caller: Caller, state: FormState, _rest: list[str]) -> Reply:
    values = form_values.partner_fields(state, FormPage.WHO, caller) | {"status": Status.PROSPECT}
    done = edit.add_partner(services.engine, caller, values)
    return common.saved_message(done, "is a prospect. Once they agree, make them active in `/partner stakeholders`.")


def _submit_step(services: Services, caller: Caller, state: FormState, rest: list[str]) -> Reply:
    what: str = _read_field(state, "what", view_forms.STEP_INPUT, caller, "Say what you will do.")
    due_on: date = _read_field(state, "due_on", view_forms.DUE_INPUT, caller, "Choose a day.")
    done = promises.add_promise(services.engine, caller, parse_form_id(rest), what, due_on)
    return common.saved_message(
        done, f"has a next step: {escape_clip(what, 200)} by {format_day(due_on, caller.today)}."
    )


def _submit_risk_plan(services: Services, caller: Caller, state: FormState, rest: list[str]) -> Reply:
    plan = _read_field(state, "risk_plan", view_forms.PLAN_INPUT, caller, "Say what we would do.")
    done = edit.edit_partner(services.engine, caller, parse_form_id(rest), {"risk_plan": plan})
    return common.saved_message(done, "now has a plan in case we lose them.")


def _read_field(state: FormState, name: str, input_: Input, caller: Caller, problem: str) -> Any:
    """Return the value of a field that can't be empty. Raise FieldError if it is."""
    found = input_.read(name, field_value(state, name), caller.team)
    if found is None:
        raise FieldError(name, problem)
    return found


# -- pictures


def _rvi_over_time(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return charts.history_message(drawn.get_score_history(services.engine, caller, parse_id(value)))


def _draw(services: Services, caller: Caller, _value: str, _body: Body) -> Reply:
    found = drawn.get_portfolio_chart(services.engine, caller)
    if not found.dots:
        return charts.no_chart_message()
    return (
        charts.drawing_message()
        if start_portfolio_png(services, caller, found)
        else charts.numbers_message(found, "Tend is restarting")
    )


_VIEWS: Mapping[PartnerVerb, Callable[[Engine, Caller], Reply]] = {
    PartnerVerb.PRUNE: _show_logo,
    PartnerVerb.VERTICALS: _verticals,
    PartnerVerb.STAKEHOLDERS: _stakeholders,
    PartnerVerb.CANDIDATES: _candidates,
    PartnerVerb.CONCENTRATION: _concentration,
    PartnerVerb.SERVED: _served,
}
BUTTONS: tuple[tuple[str, ButtonHandler, bool], ...] = (
    (action_ids.PRUNE_KEEP, _keep, True),
    (action_ids.PRUNE_PAUSE, _pause, True),
    (action_ids.PRUNE_SKIP, _skip, True),
    (action_ids.PRUNE_BACK, _cancel_end, True),
    (action_ids.PRUNE_ASK_END, _ask_end, True),
    (action_ids.PRUNE_END, _end, True),
    (action_ids.ADD_TO_VERTICAL, _add_to_vertical, False),
    (action_ids.NAME_VERTICAL, _name_vertical, False),
    (action_ids.VERTICAL_CADENCE, _vertical_cadence, False),
    (action_ids.ADD_PROSPECT, _add_prospect, False),
    (action_ids.TAKE_IN, _activate, False),
    (action_ids.PAGE_OF_HISTORY, _page_of_history, True),
    (action_ids.PLAN_STEP, _plan_step, False),
    (action_ids.RISK_PLAN, _risk_plan, False),
    (action_ids.SPEAK_LESS, _speak_less, False),
    (action_ids.RVI_OVER_TIME, _rvi_over_time, False),
    (action_ids.DRAW_PORTFOLIO, _draw, False),
)
FORMS: Mapping[str, FormHandler] = {
    callback_ids.VERTICAL_NAME: _submit_vertical,
    callback_ids.VERTICAL_CADENCE: _submit_vertical_cadence,
    callback_ids.PARTNER_CADENCE: _submit_partner_cadence,
    callback_ids.PROSPECT_ADD: _submit_prospect,
    callback_ids.PLAN_STEP: _submit_step,
    callback_ids.RISK_PLAN: _submit_risk_plan,
}
