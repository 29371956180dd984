"""What more would do for a partnership."""

from collections.abc import Mapping

from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.economics.what_if import work_out
from bot.actions.partners.search import partner_id_of
from bot.errors import FieldError
from bot.forms.inputs import Day
from bot.forms.state import State, said
from bot.grammar import TERMS, PartnerRequest, PartnerVerb
from bot.listeners import terms
from bot.listeners.form_values import value
from bot.listeners.respond import Form, Reply
from bot.listeners.types import Submit, Verb
from bot.messages.economics import what_if
from bot.services import House
from scoring.vocabulary import Band


def _what_if(engine: Engine, caller: Caller, asked: PartnerRequest) -> Reply:
    if asked.what == TERMS:
        return terms.what_if(engine, caller, asked)
    if asked.partner is None:
        return Form(what_if.what_if_form(asked, caller.team, caller.today))
    partner_id = partner_id_of(engine, caller, asked.partner)
    return what_if.what_if(work_out(engine, caller, partner_id, asked.band, asked.until))


def _form(house: House, caller: Caller, state: State, _rest: list[str]) -> Reply:
    partner, band = value(state, "partner"), value(state, "band")
    if partner is None:
        raise FieldError("partner", "Choose a partner.")
    if band is not None and band not in list(Band):
        raise FieldError("band", "Choose a band.")
    by = Day().read("by", said(state, "by"), caller.team)
    partner_id = partner_id_of(house.engine, caller, partner)
    return what_if.what_if(work_out(house.engine, caller, partner_id, Band(band) if band else None, by))


VERBS: Mapping[PartnerVerb, Verb] = {PartnerVerb.WHAT_IF: _what_if}
FORMS: Mapping[str, Submit] = {what_if.FORM: _form}
