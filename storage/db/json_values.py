"""Values of columns as JSON holds them, and back."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, DateTime
from sqlalchemy.types import TypeEngine


def plain(value: Any) -> Any:
    """Return a column's value as JSON takes it: days and instants as text."""
    return value.isoformat() if isinstance(value, date) else value  # instants are days too


def stored(kind: TypeEngine[Any], value: Any) -> Any:
    """Turn the output of `plain` back into a value for a column of that type."""
    if not isinstance(value, str):
        return value
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    # What keeps instants aware wraps the database's own type.
    return datetime.fromisoformat(value) if isinstance(getattr(kind, "impl", kind), DateTime) else value
