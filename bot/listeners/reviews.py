"""Reviews of one partner and of all, and what stands between: issues and ideas."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.partners import search
from bot.actions.portfolio import quarterly_review
from bot.actions.reviews import brief, hold, issues
from bot.errors import NotFound
from bot.forms.state import State, said
from bot.grammar import PartnerRequest, PartnerVerb
from bot.listeners import portfolio
from bot.listeners.respond import Form, Reply
from bot.listeners.types import NOT_OURS, Body, Press, Submit, Verb, id_in, number
from bot.messages.portfolio import quarterly_review as portfolio_words
from bot.messages.reviews import brief as words
from bot.messages.reviews import due, forms
from bot.messages.reviews import issues as matter_words
from bot.services import House

DONE, DROPPED = "done", "dropped"


def _review(engine: Engine, caller: Caller, asked: PartnerRequest) -> Reply:
    if asked.everyone:
        found = quarterly_review.find(engine, caller)
        return portfolio_words.portfolio(found, caller.team.currency, tuple(portfolio.VERBS))
    if asked.partner is None:
        return due.due(brief.due(engine, caller), caller.user_id)
    return prepare(engine, caller, search.partner_id_of(engine, caller, asked.partner))


def prepare(engine: Engine, caller: Caller, partner_id: int) -> Reply:
    """A partner's brief."""
    return words.review(brief.brief(engine, caller, partner_id), caller.team.currency)


def _prepare(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return prepare(house.engine, caller, number(value))


def _hold(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    found = brief.brief(house.engine, caller, number(value))
    next_on = caller.today + timedelta(days=caller.team.review_days)
    return Form(forms.hold(found, caller.team, next_on))


def _held(house: House, caller: Caller, state: State, rest: list[str]) -> Reply:
    values: dict[str, Any] = {
        name: kind.read(name, said(state, name), caller.team) for name, (_, kind, _) in forms.INPUTS.items()
    }
    answers = hold.Answers(
        texts={name: values[name] for name in brief.ANSWERS},
        openness=int(values["openness"]) if values["openness"] else None,
        step=values["step"],
        step_due_on=values["step_due_on"],
        next_on=values["next_on"],
    )
    return words.held(hold.hold(house.engine, caller, id_in(rest), answers))


def _matter(kind: issues.Kind) -> Verb:
    def note(engine: Engine, caller: Caller, asked: PartnerRequest) -> Reply:
        partner_id = search.partner_id_of(engine, caller, asked.partner or "")
        if asked.what is None:
            return _note_form(engine, caller, partner_id, kind)
        return matter_words.noted(issues.note(engine, caller, partner_id, kind, asked.what))

    return note


def _note_form(engine: Engine, caller: Caller, partner_id: int, kind: issues.Kind) -> Form:
    return Form(forms.note(partner_id, search.name_of(engine, caller, partner_id), kind))


def _open_note(kind: issues.Kind) -> Press:
    def press(house: House, caller: Caller, value: str, _body: Body) -> Reply:
        return _note_form(house.engine, caller, number(value), kind)

    return press


def _noted(house: House, caller: Caller, state: State, rest: list[str]) -> Reply:
    if not rest or rest[0] not in list(issues.Kind):
        raise NotFound(NOT_OURS)
    kind = issues.Kind(rest[0])
    return matter_words.noted(issues.note(house.engine, caller, id_in(rest[1:]), kind, _text(state, "what")))


def _resolve(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    found = issues.find(house.engine, caller, number(value), issues.Kind.ISSUE)
    return matter_words.settled(found) if found.already else Form(forms.resolve(found))


def _resolved(house: House, caller: Caller, state: State, rest: list[str]) -> Reply:
    done = issues.settle(house.engine, caller, id_in(rest), issues.Kind.ISSUE, _text(state, "how"))
    return matter_words.settled(done)


def _idea(how: str) -> Press:
    def press(house: House, caller: Caller, value: str, _body: Body) -> Reply:
        return matter_words.settled(issues.settle(house.engine, caller, number(value), issues.Kind.IDEA, how))

    return press


def _text(state: State, name: str) -> str | None:
    found = said(state, name)
    return found if isinstance(found, str) else None


VERBS: Mapping[PartnerVerb, Verb] = {
    PartnerVerb.REVIEW: _review,
    PartnerVerb.ISSUE: _matter(issues.Kind.ISSUE),
    PartnerVerb.IDEA: _matter(issues.Kind.IDEA),
}
BUTTONS: tuple[tuple[str, Press, bool], ...] = (
    (due.PREPARE, _prepare, False),
    (words.HOLD, _hold, False),
    (matter_words.NOTE_ISSUE, _open_note(issues.Kind.ISSUE), False),
    (matter_words.NOTE_IDEA, _open_note(issues.Kind.IDEA), False),
    (matter_words.RESOLVED, _resolve, False),
    (matter_words.DONE, _idea(DONE), False),
    (matter_words.DROP, _idea(DROPPED), False),
)
FORMS: Mapping[str, Submit] = {
    forms.HOLD: _held,
    forms.NOTE: _noted,
    forms.RESOLVE: _resolved,
}
