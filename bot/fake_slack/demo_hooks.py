"""Interfaces for what a demo may add to the page: moving time, a guided tour, and what people have outside Slack.

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


@dataclass(frozen=True)
class Letter:
    """A mail to one address, with a blind copy to another."""

    to: str
    bcc: str
    subject: str
    text: str


@dataclass(frozen=True)
class SentLetter:
    """A mail that was sent: to whom in words, and what came of its copy."""

    at: datetime
    to: str
    subject: str
    outcome: str


@dataclass(frozen=True)
class Standing:
    """How things stand with a firm that people write to, in mrkdwn. `line`, typed in Slack, shows more."""

    name: str
    text: str
    is_fine: bool
    line: str


@dataclass(frozen=True)
class Appointment:
    """A meeting with somebody outside. `note`, in mrkdwn, says what comes of it. Time can go to the `is_next` one."""

    key: str
    starts_at: datetime
    ends_at: datetime
    who: str
    note: str
    is_next: bool


class Desk(Protocol):
    """What people have outside Slack: a mailbox and a calendar."""

    def is_for(self, user: str) -> bool:
        """Whether the person has one."""

    def contacts(self, user: str) -> Sequence[tuple[str, str]]:
        """Return whom the person may write to: address and name, who is most in need of it first."""

    def standings(self, user: str) -> Sequence[Standing]:
        """Return how things stand with the firms of the contacts."""

    def draft(self, user: str) -> Letter:
        """Return the mail that the page begins with."""

    def send(self, user: str, letter: Letter) -> None:
        """Send a mail, or raise FakeSlackError if its copy is refused."""

    def sent(self, user: str) -> Sequence[SentLetter]:
        """Return the mails that the person sent, newest first."""

    def meetings(self, user: str) -> Sequence[Appointment]:
        """Return what is in the person's calendar, in the order of time."""

    def free_slot(self, user: str) -> datetime:
        """Return when the person could meet somebody, in their own time."""

    def meet(self, user: str, address: str, at: datetime) -> None:
        """Add a meeting with a contact at the person's own time, or raise FakeSlackError."""

    def cancel(self, user: str, key: str) -> None:
        """Remove a meeting."""

    def calendar(self, user: str) -> tuple[str, bool]:
        """Return the address of the person's calendar, and whether the bot reads it."""
