"""All partners from one side: verticals, stakeholders, candidates, logos, concentration, effort; and one's history."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Engine

from bot.actions import overview
from bot.actions.activity import promises
from bot.actions.caller import Caller
from bot.actions.partners import edit, history, lifecycle, search
from bot.actions.partners.edit import Saved
from bot.actions.portfolio import prune as logos
from bot.actions.portfolio import verticals, views
from bot.errors import FieldError, NotFound
from bot.formatting import count, day_words
from bot.forms.inputs import Input
from bot.forms.partner_fields import STAKEHOLDERS, Step
from bot.forms.state import State, said
from bot.grammar import PartnerRequest, PartnerVerb
from bot.listeners import form_values
from bot.listeners.respond import Form, Reply
from bot.listeners.types import NOT_OURS, Body, Press, Submit, Verb, id_in, number, pair
from bot.messages import forms
from bot.messages.activity import confirm
from bot.messages.portfolio import breakdowns, prune
from bot.messages.portfolio import forms as view_forms
from bot.messages.portfolio import views as shown
from bot.services import House
from bot.slack.blocks import bold, brief
from scoring.vocabulary import Status

# -- /partner VERB


def _prune(engine: Engine, caller: Caller, _asked: PartnerRequest) -> Reply:
    return _logo(engine, caller)


def _verticals(engine: Engine, caller: Caller, _asked: PartnerRequest) -> Reply:
    return shown.verticals(verticals.measured(engine, caller), caller.team.currency)


def _stakeholders(engine: Engine, caller: Caller, _asked: PartnerRequest) -> Reply:
    return shown.stakeholders(views.stakeholders(engine, caller))


def _candidates(engine: Engine, caller: Caller, _asked: PartnerRequest) -> Reply:
    return breakdowns.candidates(views.candidates(engine, caller))


def _concentration(engine: Engine, caller: Caller, _asked: PartnerRequest) -> Reply:
    return breakdowns.concentration(views.concentration(engine, caller), caller.team.currency)


def _served(engine: Engine, caller: Caller, _asked: PartnerRequest) -> Reply:
    return breakdowns.served(views.served(engine, caller, breakdowns.MOST_SERVED), caller.team.currency)


def _history(engine: Engine, caller: Caller, asked: PartnerRequest) -> Reply:
    partner_id = search.partner_id_of(engine, caller, asked.partner or "")
    return shown.history(history.history_of(engine, caller, partner_id), history.PAGE)


# -- the logos, one after the other in the same place


def _logo(engine: Engine, caller: Caller, *, after: int | None = None, at: int | None = None, told: str = "") -> Reply:
    found = logos.prune(engine, caller, after=after, at=at)
    return prune.pruning(found, sorted(caller.team.stewards), may_end=caller.is_steward, told=told)


def _next(engine: Engine, caller: Caller, partner_id: int, done: Saved | None, what: str) -> Reply:
    told = f":white_check_mark: {bold(done.name)} {what}" if done else "Somebody had decided on that one before."
    return _logo(engine, caller, after=partner_id, told=told)


def _keep(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    done = logos.keep(house.engine, caller, number(value))
    until = f" until {day_words(done.until)}" if done and done.until else ""
    return _next(house.engine, caller, number(value), done, f"is kept{until}; no nudge speaks of it before.")


def _pause(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    done = logos.pause(house.engine, caller, number(value))
    return _next(house.engine, caller, number(value), done, "is paused. `/partner resume` takes it up again.")


def _skip(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return _logo(house.engine, caller, after=number(value) if value else None)


def _back(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return _logo(house.engine, caller, at=number(value))


def _ask_end(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    caller.must_be_steward("end a partnership")
    return _asking(house, caller, number(value))


def _asking(house: House, caller: Caller, partner_id: int, problem: str = "") -> Reply:
    found = logos.prune(house.engine, caller, at=partner_id)
    if found.logo is None or found.logo.partner.id != partner_id:
        return _next(house.engine, caller, partner_id, None, "")
    return prune.asking(found.logo, problem=problem)


def _end(house: House, caller: Caller, value: str, body: Body) -> Reply:
    caller.must_be_steward("end a partnership")
    reason = said(body.get("state", {}).get("values", {}), prune.REASON)
    if not isinstance(reason, str):
        return _asking(house, caller, number(value), "A few words, please: the history keeps them.")
    done = logos.end(house.engine, caller, number(value), reason[: prune.LONGEST_REASON])
    return _next(house.engine, caller, number(value), done, f"is ended ({brief(reason, 200)}).")


# -- buttons of the other views


def _add_to_vertical(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    name, _ = verticals.vertical(house.engine, caller, number(value))
    return Form(forms.new_partner({"vertical": name, "owner": caller.user_id}, caller.team))


def _name_vertical(_house: House, caller: Caller, _value: str, _body: Body) -> Reply:
    return Form(view_forms.name_vertical(caller.team))


def _vertical_cadence(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    name, days = verticals.vertical(house.engine, caller, number(value))
    return Form(view_forms.vertical_cadence(number(value), name, days, caller.team))


def _add_prospect(_house: House, caller: Caller, value: str, _body: Body) -> Reply:
    if value not in STAKEHOLDERS:
        raise NotFound(NOT_OURS)
    return Form(view_forms.prospect(value, caller.user_id, caller.team))


def _take_in(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    done = lifecycle.take_in(house.engine, caller, number(value))
    return confirm.saved(done, "is a partner from today on. Say what is in it for both sides: Open card ▸ Edit.")


def _plan_step(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return Form(view_forms.plan_step(number(value), _name(house, caller, value), caller.team))


def _risk_plan(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    record = overview.values(house.engine, caller, number(value))
    return Form(view_forms.risk_plan(number(value), record["name"], record["risk_plan"], caller.team))


def _speak_less(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    one = overview.card(house.engine, caller, number(value)).scored
    return Form(view_forms.partner_cadence(one.partner.id, one.partner.name, one.cadence_days, caller.team))


def _page_of_history(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    partner_id, offset = pair(value)
    return shown.history(history.history_of(house.engine, caller, partner_id, number(offset)), history.PAGE)


def _name(house: House, caller: Caller, value: str) -> str:
    return search.name_of(house.engine, caller, number(value))


# -- forms that come back


def _vertical_named(house: House, caller: Caller, state: State, _rest: list[str]) -> Reply:
    name = _read(state, "name", view_forms.VERTICAL, caller, "A vertical needs a name.")
    return shown.vertical_named(*verticals.name_vertical(house.engine, caller, name))


def _vertical_cadence_set(house: House, caller: Caller, state: State, rest: list[str]) -> Reply:
    days = view_forms.CADENCE.read("cadence_days", said(state, "cadence_days"), caller.team)
    return shown.cadence_set(verticals.set_cadence(house.engine, caller, id_in(rest), days), days)


def _partner_cadence_set(house: House, caller: Caller, state: State, rest: list[str]) -> Reply:
    days = _read(state, "cadence_days", view_forms.CADENCE, caller, "After how many days?")
    done = edit.edit_partner(house.engine, caller, id_in(rest), {"cadence_days": days})
    return confirm.saved(done, f"is spoken with every {count(days, 'day')} now.")


def _prospect_added(house: House, caller: Caller, state: State, _rest: list[str]) -> Reply:
    values = form_values.partner(state, Step.WHO, caller) | {"status": Status.PROSPECT}
    done = edit.add_partner(house.engine, caller, values)
    return confirm.saved(done, "is a prospect. Say so when they are in: `/partner stakeholders`.")


def _step_planned(house: House, caller: Caller, state: State, rest: list[str]) -> Reply:
    what: str = _read(state, "what", view_forms.STEP, caller, "Say what you will do.")
    due_on: date = _read(state, "due_on", view_forms.DUE, caller, "Choose a day.")
    done = promises.plan_step(house.engine, caller, id_in(rest), what, due_on)
    return confirm.saved(done, f"has a next step: {brief(what, 200)} by {day_words(due_on, caller.today)}.")


def _plan_written(house: House, caller: Caller, state: State, rest: list[str]) -> Reply:
    plan = _read(state, "risk_plan", view_forms.PLAN, caller, "Say what we would do.")
    done = edit.edit_partner(house.engine, caller, id_in(rest), {"risk_plan": plan})
    return confirm.saved(done, "has a plan for the day we lose them.")


def _read(state: State, name: str, input_: Input, caller: Caller, problem: str) -> Any:
    """What stands in a field that can't be empty."""
    found = input_.read(name, said(state, name), caller.team)
    if found is None:
        raise FieldError(name, problem)
    return found


VERBS: Mapping[PartnerVerb, Verb] = {
    PartnerVerb.PRUNE: _prune,
    PartnerVerb.VERTICALS: _verticals,
    PartnerVerb.STAKEHOLDERS: _stakeholders,
    PartnerVerb.CANDIDATES: _candidates,
    PartnerVerb.CONCENTRATION: _concentration,
    PartnerVerb.SERVED: _served,
    PartnerVerb.HISTORY: _history,
}
BUTTONS: tuple[tuple[str, Press, bool], ...] = (
    (prune.KEEP, _keep, True),
    (prune.PAUSE, _pause, True),
    (prune.SKIP, _skip, True),
    (prune.BACK, _back, True),
    (prune.ASK_END, _ask_end, True),
    (prune.END, _end, True),
    (shown.ADD_TO_VERTICAL, _add_to_vertical, False),
    (shown.NAME_VERTICAL, _name_vertical, False),
    (shown.VERTICAL_CADENCE, _vertical_cadence, False),
    (shown.ADD_PROSPECT, _add_prospect, False),
    (shown.TAKE_IN, _take_in, False),
    (shown.PAGE_OF_HISTORY, _page_of_history, True),
    (breakdowns.PLAN_STEP, _plan_step, False),
    (breakdowns.RISK_PLAN, _risk_plan, False),
    (breakdowns.SPEAK_LESS, _speak_less, False),
)
FORMS: Mapping[str, Submit] = {
    "vertical_name": _vertical_named,
    "vertical_cadence": _vertical_cadence_set,
    "partner_cadence": _partner_cadence_set,
    "prospect_add": _prospect_added,
    "plan_step": _step_planned,
    "risk_plan": _plan_written,
}
