"""Work that makes many things which all stay until its end."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Nobody looks through what is made for rubbish that holds itself.

    Of hundreds of thousands of rows none is, and to look again and again is a quarter of the time. Where two do so at
    once, the first to end begins the looking again.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
