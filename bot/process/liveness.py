"""Whether the clockwork of this process still ticks."""

import threading
from datetime import datetime


class Liveness:
    """When ticking was begun, and when the last tick came to its end; told from thread to thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun: datetime | None = None
        self._beat: datetime | None = None

    def begin(self, now: datetime) -> None:
        """From now on ticks are expected."""
        with self._lock:
            self._begun = now

    def beat(self, now: datetime) -> None:
        """A tick came to its end."""
        with self._lock:
            self._beat = now

    @property
    def begun(self) -> datetime | None:
        """None in a process that does not tick."""
        with self._lock:
            return self._begun

    @property
    def last(self) -> datetime | None:
        """None before the first tick came to its end."""
        with self._lock:
            return self._beat
