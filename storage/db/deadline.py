"""What somebody waits for: how much longer they may be kept waiting, and whether anything was committed for it yet."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class _Errand:
    ends: float
    commits: int = 0


_errand: ContextVar[_Errand | None] = ContextVar("errand", default=None)


@contextmanager
def hurry(seconds: float) -> Iterator[None]:
    """All that the block waits for the database's locks is together no longer than this."""
    before = _errand.set(_Errand(time.monotonic() + seconds))
    try:
        yield
    finally:
        _errand.reset(before)


def patience_left() -> float | None:
    """For how many seconds one may still wait; None where nobody is in a hurry."""
    errand = _errand.get()
    return None if errand is None else max(0.0, errand.ends - time.monotonic())


def note_commit() -> None:
    """Something was committed."""
    if errand := _errand.get():
        errand.commits += 1


def begin_work() -> None:
    """What was committed so far is not what the errand is about."""
    if errand := _errand.get():
        errand.commits = 0


def has_committed() -> bool:
    """Whether a part of the work is recorded already."""
    errand = _errand.get()
    return errand is not None and errand.commits > 0
