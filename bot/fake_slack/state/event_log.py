"""Log of a workspace's events, and waiting for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from bot.fake_slack.state.models import LoggedCall, Message, View, VisibleChange

T = TypeVar("T")


class EventLog:
    """All visible changes and API calls. `lock` guards the workspace's state."""

    def __init__(self) -> None:
        self.calls: list[LoggedCall] = []
        self.journal: list[VisibleChange] = []
        self.lock = threading.RLock()
        self._changed = threading.Condition(self.lock)

    def note(self, kind: str, item: Message | View) -> None:
        """Record a visible change and wake waiting threads."""
        with self._changed:
            self.journal.append(VisibleChange(kind, item))
            self._changed.notify_all()

    def log(self, call: LoggedCall) -> None:
        """Record a Web API call, in the order of the responses."""
        with self._changed:
            self.calls.append(call)
            self._changed.notify_all()

    def wait_for(self, what: Callable[[], T], seconds: float = 60.0) -> T:
        """Wait until `what()` is true, at most `seconds`. Return its last value."""
        end = time.monotonic() + seconds
        while True:
            counts = (len(self.journal), len(self.calls))
            # Call it without the lock, because `what` may call the Web API, which takes the lock.
            value = what()
            remaining = end - time.monotonic()
            if value or remaining <= 0:
                return value
            with self._changed:
                if counts == (len(self.journal), len(self.calls)):
                    # Any change wakes it. The short timeout covers conditions on other state.
                    self._changed.wait(min(remaining, 0.02))

    def calls_to(self, method: str) -> list[LoggedCall]:
        """Return the calls of a Web API method, oldest first."""
        with self.lock:
            return [call for call in self.calls if call.method == method]
