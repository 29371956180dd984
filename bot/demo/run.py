"""Run the demo: in the browser, or as a scripted tour."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bot.clock import Clock, system_clock
from bot.process.signals import wait_for_signal

OF_OTHERS = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "SLACK_BOT_TOKEN")
"""Variables that Slack's libraries read: a proxy would break loopback requests, and a real token might be used."""


def serve(
    *,
    port: int = 0,
    keep: Path | None = None,
    empty: bool = False,
    announce: Callable[[str], None],
    stop: threading.Event | None = None,
    clock: Clock = system_clock,
) -> None:
    """Serve the demo on a loopback port (0: any free one) until `stop` is set or a stop signal arrives.

    `empty`: as on the day of the installation, with the welcome in the DM of whoever installed it.

    Raises:
        ConfigurationError: the port is in use, or `keep` is not a folder.
    """
    from bot.demo.workspace import open_workspace

    with ExitStack() as stack:
        wait = stop.wait if stop else stack.enter_context(wait_for_signal())
        stack.enter_context(by_itself())
        workspace = stack.enter_context(open_workspace(port=port, keep=keep, clock=clock, empty=empty))
        announce(
            f"The demo workspace is running in a local fake Slack: {workspace.slack.page_url}\nStop it with Ctrl-C."
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

    If the script starts with `at INSTANT`, time starts there and moves only on `wait` lines.

    Raises:
        ConfigurationError: a line is invalid or can't be done, or `keep` is not a folder.
    """
    from bot.demo.script import read_script, run_script
    from bot.demo.workspace import open_workspace

    begin, lines = read_script(script)
    with by_itself(), open_workspace(keep=keep, clock=(lambda: begin) if begin else clock, empty=empty) as workspace:
        run_script(lines, workspace, say)


@contextmanager
def by_itself() -> Iterator[None]:
    """Remove proxies and real Slack tokens from the environment of this process while the block runs."""
    names = [name for upper in OF_OTHERS for name in (upper, upper.lower()) if name in os.environ]
    saved = {name: os.environ.pop(name) for name in names}
    try:
        yield
    finally:
        os.environ.update(saved)
