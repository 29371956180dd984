"""What somebody waits for: how much longer they may be kept waiting, and whether anything was committed for it yet."""

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
    """All that the block waits for the database's locks is together no longer than this."""
    before = _current.set(_Deadline(time.monotonic() + seconds))
    try:
        yield
    finally:
        _current.reset(before)


def remaining_seconds() -> float | None:
    """For how many seconds one may still wait; None where nobody is in a hurry."""
    errand = _current.get()
    return None if errand is None else max(0.0, errand.ends - time.monotonic())


def note_commit() -> None:
    """Something was committed."""
    if errand := _current.get():
        errand.commits += 1


def reset_commits() -> None:
    """What was committed so far is not what the errand is about."""
    if errand := _current.get():
        errand.commits = 0


def has_committed() -> bool:
    """Whether a part of the work is recorded already."""
    errand = _current.get()
    return errand is not None and errand.commits > 0
