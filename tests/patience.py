"""Waiting: for something that happens, never for a time; and for so long that a busy machine fails no test."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

import bot.app
import bot.slack.client
import bot.web.bulkhead
import storage.db.engine
from bot.fake_slack.state import views
from bot.fake_slack.transport import link

T = TypeVar("T")

PATIENCE = 180.0
"""Seconds after which something does not happen any more."""

SLACK_WAITS, TRIGGER_LASTS, DATABASE_WAITS = link.RESPONSE_SECONDS, views.TRIGGER_SECONDS, bot.app.WAIT_SECONDS
"""What they are in earnest."""

DURABLY = storage.db.engine.SYNCHRONOUS
"""How SQLite writes in earnest."""


def take_time() -> None:
    """Let no deadline of Slack's or of ours pass while the machine has much else to do.

    A test of a deadline sets its own.
    """
    link.RESPONSE_SECONDS = views.TRIGGER_SECONDS = PATIENCE
    bot.app.ANSWER_SECONDS = PATIENCE
    bot.app.WAIT_SECONDS = bot.web.bulkhead.LOCK_SECONDS = bot.slack.client.TIMEOUT_SECONDS = int(PATIENCE)


def keep_servers_awake() -> None:
    """Let servers go on while a test stops the clock: what they put off then would be due in another age, so that they
    would not even hear that they are to stop.
    """
    monotonic = time.monotonic
    asyncio.BaseEventLoop.time = lambda _loop: monotonic()  # type: ignore[method-assign]


def wait_for_no_disk() -> None:
    """No test pulls the plug of this machine."""
    storage.db.engine.SYNCHRONOUS = "OFF"


def until(what: Callable[[], T], seconds: float = PATIENCE) -> T:
    """Wait for something, and give it."""
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)
    return found
