"""A PgBouncer of a test's own before a PostgreSQL: it pools transactions, on loopback, and is gone afterwards."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import make_url

from tests.patience import PATIENCE

CONFIGURATION = """
[databases]
* = host={host} port={port} user={user}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen_port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {pool_size}
logfile =
pidfile =
"""


def program() -> str | None:
    """Where PgBouncer is; None where there is none."""
    return shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")


@contextmanager
def pooled(url: str, pool_size: int = 2) -> Iterator[str]:
    """The address of the same database behind a pooler with that many connections."""
    address = make_url(url)
    folder = Path(tempfile.mkdtemp(prefix="tend-pgbouncer."))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    host = address.query.get("host") or address.host or "127.0.0.1"
    settings = CONFIGURATION.format(
        host=host, port=address.port or 5432, user=address.username, listen_port=port, pool_size=pool_size
    )
    (folder / "pgbouncer.ini").write_text(settings)
    as_whom = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []  # it refuses to run as root
    if as_whom:
        shutil.chown(folder, "postgres")
        shutil.chown(folder / "pgbouncer.ini", "postgres")
    name = program()
    assert name is not None
    with (folder / "log").open("wb") as log:
        # exec, so that the process that is ended is PgBouncer's own.
        process = subprocess.Popen([*as_whom, name, str(folder / "pgbouncer.ini")], stdout=log, stderr=log)
    try:
        _wait(process, port, folder / "log")
        kept = {name: value for name, value in address.query.items() if name not in ("host", "options")}
        yield address.set(host="127.0.0.1", port=port, query=kept).render_as_string(hide_password=False)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        if process.poll() is not None:
            raise RuntimeError(log.read_text(errors="replace"))
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.01)
    raise RuntimeError("PgBouncer does not answer")
