"""Doing something in a thread while the answer is given already."""

import logging
import threading
from collections.abc import Callable
from contextlib import ExitStack

from bot.process.log_config import brief
from bot.services import House

log = logging.getLogger(__name__)


def in_background(house: House, what: str, act: Callable[[], None]) -> bool:
    """Do something in a thread that is counted as in hand; False where the process ends and nothing begins any more."""
    with ExitStack() as counted:
        if not counted.enter_context(house.in_hand.one()):
            return False
        _in_a_thread(what, act, counted.pop_all())
        return True


def _in_a_thread(what: str, act: Callable[[], None], ends: ExitStack) -> None:
    def run() -> None:
        with ends:
            try:
                act()
            except Exception as error:  # nobody else hears of it here
                log.warning("this could not be told of: %s: %s", what, brief(error))

    threading.Thread(target=run, name=what, daemon=True).start()
