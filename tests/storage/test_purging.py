"""Deleting a workspace that left, and one that comes back at the same moment, in either kind of database."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session

from storage.db.engine import make_engine, reading, writing
from storage.tables import Partner, Workspace
from storage.workspaces import workspaces
from tests.patience import PATIENCE
from tests.storage.making import NOW, partner

LATER = NOW + timedelta(days=31)
LIMIT = LATER - timedelta(days=30)


@pytest.fixture
def gone(engine: Engine) -> int:
    """A workspace that left long ago, with a partner."""
    with writing(engine) as session:
        left = workspaces.connect(session, team_id="T1", now=NOW)
        partner(session, left.id or 0)
        left.uninstalled_at = NOW
        return left.id or 0


def purge(session: Session, workspace_id: int) -> bool:
    if not workspaces.was_uninstalled_before(session, workspace_id=workspace_id, instant=LIMIT):
        return False
    workspaces.purge(session, workspace_id=workspace_id)
    return True


def come_back(session: Session, workspace_id: int) -> bool:
    """Whether what it had is found again. (SQLite may give its number to the new one.)"""
    found = workspaces.connect(session, team_id="T1", now=LATER, adopt=False).id
    return bool(session.execute(select(Partner.id).where(Partner.workspace_id == found)).all())


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [(purge, come_back, [True, False]), (come_back, purge, [True, False]), (purge, purge, [True, False])],
)
def test_of_two_at_once_the_second_waits_and_sees_what_the_first_did(
    engine: Engine,
    url: str,
    gone: int,
    first: Callable[[Session, int], bool],
    second: Callable[[Session, int], bool],
    said: list[bool],
) -> None:
    heard: list[bool] = []

    def other() -> None:
        mine = make_engine(url)
        with writing(mine) as session:
            heard.append(second(session, gone))
        mine.dispose()

    thread = threading.Thread(target=other)
    with writing(engine) as session:
        heard.append(first(session, gone))
        thread.start()
        thread.join(0.3)
        assert thread.is_alive(), "it waits"
    thread.join(PATIENCE)
    assert heard == said
    with reading(engine) as session:
        known = session.execute(select(Workspace.id, Workspace.uninstalled_at)).all()
        partners = session.execute(select(Partner.workspace_id)).scalars().all()
    if purge is first:
        assert partners == []
        assert len(known) == (second is come_back)
    else:
        assert (known, partners) == ([(gone, None)], [gone])


def test_who_waits_for_a_team_is_not_adopted_where_anyone_may_install(session: Session) -> None:
    waiting = workspaces.get_or_create_unconnected(session, now=NOW).id
    assert workspaces.connect(session, team_id="T1", now=NOW, adopt=False).id != waiting
    assert workspaces.connect(session, team_id="T2", now=NOW).id == waiting
