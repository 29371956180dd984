"""Integrations: making their tokens, revoking them, and seeing what they recorded."""

from collections.abc import Mapping

from bot.actions.caller import Caller
from bot.actions.workspace import integrations
from bot.forms.state import State, said
from bot.listeners.respond import Form, Reply
from bot.listeners.types import Body, Press, Submit, number
from bot.messages.workspace import integrations as words
from bot.services import House


def _open(house: House, caller: Caller, _value: str, _body: Body) -> Reply:
    found = integrations.listing(house.engine, caller)
    return words.listing(found, caller.today, house.settings.tend_url)


def _make(_house: House, caller: Caller, _value: str, _body: Body) -> Reply:
    caller.must_be_steward(integrations.MAKE_OR_REVOKE)
    return Form(words.make_form())


def _made(house: House, caller: Caller, state: State, _rest: list[str]) -> Reply:
    name = said(state, "name")
    done = integrations.make(house.engine, caller, name if isinstance(name, str) else None)
    return Form(words.made(done), also=words.was_made(done))


def _revoke(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    return words.revoked(integrations.revoke(house.engine, caller, number(value)))


def _written(house: House, caller: Caller, value: str, _body: Body) -> Reply:
    found = integrations.written(house.engine, caller, number(value))
    return words.written(found, caller.team.currency, caller.today)


BUTTONS: tuple[tuple[str, Press, bool], ...] = (
    (words.OPEN, _open, False),
    (words.MAKE, _make, False),
    (words.REVOKE, _revoke, False),
    (words.WRITTEN, _written, False),
)
FORMS: Mapping[str, Submit] = {words.FORM: _made}
