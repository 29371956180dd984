"""Wait for a signal to stop: SIGINT, SIGTERM, or SIGHUP, which comes when a terminal closes."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def wait_for_signal() -> Iterator[Callable[[], object]]:
    """Yield a function that blocks until a stop signal arrives. Call it from the main thread.

    A signal that arrives before the wait is not lost. Python runs signal handlers in the main thread only, and nothing
    wakes that thread if the signal reached another one or arrived just before it blocked. The interpreter's wakeup
    socket has the byte in any case.
    """
    receiver, sender = socket.socketpair()
    with receiver, sender:
        sender.setblocking(False)
        previous_fd = signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)
        previous_handlers = {number: signal.signal(number, lambda _number, _frame: None) for number in _heeded()}
        try:
            yield lambda: receiver.recv(1)
        finally:
            for number, handler in previous_handlers.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(previous_fd)


def _heeded() -> list[signal.Signals]:
    """Return the signals that stop, without SIGHUP if it was ignored from the start, as `nohup` does."""
    ignored = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    return [number for number in STOP_SIGNALS if not (ignored and number == signal.SIGHUP)]
