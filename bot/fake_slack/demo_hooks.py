"""Interfaces for what a demo may add to the page: moving time, and a guided tour.

The fake Slack knows only these protocols. The demo implements them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Journey:
    """The progress of a time move. `share` goes from 0 to 1; `news` is one line on what happened or how it ended."""

    to: datetime
    share: float
    news: str
    over: bool = False


class TimeMachine(Protocol):
    """Move the workspace's clock forward and run what is due on the way."""

    @property
    def moves(self) -> Sequence[tuple[str, str]]:
        """The available moves, each with its key and button label."""

    def start(self, move: str, user: str) -> None:
        """Start a move in the background, or raise FakeSlackError if it is unknown or one is running."""

    def stop(self) -> None:
        """Stop the move at the current time."""

    def journey(self) -> Journey | None:
        """Return the current or last move, or None."""


@dataclass(frozen=True)
class TourStep:
    """One step of a tour. At most one action is set: a line to `type`, a `move` of time or a `place` to open."""

    title: str
    text: str
    done: bool
    type: str = ""
    move: str = ""
    place: str = ""
    label: str = ""


class Story(Protocol):
    """A guided tour of a few steps."""

    def steps(self, user: str) -> Sequence[TourStep]:
        """Return all steps with the person's progress."""

    def skip(self, user: str) -> None:
        """Skip the next step."""

    def close(self, user: str) -> None:
        """Hide the tour."""

    def open(self, user: str) -> None:
        """Show the tour."""

    def is_open(self, user: str) -> bool:
        """Whether the tour is shown to this person."""
