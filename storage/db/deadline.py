"""A per-request deadline, and whether the request has committed anything."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class _Deadline:
    ends: float
    commits: int = 0


_current: ContextVar[_Deadline | None] = ContextVar("errand", default=None)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Limit the total time spent waiting for database locks in the block."""
    before = _current.set(_Deadline(time.monotonic() + seconds))
    try:
        yield
    finally:
        _current.reset(before)


def remaining_seconds() -> float | None:
    """Return the seconds left to wait, or None without a deadline."""
    errand = _current.get()
    return None if errand is None else max(0.0, errand.ends - time.monotonic())


def note_commit() -> None:
    """Record that something was committed."""
    if errand := _current.get():
        errand.commits += 1


def reset_commits() -> None:
    """Forget earlier commits, which were not part of the request's own work."""
    if errand := _current.get():
        errand.commits = 0


def has_committed() -> bool:
    """Return whether part of the work has been committed."""
    errand = _current.get()
    return errand is not None and errand.commits > 0
