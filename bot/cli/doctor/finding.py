"""What a check of `tend doctor` finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from bot.cli.errors import error_line
from bot.config import Settings


class Grade(Enum):
    """How a finding is printed."""

    GOOD = "✓"
    NOTICE = "!"  # Tend works, but somebody should look at it
    PROBLEM = "✗"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check. If it is not good, the text says what to do."""

    grade: Grade
    text: str


Check = Callable[[Settings], Iterator[Finding]]


def good(text: str) -> Finding:
    return Finding(Grade.GOOD, text)


def notice(text: str) -> Finding:
    return Finding(Grade.NOTICE, text)


def problem(text: str) -> Finding:
    return Finding(Grade.PROBLEM, text)


def run_check(check: Check, settings: Settings) -> Iterator[Finding]:
    """Yield a check's findings. An error becomes one more."""
    try:
        yield from check(settings)
    except Exception as error:
        yield problem(error_line(error) or f"{type(error).__name__}: {error}")
