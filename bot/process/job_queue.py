"""Run background jobs in a few threads, one job of a kind for each person at a time."""

import threading
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from enum import Enum, auto

MAX_THREADS = 2  # for each kind of job
MAX_WAITING = 200


class Queued(Enum):
    """What became of a job that was put into the queue."""

    NOW = auto()
    BEFORE = auto()  # the same job of this owner is in hand, so this one is dropped
    NOT = auto()  # too much is waiting


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    kind: str
    act: Callable[[], None]
    owner: Hashable
    content: Hashable


class JobQueue:
    """Jobs that run and wait. Threads are started when needed, and end when nothing waits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[_Job] = deque()
        self._running: list[_Job] = []

    def put(self, kind: str, act: Callable[[], None], *, owner: Hashable = None, content: Hashable = None) -> Queued:
        """Queue a job, unless the same is in hand for this owner or too much is waiting.

        `act` must not raise.
        """
        job = _Job(kind, act, owner, content)
        with self._lock:
            if any(_is_same(job, each) for each in (*self._running, *self._waiting)):
                return Queued.BEFORE
            if len(self._waiting) >= MAX_WAITING:
                return Queued.NOT
            self._waiting.append(job)
            begun = self._take_next()
        if begun:
            threading.Thread(target=self._run, args=(begun,), name=begun.kind, daemon=True).start()
        return Queued.NOW

    @property
    def is_idle(self) -> bool:
        """Return whether nothing runs or waits."""
        with self._lock:
            return not self._running and not self._waiting

    def _run(self, job: _Job | None) -> None:
        while job:
            try:
                job.act()
            finally:
                with self._lock:
                    self._running.remove(job)
                    job = self._take_next()

    def _take_next(self) -> _Job | None:
        """Return the first waiting job that may run now, as running. Call with the lock held."""
        for job in self._waiting:
            alike = [each for each in self._running if each.kind == job.kind]
            has_own = job.owner is not None and any(each.owner == job.owner for each in alike)
            if len(alike) < MAX_THREADS and not has_own:
                self._waiting.remove(job)
                self._running.append(job)
                return job
        return None


def _is_same(one: _Job, other: _Job) -> bool:
    return one.owner is not None and (one.kind, one.owner, one.content) == (other.kind, other.owner, other.content)
