"""Try a request again where that helps."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from bot.crm.records import Access, CrmError, Problem

T = TypeVar("T")

MAX_ATTEMPTS = 6
LONGEST_WAIT = 60.0
"""Seconds that a run may be held up by one request. What asks for more time is tried again by a later run."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What an error means. `wait`: after how many seconds it may go better, None if trying again is of no use.

    `later`: it goes better after that time, and not before, so that a later run should try.
    """

    problem: Problem
    detail: str = ""
    wait: float | None = None
    later: bool = False


def attempt(access: Access, do: Callable[[], T], judge: Callable[[Exception], Trouble | None]) -> T:
    """Do something, again where its error says so. `judge` returns None for an error that is none of the CRM's.

    Raises:
        CrmError: it did not work.
    """
    for number in range(1, MAX_ATTEMPTS + 1):
        access.alive()
        try:
            return do()
        except Exception as error:
            trouble = judge(error)
            if trouble is None:
                raise
            is_last = trouble.wait is None or trouble.later or number == MAX_ATTEMPTS
            if is_last or (trouble.wait or 0) > LONGEST_WAIT:
                raise CrmError(trouble.problem, trouble.detail, trouble.wait) from None
            wait = max(trouble.wait or 0, 0.5 * 2 ** (number - 1))
        access.sleep(wait)
    raise AssertionError("the last attempt returns or raises")
