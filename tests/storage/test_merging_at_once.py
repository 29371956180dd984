"""What is written of a partner while it becomes part of another ends up with the other. On every database there is."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlmodel import col, select

from bot.actions.caller import Caller
from bot.actions.partners import channels as channel_links
from bot.actions.partners import merge
from bot.actions.workspace.imports import undo_import
from bot.errors import NotAllowed
from bot.importing import ImportOptions, run_import
from bot.workspace.team import Team
from storage.db.engine import reading, writing
from storage.tables import Activity, Partner
from storage.workspaces import linked_channels, workspaces
from tests.storage.making import NOW, activity, partner

AS_LONG_AS_IT_TAKES = 0.7  # seconds for a merge that nobody keeps waiting


@pytest.fixture
def caller(engine: Engine) -> Caller:
    with writing(engine) as session:
        row = workspaces.connect(session, team_id="T0OURS", name="Ours", now=NOW)
        return Caller(Team.of(row), "U1", NOW, is_steward=True)


@pytest.fixture
def two(engine: Engine, caller: Caller) -> tuple[int, int]:
    with writing(engine) as session:
        return partner(session, caller.team.id, "Acme Ltd"), partner(session, caller.team.id, "Acme Legal")


@contextmanager
def when_asked(engine: Engine, table: str, do: Callable[[], Any]) -> Iterator[None]:
    """Do something, in another thread, right after the first writing transaction read a table here; wait a little."""
    begun: list[Any] = []
    with ThreadPoolExecutor(1) as pool:

        def step_in(connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            wants = statement.startswith("SELECT") and f"FROM {table}" in " ".join(statement.split())
            if not begun and wants and connection.get_execution_options().get("writes"):
                begun.append(pool.submit(do))
                wait(begun, timeout=AS_LONG_AS_IT_TAKES)

        event.listen(engine, "after_cursor_execute", step_in)
        try:
            yield
        finally:
            event.remove(engine, "after_cursor_execute", step_in)
    assert begun, f"nobody read {table}"
    begun[0].result()


def whose(engine: Engine) -> list[int]:
    with reading(engine) as session:
        assert len(session.exec(select(Partner).where(col(Partner.merged_into_id).is_not(None))).all()) == 1
        return list(session.exec(select(Activity.partner_id)))


def test_rows_imported_while_their_partner_is_merged(
    engine: Engine, caller: Caller, two: tuple[int, int], tmp_path: Path
) -> None:
    """An import looks up all names before it writes; a merge waits until it has written."""
    file = tmp_path / "activities.csv"
    file.write_text("partner,kind,occurred_on\nAcme Ltd,referral,2026-05-01\nAcme Ltd,event,2026-05-02\n")

    def go() -> object:
        return run_import(
            engine, team=caller.team, path=file, options=ImportOptions(kind="activities", by="cli", now=NOW)
        )

    with when_asked(engine, "partner_name", lambda: merge.merge(engine, caller, *two)):
        go()
    assert whose(engine) == [two[1], two[1]]


def test_a_contact_overheard_while_its_partner_is_merged(engine: Engine, caller: Caller, two: tuple[int, int]) -> None:
    with writing(engine) as session:
        link = linked_channels.link_channel(
            session, workspace_id=caller.team.id, partner_id=two[0], channel_id="C1", by="U1", now=NOW
        )
        linked_channels.mark_announced(session, workspace_id=caller.team.id, link_id=link.id or 0, now=NOW)
    later = NOW + timedelta(hours=1)
    with when_asked(engine, "partner", lambda: merge.merge(engine, caller, *two)):
        assert channel_links.record_channel_message(
            engine, caller.team, "C1", ours=True, at=later.timestamp(), now=later
        )
    assert whose(engine) == [two[1]]


def test_of_two_merges_from_opposite_sides_one_wins(engine: Engine, caller: Caller, two: tuple[int, int]) -> None:
    def go(pair: tuple[int, int]) -> bool:
        try:
            merge.merge(engine, caller, *pair)
        except NotAllowed:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(go, [two, two[::-1]])) == [False, True]
    assert whose(engine) == []


def test_a_row_of_an_import_taken_back_is_not_taken_for_another(
    engine: Engine, caller: Caller, two: tuple[int, int], tmp_path: Path
) -> None:
    """A merge remembers by their ids which rows moved; whatever is recorded later has another id."""
    file = tmp_path / "activities.csv"
    file.write_text("partner,kind,occurred_on\nAcme Ltd,event,2026-05-01\n")
    done = run_import(engine, team=caller.team, path=file, options=ImportOptions(kind="activities", by="cli", now=NOW))
    merged = merge.merge(engine, caller, *two)
    assert not undo_import(engine, caller, done.batch_id or 0).blockers
    with writing(engine) as session:
        activity(session, caller.team.id, two[1])
    merge.undo(engine, caller, merged.merge_id)
    with reading(engine) as session:
        assert list(session.exec(select(Activity.partner_id))) == [two[1]]
