"""Generate deterministic ledgers of any size in SQLite or PostgreSQL."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Table, insert
from sqlmodel import SQLModel

from bot.clock import Clock
from scoring.vocabulary import Direction, Kind
from storage.db.engine import make_engine, writing
from storage.migrate import migrate
from storage.name_key import name_key
from storage.tables import Activity, Partner, PartnerName, TrustRating, Workspace

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)  # a Tuesday, an hour after the nudge hour
TODAY = NOW.date()
YEARS = 3
AT_ONCE = 20_000
OWNER = "U0OWNER"


def clock() -> datetime:
    """Return a fixed time, so that every run measures the same."""
    return NOW


_: Clock = clock


def make(url: str, *, partners: int, activities: int, workspaces: int = 1) -> Engine:
    """Create a database with three years of data, spread evenly over `workspaces`."""
    engine = make_engine(url)
    migrate(engine)
    chance = random.Random(f"{partners} {activities} {workspaces}")
    put(engine, Workspace, ({"id": id, **_workspace(id)} for id in range(1, workspaces + 1)))
    assignments = [(id, (id - 1) % workspaces + 1) for id in range(1, partners + 1)]
    put(engine, Partner, (_partner(id, of) for id, of in assignments))
    put(engine, PartnerName, (_name(id, of) for id, of in assignments))
    put(engine, TrustRating, (_rating(chance, id, of) for id, of in assignments))
    put(engine, Activity, (_activity(chance, *chance.choice(assignments)) for _ in range(activities)))
    with writing(engine) as session:
        session.connection().exec_driver_sql("ANALYZE")
    return engine


def put(engine: Engine, model: type[SQLModel], rows: Iterator[dict[str, Any]]) -> None:
    """Insert many rows into a table, in chunks."""
    table: Table = getattr(model, "__table__")  # noqa: B009 - SQLModel does not declare it
    chunk: list[dict[str, Any]] = []
    with engine.begin() as connection:
        for row in rows:
            chunk.append(row)
            if len(chunk) == AT_ONCE:
                connection.execute(insert(table), chunk)
                chunk = []
        if chunk:
            connection.execute(insert(table), chunk)


def name_of(partner: int) -> str:
    return f"Partner {partner} Ltd"


def _workspace(id: int) -> dict[str, Any]:
    return {"team_id": f"T{id:08}", "name": f"Firm {id}", "created_at": NOW - timedelta(days=365 * YEARS)}


def _partner(id: int, workspace: int) -> dict[str, Any]:
    return {
        "id": id,
        "workspace_id": workspace,
        "name": name_of(id),
        "owner": OWNER,
        "since_on": TODAY - timedelta(days=365 * YEARS + id % 300),
        "created_at": NOW - timedelta(days=365 * YEARS),
        "created_by": OWNER,
    }


def _name(id: int, workspace: int) -> dict[str, Any]:
    name = name_of(id)
    return {"workspace_id": workspace, "partner_id": id, "key": name_key(name), "name": name}


def _rating(chance: random.Random, id: int, workspace: int) -> dict[str, Any]:
    return {
        "workspace_id": workspace,
        "partner_id": id,
        "side": "ours",
        "level": chance.randint(1, 5),
        "rated_on": TODAY - timedelta(days=chance.randrange(300)),
        "rater": OWNER,
        "recorded_at": NOW - timedelta(days=300),
        "recorded_by": OWNER,
    }


def _activity(chance: random.Random, partner: int, workspace: int) -> dict[str, Any]:
    kind = chance.choice(list(Kind))
    referral = kind in (Kind.REFERRAL, Kind.STRATEGIC_REFERRAL)
    way = chance.choice((Direction.IN, Direction.OUT)) if referral else chance.choice(list(Direction))
    won = way == Direction.IN and referral and chance.random() < 0.3
    day = _day(chance)
    return {
        "workspace_id": workspace,
        "partner_id": partner,
        "kind": str(kind),
        "direction": str(way),
        "occurred_on": day,
        "title": f"Lead {chance.randrange(10**6)}",
        "outcome": ("won" if won else "met") if referral else None,
        "outcome_on": day if won else None,
        "value_minor": chance.randrange(10**6) if won else None,
        "recorded_at": datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
        "recorded_by": OWNER,
    }


def _day(chance: random.Random) -> date:
    return TODAY - timedelta(days=chance.randrange(365 * YEARS))
