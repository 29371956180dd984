"""Several processes on one database: each thing is done once, and nothing is lost."""

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import Engine, func
from sqlmodel import col, select

import storage
from storage.db.engine import make_engine, reading, writing
from storage.migrate import head, revision
from storage.notifications import deliveries
from storage.partners import issues
from storage.tables import Activity, Delivery, SeenRequest
from storage.workspaces import workspaces
from tests.patience import PATIENCE
from tests.storage.making import DAY, NOW, partner

pytestmark = pytest.mark.slow

WORKER = Path(__file__).with_name("worker.py")
ROOT = str(Path(storage.__file__).parents[1])


def together(processes: int, work: str, url: str) -> list[list[int]]:
    """What each of so many processes got that started the same work at the same moment."""
    with ExitStack() as stack:
        started = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, str(WORKER), work, url, f"W{place}"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                    env=os.environ | {"PYTHONPATH": ROOT},
                )
            )
            for place in range(processes)
        ]
        for process in started:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
        for process in started:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        said = [process.communicate(timeout=PATIENCE) for process in started]
    assert [(process.returncode, errors) for process, (_, errors) in zip(started, said, strict=True)] == [
        (0, "")
    ] * processes
    return [json.loads(out) for out, _ in said]


@pytest.fixture
def workspace(engine: Engine) -> int:
    """The workspace that the workers write into."""
    with writing(engine) as session:
        found = workspaces.connect(session, team_id="T0OURS", now=NOW).id
    assert found == 1
    return found


def test_each_delivery_is_claimed_by_one_process(engine: Engine, url: str, workspace: int) -> None:
    got = together(2, "claim", url)
    assert sorted(chain(*got)) == list(range(100))
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Delivery)) == 100


def test_an_unfinished_delivery_is_taken_over_by_one_process(engine: Engine, url: str, workspace: int) -> None:
    with writing(engine) as session:
        for number in range(30):
            assert deliveries.claim(
                session,
                workspace_id=workspace,
                kind="nudge",
                recipient=f"U{number}",
                period="p",
                as_of_on=DAY,
                now=NOW,
            )
    got = together(2, "reclaim", url)
    assert sorted(chain(*got)) == list(range(1, 31))
    with reading(engine) as session:
        assert set(session.exec(select(Delivery.attempts))) == {2}


def test_a_request_is_acted_on_by_one_process(engine: Engine, url: str, workspace: int) -> None:
    got = together(2, "first_time", url)
    assert sorted(chain(*got)) == list(range(50))
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(SeenRequest)) == 50


def test_a_turn_is_taken_by_one_process_and_the_next_when_it_is_over(engine: Engine, url: str, workspace: int) -> None:
    got = list(chain(*together(3, "take_turn", url)))
    # A process may come to the later instant first: then there was one turn instead of two, never three.
    for number in range(50):
        taken = sorted(minutes for one, minutes in got if one == number)
        assert taken in ([0, 10], [5], [10], [0]), (number, taken)


def test_nothing_is_lost_where_four_processes_write(engine: Engine, url: str, workspace: int) -> None:
    with writing(engine) as session:
        assert partner(session, workspace) == 1
    got = together(4, "record", url)
    with reading(engine) as session:
        rows = session.exec(select(Activity.id, Activity.title).order_by(col(Activity.id))).all()
    assert sorted(chain(*got)) == [id for id, _ in rows]
    assert {title for _, title in rows} == {f"W{place} {number}" for place in range(4) for number in range(50)}


def test_processes_that_start_on_an_empty_database_migrate_it_once(empty_url: str) -> None:
    assert together(3, "bring_up", empty_url) == [[], [], []]
    engine = make_engine(empty_url)
    assert revision(engine) == head()
    engine.dispose()


def test_what_one_decides_on_another_waits_to_see(engine: Engine, workspace: int) -> None:
    """Of two who settle the same issue at once, the second is shown that it is settled, and by whom."""
    with writing(engine) as session:
        of = partner(session, workspace)
        same = {"workspace_id": workspace, "partner_id": of, "kind": "issue", "what": "late", "by": "U1", "now": NOW}
        issue = issues.open_issue(session, **same).id or 0
    seen: list[str | None] = []
    began = Event()

    def second() -> None:
        began.set()
        with writing(engine) as session:
            row = issues.get(session, workspace_id=workspace, matter_id=issue)
            assert row
            seen.append(row.settled_by)

    other = Thread(target=second)
    with writing(engine) as session:
        row = issues.get(session, workspace_id=workspace, matter_id=issue)
        assert row
        other.start()
        assert began.wait(PATIENCE)
        other.join(0.3)
        row.settled_at, row.settled_by = NOW, "U1"
        session.add(row)
    other.join(PATIENCE)
    assert seen == ["U1"]
