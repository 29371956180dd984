"""The image of the Dockerfile, made and used where there is no container engine and no registry of images.

`buildah` carries out the Dockerfile's own steps. What stands behind FROM comes from Debian: the release in the image's
name, made by `debootstrap`, with its `python3`. The image is then used as its settings say, with a read-only root.
"""

import json
import os
import re
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.web.processes import ROOT

DOCKERFILE = ROOT / "Dockerfile"
FROM = re.compile(r"^FROM (python:(?P<python>[\d.]+)-slim-(?P<release>\w+))(?: AS \w+)?$", re.MULTILINE)
HOURS = 2 * 60 * 60
PACKAGES = "python3,python3-venv,ca-certificates"
# What a machine needs to reach its package index, and no image has: it is lent to the build.
LENT = ("/etc/pip.conf", "/etc/ssl/certs")


def done(*words: object, **variables: str) -> str:
    """What a program prints; it must end well."""
    finished = subprocess.run(
        list(map(str, words)), env=os.environ | variables, capture_output=True, text=True, timeout=HOURS
    )
    assert finished.returncode == 0, finished.stdout[-4000:] + finished.stderr[-4000:]
    return finished.stdout.strip()


@dataclass(frozen=True)
class Builder:
    """buildah with a store of its own."""

    folder: Path

    def __call__(self, *words: object) -> str:
        store = ("--root", self.folder / "store", "--runroot", self.folder / "run")
        return done("buildah", *store, *words, BUILDAH_ISOLATION="chroot")

    def build(self) -> "Image":
        """Build the Dockerfile, and mount the image."""
        bases = {found[0] for found in FROM.findall(DOCKERFILE.read_text(encoding="utf-8"))}
        (base,) = bases
        found = FROM.search(DOCKERFILE.read_text(encoding="utf-8"))
        assert found
        self._make_base(base, found["python"], found["release"])
        lent = [word for path in LENT if Path(path).exists() for word in ("--volume", f"{path}:{path}:ro")]
        self(
            "build", "--pull-never", "--network", "host", "--format", "docker", *lent,
            "--file", DOCKERFILE, "--tag", "tend", ROOT,
        )  # fmt: skip
        container = self("from", "--pull-never", "localhost/tend")
        settings = json.loads(self("inspect", "--type", "image", "localhost/tend"))["Docker"]["config"]
        return Image(Path(self("mount", container)), settings)

    def _make_base(self, name: str, python: str, release: str) -> None:
        root = self.folder / "debian"
        done("debootstrap", "--variant=minbase", f"--include={PACKAGES}", release, root, *_mirror())
        assert done("chroot", root, "python3", "--version").startswith(f"Python {python}.")
        container = self("from", "scratch")
        self("add", "--quiet", container, root, "/")
        self("config", "--env", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", container)
        self("commit", "--quiet", container, f"docker.io/library/{name}")


def _mirror() -> list[str]:
    """The mirror that this machine itself uses, if it says so."""
    for path in Path("/etc/apt/sources.list.d").glob("*.sources"):
        if found := re.search(r"^URIs: *(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE):
            return [found[1]]
    return []


@dataclass(frozen=True)
class Image:
    """A mounted image, and what its settings say."""

    root: Path
    settings: dict[str, object]

    @property
    def variables(self) -> dict[str, str]:
        return dict(pair.split("=", 1) for pair in self.settings["Env"])  # type: ignore[attr-defined]

    def command(self, data: Path, words: list[str], **variables: str) -> list[str]:
        """The command line that runs a program of the image: as its user, in its folder, with a read-only root.

        `data` is its volume. /tmp is empty and in memory.
        """
        (volume,) = self.settings["Volumes"]  # type: ignore[attr-defined]
        root, user, folder = self.root, self.settings["User"], self.settings["WorkingDir"]
        environment = self.variables | variables
        inner = ["env", "-i", "-C", str(folder), *(f"{key}={value}" for key, value in environment.items()), *words]
        steps = [
            f"mount --bind {root} {root}",
            f"mount -o remount,bind,ro {root}",
            f"mount -t tmpfs -o mode=1777 tmpfs {root}/tmp",
            f"mount --bind {data} {root}{volume}",
            f"mount -t proc proc {root}/proc",
            f"mount --rbind /dev {root}/dev",
            f"exec chroot --userspec={user} {root} {shlex.join(inner)}",
        ]
        return ["unshare", "--mount", "--propagation", "private", "sh", "-ec", "\n".join(steps)]
