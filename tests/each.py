"""Many things tried in one test: all of them are, and each that fails is named."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

Trying = Callable[[object], AbstractContextManager[None]]


@contextmanager
def each() -> Iterator[Trying]:
    """`with each() as trying: for thing in things: with trying(thing): assert …`"""
    tried, failed = 0, list[str]()

    @contextmanager
    def trying(name: object) -> Iterator[None]:
        nonlocal tried
        tried += 1
        try:
            yield
        except (Exception, pytest.fail.Exception) as error:
            failed.append(f"{name}: {type(error).__name__}: {error}")

    yield trying
    assert tried, "nothing was tried"
    assert not failed, f"{len(failed)} of {tried} failed:\n" + "\n".join(failed)
