"""Types of calls, results and operations, and helpers that parse request values."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

from babel.numbers import get_currency_precision
from pydantic import BaseModel
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.errors import FieldError
from bot.grammar.days import is_in_reach
from bot.web.api.models import Body, NoQuery, Query
from storage.partners import names

B = TypeVar("B", bound=Body | None)
Q = TypeVar("Q", bound=Query)


@dataclass(frozen=True, slots=True)
class ApiCall(Generic[B, Q]):
    """A validated request. `named` is the path parameter, if there is one."""

    body: B
    query: Q
    named: str = ""


@dataclass(frozen=True, slots=True)
class ApiResult:
    """The result of an operation."""

    status: int
    body: BaseModel | None


OperationHandler = Callable[[Session, Caller, ApiCall], ApiResult]  # type: ignore[type-arg]
"""Runs an operation inside a transaction."""


@dataclass(frozen=True, slots=True)
class Operation:
    """An API operation.

    `named` is the name of the path parameter. `gives` is the response model, returned with `status`. `at` is the path
    of the created resource. `needs_scores`: it tells what judges a partner.
    """

    method: str
    path: str
    summary: str
    does: OperationHandler
    status: int = 200
    gives: type[BaseModel] | None = None
    body: type[Body] | None = None
    query: type[Query] = NoQuery
    named: str | None = None
    at: str | None = None
    needs_scores: bool = False

    @property
    def writes(self) -> bool:
        return self.method != "GET"


def find_partner_id(session: Session, caller: Caller, name: str) -> int:
    """Return the id of a partner named in a field, or raise FieldError."""
    match = names.find_name(session, workspace_id=caller.team.id, spellings=[name])
    if match is None:
        raise FieldError("partner", "There is no partner with that name.")
    return match[1]


def day_or_today(field: str, given: date | None, caller: Caller) -> date:
    """Return the given day, or today. Raise FieldError if it is out of range."""
    if given is None:
        return caller.today
    if not is_in_reach(given, caller.today):
        past = given < caller.today
        raise FieldError(field, f"That day is {'before 1970' if past else 'more than two years ahead'}.")
    return given


def to_minor_units(field: str, given: str | None, currency: str) -> int | None:
    """Convert an amount to minor units. Raise FieldError if it has more decimals than the currency."""
    if given is None:
        return None
    places = get_currency_precision(currency)
    amount = Decimal(given).scaleb(places)
    if amount != amount.to_integral_value():
        raise FieldError(field, f"An amount in {currency} may have at most {places} decimal places.")
    return int(amount)


def parse_id(text: str) -> int | None:
    """Parse an id from a path, or return None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
