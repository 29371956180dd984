"""The one place that asks the machine what time it is."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the instant it is now, aware and in UTC. Handed to whatever needs it, so that it can be moved."""


def system_clock() -> datetime:
    """Now, by the machine's own clock."""
    return datetime.now(UTC)
