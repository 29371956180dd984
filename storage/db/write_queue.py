"""Writers of one SQLite file take turns: the threads of a process in the order they came, and processes alternately.

SQLite itself makes waiters sleep for up to a tenth of a second, repeatedly, while others overtake: under load some wait
until they time out.
"""

import os
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

try:
    import fcntl
except ImportError:  # not a POSIX system: processes leave it to SQLite there
    fcntl = None  # type: ignore[assignment]

POLL_SECONDS = 0.001
TURN_SUFFIX = "-turn"


class WriteQueue:
    """The queue of one engine. `path` is the database's file, or None if it is in memory."""

    def __init__(self, path: str | None) -> None:
        self._mutex = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._is_taken = False
        self._path = path
        self._file: int | None = None

    @contextmanager
    def turn(self, seconds: float) -> Iterator[Callable[[], None]]:
        """Wait up to `seconds` for a turn; SQLite handles those who get none. Yields what lets other processes queue,
        to be called once the transaction has begun.
        """
        ends = time.monotonic() + seconds
        has_turn = self._wait(seconds)
        is_next = has_turn and self._is_next_process(ends)

        def begun() -> None:
            nonlocal is_next
            if is_next and self._file is not None:
                is_next = False
                fcntl.flock(self._file, fcntl.LOCK_UN)

        try:
            yield begun
        finally:
            begun()
            if has_turn:
                self._release()

    def _wait(self, seconds: float) -> bool:
        with self._mutex:
            if not self._is_taken:
                self._is_taken = True
                return True
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=seconds):
            return True
        with self._mutex, suppress(ValueError):
            self._waiting.remove(mine)
            return False
        return True  # it was handed over at the last moment

    def _release(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False

    def _is_next_process(self, ends: float) -> bool:
        """Wait until this process is the next to begin. Only the next one asks SQLite, so it can't be overtaken."""
        if (file := self._open()) is None:
            return False
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                if time.monotonic() >= ends:
                    return False
                time.sleep(POLL_SECONDS)
            except OSError:  # no such locks on this file system
                return False

    def _open(self) -> int | None:
        if self._file is None and self._path and fcntl is not None:
            with suppress(OSError):  # a folder that may only be read
                self._file = os.open(self._path + TURN_SUFFIX, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._file

    def __del__(self) -> None:
        if self._file is not None:
            with suppress(OSError):
                os.close(self._file)


def begin_immediate(cursor: sqlite3.Cursor, seconds: float) -> bool:
    """Begin a write transaction, asking every millisecond. Return False if others still write after `seconds`."""
    ends = time.monotonic() + seconds
    cursor.execute("PRAGMA busy_timeout = 0")
    while True:
        try:
            cursor.execute("BEGIN IMMEDIATE")
            return True
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
        if time.monotonic() >= ends:
            return False
        time.sleep(POLL_SECONDS)
