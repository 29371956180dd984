"""What a partnership costs us: money and hours."""

from collections.abc import Mapping

from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.economics.costs import record_cost, undo_cost
from bot.errors import FieldError
from bot.forms.inputs import Day
from bot.forms.state import State, said
from bot.grammar import PartnerRequest, PartnerVerb, UsageError, read_money
from bot.grammar.costs import read_time
from bot.listeners.form_values import value
from bot.listeners.respond import Form, Reply
from bot.listeners.types import Body, Press, Submit, Verb, number
from bot.messages.economics import costs
from bot.services import House


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


def _undo(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return costs.undone(undo_cost(house.engine, caller, number(value)), caller.team.currency)


VERBS: Mapping[PartnerVerb, Verb] = {PartnerVerb.COST: _cost}
BUTTONS: tuple[tuple[str, Press, bool], ...] = ((costs.UNDO_COST, _undo, True),)
FORMS: Mapping[str, Submit] = {costs.FORM: _cost_form}
