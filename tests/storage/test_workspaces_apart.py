"""No workspace can read or change another's rows, through any function that takes a workspace."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel

from tests.each import each
from tests.storage.crossing import CASES, DONE, REFUSED, takes_workspace
from tests.storage.furnishing import furnished


@pytest.fixture
def ids(session: Session, ours: int, others: int) -> SimpleNamespace:
    """One row of everything in our workspace; nothing but its settings in the others'."""
    return SimpleNamespace(**vars(furnished(session, ours)), others=others)


def rows_of(session: Session, workspace_id: int) -> dict[str, set[str]]:
    """All that a workspace has, as it stands in the database."""
    session.flush()
    return {
        name: {
            repr(tuple(row))
            for row in session.connection().execute(
                select(table).where(table.c["id" if name == "workspace" else "workspace_id"] == workspace_id)
            )
        }
        for name, table in SQLModel.metadata.tables.items()
        if name == "workspace" or "workspace_id" in table.c  # `test_tables` says which has none
    }


def listed(found: Any) -> Any:
    """What comes one by one, all of it."""
    return list(found) if isinstance(found, Iterator) else found


def test_every_function_that_takes_a_workspace_is_tried() -> None:
    assert set(CASES) == set(takes_workspace())


@pytest.mark.parametrize("module", sorted({name.partition(".")[0] for name in CASES}))
def test_the_others_get_nothing_of_ours(session: Session, ours: int, ids: SimpleNamespace, module: str) -> None:
    """And we ourselves do, so that this can fail; each is asked of the same rows."""
    before = rows_of(session, ours)
    assert all(before[table] for table in before), "every table is tried"
    with each() as trying:
        for name in CASES:
            if name.partition(".")[0] != module:
                continue
            for ask in (_others_get_nothing, _we_ourselves_may):
                untouched = session.begin_nested()
                with trying(f"{name}: {ask.__name__}"):
                    ask(session, ours, ids, name, before)
                untouched.rollback()
                session.expire_all()


def _others_get_nothing(
    session: Session, ours: int, ids: SimpleNamespace, name: str, before: dict[str, set[str]]
) -> None:
    asked, answer = CASES[name]
    call = takes_workspace()[name]

    def ask() -> Any:
        found = listed(call(session, workspace_id=ids.others, **asked(ids)))
        session.flush()
        return found

    if answer is REFUSED:
        with pytest.raises(IntegrityError), session.begin_nested():
            ask()
    else:
        found = ask()
        assert answer is DONE or found == answer
    session.expire_all()
    assert rows_of(session, ours) == before


def _we_ourselves_may(
    session: Session, ours: int, ids: SimpleNamespace, name: str, before: dict[str, set[str]]
) -> None:
    """The same question asked by ourselves is answered with something, or writes."""
    asked, answer = CASES[name]
    if not (answer is REFUSED or answer in ([], {}, set(), None, 0)):
        return
    asking = asked(ids)
    if answer is REFUSED and "source_key" in asking.get("columns", {}):
        asking["columns"] |= {"source_key": ["k2"]}
    found = listed(takes_workspace()[name](session, workspace_id=ours, **asking))
    assert (found is not None and answer is not REFUSED and found != answer) or rows_of(session, ours) != before
