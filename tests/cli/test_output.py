"""Wherever `tend` prints to, it prints: a terminal or pipe need not hold every sign, and what can't be read is said."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.fake_slack import FakeSlack
from tests.cli.conftest import Ran, Tend
from tests.patience import PATIENCE
from tests.web.processes import ROOT, TEND

DAY = "2026-11-22"
NAMES = ("name\n", "Bjørn & Söhne “Zürich”\n", "東京 [b]ank[/x]\n")
COMMANDS = [
    ["score", "--as-of", DAY],
    ["score", "--as-of", DAY, "--json"],
    ["score", "Bjørn & Söhne “Zürich”", "--as-of", DAY],
    ["forecast", "--as-of", DAY],
    ["forecast", "--as-of", DAY, "--json"],
    ["nudges", "--as-of", DAY],
    ["nudges", "--as-of", DAY, "--json"],
    ["digest", "--as-of", DAY],
    ["digest", "--as-of", DAY, "--json"],
    ["settings"],
    ["manifest"],
    ["export", "ausgänge"],
    ["import", "partners", "namen-ø.csv", "--dry-run"],
    ["doctor"],
    ["backup", "kopie-ø.db"],
    ["demo", "--script", "tour-ø.txt"],
    ["--help"],
]


def printed(
    tend: Tend, monkeypatch: pytest.MonkeyPatch, encoding: str, words: list[str], errors: str = "strict"
) -> Ran:
    """What a command prints to streams of an encoding."""
    streams = {name: io.TextIOWrapper(io.BytesIO(), encoding, errors) for name in ("stdout", "stderr")}
    with monkeypatch.context() as patch:
        for name, stream in streams.items():
            patch.setattr(sys, name, stream)
        code = tend(*words).code
    for stream in streams.values():
        stream.flush()
        stream.seek(0)
    return Ran(code, streams["stdout"].read(), streams["stderr"].read())


@pytest.fixture
def abroad(filled: Tend, slack: FakeSlack, tmp_path: Path) -> Tend:
    """With partners that ASCII can't spell."""
    assert slack
    (tmp_path / "namen-ø.csv").write_text("".join(NAMES), encoding="utf-8")
    (tmp_path / "tour-ø.txt").write_text(f"at {DAY}T14:00Z\n/trust Acme Legal 5\n", encoding="utf-8")
    assert filled("import", "partners", "namen-ø.csv").code == 0
    return filled


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_what_a_stream_can_not_hold_is_spelt_with_what_it_can(
    abroad: Tend, monkeypatch: pytest.MonkeyPatch, encoding: str, words: list[str]
) -> None:
    ran = printed(abroad, monkeypatch, encoding, words)
    assert (ran.code, ran.err) == (0 if words != ["doctor"] else ran.code, "")
    assert ran.out.strip()


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_table_keeps_its_columns(abroad: Tend, monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    ran = printed(abroad, monkeypatch, encoding, ["score", "--as-of", DAY])
    assert ('Bjorn & Sohne "Zurich"' if encoding == "ascii" else "Bjørn & Söhne “Zürich”") in ran.out
    assert "?? [b]ank[/x]" in ran.out
    assert len({len(line) for line in ran.out.splitlines()[1:]}) == 1


def test_names_are_no_marks(abroad: Tend) -> None:
    """Of the library that draws tables: [b] would be bold, and [/x] an error."""
    assert "東京 [b]ank[/x]" in abroad("score", "--as-of", DAY).out


@pytest.mark.parametrize("command", ["score", "nudges", "digest"])
def test_in_json_every_name_is_whole(abroad: Tend, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    words = [command, "--as-of", DAY, "--json"]
    there = printed(abroad, monkeypatch, "ascii", words).out
    assert json.loads(there) == json.loads(abroad(*words).out)
    assert "Bj\\u00f8rn" in there or command != "score"


def test_errors_too(abroad: Tend, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = printed(abroad, monkeypatch, "ascii", ["score", "Nobody’s"], "backslashreplace")
    assert ran.line() == 'tend: There is no partner called "Nobody\'s"; `tend score` lists them all.'


def run(environment: str, folder: Path, words: list[str | bytes], **variables: str) -> Ran:
    done = subprocess.run(
        [*TEND, *words],
        env=os.environ | {"PYTHONPATH": str(ROOT), "DATABASE_URL": environment, **variables},
        cwd=folder,
        capture_output=True,
        timeout=PATIENCE,
    )
    return Ran(done.returncode, done.stdout.decode("ascii"), done.stderr.decode("ascii"))


C_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize("variables", [C_LOCALE, {"PYTHONIOENCODING": "ascii"}], ids=["locale", "told"])
def test_as_a_process_too(abroad: Tend, environment: str, tmp_path: Path, variables: dict[str, str]) -> None:
    assert abroad
    ran = run(environment, tmp_path, ["score", "--as-of", DAY], **variables)
    assert (ran.code, ran.err) == (0, "")
    assert "Bjorn & Sohne" in ran.out


def test_bytes_that_are_no_text_are_one_line(abroad: Tend, environment: str, tmp_path: Path) -> None:
    assert abroad
    assert "UTF-8" in run(environment, tmp_path, ["score", b"Caf\xe9"]).line()
    assert "UTF-8" in run(environment, tmp_path, ["score", "Bjørn & Söhne “Zürich”"], **C_LOCALE).line()


DAYS = ["0001-01-01", "0001-12-31", "0002-01-01", "1969-12-31", "2100-01-01", "9998-12-31", "9999-12-31"]


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("command", ["score", "nudges", "digest", "forecast"])
def test_a_day_out_of_reach_is_one_line(filled: Tend, command: str, day: str) -> None:
    assert f"--as-of: “{day}” is too far away" in filled(command, "--as-of", day).line()


@pytest.mark.parametrize("now", [*DAYS, "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00"])
def test_an_instant_out_of_reach_is_one_line(tend: Tend, slack: FakeSlack, now: str) -> None:
    assert slack
    assert f"--now: “{now}” is too far away" in tend("tick", "--now", now).line()


@pytest.mark.parametrize("day", ["1970-01-01", "2099-12-31"])
def test_the_ends_of_the_reach_are_in_it(filled: Tend, slack: FakeSlack, day: str) -> None:
    assert slack
    for command in ("score", "nudges", "digest", "forecast"):
        assert filled(command, "--as-of", day).code == 0
    assert filled("forecast", "--as-of", day, "--months", 60).code == 0
    assert filled("tick", "--now", f"{day}T12:00-11:00").code == 0
