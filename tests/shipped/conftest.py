"""What a user installs, in environments that were empty: `make shipped` makes them, and every other run passes them by.

Nothing that only tests need is in them, and nothing of the checkout: a wheel is built from a copy of what is shipped.
"""

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.fake_slack import FakeSlack
from bot.slack.manifest import SCOPES, build_manifest
from tests.shipped.place import Place
from tests.web.processes import ROOT

ASKED_BY = {"test_image.py": "TEND_IMAGE"}
"""Which variable asks for a file here, where it isn't TEND_SHIPPED."""

collect_ignore = [
    path.name
    for path in Path(__file__).parent.glob("test_*.py")
    if os.environ.get(ASKED_BY.get(path.name, "TEND_SHIPPED")) != "yes"
]

PACKAGES = ("bot", "scoring", "storage")
MINUTES = 20 * 60


def installed(folder: Path, *requirements: object) -> Path:
    """An environment with these alone; pip goes by the machine's own configuration."""
    venv.create(folder, with_pip=True)
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run(
        [folder / "bin" / "python", "-m", "pip", "install", "--quiet", *map(str, requirements)],
        check=True,
        env=variables,
        cwd=folder,
        timeout=MINUTES,
    )
    return folder / "bin"


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy: a `build/` in the checkout may still hold files that are gone."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    build = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", built, source]
    subprocess.run([sys.executable, "-m", "pip", *build], check=True, cwd=built, timeout=MINUTES)
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="session")
def pinned(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs as the README and the Procfile install them: the pinned versions, and Tend."""
    folder = tmp_path_factory.mktemp("pinned")
    installed(folder, "--require-hashes", "-r", ROOT / "requirements.txt")
    subprocess.run(
        [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-deps", wheel],
        check=True,
        cwd=folder,
        timeout=MINUTES,
    )
    return folder / "bin"


@pytest.fixture(scope="session")
def unpinned(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs as `pip install` puts them there by what the wheel itself asks for."""
    return installed(tmp_path_factory.mktemp("unpinned"), wheel)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback requests go to no proxy."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    """A stand-in that is served from here, with the app installed."""
    with FakeSlack(answer_seconds=60) as running:
        running.install(build_manifest())
        running.world.scopes = SCOPES
        running.world.add_person("U1", "ana", is_admin=True)
        running.world.add_channel("C1", "partners", members=["U1"])
        yield running


@pytest.fixture
def place(pinned: Path, slack: FakeSlack, tmp_path: Path) -> Place:
    return Place(pinned, tmp_path, slack)
