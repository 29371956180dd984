"""The demo as a person meets it: it opens, works, stops, and is kept where that was asked."""

import os
import re
import signal
import socket
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

from bot.demo import serve
from bot.demo.people import ANA, BEN, CHLOE, GENERAL, GUEST, PARTNERSHIPS, STRANGER
from bot.errors import ConfigurationError
from bot.fake_slack.pages.mrkdwn import emoji
from tests.demo.conftest import Demo, from_instant
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[2]
DM = "D0ANA"


def test_it_says_where(demo: Demo) -> None:
    """On the loopback address, in a line for people."""
    assert re.search(r"http://127\.0\.0\.1:\d+/", demo.told[0])


def test_a_nudge_and_a_digest_stand_there(demo: Demo) -> None:
    """Also the Home, and the channel that another organisation reads has neither."""
    monday, wednesday = demo.get(ANA, DM).split("to look after today")[1:]
    assert "Norbury Finch" in monday
    assert "<h2>Today</h2>" in monday  # over the message that follows
    assert "Promise overdue" in wednesday
    chloe = demo.get(CHLOE, "D0CHLOE")
    digest = demo.get(ANA, PARTNERSHIPS)
    assert "11 of 23 partners producing" in digest
    assert "sent late" not in digest
    assert "2 without an owner. Quiet longest:" in digest
    assert "Without an owner" in chloe
    assert "Ashgrove Recruitment</strong>, <strong>Stonebrook Insurance" in chloe
    assert "RVI" not in demo.get(STRANGER, "C0ACME")
    demo.act("home", **{"as": ANA}, at="home")
    assert "Larkfield Accountants" in demo.get(ANA, "home")


def test_a_place_opens_at_what_is_new(demo: Demo) -> None:
    """Once; then at its end."""
    assert demo.get(BEN, PARTNERSHIPS).count('id="new"') == 1
    assert 'id="new"' not in demo.get(BEN, PARTNERSHIPS)


def test_every_sign_is_shown_as_one(demo: Demo) -> None:
    """No `:name:` is left as it is."""
    demo.act("say", **{"as": ANA}, at=DM, text="/partner show Acme Legal")
    for at in (DM, PARTNERSHIPS):
        assert re.findall(r"(?<![\d\w]):[a-z_]{3,}:", unescape(demo.get(ANA, at))) == []
    texts = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot" / "messages").rglob("*.py"))
    assert [name for name in re.findall(r"(?<!\}):[a-z_]{3,}:", texts) if emoji(name) == name] == []


def test_a_command_records(demo: Demo) -> None:
    """Seen by who typed it alone."""
    seen = demo.act("say", **{"as": CHLOE}, at=GENERAL, text="/referral Acme Legal Sandpiper Studios 5k introduced")
    assert (seen["notice"], seen["errors"]) == ("", {})
    mine = demo.get(CHLOE, GENERAL)
    assert "Only visible to you" in mine
    assert "Sandpiper Studios · £5,000 · introduced" in mine
    assert "Sandpiper" not in demo.get(ANA, GENERAL)
    demo.act("say", **{"as": CHLOE}, at=GENERAL, text="/partner show Acme Legal")
    assert demo.get(CHLOE, GENERAL).count("Sandpiper Studios") > 1


def test_guests_and_strangers_are_refused(demo: Demo) -> None:
    """As in Slack."""
    demo.act("say", **{"as": GUEST}, at=GENERAL, text="/partner list")
    assert "Guests can't use Tend" in unescape(demo.get(GUEST, GENERAL))
    demo.act("say", **{"as": STRANGER}, at="C0ACME", text="/partner list")
    assert "Tend is not installed in this workspace" in demo.get(STRANGER, "C0ACME")


def test_all_commands_are_offered(demo: Demo) -> None:
    """With their hints, and the shortcut on messages."""
    page = demo.get(ANA, PARTNERSHIPS)
    for name in ("/referral", "/event", "/touch", "/trust", "/partner", "/tend"):
        assert f'data-command="{name}"' in page
    assert 'data-shortcut="log_message"' in page


@pytest.mark.parametrize(
    "now",
    [
        pytest.param("2026-11-23T08:00+00:00", marks=pytest.mark.slow),
        "2026-11-25T14:00+00:00",
        pytest.param("2026-11-29T23:00+00:00", marks=pytest.mark.slow),
    ],
)
def test_it_stops_and_is_kept(tmp_path: Path, now: str) -> None:
    """What was recorded is there the next time, nothing is seeded twice, and the digest is shown again."""
    folder = tmp_path / "new" / "folder"
    with Demo({"keep": folder, "clock": from_instant(now)}) as first:
        first.act("say", **{"as": ANA}, at=DM, text="/touch Acme Legal coffee A word that is kept")
    with Demo({"keep": folder, "clock": from_instant(now)}) as second:
        assert "11 of 23 partners producing" in second.get(ANA, PARTNERSHIPS)
        assert second.get(ANA, DM).count("to look after today") == 1
        second.act("say", **{"as": ANA}, at=DM, text="/partner show Acme Legal")
        assert "A word that is kept" in second.get(ANA, DM)
        second.act("say", **{"as": ANA}, at=DM, text="/partner list")
        assert "25 partners" in second.get(ANA, DM)
    assert not second.thread.is_alive()
    assert (folder / "tend.db").exists()


def test_a_taken_port_is_one_line() -> None:
    """That says what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=rf"can't use port {port} \(.*in use\); choose another") as caught:
            serve(port=port, announce=print)
    assert "\n" not in str(caught.value)
    with pytest.raises(ConfigurationError, match="70000 is not a valid port"):
        serve(port=70_000, announce=print)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """To keep something in."""
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match=r"can't keep its workspace in .*file: File exists"):
        serve(keep=tmp_path / "file", announce=print)


SCRIPT = "from bot.demo import serve; serve(announce=lambda line: print(line, flush=True))"


# The system may give a signal to any thread; the one that waits must hear of it all the same.
ELSEWHERE = """
import signal, threading
from bot.demo import serve
def tell(_line):
    threading.Timer(0.2, lambda: signal.pthread_kill(threading.get_ident(), signal.SIGTERM)).start()
serve(announce=tell)
"""


@pytest.mark.slow
def test_a_signal_that_another_thread_got_stops_it() -> None:
    subprocess.run([sys.executable, "-c", ELSEWHERE], cwd=ROOT, check=True, timeout=PATIENCE)


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_signals_stop_it_cleanly(how: signal.Signals, tmp_path: Path) -> None:
    """With exit code 0, no word of complaint, and nothing left behind; a proxy and wrong settings don't matter."""
    surroundings = {
        **os.environ, "TMPDIR": str(tmp_path), "HTTP_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9",
        "LOG_LEVEL": "nonsense", "DATABASE_URL": "nonsense",
    }  # fmt: skip
    started = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", SCRIPT],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=surroundings,
    )  # fmt: skip
    assert started.stdout is not None
    assert "http://127.0.0.1:" in started.stdout.readline()
    started.send_signal(how)
    try:
        _, complaints = started.communicate(timeout=PATIENCE)
    finally:
        started.kill()
    assert (started.returncode, complaints) == (0, "")
    assert list(tmp_path.iterdir()) == []


def test_importing_it_is_cheap() -> None:
    """`tend --help` pays for nothing of it."""
    heavy = "{'slack_bolt', 'slack_sdk', 'sqlmodel', 'uvicorn', 'starlette', 'jinja2', 'babel', 'pydantic'}"
    code = f"import sys, bot.demo; print({heavy} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert found.stdout.strip() == "set()"
