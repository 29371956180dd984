"""Wait at the start for what Tend needs, such as a database that is started at the same time."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")
log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 1.0
MAX_PAUSE_SECONDS = 30.0
PATIENCE_SECONDS = 600.0
"""After this the start fails, so that a supervisor or a person notices."""


def wait_for(
    name: str,
    attempt: Callable[[], Result],
    passing_reason: Callable[[Exception], str | None],
    *,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Result:
    """Return the result of `attempt`, repeated with growing pauses while it fails for a reason that may pass.

    `passing_reason` puts such an error into words, and returns None for any other, which is raised, as is the last one
    after PATIENCE_SECONDS. Each reason is logged once in a row. A signal handler that raises ends the wait.
    """
    started, pause, logged = clock(), FIRST_PAUSE_SECONDS, None
    while True:
        try:
            result = attempt()
        except Exception as error:
            reason = passing_reason(error)
            left = started + PATIENCE_SECONDS - clock()
            if reason is None or left <= 0:
                raise
            if reason != logged:
                log.warning("waiting for %s, for %d more seconds at most: %s", name, left, reason)
                logged = reason
        else:
            if logged is not None:
                log.warning("%s can be reached, after %d seconds", name, clock() - started)
            return result
        sleep(min(pause, left))
        pause = min(pause * 2, MAX_PAUSE_SECONDS)
