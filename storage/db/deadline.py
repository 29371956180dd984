"""A per-request deadline, and whether the request has committed anything."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


class TooLate(Exception):
    """Whoever asked was told meanwhile that it failed, so nothing was stored."""


@dataclass(slots=True)
class _Deadline:
    ends: float
    answer_by: float | None = None
    commits: int = 0


_current: ContextVar[_Deadline | None] = ContextVar("errand", default=None)
_commits: ContextVar[int] = ContextVar("commits", default=0)


@contextmanager
def deadline(seconds: float, *, answer_within: float | None = None) -> Iterator[None]:
    """Limit the total time spent waiting for database locks in the block.

    After `answer_within` seconds nothing is committed any more: whoever asked has been told that it failed.
    """
    now = time.monotonic()
    before = _current.set(_Deadline(now + seconds, None if answer_within is None else now + answer_within))
    try:
        yield
    finally:
        _current.reset(before)


def remaining_seconds() -> float | None:
    """Return the seconds left to wait, or None without a deadline."""
    errand = _current.get()
    return None if errand is None else max(0.0, errand.ends - time.monotonic())


def seconds_to_answer() -> float | None:
    """Return the seconds left until an answer comes too late, or None if it may come at any time, or work is done."""
    errand = _current.get()
    if errand is None or errand.answer_by is None or errand.commits:
        return None
    return max(0.0, errand.answer_by - time.monotonic())


def require_in_time() -> None:
    """Call this right before a commit.

    Raises:
        TooLate: whoever asked was told that it failed.
    """
    errand = _current.get()
    if errand is not None and errand.answer_by is not None and time.monotonic() >= errand.answer_by:
        raise TooLate


def note_commit() -> None:
    """Record that something was committed."""
    _commits.set(_commits.get() + 1)
    if errand := _current.get():
        errand.commits += 1


def commit_count() -> int:
    """Return how often this thread has committed, to be compared with an earlier count."""
    return _commits.get()


def reset_commits() -> None:
    """Forget earlier commits, which were not part of the request's own work."""
    if errand := _current.get():
        errand.commits = 0


def has_committed() -> bool:
    """Return whether part of the work has been committed."""
    errand = _current.get()
    return errand is not None and errand.commits > 0
