"""Run a use case again that PostgreSQL refused only because of another one at the same moment."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from storage.db.deadline import commit_count
from storage.db.engine import writing

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

SERIALIZATION_FAILURE, DEADLOCK = "40001", "40P01"


def retried(use_case: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Run a function that opens a write transaction once more if PostgreSQL chose that as the one to give way.

    The whole function runs again, so that it looks anew at what the other one wrote. It is run again only if it has
    committed nothing; before its first transaction it must do nothing outside the database that may not be done twice.
    """

    @wraps(use_case)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        before = commit_count()
        try:
            return use_case(*args, **kwargs)
        except DBAPIError as error:
            if not gave_way(error) or commit_count() != before:
                raise
        return use_case(*args, **kwargs)

    return run


@retried
def transact(engine: Engine, do: Callable[[Session], Result]) -> Result:
    """Do something in a write transaction of its own, for a caller that must not run again as a whole."""
    with writing(engine) as session:
        return do(session)


def gave_way(error: BaseException) -> bool:
    """Return whether PostgreSQL rolled a transaction back that would have succeeded on its own."""
    sqlstate = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
    return sqlstate in (SERIALIZATION_FAILURE, DEADLOCK)
