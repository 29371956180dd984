"""The only place that reads the system clock."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the current time in UTC, timezone-aware. Passed down, so that tests and the demo can change it."""


def system_clock() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)
