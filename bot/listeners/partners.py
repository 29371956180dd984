"""Merging partners: shown first, done by a button, undone by another."""

from collections.abc import Mapping

from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.partners import merge
from bot.grammar import PARTNER_FORMS, PartnerRequest, PartnerVerb, UsageError
from bot.listeners.respond import Reply
from bot.listeners.types import Body, Press, Verb, number, pair
from bot.messages.partners import merge as words
from bot.services import House


def _plan(engine: Engine, caller: Caller, asked: PartnerRequest) -> Reply:
    caller.must_be_steward(merge.MAY)
    if asked.partner is None or asked.into is None:
        raise UsageError("", "Which partner should become part of which?", PARTNER_FORMS[PartnerVerb.MERGE])
    found = merge.plan(engine, caller, asked.partner, asked.into)
    return words.plan(found) if isinstance(found, merge.Plan) else words.together(found)


def _merge(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    partner_id, into = pair(value)
    return words.merged(merge.merge(house.engine, caller, partner_id, number(into)))


def _undo(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return words.undone(merge.undo(house.engine, caller, number(value)))


VERBS: Mapping[PartnerVerb, Verb] = {PartnerVerb.MERGE: _plan}
BUTTONS: tuple[tuple[str, Press, bool], ...] = ((words.MERGE, _merge, True), (words.UNDO, _undo, True))
