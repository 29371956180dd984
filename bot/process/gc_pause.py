"""Making very many values at once, without Python's looking through them for rubbish all the while."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def gc_paused() -> Iterator[None]:
    """Nothing is looked through for rubbish that holds itself, in this whole process.

    Where very many values are made and all of them stay, as in a read of ten thousand partners or an import of a
    hundred thousand rows, none is found, and to look again and again is a quarter of the time. Where two do so at once,
    the first to end begins the looking again.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
