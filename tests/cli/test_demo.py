"""`tend demo --script`: a tour on the command line."""

import os
import re
from pathlib import Path

import pytest

from bot.demo import script
from tests.cli.conftest import Tend


@pytest.fixture(autouse=True)
def in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot has done all before it answers."""
    monkeypatch.setattr(script, "QUIET_SECONDS", 0.01)


def written(folder: Path, text: str) -> Path:
    path = folder / "tour.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_script_prints_what_is_seen(tend: Tend, tmp_path: Path) -> None:
    """And exits with 0; nothing of the team's own settings or database is touched."""
    ran = tend("demo", "--script", written(tmp_path, "at 2026-11-25T14:00Z\n/trust Acme Legal 5\npress Undo\n"))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[0] == "Ana Ruiz, DM of Ana Ruiz> /trust Acme Legal 5"
    assert "your trust in *Acme Legal* is 5 of 5" in ran.out
    assert re.search(r"Undone for \*Acme Legal\*", ran.out.split("> press Undo")[1])
    assert [path.name for path in tmp_path.iterdir()] == ["tour.txt"]


@pytest.mark.parametrize(
    ("text", "said", "seen"),
    [
        ("# a tour\nin dm\ndance\n", "line 3: “dance” is not a known command; use one of: /COMMAND, ", ""),
        ("at noon\n", "line 1: “noon” is not a date and time", ""),
        ("in dm\npress Undo\nsubmit\n", "line 2: nothing here is called “Undo”", "DM of Ana Ruiz> press Undo\n"),
    ],
)
def test_a_mistake_in_it_is_one_line(tend: Tend, tmp_path: Path, text: str, said: str, seen: str) -> None:
    """That names its line, after what was seen before it; exit code 2."""
    ran = tend("demo", "--script", written(tmp_path, text))
    assert said in ran.line()
    assert ran.out.endswith(seen)
    assert bool(ran.out) == bool(seen)


def test_a_real_workspaces_token_is_not_noticed(
    tend: Tend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Bolt reads it from the environment by itself, and warned about it on the terminal."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-of-the-team")
    assert tend("demo", "--script", written(tmp_path, "/partner list\n")).code == 0
    assert caplog.messages == []
    assert os.environ["SLACK_BOT_TOKEN"] == "xoxb-of-the-team"


@pytest.mark.parametrize("name", ["nowhere.txt", ".", "binary.txt"])
def test_what_is_no_script_is_one_line(tend: Tend, tmp_path: Path, name: str) -> None:
    """A file that is not there, a folder, and bytes that are no text."""
    (tmp_path / "binary.txt").write_bytes(b"\xff\xfe\x00as ben")
    assert name in tend("demo", "--script", tmp_path / name).line()
