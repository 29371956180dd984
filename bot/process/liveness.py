"""Liveness of this process's scheduler."""

import threading
from datetime import datetime


class Liveness:
    """When the scheduler started and when its last tick ended. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun: datetime | None = None
        self._beat: datetime | None = None

    def begin(self, now: datetime) -> None:
        """Record the scheduler's start."""
        with self._lock:
            self._begun = now

    def beat(self, now: datetime) -> None:
        """Record the end of a tick."""
        with self._lock:
            self._beat = now

    @property
    def begun(self) -> datetime | None:
        """When the scheduler started, or None in a process without one."""
        with self._lock:
            return self._begun

    @property
    def last(self) -> datetime | None:
        """When the last tick ended, or None before the first one did."""
        with self._lock:
            return self._beat
