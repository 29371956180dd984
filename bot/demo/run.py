"""`serve`: the made-up workspace in the browser, until it is told to stop."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bot.clock import Clock, system_clock
from bot.process.signals import wait_for_signal

OF_OTHERS = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "SLACK_BOT_TOKEN")
"""Slack's libraries read these themselves: loopback requests would go to the proxy too, and a real token be noticed."""


def serve(
    *,
    port: int = 0,
    keep: Path | None = None,
    empty: bool = False,
    announce: Callable[[str], None],
    stop: threading.Event | None = None,
    clock: Clock = system_clock,
) -> None:
    """Show the workspace on `port` of the loopback address (0: a free one) until `stop` is set, Ctrl-C or SIGTERM.

    `empty`: as on the day of the installation, with the welcome in the DM of whoever installed it.

    Raises:
        ConfigurationError: the port is taken, or `keep` is no folder.
    """
    from bot.demo.workspace import open_workspace

    with ExitStack() as stack:
        wait = stop.wait if stop else stack.enter_context(wait_for_signal())
        stack.enter_context(by_itself())
        workspace = stack.enter_context(open_workspace(port=port, keep=keep, clock=clock, empty=empty))
        announce(
            f"A made-up workspace, in a local stand-in for Slack: {workspace.slack.page_url}\nStop it with Ctrl-C."
        )
        wait()


def tour(
    script: str,
    *,
    say: Callable[[str], None],
    keep: Path | None = None,
    empty: bool = False,
    clock: Clock = system_clock,
) -> None:
    """Replay a script (see `bot.demo.script`) in the workspace, and say what each person would see.

    A script that begins with `at INSTANT` is played as of that instant, and time passes only where a line waits.

    Raises:
        ConfigurationError: a line is not understood or can't be done, or `keep` is no folder.
    """
    from bot.demo.script import read_script, run_script
    from bot.demo.workspace import open_workspace

    begin, lines = read_script(script)
    with by_itself(), open_workspace(keep=keep, clock=(lambda: begin) if begin else clock, empty=empty) as workspace:
        run_script(lines, workspace, say)


@contextmanager
def by_itself() -> Iterator[None]:
    """Neither a proxy nor a real workspace's token for this process."""
    names = [name for upper in OF_OTHERS for name in (upper, upper.lower()) if name in os.environ]
    kept = {name: os.environ.pop(name) for name in names}
    try:
        yield
    finally:
        os.environ.update(kept)
