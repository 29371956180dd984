"""Back up and restore a PostgreSQL database with pg_dump, pg_restore and psql."""

import hashlib
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile
from typing import IO, Any

from psycopg.conninfo import make_conninfo
from sqlalchemy import Engine, inspect, text
from sqlmodel import SQLModel

from storage.backup.sqlite import (
    IGNORED_TABLES,
    DatabaseInUse,
    TargetNotEmpty,
    UnusableFile,
    publish_file,
    refuse_to_overwrite,
    temporary_file,
)
from storage.db.engine import APPLICATION_NAME
from storage.db.pooler import require_direct
from storage.migrate import migrate, require_supported, revision

TABLE = re.compile(r"^\d+; \d+ \d+ TABLE (?!DATA )(\S+) (\S+) ", re.M)


SERVICE = "tend"
DIGEST_MARK = b"\ntend sha-256\n"
DIGEST_SIZE = 32
CLOSING_SECONDS = 5.0


class MissingProgram(Exception):
    """A PostgreSQL program is not installed. The message is its name."""


def save_database(engine: Engine, file: Path, *, force: bool) -> str:
    """Copy Tend's tables at one instant into `file`, while others write. Return their schema revision.

    `file` appears only once it is complete and verified. Only its owner can read it.

    Raises:
        MissingProgram: pg_dump or pg_restore is not on the PATH.
        TargetNotEmpty: `file` exists, without `force`.
        UnusableFile: the database is empty, or a program failed.
        storage.db.pooler.PooledConnection: there is a pooler before the database, whose sessions pg_dump would spoil.
    """
    _require_programs("pg_dump", "pg_restore")
    if file.exists() and not file.is_file():
        raise UnusableFile("a copy can't be written there")
    refuse_to_overwrite(file, force=force)
    require_direct(engine)
    if revision(engine) is None:
        raise UnusableFile("the database is empty")
    schema, names = _revision(engine), sorted(_our_tables(engine))
    tables = [f'--table="{schema}"."{name}"' for name in names]
    with temporary_file(file) as draft:
        _run_program(engine, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", *tables, f"--file={draft}")
        copied_revision = check_copy(draft)
        _append_digest(draft)
        refuse_to_overwrite(file, force=force)
        publish_file(draft, file)
    return copied_revision


def check_copy(file: Path) -> str:
    """Read a copy to its end and return its schema revision.

    Raises:
        MissingProgram: pg_restore is not on the PATH.
        UnusableFile: it is not a copy of a Tend database, or is damaged.
        storage.migrate.NewerDatabase: this version does not know its schema.
    """
    _require_programs("pg_restore")
    if not file.is_file():
        raise UnusableFile("there is no such file")
    if not _is_intact(file):
        raise UnusableFile("it is damaged")
    _run_program(None, "pg_restore", f"--file={os.devnull}", str(file))
    output = _run_program(None, "pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(file))
    rows = re.search(r"^COPY \S+alembic_version .*\n(.+)\n\\\.$", output, re.M)
    if rows is None:
        raise UnusableFile("it is not a copy of a Tend database")
    return require_supported(rows[1])


def _append_digest(file: Path) -> None:
    """Append the digest of a copy. pg_restore overlooks some damage, and does not mind what comes after its end."""
    digest = _digest(file, file.stat().st_size)
    with file.open("ab") as end:
        end.write(DIGEST_MARK + digest)


def _is_intact(file: Path) -> bool:
    """Return whether a copy is as it was written. One from before there were digests is taken to be so."""
    size = file.stat().st_size - len(DIGEST_MARK) - DIGEST_SIZE
    if size < 0:
        return True
    with file.open("rb") as copy:
        copy.seek(size)
        end = copy.read()
    return not end.startswith(DIGEST_MARK) or end[len(DIGEST_MARK) :] == _digest(file, size)


def _digest(file: Path, size: int) -> bytes:
    """Return the digest of the first bytes of a file."""
    found = hashlib.sha256()
    with file.open("rb") as copy:
        while size and (part := copy.read(min(size, 1 << 20))):
            found.update(part)
            size -= len(part)
    return found.digest()


def restore_database(engine: Engine, file: Path, *, force: bool) -> str:
    """Replace Tend's tables by a copy in one transaction, then migrate them to this version. Return the copy's schema
    revision.

    Raises:
        MissingProgram: pg_restore or psql is not on the PATH.
        TargetNotEmpty: the tables contain data, without `force`.
        DatabaseInUse: a running Tend is connected to the database.
        UnusableFile: the copy is unusable, or is from another schema of the database.
        storage.db.pooler.PooledConnection: there is a pooler before the database.
        storage.migrate.NewerDatabase: the copy is from a later version.
    """
    _require_programs("pg_restore", "psql")
    copied_revision = check_copy(file)
    require_direct(engine)
    schema = _revision(engine)
    listed = TABLE.findall(_run_program(None, "pg_restore", "--list", str(file)))
    if {where for where, _ in listed} != {schema}:
        raise UnusableFile(f"its tables are not in the schema {schema}")
    _refuse_to_overwrite(engine, force=force)
    existing = sorted(_our_tables(engine) | ({name for _, name in listed} & set(inspect(engine).get_table_names())))
    engine.dispose()
    with TemporaryFile() as script:
        if existing:
            dropped = ", ".join(f'"{schema}"."{name}"' for name in existing)
            script.write(f"DROP TABLE {dropped};\n".encode())
        script.flush()
        _run_program(None, "pg_restore", "--no-owner", "--no-privileges", "--file=-", str(file), out=script)
        script.seek(0)
        _run_program(
            engine, "psql", "-X", "-q", "-o", os.devnull, "-v", "ON_ERROR_STOP=1", "--single-transaction", source=script
        )
    migrate(engine)
    return copied_revision


def _refuse_to_overwrite(engine: Engine, *, force: bool) -> None:
    engine.dispose()  # an idle connection of our own would look like another process
    _require_unused(engine)
    if force:
        return
    with engine.connect() as connection:
        for name in sorted(_our_tables(engine) - set(IGNORED_TABLES)):
            if connection.scalar(text(f'SELECT EXISTS (SELECT 1 FROM "{name}")')):
                raise TargetNotEmpty(str(engine.url.database))


def _require_unused(engine: Engine) -> None:
    """Wait for those that were just closed, whose ends the server notices a moment later."""
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name = :name AND pid <> pg_backend_pid()"
    )
    name = engine.url.query.get("application_name", APPLICATION_NAME)
    end = time.monotonic() + CLOSING_SECONDS
    while True:
        with engine.connect() as connection:  # a transaction would see the same as at its first look
            if not connection.scalar(others, {"name": name}):
                return
        if time.monotonic() > end:
            raise DatabaseInUse
        time.sleep(0.1)


def _revision(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.scalar(text("SELECT current_schema()")))


def _our_tables(engine: Engine) -> set[str]:
    """Return which of Tend's tables exist. Others may share the database."""
    return {*SQLModel.metadata.tables, "alembic_version"} & set(inspect(engine).get_table_names())


def _require_programs(*programs: str) -> None:
    for name in programs:
        if shutil.which(name) is None:
            raise MissingProgram(name)


def _run_program(
    engine: Engine | None, program: str, *arguments: str, source: IO[bytes] | None = None, out: IO[bytes] | None = None
) -> str:
    """Run a program, connected to the engine's database if given. Return its output.

    Raises:
        UnusableFile: it failed; the message is the last line of its stderr.
    """
    with ExitStack() as stack:
        where, secret = stack.enter_context(_connection_args(engine)) if engine else ((), {})
        process = subprocess.run(
            [program, *where, *arguments],
            stdin=source or subprocess.DEVNULL,
            stdout=out or subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **secret, "LC_ALL": "C"},
        )
    if process.returncode:
        error_lines = [line for line in process.stderr.decode(errors="replace").splitlines() if line.strip()]
        raise UnusableFile(error_lines[-1] if error_lines else f"{program} ended with {process.returncode}")
    return (process.stdout or b"").decode(errors="replace")


@contextmanager
def _connection_args(engine: Engine) -> Iterator[tuple[Sequence[str], Mapping[str, str]]]:
    """Yield the connection arguments, and the secrets apart: other users of the machine can see arguments.

    For the password of a private key libpq has no environment variable, but it reads it from a service file.
    """
    _, driver_args = engine.dialect.create_connect_args(engine.url)
    parameters: dict[str, Any] = {name: value for name, value in driver_args.items() if value is not None}
    parameters.pop("context", None)
    password, key_password = parameters.pop("password", None), parameters.pop("sslpassword", None)
    secrets = {"PGPASSWORD": str(password)} if password else {}
    with ExitStack() as stack:
        if key_password:
            file = stack.enter_context(NamedTemporaryFile("w", prefix="tend-", suffix=".conf", encoding="utf-8"))
            file.write(f"[{SERVICE}]\nsslpassword={key_password}\n")  # created with mode 0600
            file.flush()
            secrets |= {"PGSERVICEFILE": file.name, "PGSERVICE": SERVICE}
        yield (f"--dbname={make_conninfo(**parameters)}",), secrets
