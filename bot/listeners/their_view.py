"""Their view: asking a partner's contact by a link, taking it back, and keeping what they said."""

from collections.abc import Mapping

from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.partners import edit, search
from bot.actions.reviews import trust_survey
from bot.forms.state import State, said
from bot.grammar import PartnerRequest, PartnerVerb
from bot.listeners.respond import Form, Reply
from bot.listeners.types import Body, Press, Submit, Verb, id_in, number
from bot.messages.activity import confirm
from bot.messages.reviews import trust_survey as words
from bot.services import House
from bot.slack.blocks import brief


def _ask(engine: Engine, caller: Caller, asked: PartnerRequest) -> Reply:
    partner_id = search.partner_id_of(engine, caller, asked.partner or "")
    if asked.what is not None:
        return words.linked(trust_survey.ask(engine, caller, partner_id, asked.what))
    name, contact = trust_survey.to_ask(engine, caller, partner_id)
    return Form(words.ask_form(partner_id, name, contact))


def _asked(house: House, caller: Caller, state: State, rest: list[str]) -> Reply:
    contact = said(state, "contact")
    done = trust_survey.ask(house.engine, caller, id_in(rest), contact if isinstance(contact, str) else None)
    return words.linked(done)


def _withdraw(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return words.withdrawn(trust_survey.withdraw(house.engine, caller, number(value)))


def _keep(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    found = trust_survey.words_of(house.engine, caller, number(value))
    done = edit.edit_partner(house.engine, caller, found.partner_id, {"wiifm_them": found.words})
    if not done.changed:
        return confirm.saved(done, "is as it was: the record says so already.")
    return confirm.saved(done, f"now has in the record what is in it for them: “{brief(found.words, 600)}”")


VERBS: Mapping[PartnerVerb, Verb] = {PartnerVerb.ASK: _ask}
BUTTONS: tuple[tuple[str, Press, bool], ...] = ((words.WITHDRAW, _withdraw, False), (words.KEEP_WORDS, _keep, False))
FORMS: Mapping[str, Submit] = {words.FORM: _asked}
