"""Takes the README's pictures: `python docs/pictures/take.py` with Chromium installed. They show `tend demo`."""

import json
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from urllib.request import Request, urlopen

from bot.demo import serve
from bot.demo.cast import ANA, PARTNERSHIPS

HERE = Path(__file__).parent
DM = "D0ANA"
WIDTH = 1280


def main() -> None:
    """Serve the demo, act in it as Ana, and look at it with a browser."""
    told: list[str] = []
    ready, stop = threading.Event(), threading.Event()

    def announce(line: str) -> None:
        told.append(line)
        ready.set()

    thread = threading.Thread(target=serve, kwargs={"announce": announce, "stop": stop})
    thread.start()
    try:
        assert ready.wait(20), "the demo did not start"
        pictures(next(word for word in told[0].split() if word.startswith("http://")))
    finally:
        stop.set()
        thread.join()


def pictures(page: str) -> None:
    shoot(page, DM, HERE / "nudge.png", 900)
    shoot(page, PARTNERSHIPS, HERE / "digest.png", 980)
    shoot(page, "home", HERE / "home.png", 900)
    act(page, "say", at=PARTNERSHIPS, text="/referral Acme Legal Sandpiper Studios 5k introduced")
    act(page, "say", at=PARTNERSHIPS, text="/partner show Acme Legal")
    shoot(page, PARTNERSHIPS, HERE / "card.png", 980)


def act(page: str, name: str, **body: str) -> None:
    """What the page does when somebody types or clicks."""
    data = json.dumps({"as": ANA, **body}).encode()
    with urlopen(Request(f"{page}page/{name}", data, {"Content-Type": "application/json"})):
        pass


def shoot(page: str, at: str, to: Path, height: int, width: int = WIDTH, more: Sequence[str] = ()) -> None:
    """A picture of what Ana sees in a place."""
    browser = shutil.which("chromium") or shutil.which("google-chrome") or sys.exit("Chromium is not installed")
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", *more,
                f"--user-data-dir={profile}", f"--window-size={width},{height}", "--virtual-time-budget=2500",
                f"--screenshot={to}", f"{page}?as={ANA}&at={at}",
            ],
            check=True, capture_output=True, timeout=60,
        )  # fmt: skip


if __name__ == "__main__":
    main()
