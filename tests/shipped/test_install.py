"""The wheel is installed as people install programs, and set up by a `.env` alone."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot import __version__
from bot.fake_slack import FakeSlack
from tests.shipped.conftest import MINUTES, installed
from tests.shipped.place import Place
from tests.web.processes import ROOT

PIPX = ("-m", "pipx", "install", "--python", sys.executable)
UV = ("-m", "uv", "tool", "install", "--quiet", "--python", sys.executable)


@dataclass
class BareEnvironment(Place):
    """A folder whose `.env` has all settings."""

    @property
    def environment(self) -> dict[str, str]:
        return {"PATH": f"{self.programs}:/usr/bin:/bin", "HOME": str(self.folder)}

    def write(self, **changed: str) -> None:
        """Fill in a copy of the example, as the README says."""
        example = (ROOT / ".env.example").read_text(encoding="utf-8")
        values = {
            "SLACK_BOT_TOKEN": "xoxb-stand-in", "SLACK_APP_TOKEN": "xapp-stand-in", "LOG_LEVEL": "WARNING",
            "SLACK_API_URL": self.slack.api_url,
        } | changed  # fmt: skip
        lines = [line for line in example.splitlines() if line.lstrip("#").partition("=")[0] not in values]
        path = self.folder / ".env"
        path.touch(0o600)
        path.write_text("\n".join([*lines, *(f"{name}={value}" for name, value in values.items())]) + "\n")


@pytest.mark.parametrize(("tool", "words"), [("pipx", PIPX), ("uv", UV)])
def test_pipx_and_uv_install_the_wheel(
    tool: str, words: tuple[str, ...], wheel: Path, slack: FakeSlack, tmp_path: Path
) -> None:
    tools = installed(tmp_path / "tools", tool)
    where = {
        "PIPX_HOME": str(tmp_path / "home"), "PIPX_BIN_DIR": str(tmp_path / "bin"),
        "UV_TOOL_DIR": str(tmp_path / "home"), "UV_TOOL_BIN_DIR": str(tmp_path / "bin"),
    }  # fmt: skip
    subprocess.run([tools / "python", *words, str(wheel)], check=True, env=os.environ | where, timeout=MINUTES)
    place = BareEnvironment(tmp_path / "bin", tmp_path, slack)
    assert place.tend("--version") == f"tend {__version__}\n"
    place.write()
    place.tend("migrate")
    assert "the token is valid" in place.tend("doctor")


def test_a_stranger_finds_a_broken_setting(pinned: Path, slack: FakeSlack, tmp_path: Path) -> None:
    """With `.env` and no other setting: it runs; one is broken; the doctor names it."""
    place = BareEnvironment(pinned, tmp_path, slack)
    place.write()
    assert {line[0] for line in place.tend("doctor").splitlines()} == {"✓"}
    with place.started("run") as process:
        assert process.stdout
        assert "running" in process.stdout.readline()
        assert slack.command("U1", "/partner", "list", channel="C1").error is None
    place.write(SLACK_APP_TOKEN="xapp-of-another-app")
    done = subprocess.run(
        [pinned / "tend", "doctor"],
        env=place.environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=MINUTES,
    )
    assert (done.returncode, done.stderr) == (2, "")
    (line,) = [line for line in done.stdout.splitlines() if not line.startswith("✓")]
    assert line.startswith("✗ SLACK_APP_TOKEN: Slack does not accept it (invalid_auth)")


def test_the_wheels_name_says_what_it_is(wheel: Path) -> None:
    assert wheel.name == f"tend_partnerships-{__version__}-py3-none-any.whl"
    assert shutil.which("tend", path=str(Path(sys.executable).parent))
