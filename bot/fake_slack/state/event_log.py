"""What happened in a workspace, in order, and waiting for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from bot.fake_slack.state.models import LoggedCall, Message, View, VisibleChange

T = TypeVar("T")


class EventLog:
    """Everything that became visible, and every call that was answered. `lock` guards whatever the workspace holds."""

    def __init__(self) -> None:
        self.calls: list[LoggedCall] = []
        self.journal: list[VisibleChange] = []
        self.lock = threading.RLock()
        self._changed = threading.Condition(self.lock)

    def note(self, kind: str, item: Message | View) -> None:
        """Write down that something became visible, and wake whoever waits for it."""
        with self._changed:
            self.journal.append(VisibleChange(kind, item))
            self._changed.notify_all()

    def log(self, call: LoggedCall) -> None:
        """Remember a Web API call, in the order of arrival of the answers."""
        with self._changed:
            self.calls.append(call)
            self._changed.notify_all()

    def wait_for(self, what: Callable[[], T], seconds: float = 60.0) -> T:
        """Wait until `what()` is true, at most `seconds`, and return its last value."""
        end = time.monotonic() + seconds
        while True:
            before = (len(self.journal), len(self.calls))
            # Asked without the lock: `what` may itself call the Web API, which needs it.
            found = what()
            left = end - time.monotonic()
            if found or left <= 0:
                return found
            with self._changed:
                if before == (len(self.journal), len(self.calls)):
                    # Woken by any change; the short cap serves conditions that are about something else.
                    self._changed.wait(min(left, 0.02))

    def calls_to(self, method: str) -> list[LoggedCall]:
        """The calls of one Web API method, oldest first."""
        with self.lock:
            return [call for call in self.calls if call.method == method]
