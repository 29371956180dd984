"""Injected faults: fail as Slack or the network does."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

KINDS = ("error", "429", "500", "503", "latency", "hang", "drop")


@dataclass(frozen=True)
class Fault:
    """A fault that happens `times` times (None: until cleared).

    `after_effect`: the request takes effect, and only its response is lost or late. `where`: only requests with these
    arguments.
    """

    method: str
    kind: str
    times: int | None = 1
    after_effect: bool = False
    error: str = ""
    seconds: float = 0.0
    retry_after: int = 1
    where: Mapping[str, Any] = field(default_factory=dict)

    def fits(self, method: str, args: Mapping[str, Any]) -> bool:
        """Whether the fault applies to a request."""
        return self.method in ("*", method) and all(args.get(name) == value for name, value in self.where.items())


class Faults:
    """Pending faults. The oldest one that fits a request happens first."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()
        self.cleared = 0
        """How often the faults were cleared."""

    def add(
        self,
        method: str,
        kind: str,
        times: int | None = 1,
        after_effect: bool = False,
        *,
        seconds: float = 0.0,
        retry_after: int = 1,
        where: Mapping[str, Any] | None = None,
    ) -> Fault:
        """Fail the next `times` requests (None: all) to `method` ("*": any; "response_url": response URLs).

        `kind` is "429" (with `retry_after` seconds), "500", "503", "latency" (`seconds` longer, or until `clear`),
        "drop" (the connection is cut), "hang" (it is cut on `clear`), or an error code to return with ok false.
        `where`: only requests with these arguments, such as `{"channel": "C1"}`.
        """
        is_kind = kind in KINDS and kind != "error"
        fault = Fault(
            method, kind if is_kind else "error", times, after_effect, "" if is_kind else kind, seconds, retry_after,
            dict(where or {}),
        )  # fmt: skip
        with self._lock:
            self._waiting.append(fault)
        return fault

    def clear(self) -> None:
        """Remove all faults and release hanging requests."""
        with self._lock:
            self._waiting.clear()
            self.cleared += 1

    def waiting(self) -> tuple[Fault, ...]:
        """Return the pending faults, oldest first."""
        with self._lock:
            return tuple(self._waiting)

    def take(self, method: str, args: Mapping[str, Any]) -> Fault | None:
        """Return the fault for a request, if any, and count it down."""
        with self._lock:
            for place, fault in enumerate(self._waiting):
                if not fault.fits(method, args):
                    continue
                if fault.times is not None and fault.times <= 1:
                    del self._waiting[place]
                elif fault.times is not None:
                    self._waiting[place] = replace(fault, times=fault.times - 1)
                return fault
            return None
