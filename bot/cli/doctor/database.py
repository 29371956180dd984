"""Check the database, its disk and the programs that back it up."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from bot.cli.backup import CLIENT_PROGRAMS
from bot.cli.doctor.finding import Finding, good, notice, problem
from bot.cli.errors import database_problem
from bot.cli.setup import open_direct_engine, open_engine
from bot.config import Settings
from bot.formatting import count
from storage.backup.sqlite import database_file
from storage.db.engine import reading
from storage.db.pooler import has_pooler
from storage.migrate import head, revision
from storage.webhooks import endpoints

NEARLY_FULL_BYTES = 100_000_000
LITTLE_BYTES = 1_000_000_000
LITTLE_SHARE = 0.05
BACKUP_PROGRAMS = ("pg_dump", "pg_restore", "psql")


def check_schema(settings: Settings) -> Iterator[Finding]:
    """Check that the database answers and has this version's schema."""
    engine = open_engine(settings)
    yield from _check_pooler(settings, engine)
    current, needed = revision(engine), head()
    if current is None:
        yield good("the database is empty; the first start creates the tables")
    elif current == needed:
        yield good(f"the database schema is {current}")
    else:
        yield problem(f"the database schema is {current}, but this version needs {needed}; run `tend migrate`")


def _check_pooler(settings: Settings, engine: Engine) -> Iterator[Finding]:
    """Name a pooler, and check that backups have a way around it."""
    is_pooled = engine.dialect.name != "sqlite" and has_pooler(engine)
    if is_pooled:
        yield good("DATABASE_URL leads through a connection pooler, so no statement is prepared")
    if settings.database_direct_url is not None:
        yield _check_direct_url(settings)
    elif is_pooled:
        yield notice("`tend backup` and `tend restore` can't use a pooler: set DATABASE_DIRECT_URL for them")


def _check_direct_url(settings: Settings) -> Finding:
    try:
        has_another = has_pooler(open_direct_engine(settings))
    except DBAPIError as error:
        return problem(database_problem(error, "DATABASE_DIRECT_URL"))
    if has_another:
        return problem(
            "DATABASE_DIRECT_URL leads through a connection pooler too: `tend backup` and `tend restore` need the "
            "address of PostgreSQL itself"
        )
    return good("`tend backup` and `tend restore` connect to DATABASE_DIRECT_URL")


def check_disk(settings: Settings) -> Iterator[Finding]:
    """Check that a SQLite file has room to grow."""
    engine = open_engine(settings)
    if engine.dialect.name != "sqlite":
        return
    folder = database_file(engine).absolute().parent
    if not folder.is_dir():
        yield problem(f"the folder of the database doesn't exist: {folder}; create it, or change DATABASE_URL")
        return
    yield _grade_room(folder)


def _grade_room(folder: Path) -> Finding:
    usage = shutil.disk_usage(folder)
    left = f"{_size(usage.free)} free in {folder}"
    if usage.free < NEARLY_FULL_BYTES:
        return problem(f"the database's disk is nearly full: {left}; make room, or nothing can be recorded")
    if usage.free < LITTLE_BYTES and usage.free < usage.total * LITTLE_SHARE:
        return notice(f"the database's disk is filling up: {left}; a backup and a restore need room too")
    return good(f"the database's disk has room: {left}")


def _size(bytes: int) -> str:
    return f"{bytes / 1e9:.1f} GB" if bytes >= 1e9 else f"{bytes // 1_000_000} MB"


def check_programs(settings: Settings) -> Iterator[Finding]:
    """Check that PostgreSQL's programs for backups are there."""
    if open_engine(settings).dialect.name != "postgresql":
        return
    missing = [name for name in BACKUP_PROGRAMS if shutil.which(name) is None]
    if missing:
        advice = f"install {CLIENT_PROGRAMS} in the server's version"
        yield notice(f"{', '.join(missing)} not on the PATH, so `tend backup` can't work: {advice}")
    else:
        yield good(f"{CLIENT_PROGRAMS} for `tend backup` are installed")


def check_webhooks(settings: Settings) -> Iterator[Finding]:
    """Name what webhooks could not deliver, and whether their secrets can be read."""
    engine = open_engine(settings)
    if revision(engine) != head():
        return
    with reading(engine) as session:
        numbers = endpoints.count_all(session)
    if not numbers.endpoints:
        return
    if settings.tend_token_key is None:
        yield problem("there are webhooks, but TEND_TOKEN_KEY is not set: their secrets can't be read")
    elif numbers.dead or numbers.failing:
        yield notice(
            f"webhooks: {count(numbers.dead, 'event')} not delivered, {numbers.failing:,} of "
            f"{count(numbers.endpoints, 'endpoint')} failing or paused; `tend webhook list` shows them"
        )
    else:
        yield good(f"webhooks: {count(numbers.endpoints, 'endpoint')}, nothing undelivered")
