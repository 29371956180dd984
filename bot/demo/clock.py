"""The demo's clock: the machine's, moved on by as much as somebody asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from bot.clock import Clock


class DemoClock:
    """Shows `real`, moved on by `moved`; while the past is told it stands still."""

    def __init__(self, real: Clock, moved: timedelta = timedelta(0)) -> None:
        self.real, self.moved = real, moved
        self._stopped_at: datetime | None = None

    def __call__(self) -> datetime:
        return self._stopped_at or self.real() + self.moved

    def move_to(self, instant: datetime) -> None:
        """It is `instant` now, and goes on from there. Never back: what was sent would be sent again."""
        self.moved = max(self.moved, instant - self.real())

    @contextmanager
    def at(self, instant: datetime) -> Iterator[None]:
        """What happens within is stamped with `instant`."""
        self._stopped_at = instant
        try:
            yield
        finally:
            self._stopped_at = None
