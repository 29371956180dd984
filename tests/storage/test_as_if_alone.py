"""Two workspaces in one database, whatever both do in whatever order: each is as if the other did not exist."""

from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, Table, select
from sqlmodel import Session, SQLModel

from storage.db.engine import WRITES_KEY, make_engine
from storage.tables import SLACK_TABLES
from storage.workspaces import workspaces
from tests.examples import UNHURRIED, examples
from tests.storage.crossing import CASES, takes_workspace
from tests.storage.furnishing import furnished
from tests.storage.making import NOW
from tests.templates import copied

TEAMS = ("T0ONE", "T0TWO")
TABLES: dict[str, Table] = {
    name: table
    for name, table in SQLModel.metadata.tables.items()
    if name == "workspace" or (name not in SLACK_TABLES and "workspace_id" in table.c)
}
# What differs by its nature: whose it is, what is drawn by lot, and where rows are noted by their numbers.
OWN = ("workspace_id", "team_id", "token", "token_hash", "moved", "awaits")
CALLS = takes_workspace()
# Once it is purged, there is nothing more to compare: it comes rarely.
NAMES = sorted(CASES.keys() - {"workspaces.workspaces.purge"})

Step = tuple[int, str]
steps = st.lists(st.tuples(st.integers(0, 1), st.sampled_from(NAMES)), min_size=1, max_size=25)
ending = st.lists(st.tuples(st.integers(0, 1), st.just("workspaces.workspaces.purge")), max_size=1)


@pytest.fixture(scope="module")
def engine_of_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = make_engine(copied(tmp_path_factory.mktemp("alone") / "tend.db"))
    yield engine
    engine.dispose()


def lived(engine: Engine, present: Sequence[int], done: Sequence[Step]) -> dict[int, Any]:
    """What each workspace that is there has at the end, and what it was answered on the way. Nothing stays."""
    with Session(engine, info={WRITES_KEY: True}) as session:
        ids = {}
        for one in present:
            row = workspaces.connect(session, team_id=TEAMS[one], now=NOW)
            ids[one] = SimpleNamespace(workspace=row.id, **vars(furnished(session, row.id or 0)))
        heard: dict[int, list[Any]] = {one: [] for one in present}
        for one, name in done:
            if one in present:
                heard[one].append((name, answer(session, ids[one], name)))
        found = {one: (rows(session, ids[one].workspace), heard[one]) for one in present}
        session.rollback()
    return found


def answer(session: Session, ids: SimpleNamespace, name: str) -> Any:
    """What a function says, without numbers of rows; of a refusal, its kind."""
    try:
        with session.begin_nested():
            found = CALLS[name](session, workspace_id=ids.workspace, **CASES[name][0](ids))
            session.flush()
    except Exception as error:
        session.expire_all()
        return type(error).__name__
    session.expire_all()
    if isinstance(found, bool) or found is None:
        return found
    return len(found) if hasattr(found, "__len__") else type(found).__name__


def rows(session: Session, workspace_id: int) -> dict[str, list[dict[str, Any]]]:
    """All that a workspace has; each row is known by its place among the workspace's own, wherever it is named."""
    session.flush()
    raw = {}
    for name, table in TABLES.items():
        mine = table.c["id" if name == "workspace" else "workspace_id"] == workspace_id
        raw[name] = [dict(row) for row in session.execute(select(table).where(mine).order_by(table.c.id)).mappings()]
    place = {name: {row["id"]: number for number, row in enumerate(of)} for name, of in raw.items()}

    def named(table: str, row: dict[str, Any], column: str) -> Any:
        value = row[column]
        if column == "id":
            return place[table][value]
        if column == "subject_id":
            subject = "workspace" if row["subject"] == "settings" else row["subject"]
            return place.get(subject, {}).get(value, "none of ours")
        if column == "source_key" and str(value).startswith("contact:"):
            return value.partition(":")[2].partition(":")[2]  # a partner's id stands in it
        keys = [key.column.table.name for key in TABLES[table].c[column].foreign_keys]
        return value if value is None or not keys else place[keys[0]].get(value, "none of ours")

    return {
        name: [{column: named(name, row, column) for column in row if column not in OWN} for row in of]
        for name, of in raw.items()
    }


@settings(max_examples=examples(60), suppress_health_check=UNHURRIED)
@given(done=st.tuples(steps, ending).map(lambda both: [*both[0], *both[1]]))
def test_each_is_as_if_the_other_did_not_exist(engine_of_module: Engine, done: list[Step]) -> None:
    """Random sequences of all functions of the storage that take a workspace, with the same arguments in both."""
    both = lived(engine_of_module, (0, 1), done)
    for one in (0, 1):
        assert both[one] == lived(engine_of_module, (one,), done)[one]


def test_the_comparison_can_fail(engine_of_module: Engine) -> None:
    """What a workspace does itself shows, in its rows and in what it is answered."""
    idle = lived(engine_of_module, (0, 1), [])
    for name in (
        "ledger.activities.record",
        "ledger.trust_ratings.record_rating",
        "partners.verticals.get_or_create",
        "workspaces.workspaces.set_fields",
        "imports.batches.start_batch",
    ):
        busy = lived(engine_of_module, (0, 1), [(0, name)])
        assert busy[1] == idle[1]
        assert name == "partners.verticals.get_or_create" or busy[0][0] != idle[0][0], name
    assert "none of ours" not in repr(idle)
    purged = lived(engine_of_module, (0, 1), [(0, "workspaces.workspaces.purge")])
    assert not any(purged[0][0].values())
    assert purged[1] == idle[1]
