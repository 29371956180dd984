"""Count in-flight work so that a stopping process can drain it and refuse new work."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class InFlight:
    """A thread-safe count of work in progress."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0
        self._closing = False

    @property
    def is_stopping(self) -> bool:
        """Whether shutdown began, so that no new work may start."""
        with self._changed:
            return self._closing

    @contextmanager
    def track(self) -> Iterator[bool]:
        """Track one unit of work. Yields False once shutdown began; the caller must then do nothing."""
        with self._changed:
            accepted = not self._closing
            self._count += accepted
        try:
            yield accepted
        finally:
            with self._changed:
                self._count -= accepted
                self._changed.notify_all()

    def finish(self, seconds: float) -> bool:
        """Refuse new work and wait for the rest. Return False if some is unfinished after `seconds`."""
        with self._changed:
            self._closing = True
            return self._changed.wait_for(lambda: self._count == 0, timeout=max(seconds, 0))
