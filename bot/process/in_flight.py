"""What is being done at this moment: counted, so that a process that is told to stop finishes it and begins nothing."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class InFlight:
    """A count of the things in hand, shared between threads."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0
        self._closing = False

    @property
    def is_stopping(self) -> bool:
        """Whether nothing new may begin."""
        with self._changed:
            return self._closing

    @contextmanager
    def track(self) -> Iterator[bool]:
        """Counts one thing while the block runs. False where it may not begin any more: the block then does nothing."""
        with self._changed:
            begun = not self._closing
            self._count += begun
        try:
            yield begun
        finally:
            with self._changed:
                self._count -= begun
                self._changed.notify_all()

    def finish(self, seconds: float) -> bool:
        """Let nothing new begin and wait for the rest; False if something is still in hand after so many seconds."""
        with self._changed:
            self._closing = True
            return self._changed.wait_for(lambda: self._count == 0, timeout=max(seconds, 0))
