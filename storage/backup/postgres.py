"""Copies of a PostgreSQL database, by the server's own programs: pg_dump, pg_restore and psql."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
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
from storage.migrate import migrate, require_supported, revision

TABLE = re.compile(r"^\d+; \d+ \d+ TABLE (?!DATA )(\S+) (\S+) ", re.M)


class MissingProgram(Exception):
    """One of PostgreSQL's programs is not installed. Its text is the name."""


def save_database(engine: Engine, file: Path, *, force: bool) -> str:
    """Copy Tend's tables as they stand at one instant into `file`, while others write; their schema revision.

    `file` appears whole and read once through, or not at all. It can be read by its owner alone.

    Raises:
        MissingProgram: pg_dump or pg_restore is not on the PATH.
        HoldsData: `file` is there, and `force` was not said.
        Unusable: the database is empty, or the programs did not do it.
    """
    _require_programs("pg_dump", "pg_restore")
    if file.exists() and not file.is_file():
        raise UnusableFile("a copy can't go there")
    refuse_to_overwrite(file, force=force)
    if revision(engine) is None:
        raise UnusableFile("there is nothing in the database")
    schema, names = _revision(engine), sorted(_our_tables(engine))
    tables = [f'--table="{schema}"."{name}"' for name in names]
    with temporary_file(file) as draft:
        _run_program(engine, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", *tables, f"--file={draft}")
        found = check_copy(draft)
        refuse_to_overwrite(file, force=force)
        publish_file(draft, file)
    return found


def check_copy(file: Path) -> str:
    """The schema revision of a copy that could be read to its end.

    Raises:
        MissingProgram: pg_restore is not on the PATH.
        Unusable: it is no such copy, or a damaged one.
        storage.migrate.NewerDatabase: this version does not know its schema.
    """
    _require_programs("pg_restore")
    if not file.is_file():
        raise UnusableFile("there is no such file")
    _run_program(None, "pg_restore", f"--file={os.devnull}", str(file))
    told = _run_program(None, "pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(file))
    rows = re.search(r"^COPY \S+alembic_version .*\n(.+)\n\\\.$", told, re.M)
    if rows is None:
        raise UnusableFile("it is no copy of a Tend database")
    return require_supported(rows[1])


def restore_database(engine: Engine, file: Path, *, force: bool) -> None:
    """Put a copy in the place of Tend's tables, in one transaction, and then migrate them to this version.

    Raises:
        MissingProgram: pg_restore or psql is not on the PATH.
        HoldsData: there is data in the tables, and `force` was not said.
        InUse: a running Tend is connected to the database.
        Unusable: the copy can't be used, or is of another schema of the database.
        storage.migrate.NewerDatabase: the copy is of a later version.
    """
    _require_programs("pg_restore", "psql")
    check_copy(file)
    schema = _revision(engine)
    listed = TABLE.findall(_run_program(None, "pg_restore", "--list", str(file)))
    if {where for where, _ in listed} != {schema}:
        raise UnusableFile(f"its tables are not of the schema {schema}")
    _refuse_to_overwrite(engine, force=force)
    there = sorted(_our_tables(engine) | ({name for _, name in listed} & set(inspect(engine).get_table_names())))
    engine.dispose()
    with TemporaryFile() as script:
        if there:
            gone = ", ".join(f'"{schema}"."{name}"' for name in there)
            script.write(f"DROP TABLE {gone};\n".encode())
        script.flush()
        _run_program(None, "pg_restore", "--no-owner", "--no-privileges", "--file=-", str(file), out=script)
        script.seek(0)
        _run_program(
            engine, "psql", "-X", "-q", "-o", os.devnull, "-v", "ON_ERROR_STOP=1", "--single-transaction", source=script
        )
    migrate(engine)


def _refuse_to_overwrite(engine: Engine, *, force: bool) -> None:
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name = :name AND pid <> pg_backend_pid()"
    )
    engine.dispose()  # an idle connection of our own would count as somebody else's
    with engine.connect() as connection:
        if connection.scalar(others, {"name": engine.url.query.get("application_name", APPLICATION_NAME)}):
            raise DatabaseInUse
        if force:
            return
        for name in sorted(_our_tables(engine) - set(IGNORED_TABLES)):
            if connection.scalar(text(f'SELECT EXISTS (SELECT 1 FROM "{name}")')):
                raise TargetNotEmpty(str(engine.url.database))


def _revision(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.scalar(text("SELECT current_schema()")))


def _our_tables(engine: Engine) -> set[str]:
    """Those of Tend's tables that are there; others may share the database."""
    return {*SQLModel.metadata.tables, "alembic_version"} & set(inspect(engine).get_table_names())


def _require_programs(*programs: str) -> None:
    for name in programs:
        if shutil.which(name) is None:
            raise MissingProgram(name)


def _run_program(
    engine: Engine | None, program: str, *words: str, source: IO[bytes] | None = None, out: IO[bytes] | None = None
) -> str:
    """Run a program, connected to the engine's database where one is given; what it printed.

    Raises:
        Unusable: it failed; the last line of its complaint.
    """
    where, secret = _connection_args(engine) if engine else ((), {})
    done = subprocess.run(
        [program, *where, *words],
        stdin=source or subprocess.DEVNULL,
        stdout=out or subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **secret, "LC_ALL": "C"},
    )
    if done.returncode:
        said = [line for line in done.stderr.decode(errors="replace").splitlines() if line.strip()]
        raise UnusableFile(said[-1] if said else f"{program} ended with {done.returncode}")
    return (done.stdout or b"").decode(errors="replace")


def _connection_args(engine: Engine) -> tuple[Sequence[str], Mapping[str, str]]:
    """Where to connect to, and the password: other users of the machine can see the former, never the latter."""
    _, given = engine.dialect.create_connect_args(engine.url)
    known: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    password = known.pop("password", None)
    known.pop("context", None)
    return (f"--dbname={make_conninfo(**known)}",), ({"PGPASSWORD": str(password)} if password else {})
