"""Run work in a background thread after the answer was given."""

import logging
import threading
from collections.abc import Callable
from contextlib import ExitStack

from bot.process.log_config import safe_repr
from bot.services import Services

log = logging.getLogger(__name__)


def run_in_background(services: Services, what: str, act: Callable[[], None]) -> bool:
    """Start work in a thread that counts as in flight. Return False if the process is stopping."""
    with ExitStack() as counted:
        if not counted.enter_context(services.in_flight.track()):
            return False
        _run_in_thread(what, act, counted.pop_all())
        return True


def _run_in_thread(what: str, act: Callable[[], None], ends: ExitStack) -> None:
    def run() -> None:
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

    threading.Thread(target=run, name=what, daemon=True).start()
