"""States of installations: each is taken once, in time, by one of many."""

import threading
from datetime import timedelta
from itertools import chain

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session

from storage.db.engine import make_engine, reading, writing
from storage.tables import SLACK_STATES
from storage.workspaces import oauth_states
from tests.storage.making import NOW
from tests.storage.test_many_processes import together

LATER = NOW + timedelta(minutes=10)


def use(session: Session, state: str) -> bool:
    return oauth_states.use_state(session, state=state, until=LATER, now=NOW)


def test_a_state_serves_once(session: Session) -> None:
    assert not oauth_states.was_used(session, state="s")
    assert use(session, "s")
    assert oauth_states.was_used(session, state="s")
    assert not use(session, "s")
    assert use(session, "other")


def test_what_ran_out_is_forgotten_when_the_next_serves(session: Session) -> None:
    use(session, "old")
    oauth_states.use_state(session, state="new", until=LATER + timedelta(minutes=10), now=LATER)
    assert list(session.execute(select(SLACK_STATES.c.state)).scalars()) == ["new"]


@pytest.mark.slow
def test_of_processes_that_bring_the_same_states_at_once_one_takes_each(engine: Engine, url: str) -> None:
    got = together(3, "take_state", url)
    assert sorted(chain(*got)) == list(range(50))


def test_of_threads_that_bring_the_same_state_at_once_one_takes_it(engine: Engine, url: str) -> None:
    gate, got = threading.Barrier(4), list[bool]()

    def bring() -> None:
        mine = make_engine(url)
        gate.wait()
        with writing(mine) as session:
            got.append(use(session, "s"))
        mine.dispose()

    threads = [threading.Thread(target=bring) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(got) == [False, False, False, True]


@pytest.mark.slow
def test_many_who_begin_at_once_do_not_wait_for_each_other_for_ever(engine: Engine, url: str) -> None:
    """Each forgets what ran out, on the same rows, at the same moment."""
    with writing(engine) as session:
        for number in range(30):
            use(session, f"old{number}")
    together(3, "issue_state", url)
    with reading(engine) as session:
        assert len(session.execute(select(SLACK_STATES)).all()) == 60
