"""What a deal would pay: the calculator."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.economics.terms import FIGURES, LARGEST, Draft, draft, keep_terms, work_out
from bot.actions.partners.edit import Values
from bot.actions.partners.search import partner_id_of
from bot.errors import NotFound
from bot.forms.state import State, said
from bot.grammar import PartnerRequest
from bot.listeners.respond import Form, Reply
from bot.listeners.types import NOT_OURS, Body, Press, Submit, number, pair
from bot.messages.activity.confirm import WORK_OUT_TERMS
from bot.messages.economics import terms
from bot.services import House


def what_if(engine: Engine, caller: Caller, asked: PartnerRequest) -> Reply:
    """The calculator's form, filled with what a partner's record says."""
    partner_id = None if asked.partner is None else partner_id_of(engine, caller, asked.partner)
    return Form(terms.terms_form(draft(engine, caller, partner_id), caller.team))


def _terms_form(house: House, caller: Caller, state: State, rest: list[str]) -> Reply:
    figures = {name: field.input.read(name, said(state, name), caller.team) for name, field in FIGURES.items()}
    partner_id = number(rest[0]) if rest else None
    done = work_out(house.engine, caller, partner_id, figures)
    return terms.worked_out(done, caller.team, carried(partner_id, figures))


def _open(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return Form(terms.terms_form(draft(house.engine, caller, number(value)), caller.team))


def _try_others(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    partner_id, figures = carried_back(value)
    known = draft(house.engine, caller, partner_id)
    return Form(terms.terms_form(Draft(partner_id, known.partner, figures), caller.team))


def _keep(house: House, caller: Caller, value: str, _body: Body) -> Reply:
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


BUTTONS: tuple[tuple[str, Press, bool], ...] = (
    (terms.KEEP, _keep, False),
    (terms.TRY_OTHERS, _try_others, False),
    (WORK_OUT_TERMS, _open, False),
)
FORMS: Mapping[str, Submit] = {terms.FORM: _terms_form}
