"""What a partnership costs us, what a deal would pay, and what more would do."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.economics.costs import record_cost, undo_cost
from bot.actions.economics.terms import TermsDraft, load_draft, save_terms
from bot.actions.economics.terms import evaluate_terms as work_out_terms
from bot.actions.economics.what_if import evaluate_what_if as work_out_more
from bot.actions.partner_values import FieldValues
from bot.actions.partners.search import get_partner_id
from bot.errors import FieldError, NotFound
from bot.forms.inputs import Day
from bot.forms.state import FormState, field_value
from bot.forms.terms_fields import MAX_VALUES, TERMS_FIELDS
from bot.grammar import CostRequest, TermsRequest, UsageError, WhatIfRequest, read_money
from bot.grammar.costs import read_time
from bot.listeners.form_values import text_value
from bot.listeners.respond import Form, Reply
from bot.listeners.types import UNKNOWN_BUTTON, Body, ButtonHandler, FormHandler, parse_id, parse_pair
from bot.messages.economics import costs, terms, what_if
from bot.services import Services
from bot.slack import action_ids, callback_ids
from scoring.vocabulary import Band


def run_request(engine: Engine, caller: Caller, request: CostRequest | WhatIfRequest | TermsRequest) -> Reply:
    """Do what a request to `/partner` says."""
    match request:
        case CostRequest():
            return _cost(engine, caller, request)
        case WhatIfRequest():
            return _what_if(engine, caller, request)
        case TermsRequest():
            return _terms(engine, caller, request)


# -- what it costs: money and hours


def _cost(engine: Engine, caller: Caller, request: CostRequest) -> Reply:
    if request.partner is None or request.what is None or (request.money is None and request.minutes is None):
        return Form(costs.cost_form(request, caller.team, caller.today))
    return costs.record_message(record_cost(engine, caller, request), caller.team.currency)


def _submit_cost(services: Services, caller: Caller, state: FormState, _rest: list[str]) -> Reply:
    money, minutes = read_cost_field(text_value(state, "cost") or "", caller.team.currency)
    request = CostRequest(
        partner=text_value(state, "partner"),
        money=money,
        minutes=minutes,
        what=text_value(state, "what"),
        on=Day().read("spent_on", field_value(state, "spent_on"), caller.team),
    )
    return costs.record_message(record_cost(services.engine, caller, request), caller.team.currency)


def read_cost_field(text: str, currency: str) -> tuple[int | None, int | None]:
    """Return the money in minor units, or the minutes, whichever was typed. Raise FieldError for neither."""
    try:
        minutes = read_time(text)
        return (None, minutes) if minutes is not None else (read_money(text, currency), None)
    except UsageError as error:
        raise FieldError("cost", f"{error.problem} Hours look like 2h or 45 min.") from None


def _undo_cost(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return costs.undone_message(undo_cost(services.engine, caller, parse_id(value)), caller.team.currency)


# -- what a deal would pay: the calculator


def _terms(engine: Engine, caller: Caller, request: TermsRequest) -> Reply:
    """Open the calculator's form, filled from a partner's record."""
    partner_id = None if request.partner is None else get_partner_id(engine, caller, request.partner)
    return Form(terms.terms_form(load_draft(engine, caller, partner_id), caller.team))


def _submit_terms(services: Services, caller: Caller, state: FormState, rest: list[str]) -> Reply:
    figures = {
        name: field.input.read(name, field_value(state, name), caller.team) for name, field in TERMS_FIELDS.items()
    }
    partner_id = parse_id(rest[0]) if rest else None
    done = work_out_terms(services.engine, caller, partner_id, figures)
    return terms.terms_message(done, caller.team, encode_figures(partner_id, figures))


def _open_terms(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return Form(terms.terms_form(load_draft(services.engine, caller, parse_id(value)), caller.team))


def _reopen_terms(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    partner_id, figures = decode_figures(value)
    known = load_draft(services.engine, caller, partner_id)
    return Form(terms.terms_form(TermsDraft(partner_id, known.partner, figures), caller.team))


def _keep_terms(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    partner_id, figures = decode_figures(value)
    if partner_id is None:
        raise NotFound(UNKNOWN_BUTTON)
    return terms.kept_message(save_terms(services.engine, caller, partner_id, figures))


def encode_figures(partner_id: int | None, figures: FieldValues) -> str:
    """Encode a partner and the figures as a button's value: `12:40,8000,50000,6,,1000,2000000`."""
    told = ",".join("" if figures[name] is None else str(figures[name]) for name in TERMS_FIELDS)
    return f"{partner_id or 0}:{told}"


def decode_figures(value: str) -> tuple[int | None, dict[str, Any]]:
    """Return the partner's id and the figures that `encode_figures` put into a button.

    Raises:
        NotFound: somebody changed it on the way.
    """
    partner_id, told = parse_pair(value)
    parts = told.split(",")
    if len(parts) != len(TERMS_FIELDS):
        raise NotFound(UNKNOWN_BUTTON)
    figures = {name: parse_id(part) if part else None for name, part in zip(TERMS_FIELDS, parts, strict=True)}
    if any(figure is not None and figure > MAX_VALUES[name] for name, figure in figures.items()):
        raise NotFound(UNKNOWN_BUTTON)
    return partner_id or None, figures


# -- what more would do


def _what_if(engine: Engine, caller: Caller, request: WhatIfRequest) -> Reply:
    if request.partner is None:
        return Form(what_if.what_if_form(request, caller.team, caller.today))
    partner_id = get_partner_id(engine, caller, request.partner)
    return what_if.what_if_message(work_out_more(engine, caller, partner_id, request.band, request.until))


def _submit_what_if(services: Services, caller: Caller, state: FormState, _rest: list[str]) -> Reply:
    partner, band = text_value(state, "partner"), text_value(state, "band")
    if partner is None:
        raise FieldError("partner", "Choose a partner.")
    if band is not None and band not in list(Band):
        raise FieldError("band", "Choose a band.")
    by = Day().read("by", field_value(state, "by"), caller.team)
    partner_id = get_partner_id(services.engine, caller, partner)
    return what_if.what_if_message(work_out_more(services.engine, caller, partner_id, Band(band) if band else None, by))


BUTTONS: tuple[tuple[str, ButtonHandler, bool], ...] = (
    (action_ids.UNDO_COST, _undo_cost, True),
    (action_ids.KEEP_TERMS, _keep_terms, False),
    (action_ids.TRY_OTHER_TERMS, _reopen_terms, False),
    (action_ids.WORK_OUT_TERMS, _open_terms, False),
)
FORMS: Mapping[str, FormHandler] = {
    callback_ids.COST: _submit_cost,
    callback_ids.TERMS: _submit_terms,
    callback_ids.WHAT_IF: _submit_what_if,
}
