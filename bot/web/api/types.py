"""What is asked and answered, as values; and how a request says what it names."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

from babel.numbers import get_currency_precision
from pydantic import BaseModel
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import MAX_DAYS_AHEAD
from bot.errors import FieldError
from bot.grammar.days import FIRST_DAY
from bot.web.api.models import Body, NoQuery, Query
from storage.partners import names

B = TypeVar("B", bound=Body | None)
Q = TypeVar("Q", bound=Query)


@dataclass(frozen=True, slots=True)
class ApiCall(Generic[B, Q]):
    """A request that was checked; `named` is the last part of its path, where that names something."""

    body: B
    query: Q
    named: str = ""


@dataclass(frozen=True, slots=True)
class ApiResult:
    """An answer; without a body there is nothing to say."""

    status: int
    body: BaseModel | None


OperationHandler = Callable[[Session, Caller, ApiCall], ApiResult]  # type: ignore[type-arg]
"""What an operation does, within a transaction."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked. `named` is what the last part of its path is called, which then stands in braces;
    `gives` the answer's model with its `status`, and `at` the path under which what was made is found."""

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

    @property
    def writes(self) -> bool:
        return self.method != "GET"


def find_partner_id(session: Session, caller: Caller, name: str) -> int:
    """The partner that goes by a name which was sent in a field.

    Raises:
        FieldError: none does.
    """
    found = names.find_name(session, workspace_id=caller.team.id, spellings=[name])
    if found is None:
        raise FieldError("partner", "There is no partner of that name.")
    return found[1]


def day_or_today(field: str, given: date | None, caller: Caller) -> date:
    """A day that was sent, today where none was.

    Raises:
        FieldError: nobody could mean it.
    """
    if given is None:
        return caller.today
    if given < FIRST_DAY:
        raise FieldError(field, "That day is before 1970.")
    if (given - caller.today).days > MAX_DAYS_AHEAD:
        raise FieldError(field, "That day is more than two years ahead.")
    return given


def to_minor_units(field: str, given: str | None, currency: str) -> int | None:
    """Money that was sent, in minor units.

    Raises:
        FieldError: it has more digits after the point than the currency.
    """
    if given is None:
        return None
    places = get_currency_precision(currency)
    found = Decimal(given).scaleb(places)
    if found != found.to_integral_value():
        raise FieldError(field, f"An amount in {currency} has at most {places} digits after the point.")
    return int(found)


def parse_id(text: str) -> int | None:
    """An id in a path; None for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
