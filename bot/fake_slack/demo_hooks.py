"""What a demo may add to the page around the workspace: moving time, and a story to follow.

The stand-in knows only these shapes; what moves, and what is told, is up to whoever adds them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Journey:
    """Time on the move. `share` of the way is done, 0 to 1; `news` says in a line what has come up, or how it ended."""

    to: datetime
    share: float
    news: str
    over: bool = False


class TimeMachine(Protocol):
    """Moves the world's clock on, and lets happen what happens on the way."""

    @property
    def moves(self) -> Sequence[tuple[str, str]]:
        """Each way to move: its key and what the button says."""

    def start(self, move: str, user: str) -> None:
        """Set out, in the background. StandInError: there is no such move, or time is moving already."""

    def stop(self) -> None:
        """Stay where one is."""

    def journey(self) -> Journey | None:
        """The last journey, or the one under way; None before the first."""


@dataclass(frozen=True)
class TourStep:
    """One step of a story. Of what to do, at most one is given: a line to `type`, a `move` of time, a `place`."""

    title: str
    text: str
    done: bool
    type: str = ""
    move: str = ""
    place: str = ""
    label: str = ""


class Story(Protocol):
    """A few steps that lead through the product."""

    def steps(self, user: str) -> Sequence[TourStep]:
        """All of them, as far as this person has come."""

    def skip(self, user: str) -> None:
        """Go on without the step that comes next."""

    def close(self, user: str) -> None:
        """Hide it."""

    def open(self, user: str) -> None:
        """Show it (again)."""

    def is_open(self, user: str) -> bool:
        """Whether this person wants to see it."""
