"""The word to stop: Ctrl-C, or SIGTERM."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def wait_for_signal() -> Iterator[Callable[[], object]]:
    """Waits for the word to stop, also for one that came before the waiting began. For the main thread.

    A handler written in Python is run by the main thread once it is awake, and nothing wakes it where the signal
    reached another thread, or came just before it fell asleep. What the interpreter itself writes into a socket is
    there whenever one looks.
    """
    here, there = socket.socketpair()
    with here, there:
        there.setblocking(False)
        earlier = signal.set_wakeup_fd(there.fileno(), warn_on_full_buffer=False)
        before = {one: signal.signal(one, lambda _number, _frame: None) for one in STOP_SIGNALS}
        try:
            yield lambda: here.recv(1)
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)
            signal.set_wakeup_fd(earlier)
