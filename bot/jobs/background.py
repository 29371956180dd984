"""Doing something in a thread while the answer is given already."""

import logging
import threading
from collections.abc import Callable
from contextlib import ExitStack

from bot.process.log_config import safe_repr
from bot.services import Services

log = logging.getLogger(__name__)


def run_in_background(services: Services, what: str, act: Callable[[], None]) -> bool:
    """Do something in a thread that is counted as in hand; False where the process ends and nothing begins any more."""
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
            except Exception as error:  # nobody else hears of it here
                log.warning("this could not be told of: %s: %s", what, safe_repr(error))

    threading.Thread(target=run, name=what, daemon=True).start()
