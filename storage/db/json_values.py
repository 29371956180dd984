"""Values of columns as JSON holds them, and back."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, DateTime
from sqlalchemy.types import TypeEngine


def plain(value: Any) -> Any:
    """A column's value as JSON takes it: days and instants as text."""
    return value.isoformat() if isinstance(value, date) else value  # instants are days too


def stored(kind: TypeEngine[Any], value: Any) -> Any:
    """What `plain` made of a value of a column of that kind, as the column takes it."""
    if not isinstance(value, str):
        return value
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    # What keeps instants aware wraps the database's own type.
    return datetime.fromisoformat(value) if isinstance(getattr(kind, "impl", kind), DateTime) else value
