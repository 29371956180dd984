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


def test_a_state_is_taken_once(session: Session) -> None:
    oauth_states.save_state(session, state="s", until=LATER, now=NOW)
    assert oauth_states.take_state(session, state="s", now=NOW)
    assert not oauth_states.take_state(session, state="s", now=NOW)
    assert not oauth_states.take_state(session, state="other", now=NOW)


def test_a_state_runs_out_on_the_instant(session: Session) -> None:
    oauth_states.save_state(session, state="s", until=LATER, now=NOW)
    assert not oauth_states.take_state(session, state="s", now=LATER)
    assert oauth_states.take_state(session, state="s", now=LATER - timedelta(microseconds=1))


def test_what_ran_out_is_forgotten_when_the_next_is_issued(session: Session) -> None:
    oauth_states.save_state(session, state="old", until=LATER, now=NOW)
    oauth_states.save_state(session, state="new", until=LATER + timedelta(minutes=10), now=LATER)
    assert list(session.execute(select(SLACK_STATES.c.state)).scalars()) == ["new"]


@pytest.mark.slow
def test_of_processes_that_bring_the_same_states_at_once_one_takes_each(engine: Engine, url: str) -> None:
    with writing(engine) as session:
        for number in range(50):
            oauth_states.save_state(session, state=f"s{number}", until=LATER, now=NOW)
    got = together(3, "take_state", url)
    assert sorted(chain(*got)) == list(range(50))


def test_of_threads_that_bring_the_same_state_at_once_one_takes_it(engine: Engine, url: str) -> None:
    with writing(engine) as session:
        oauth_states.save_state(session, state="s", until=LATER, now=NOW)
    gate, got = threading.Barrier(4), list[bool]()

    def bring() -> None:
        mine = make_engine(url)
        gate.wait()
        with writing(mine) as session:
            got.append(oauth_states.take_state(session, state="s", now=NOW))
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
            oauth_states.save_state(session, state=f"old{number}", until=LATER, now=NOW)
    together(3, "issue_state", url)
    with reading(engine) as session:
        assert len(session.execute(select(SLACK_STATES)).all()) == 60
