"""One of several processes on one database; says `ready`, waits for a line, works, and prints what it got as JSON."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine

from storage.db.engine import make_engine, writing
from storage.ledger import activities
from storage.migrate import migrate
from storage.notifications import deliveries
from storage.workspaces import oauth_states, seen_requests, workspaces

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = date(2026, 6, 1)


def claim(engine: Engine, me: str) -> list[object]:
    got: list[object] = []
    for number in range(100):
        with writing(engine) as session:
            taken = deliveries.claim(
                session,
                workspace_id=1,
                kind="nudge",
                recipient=f"U{number}",
                period="2026-06-01",
                as_of_on=DAY,
                now=NOW,
            )
        if taken is not None:
            got.append(number)
    return got


def reclaim(engine: Engine, me: str) -> list[object]:
    got: list[object] = []
    for number in range(1, 31):
        with writing(engine) as session:
            if deliveries.reclaim(session, delivery_id=number, attempts=1, now=NOW):
                got.append(number)
    return got


def first_time(engine: Engine, me: str) -> list[object]:
    got: list[object] = []
    for number in range(50):
        with writing(engine) as session:
            if seen_requests.claim_key(session, workspace_id=1, key=f"Ev{number}", now=NOW):
                got.append(number)
    return got


def record(engine: Engine, me: str) -> list[object]:
    got: list[object] = []
    for number in range(50):
        with writing(engine) as session:
            # A read comes first, as it does in every command that writes.
            workspaces.get(session, workspace_id=1)
            row = activities.record(
                session,
                workspace_id=1,
                partner_id=1,
                kind="event",
                direction="joint",
                occurred_on=DAY,
                title=f"{me} {number}",
                by=me,
                now=NOW,
            )
            got.append(row.id)
    return got


def take_state(engine: Engine, me: str) -> list[object]:
    got: list[object] = []
    for number in range(50):
        with writing(engine) as session:
            if oauth_states.use_state(session, state=f"s{number}", until=NOW + timedelta(minutes=10), now=NOW):
                got.append(number)
    return got


def issue_state(engine: Engine, me: str) -> list[object]:
    late = NOW + timedelta(days=1)
    for number in range(20):
        with writing(engine) as session:
            oauth_states.use_state(session, state=f"{me} {number}", until=late + timedelta(minutes=10), now=late)
    return []


def take_turn(engine: Engine, me: str) -> list[object]:
    got: list[object] = []
    for number in range(50):
        for minutes in (0, 5, 10):
            with writing(engine) as session:
                if seen_requests.try_lease(
                    session,
                    workspace_id=1,
                    key=f"k{number}",
                    now=NOW + timedelta(minutes=minutes),
                    lasts=timedelta(minutes=10),
                ):
                    got.append([number, minutes])
    return got


def bring_up(engine: Engine, me: str) -> list[object]:
    migrate(engine)
    return []


WORK: dict[str, Callable[[Engine, str], list[object]]] = {
    "claim": claim,
    "reclaim": reclaim,
    "first_time": first_time,
    "record": record,
    "bring_up": bring_up,
    "issue_state": issue_state,
    "take_state": take_state,
    "take_turn": take_turn,
}

if __name__ == "__main__":
    work, url, me = sys.argv[1:]
    engine = make_engine(url)
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(WORK[work](engine, me)))
    engine.dispose()
