"""What is put together from several statements, between which others commit."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session

from storage.db.engine import writing
from storage.ledger import partner_totals
from storage.workspaces import workspaces
from tests.storage.making import DAY, NOW, activity, partner


@pytest.mark.parametrize("alone", [False, True])
def test_a_partner_whose_first_row_comes_meanwhile_has_none_yet(engine: Engine, alone: bool) -> None:
    with writing(engine) as session:
        ours = workspaces.connect(session, team_id="T0OURS", now=NOW).id or 0
        id = partner(session, ours)
    written: list[int] = []

    def write(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not written and statement.startswith("SELECT"):
            written.append(1)
            with writing(engine) as other:
                activity(other, ours, id, outcome="won", value_minor=500, occurred_on=DAY)

    of: dict[str, Any] = {"workspace_id": ours, "partner_ids": [id] if alone else None}
    with Session(engine) as session:
        event.listen(engine, "after_cursor_execute", write)
        try:
            assert partner_totals.load_sums(session, **of, windows=[(date(2025, 6, 1), DAY)]) == {}
        finally:
            event.remove(engine, "after_cursor_execute", write)
    assert written
