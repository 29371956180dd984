"""Making the stand-in fail on purpose, the way Slack or the network does."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

KINDS = ("error", "429", "500", "503", "latency", "drop")


@dataclass(frozen=True)
class Fault:
    """One way to fail, and `times` more (None: for good).

    `after_effect`: the request takes effect first, and only its answer is lost or late. `where`: only requests that
    have all these arguments.
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
        """Whether this request is to fail."""
        return self.method in ("*", method) and all(args.get(name) == value for name, value in self.where.items())


class Faults:
    """The faults waiting to happen; the oldest that fits a request happens first."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

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
        """Fail the next `times` requests (None: all of them) to `method` ("*": any; "response_url": those urls).

        `kind`: "429" (with `retry_after` seconds), "500", "503", "latency" (`seconds` longer, then all is well),
        "drop" (the connection is cut), or any other word: the name of an error, answered with ok false. `where`: only
        requests with these arguments, as `{"channel": "C1"}`.
        """
        known = kind in KINDS and kind != "error"
        fault = Fault(
            method, kind if known else "error", times, after_effect, "" if known else kind, seconds, retry_after,
            dict(where or {}),
        )  # fmt: skip
        with self._lock:
            self._waiting.append(fault)
        return fault

    def clear(self) -> None:
        """All is well again."""
        with self._lock:
            self._waiting.clear()

    def waiting(self) -> tuple[Fault, ...]:
        """What is still to happen, oldest first."""
        with self._lock:
            return tuple(self._waiting)

    def take(self, method: str, args: Mapping[str, Any]) -> Fault | None:
        """The fault that this request meets, if any; its count goes down by one."""
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
