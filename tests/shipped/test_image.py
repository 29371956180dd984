"""The image that the Dockerfile makes starts Tend and keeps its data: `make image-check`, five minutes or more."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import __version__
from bot.fake_slack import FakeSlack
from tests.shipped.image import Builder, Image
from tests.shipped.place import PATIENCE, until
from tests.web.conftest import unused_port


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    for program in ("buildah", "debootstrap"):
        if shutil.which(program) is None or os.getuid() != 0:
            pytest.fail(f"{program} is needed, and to be root")
    folder = tmp_path_factory.mktemp("image")
    builder = Builder(folder)
    yield builder.build()
    builder("umount", "--all")


@pytest.fixture
def data(image: Image, tmp_path: Path) -> Path:
    """An empty volume, which a container engine gives to whom the image's folder belongs."""
    folder = tmp_path / "data"
    folder.mkdir()
    owner = (image.root / "data").stat()
    os.chown(folder, owner.st_uid, owner.st_gid)
    return folder


@pytest.fixture
def variables(slack: FakeSlack) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": "xoxb-stand-in",
        "SLACK_APP_TOKEN": "xapp-stand-in",
        "SLACK_API_URL": slack.api_url,
        "METRICS_PORT": str(unused_port()),
    }


def test_run_is_what_it_starts_and_it_is_healthy_and_stops(
    image: Image, data: Path, slack: FakeSlack, variables: dict[str, str]
) -> None:
    entry, command = image.settings["Entrypoint"], image.settings["Cmd"]
    assert (entry, command) == (["tend"], ["run"])
    process = subprocess.Popen(
        image.command(data, ["tend", "run"], **variables), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        probe = list(image.settings["Healthcheck"]["Test"])  # type: ignore[call-overload, index]
        assert probe.pop(0) == "CMD"

        def is_healthy() -> bool:
            return subprocess.run(image.command(data, probe, **variables), capture_output=True).returncode == 0

        until(is_healthy, process)
        assert slack.command("U1", "/partner", "list", channel="C1").error is None
        status = Path(f"/proc/{process.pid}/status").read_text()
        assert "\nUid:\t10001\t10001" in status
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, err) == (0, "")
    assert out == "Tend is running. Stop it with Ctrl-C.\n"
    assert (data / "tend.db").stat().st_uid == 10001


def test_its_programs_find_what_they_need(image: Image, data: Path, variables: dict[str, str]) -> None:
    def prints(*words: str) -> str:
        done = subprocess.run(
            image.command(data, list(words), **variables), capture_output=True, text=True, timeout=PATIENCE
        )
        assert (done.returncode, done.stderr) == (0, ""), done
        return done.stdout

    assert prints("tend", "--version") == f"tend {__version__}\n"
    prints("tend", "migrate")
    assert "✗" not in prints("tend", "doctor")
    assert "verified" in prints("tend", "backup", "copy.db")
    assert "PostgreSQL" in prints("pg_dump", "--version")
    assert prints("python3", "-c", "import matplotlib.pyplot, os; print(os.access('/', os.W_OK))") == "False\n"
