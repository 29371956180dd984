"""The demo's clock: the system clock plus an offset."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from bot.clock import Clock


class DemoClock:
    """A clock that runs `moved` ahead of `real`, and can be frozen to write past events."""

    def __init__(self, real: Clock, moved: timedelta = timedelta(0)) -> None:
        self.real, self.moved = real, moved
        self._stopped_at: datetime | None = None

    def __call__(self) -> datetime:
        return self._stopped_at or self.real() + self.moved

    def move_to(self, instant: datetime) -> None:
        """Move forward to `instant`. Never moves back, because messages would be sent again."""
        self.moved = max(self.moved, instant - self.real())

    @contextmanager
    def at(self, instant: datetime) -> Iterator[None]:
        """Freeze the clock at `instant` during the block."""
        self._stopped_at = instant
        try:
            yield
        finally:
            self._stopped_at = None
