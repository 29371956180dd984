"""A PostgreSQL of a test's own, which it may stop, start and cut off."""

import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

PORT = 5432


def programs() -> Path | None:
    """Where the newest server on this machine is; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4].split(".")[0]))
    there = found[-1] if found else shutil.which("initdb")
    return Path(there).parent if there else None


@dataclass(frozen=True)
class Cluster:
    """A running server."""

    bin: Path
    folder: Path

    @property
    def url(self) -> str:
        return f"postgresql://tend@/postgres?host={self.folder}"

    def command(self, program: str, *args: str) -> None:
        """Run one of PostgreSQL's programs, as somebody for whom it runs."""
        unprivileged = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        subprocess.run(
            [*unprivileged, str(self.bin / program), "-D", str(self.folder / "data"), *args],
            check=True, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60,
        )  # fmt: skip

    def start(self) -> None:
        options = f"-k {self.folder} -c listen_addresses= -c fsync=off"
        self.command("pg_ctl", "-l", str(self.folder / "log"), "-w", "-o", options, "start")

    def crash(self) -> None:
        """Stop at once, as after a fall, and start again."""
        self.command("pg_ctl", "-m", "immediate", "-w", "stop")
        self.start()


@contextmanager
def own_cluster(bin: Path) -> Iterator[Cluster]:
    """An empty server that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="tend-once."))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    cluster = Cluster(bin, folder)
    try:
        cluster.command("initdb", "-U", "tend", "--auth=trust", "--encoding=UTF8", "--no-sync")
        cluster.start()
        yield cluster
    finally:
        with suppress(subprocess.CalledProcessError):
            cluster.command("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


# -- the wire to it


@dataclass
class Wire:
    """Passes on what client and server say, until the commit that is to get lost.

    `lose`: so many commits from now. `arrives`: whether the server still hears of it.
    """

    folder: Path
    server: Path
    lose: int = 0
    arrives: bool = True
    cuts: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"postgresql://tend@/postgres?host={self.folder}"

    def serve(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=self._serve_one, args=(listening.accept()[0],), daemon=True).start()

    def _serve_one(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server:
            server.connect(str(self.server / f".s.PGSQL.{PORT}"))
            back = threading.Thread(target=_pass_on, args=(server, client), daemon=True)
            back.start()
            with suppress(OSError):
                self._to_server(client, server)
            _shut(server, socket.SHUT_WR)  # what was sent is still carried out
            back.join(10)

    def _to_server(self, client: socket.socket, server: socket.socket) -> None:
        while data := client.recv(65536):
            if not (data.endswith(b"COMMIT\x00") and self._is_this_one()):
                server.sendall(data)
                continue
            _shut(client, socket.SHUT_RDWR)  # before the server can answer
            if self.arrives:
                server.sendall(data)
            return

    def _is_this_one(self) -> bool:
        with self.lock:
            self.lose -= 1
            self.cuts += self.lose == 0
            return self.lose == 0


def _pass_on(server: socket.socket, client: socket.socket) -> None:
    with suppress(OSError):
        while data := server.recv(65536):
            client.sendall(data)
    _shut(client, socket.SHUT_RDWR)


def _shut(one: socket.socket, how: int) -> None:
    with suppress(OSError):
        one.shutdown(how)


@contextmanager
def wire(cluster: Cluster) -> Iterator[Wire]:
    """A second address of a server, which loses what it is told to."""
    folder = Path(tempfile.mkdtemp(prefix="tend-wire."))
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / f".s.PGSQL.{PORT}"))
        listening.listen()
        made = Wire(folder, cluster.folder)
        threading.Thread(target=made.serve, args=(listening,), daemon=True).start()
        yield made
        listening.shutdown(socket.SHUT_RDWR)
    shutil.rmtree(folder)
