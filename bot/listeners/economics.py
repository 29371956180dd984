"""What a partnership costs us, what a deal would pay, and what more would do."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.economics.costs import record_cost, undo_cost
from bot.actions.economics.terms import Draft, draft, keep_terms
from bot.actions.economics.terms import work_out as work_out_terms
from bot.actions.economics.what_if import work_out as work_out_more
from bot.actions.partner_values import Values
from bot.actions.partners.search import partner_id_of
from bot.errors import FieldError, NotFound
from bot.forms.inputs import Day
from bot.forms.state import State, said
from bot.forms.terms_fields import FIGURES, LARGEST
from bot.grammar import TERMS, PartnerRequest, PartnerVerb, UsageError, read_money
from bot.grammar.costs import read_time
from bot.listeners.form_values import value
from bot.listeners.respond import Form, Reply
from bot.listeners.types import NOT_OURS, Body, Press, Submit, Verb, number, pair
from bot.messages.economics import costs, terms, what_if
from bot.services import House
from bot.slack import action_ids, callback_ids
from scoring.vocabulary import Band

# -- what it costs: money and hours


def _cost(engine: Engine, caller: Caller, asked: PartnerRequest) -> Reply:
    if asked.partner is None or asked.what is None or (asked.money is None and asked.minutes is None):
        return Form(costs.cost_form(asked, caller.team, caller.today))
    return costs.recorded(record_cost(engine, caller, asked), caller.team.currency)


def _cost_form(house: House, caller: Caller, state: State, _rest: list[str]) -> Reply:
    money, minutes = read_cost_field(value(state, "cost") or "", caller.team.currency)
    asked = PartnerRequest(
        verb=PartnerVerb.COST,
        partner=value(state, "partner"),
        money=money,
        minutes=minutes,
        what=value(state, "what"),
        on=Day().read("spent_on", said(state, "spent_on"), caller.team),
    )
    return costs.recorded(record_cost(house.engine, caller, asked), caller.team.currency)


def read_cost_field(text: str, currency: str) -> tuple[int | None, int | None]:
    """Money in minor units or minutes, whichever was typed. Raises FieldError."""
    try:
        minutes = read_time(text)
        return (None, minutes) if minutes is not None else (read_money(text, currency), None)
    except UsageError as error:
        raise FieldError("cost", f"{error.problem} Hours look like 2h or 45 min.") from None


def _undo_cost(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return costs.undone(undo_cost(house.engine, caller, number(value)), caller.team.currency)


# -- what a deal would pay: the calculator


def _terms(engine: Engine, caller: Caller, asked: PartnerRequest) -> Reply:
    """The calculator's form, filled with what a partner's record says."""
    partner_id = None if asked.partner is None else partner_id_of(engine, caller, asked.partner)
    return Form(terms.terms_form(draft(engine, caller, partner_id), caller.team))


def _terms_form(house: House, caller: Caller, state: State, rest: list[str]) -> Reply:
    figures = {name: field.input.read(name, said(state, name), caller.team) for name, field in FIGURES.items()}
    partner_id = number(rest[0]) if rest else None
    done = work_out_terms(house.engine, caller, partner_id, figures)
    return terms.worked_out(done, caller.team, carried(partner_id, figures))


def _open_terms(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return Form(terms.terms_form(draft(house.engine, caller, number(value)), caller.team))


def _try_others(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    partner_id, figures = carried_back(value)
    known = draft(house.engine, caller, partner_id)
    return Form(terms.terms_form(Draft(partner_id, known.partner, figures), caller.team))


def _keep_terms(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    partner_id, figures = carried_back(value)
    if partner_id is None:
        raise NotFound(NOT_OURS)
    return terms.kept(keep_terms(house.engine, caller, partner_id, figures))


def carried(partner_id: int | None, figures: Values) -> str:
    """A partner and the figures as a button's value: `12:40,8000,50000,6,,1000,2000000`."""
    told = ",".join("" if figures[name] is None else str(figures[name]) for name in FIGURES)
    return f"{partner_id or 0}:{told}"


def carried_back(value: str) -> tuple[int | None, dict[str, Any]]:
    """What `carried` put into a button.

    Raises:
        NotFound: somebody changed it on the way.
    """
    partner_id, told = pair(value)
    parts = told.split(",")
    if len(parts) != len(FIGURES):
        raise NotFound(NOT_OURS)
    figures = {name: number(part) if part else None for name, part in zip(FIGURES, parts, strict=True)}
    if any(figure is not None and figure > LARGEST[name] for name, figure in figures.items()):
        raise NotFound(NOT_OURS)
    return partner_id or None, figures


# -- what more would do


def _what_if(engine: Engine, caller: Caller, asked: PartnerRequest) -> Reply:
    if asked.what == TERMS:
        return _terms(engine, caller, asked)
    if asked.partner is None:
        return Form(what_if.what_if_form(asked, caller.team, caller.today))
    partner_id = partner_id_of(engine, caller, asked.partner)
    return what_if.what_if(work_out_more(engine, caller, partner_id, asked.band, asked.until))


def _what_if_form(house: House, caller: Caller, state: State, _rest: list[str]) -> Reply:
    partner, band = value(state, "partner"), value(state, "band")
    if partner is None:
        raise FieldError("partner", "Choose a partner.")
    if band is not None and band not in list(Band):
        raise FieldError("band", "Choose a band.")
    by = Day().read("by", said(state, "by"), caller.team)
    partner_id = partner_id_of(house.engine, caller, partner)
    return what_if.what_if(work_out_more(house.engine, caller, partner_id, Band(band) if band else None, by))


VERBS: Mapping[PartnerVerb, Verb] = {
    PartnerVerb.COST: _cost,
    PartnerVerb.WHAT_IF: _what_if,
}
BUTTONS: tuple[tuple[str, Press, bool], ...] = (
    (action_ids.UNDO_COST, _undo_cost, True),
    (action_ids.KEEP_TERMS, _keep_terms, False),
    (action_ids.TRY_OTHER_TERMS, _try_others, False),
    (action_ids.WORK_OUT_TERMS, _open_terms, False),
)
FORMS: Mapping[str, Submit] = {
    callback_ids.COST: _cost_form,
    callback_ids.TERMS: _terms_form,
    callback_ids.WHAT_IF: _what_if_form,
}
