"""From every earlier schema, with rows in every table, to this one: all rows survive; and no migration is half done."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, inspect

import storage.migrate
from storage.db.engine import make_engine, writing
from storage.imports.rollback import roll_back
from storage.migrate import _config, head, migrate, revision
from storage.partners.external_ids import list_ids
from storage.tables import Delivery, Partner
from tests.storage.filling import INSTANT, as_it_was, checked, contents, fill, some, tables

MIGRATIONS = Path(storage.migrate.__file__).parent / "migrations"
REVISIONS = [script.revision for script in reversed(list(ScriptDirectory(str(MIGRATIONS)).walk_revisions()))]

HALF_WAY = """
import sqlalchemy as sa
from alembic import op

revision = "half_way"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("half", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("workspace", sa.Column("colour", sa.String(), nullable=True))
    op.execute("UPDATE workspace SET name = 'changed', colour = 'red'")
    with op.batch_alter_table("workspace") as batch:
        batch.alter_column("name", new_column_name="title")
    op.execute("DELETE FROM next_step")
    raise RuntimeError("the power went")
"""


@pytest.fixture
def engine(empty_url: str) -> Iterator[Engine]:
    engine = make_engine(empty_url)
    yield engine
    engine.dispose()


def shape(engine: Engine) -> dict[str, list[str]]:
    """The columns of every table."""
    found = inspect(engine)
    return {name: [column["name"] for column in found.get_columns(name)] for name in sorted(found.get_table_names())}


# The first, the one before the newest and the newest at every run.
each_revision = pytest.mark.parametrize(
    "earlier",
    [pytest.param(one, marks=() if one in {REVISIONS[0], *REVISIONS[-2:]} else pytest.mark.slow) for one in REVISIONS],
)


def test_there_are_earlier_schemas() -> None:
    assert len(REVISIONS) >= 2
    assert REVISIONS[-1] == head()


@each_revision
def test_every_row_survives_the_way_from_an_earlier_schema(engine: Engine, earlier: str) -> None:
    command.upgrade(_config(engine), earlier)
    assert revision(engine) == earlier
    fill(engine)
    before = contents(engine)
    assert before
    assert all(len(rows) == 1 for rows in before.values()), "every table has a row"
    assert migrate(engine) is (earlier != head())
    after = contents(engine)
    assert set(before) <= set(after)
    assert as_it_was(after, before) == before


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The migrations, and one more that fails in its middle."""
    folder = tmp_path / "code" / "migrations"
    shutil.copytree(MIGRATIONS, folder)
    (folder / "versions" / "9999_half_way.py").write_text(HALF_WAY.format(head=head()))
    monkeypatch.setattr(storage.migrate, "__file__", str(folder.parent / "migrate.py"))
    assert head() == "half_way"


@each_revision
def test_a_migration_that_fails_in_its_middle_leaves_all_as_it_was(
    engine: Engine, request: pytest.FixtureRequest, earlier: str
) -> None:
    """Also those before it, which had succeeded: all of them are one transaction."""
    command.upgrade(_config(engine), earlier)
    fill(engine)
    before, shaped = contents(engine), shape(engine)
    request.getfixturevalue("broken")
    with pytest.raises(RuntimeError, match="the power went"):
        migrate(engine)
    assert revision(engine) == earlier
    assert (contents(engine), shape(engine)) == (before, shaped)


MADE_ANEW = """
from alembic import op

revision = "made_anew"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("workspace") as batch:
        batch.alter_column("name", new_column_name="title")
    op.execute("{then}")
"""


@pytest.fixture
def another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Adds a migration that makes a table anew to which all others point, and then does something."""

    def add(then: str) -> None:
        folder = tmp_path / "code" / "migrations"
        shutil.copytree(MIGRATIONS, folder)
        code = MADE_ANEW.format(head=head(), then=then)
        (folder / "versions" / "9999_made_anew.py").write_text(code)
        monkeypatch.setattr(storage.migrate, "__file__", str(folder.parent / "migrate.py"))

    return add


def test_a_table_that_others_point_to_can_be_changed(engine: Engine, another: Callable[[str], None]) -> None:
    """SQLite makes it anew, and must neither refuse that nor lose what points to it."""
    migrate(engine)
    fill(engine)
    before = contents(engine)
    another("SELECT 1")
    assert migrate(engine) is True
    after = contents(engine)
    assert {name: rows for name, rows in after.items() if name != "workspace"} == {
        name: rows for name, rows in before.items() if name != "workspace"
    }
    assert after["workspace"][0]["title"] == before["workspace"][0]["name"]
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_a_migration_that_leaves_orphans_is_undone(engine: Engine, another: Callable[[str], None]) -> None:
    migrate(engine)
    fill(engine)
    before, earlier = contents(engine), revision(engine)
    another("DELETE FROM partner")
    with pytest.raises((RuntimeError, sa.exc.IntegrityError)):
        migrate(engine)
    assert (contents(engine), revision(engine)) == (before, earlier)


def test_an_empty_database_stays_empty_when_a_migration_fails(engine: Engine, broken: None) -> None:
    with pytest.raises(RuntimeError, match="the power went"):
        migrate(engine)
    assert revision(engine) is None
    assert inspect(engine).get_table_names() == []


def test_after_a_migration_that_failed_the_next_try_succeeds(
    engine: Engine, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    command.upgrade(_config(engine), REVISIONS[0])
    fill(engine)
    with monkeypatch.context():
        request.getfixturevalue("broken")
        with pytest.raises(RuntimeError):
            migrate(engine)
    monkeypatch.undo()
    assert migrate(engine) is (len(REVISIONS) > 1)
    assert revision(engine) == head()


def test_a_merged_partners_pauses_are_its_own_again(engine: Engine) -> None:
    """An earlier merge moved what was noted of them, where the other's own past was read. Twice merged, twice moved."""
    command.upgrade(_config(engine), "0015")
    found = MetaData()
    found.reflect(engine, only=["workspace", "partner", "change", "partner_merge"])
    of, at = {"workspace_id": 1}, {"changed_at": INSTANT, "changed_by": "U1"}
    with engine.begin() as connection:

        def put(name: str, *rows: dict[str, Any]) -> None:
            connection.execute(found.tables[name].insert(), list(rows))

        put("workspace", _whole(engine, "workspace", id=1))
        put("partner", *(_whole(engine, "partner", id=id, **of, external_id=None) for id in (1, 2, 3)))
        notes = [(1, "status"), (2, "Name"), (3, "status")]
        put(
            "change",
            *({"id": id, **of, **at, "subject": "partner", "subject_id": 3, "field": field} for id, field in notes),
        )
        merges = [(1, 1, 2, [1, 2]), (2, 2, 3, [1, 2])]
        put(
            "partner_merge",
            *(
                {
                    "id": id,
                    **of,
                    "partner_id": one,
                    "into_id": other,
                    "before": "{}",
                    "moved": json.dumps({"change": ids}),
                    "merged_at": INSTANT,
                    "merged_by": "U1",
                }
                for id, one, other, ids in merges
            ),
        )
    migrate(engine)
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT id, subject_id FROM change ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [(1, 1), (2, 3), (3, 3)]


def test_an_import_that_gave_a_partner_its_id_can_still_be_undone(engine: Engine) -> None:
    """The one id of a partner moved; so did what imports noted of it."""
    command.upgrade(_config(engine), "0017")
    found = MetaData()
    found.reflect(engine, only=["workspace", "partner", "import_batch"])
    of = {"workspace_id": 1}
    given = [
        ["partner", 1, "external_source", None, "crm"], ["partner", 1, "external_id", None, "C-1"],
        ["partner", 1, "owner", None, "U2"], ["partner", 2, "external_source", None, "crm"],
    ]  # fmt: skip
    journal = {"cells": given, "names": [], "spellings": [], "changes": [], "verticals": []}
    with engine.begin() as connection:

        def put(name: str, *rows: dict[str, Any]) -> None:
            connection.execute(found.tables[name].insert(), list(rows))

        put("workspace", _whole(engine, "workspace", id=1))
        ids = {1: "C-1", 2: "C-2", 3: None}
        put(
            "partner",
            *(
                _whole(engine, "partner", id=id, **of, external_id=theirs, external_source=theirs and "crm",
                       owner="U2" if id == 1 else None, batch_id=None)
                for id, theirs in ids.items()
            ),
        )  # fmt: skip
        put("import_batch", _whole(engine, "import_batch", id=7, **of, journal=json.dumps(journal), undone_at=None))
    migrate(engine)
    with writing(engine) as session:
        assert [(one.partner_id, one.source, one.external_id) for one in list_ids(session, workspace_id=1)] == [
            (1, "crm", "C-1"),
            (2, "crm", "C-2"),
        ]
        assert roll_back(session, workspace_id=1, batch_id=7, now=INSTANT) == []
        assert [(one.partner_id, one.source, one.external_id) for one in list_ids(session, workspace_id=1)] == [
            (2, None, "C-2")
        ]
        assert session.get_one(Partner, 1).owner is None


def _whole(engine: Engine, name: str, **given: Any) -> dict[str, Any]:
    """A row with every column that has to be filled."""
    (table,) = [one for one in tables(engine) if one.name == name]
    words = checked(engine, name)
    return {column.name: some(column, words) for column in table.columns if not column.nullable} | given


def test_sponsors_and_who_was_asked_become_contact_persons(engine: Engine) -> None:
    """Those of a merged partner are the other's until the merge is undone; what it copied is no second person."""
    command.upgrade(_config(engine), "0017")
    found = MetaData()
    found.reflect(engine)
    of = {"workspace_id": 1}
    none = {"external_id": None, "external_source": None, "batch_id": None, "merged_into_id": None}
    with engine.begin() as connection:

        def put(name: str, *rows: dict[str, Any]) -> None:
            for row in rows:
                connection.execute(found.tables[name].insert(), row)

        put("workspace", _whole(engine, "workspace", id=1))
        put(
            "person",
            _whole(engine, "person", id=1, **of) | {"user_id": "U1", "name": "Priya Raman", "standing": "member"},
        )
        texts = [
            {"their_sponsor": "Ann  <Ann@acme.example>", "our_sponsor": "priya raman"},
            {"their_sponsor": "Bob", "merged_into_id": 1},
            {"their_sponsor": "Cy", "our_sponsor": "Nobody Known"},
            {"their_sponsor": "Cy", "merged_into_id": 3},
        ]
        put(
            "partner",
            *(_whole(engine, "partner", id=id, **of) | none | text for id, text in enumerate(texts, 1)),
        )
        moved = [(1, 2, 1, "{}"), (2, 4, 3, '{"their_sponsor": null, "our_sponsor": null}')]
        for id, one, other, before in moved:
            merged = {"partner_id": one, "into_id": other, "before": before, "moved": '{"trust_question": [2]}'}
            put("partner_merge", _whole(engine, "partner_merge", id=id, **of) | merged)
        asked = [(1, 1, "ann"), (2, 1, "Dora Díaz"), (3, 1, "dora diaz")]
        for id, one, name in asked:
            put("trust_question", _whole(engine, "trust_question", id=id, **of) | {"partner_id": one, "contact": name})
    migrate(engine)
    with engine.connect() as connection:
        people = connection.execute(
            sa.text("SELECT partner_id, name, address_key, is_sponsor FROM contact_person ORDER BY id")
        ).all()
        ours = connection.execute(sa.text("SELECT our_sponsor, our_sponsor_id FROM partner ORDER BY id")).all()
        merges = [
            (json.loads(moved), json.loads(before))
            for moved, before in connection.execute(sa.text("SELECT moved, before FROM partner_merge ORDER BY id"))
        ]
    assert [tuple(row) for row in people] == [
        (1, "Ann", "ann@acme.example", True),
        (1, "Bob", None, False),
        (3, "Cy", None, True),
        (1, "dora diaz", None, False),
    ]
    assert [tuple(row) for row in ours] == [(None, "U1"), (None, None), ("Nobody Known", None), (None, None)]
    assert [(noted["contact_person"], noted["sponsor"]) for noted, _ in merges] == [([2], [2]), ([3], [])]
    assert [before for _, before in merges] == [{}, {"our_sponsor": None, "our_sponsor_id": None}]


def test_a_delivery_left_unfinished_may_have_been_posted(engine: Engine) -> None:
    """An earlier version did not note when it tried."""
    command.upgrade(_config(engine), "0024")
    found = MetaData()
    found.reflect(engine)
    with engine.begin() as connection:
        connection.execute(found.tables["workspace"].insert(), _whole(engine, "workspace", id=1))
        for id, state in enumerate(("claimed", "retry", "sent"), start=1):
            row = {"id": id, "workspace_id": 1, "kind": "digest", "state": state, "token": str(id), "period": str(id)}
            connection.execute(found.tables["delivery"].insert(), _whole(engine, "delivery") | row)
    migrate(engine)
    with writing(engine) as session:
        rows = [session.get_one(Delivery, id) for id in (1, 2, 3)]
        for row in rows[:2]:
            assert row.posting_since is not None
            assert row.posting_until is not None
            assert row.posting_since < row.first_claimed_at <= row.claimed_at < row.posting_until
        assert (rows[2].posting_since, rows[2].looks) == (None, 0)
