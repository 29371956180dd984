"""Many rows at once: they are the same as one by one, however many statements they take."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from storage.db import bulk
from storage.imports import rollback
from storage.ledger import activities
from storage.partners import partners
from storage.tables import Activity
from tests.storage.making import DAY, NOW


def _columns(partner_id: int, rows: int) -> dict[str, list[Any]]:
    return {
        "partner_id": [partner_id] * rows,
        "kind": ["referral"] * rows,
        "direction": ["in"] * rows,
        "occurred_on": [date(2026, 1, 1 + number % 28) for number in range(rows)],
        "count": [1 + number % 3 for number in range(rows)],
        "title": [f"Lead {number}; 'DROP" for number in range(rows)],
        "medium": [None] * rows,
        "outcome": [("met", None)[number % 2] for number in range(rows)],
        "outcome_on": [(DAY, None)[number % 2] for number in range(rows)],
        "value_minor": [10**12 * (number % 2) or None for number in range(rows)],
        "source_key": [f"x:{number}" for number in range(rows)],
    }


@pytest.fixture
def partner_id(session: Session, ours: int) -> int:
    made = partners.add(session, workspace_id=ours, name="Bulk Ltd", since_on=DAY, by="U1", now=NOW)
    assert made.id is not None
    return made.id


def _put(session: Session, ours: int, columns: dict[str, list[Any]]) -> None:
    same = {"workspace_id": ours, "batch_id": None, "recorded_by": "U1", "recorded_at": NOW}
    bulk.insert_many(session, Activity, columns=columns, same=same)


@pytest.mark.parametrize("rows", [1, 2, 3, 4, 7, 20])
def test_rows_come_out_as_they_went_in_whole_statements_and_a_rest(
    session: Session, ours: int, partner_id: int, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(bulk, "MAX_VALUES", 3 * 13)
    columns = _columns(partner_id, rows)
    _put(session, ours, columns)
    found = session.exec(select(Activity).where(Activity.workspace_id == ours).order_by(col(Activity.id))).all()
    for name, cells in columns.items():
        assert [getattr(row, name) for row in found] == cells, name
    assert {(row.recorded_at, row.recorded_by, row.batch_id, row.voided_at) for row in found} == {
        (NOW, "U1", None, None)
    }


@pytest.mark.parametrize(
    ("column", "cell"), [("kind", "gossip"), ("count", 0), ("source_key", "x:1"), ("partner_id", -1)]
)
def test_what_the_database_refuses_of_one_row_it_refuses_of_many(
    session: Session, ours: int, partner_id: int, column: str, cell: Any
) -> None:
    columns = _columns(partner_id, 9)
    columns[column][5] = cell
    with pytest.raises(IntegrityError), session.begin_nested():
        _put(session, ours, columns)
    assert not session.exec(select(Activity).where(Activity.workspace_id == ours)).all()


def test_many_rows_are_changed_each_in_its_own_columns(session: Session, ours: int, partner_id: int) -> None:
    _put(session, ours, _columns(partner_id, 3))
    one, two, three = session.exec(select(Activity.id).where(Activity.workspace_id == ours).order_by(col(Activity.id)))
    assert one is not None
    assert two is not None
    activities.update_activities(
        session,
        workspace_id=ours,
        rows={one: {"outcome": "won", "outcome_on": date(2026, 3, 1)}, two: {"value_minor": None}},
    )
    activities.update_activities(session, workspace_id=ours + 1_000, rows={one: {"title": "another's"}})
    session.expire_all()
    rows = [session.get_one(Activity, row_id) for row_id in (one, two, three)]
    assert [(row.outcome, row.outcome_on, row.value_minor) for row in rows] == [
        ("won", date(2026, 3, 1), None),
        (None, None, None),
        ("met", DAY, None),
    ]
    assert rows[0].title.startswith("Lead 0")


def test_to_take_many_changes_back_takes_few_statements(session: Session, ours: int, partner_id: int) -> None:
    _put(session, ours, _columns(partner_id, 50))
    ids = session.exec(select(Activity.id).where(Activity.workspace_id == ours)).all()
    journal = rollback.ImportJournal()
    for row_id in ids:
        assert row_id is not None
        journal.cells("activity", row_id, {"title": "was"}, {"title": "is"})
    asked: list[str] = []
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(statement))
    rollback._restore_cells(session, ours, {"cells": journal._cells})
    assert len(asked) == 1
    session.expire_all()
    assert set(session.exec(select(Activity.title).where(Activity.workspace_id == ours))) == {"was"}
