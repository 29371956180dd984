"""Making very many values at once, without Python's looking through them for rubbish all the while."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def undisturbed() -> Iterator[None]:
    """Nothing is looked through for rubbish meanwhile.

    Python looks through what there is again and again while values are made. Where all of them stay, as in a read of
    ten thousand partners, it finds nothing and takes a quarter of the time. Whoever else is at work meanwhile waits
    no longer for it, and one that ends begins it anew for all.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
