"""Run work in the background after the answer was given."""

import logging
from collections.abc import Callable, Hashable
from contextlib import ExitStack

from bot.process.job_queue import Queued
from bot.process.log_config import safe_repr
from bot.services import Services

log = logging.getLogger(__name__)


def run_in_background(
    services: Services, what: str, act: Callable[[], None], *, owner: Hashable = None, content: Hashable = None
) -> bool:
    """Queue work that counts as in flight. Return False if the process is stopping or has too much to do.

    An owner has one job of a kind at a time, and one with the same content only once: a second press adds nothing.
    """
    with ExitStack() as counted:
        if not counted.enter_context(services.in_flight.track()):
            return False
        ends = counted.pop_all()
        queued = services.jobs.put(what, lambda: _run(what, act, ends), owner=owner, content=content)
        if queued is not Queued.NOW:
            ends.close()
        return queued is not Queued.NOT


def _run(what: str, act: Callable[[], None], ends: ExitStack) -> None:
    with ends:
        try:
            act()
        except Exception as error:  # nobody else would report it
            log.warning(
                "background job failed and the user could not be notified: %s: %s",
                what,
                safe_repr(error),
                exc_info=error,
            )
