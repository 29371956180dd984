"""The run in which everything happens at once: that its judge sees what is wrong, and (as it is slow) a short one."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.notifications.conftest import no_proxy, office, running
from tests.notifications.office import MONDAY, Office
from tests.reliability.strain import Told
from tests.reliability.strain_counts import _rows, strained

__all__ = ["no_proxy", "office", "running"]


def row(office: Office, title: str, partner: int) -> None:
    office.did(partner, MONDAY.date(), kind="event", direction="joint", title=title)


WRONG: dict[str, Callable[[Office, Told, int], Any]] = {
    "told as recorded and not there": lambda _office, told, _: told.recorded.add("Typed gone"),
    "told as not recorded and there": lambda _office, told, _: told.refused.add("Typed one"),
    "there more than once": lambda office, _told, partner: row(office, "Typed one", partner),
    "sent by nobody": lambda office, _told, partner: row(office, "Typed strange", partner),
}


@pytest.fixture
def done(office: Office) -> tuple[Any, int]:
    partner = office.partner("Acme Legal")
    row(office, "Typed one", partner)
    row(office, "Sent two", partner)
    told = Told(recorded={"Typed one"}, refused={"Typed no"}, unknown={"Sent two", "Typed maybe"})
    return SimpleNamespace(office=office, told=told), partner


def test_what_was_told_and_is_there_is_right(done: tuple[Any, int]) -> None:
    assert _rows(done[0]) == []
    assert done[0].told.figures["told neither, and there"] == 1
    assert done[0].told.figures["told neither, and not there"] == 1


@pytest.mark.parametrize("words", WRONG)
def test_whatever_is_wrong_with_a_row_is_seen(done: tuple[Any, int], words: str) -> None:
    strain, partner = done
    WRONG[words](strain.office, strain.told, partner)
    assert [words in problem for problem in _rows(strain)] == [True]


@pytest.mark.slow
def test_everything_at_once_loses_nothing_and_does_nothing_twice() -> None:
    counts = strained("sqlite", 0.3, seed=1)
    assert counts.problems == ()
    assert counts.figures["rows imported"] > 0
