"""Two partners whose names became one: both stay, each is found by its own spelling, and a merge is offered."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy import Engine

from storage.db.engine import make_engine, reading, writing
from storage.ledger import source_keys
from storage.migrate import _config, migrate
from storage.name_key import name_key, twin_key
from storage.partners import merges, names, partners, snapshots, verticals
from tests.storage.filling import checked, some
from tests.storage.making import NOW

moved = import_module("storage.migrations.versions.0016_ids_have_a_source")
INSTANT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def engine(empty_url: str) -> Iterator[Engine]:
    engine = make_engine(empty_url)
    yield engine
    engine.dispose()


def _put(connection: sa.Connection, table: str, **values: Any) -> None:
    """A row with these values, and some in the other columns that need one."""
    found = sa.Table(table, sa.MetaData(), autoload_with=connection)
    words = checked(connection.engine, table)
    needed = {one.name: some(one, words) for one in found.c if not one.nullable and one.name != "id"}
    zoned = dict(values)
    for name, value in values.items():
        kind: Any = found.c[name].type
        if isinstance(value, datetime) and not kind.timezone:
            zoned[name] = value.replace(tzinfo=None)
    connection.execute(found.insert().values(**needed | zoned))


@pytest.fixture
def old(engine: Engine) -> Engine:
    """A database of revision 0015, with what was compared in the older way."""
    command.upgrade(_config(engine), "0015")
    with engine.begin() as connection:
        _put(connection, "workspace", id=1, team_id="T1", name="W", created_at=INSTANT)
        of = {"workspace_id": 1}
        made = {"since_on": INSTANT.date(), "created_at": INSTANT}
        for number, name, key, by, external in (
            (1, "O'Malley", "o'malley", "U1", "7"),
            (2, "O’Malley", "o’malley", "api:CRM", "8"),
            (3, "Łódź & Co", "łodz&co", "U1", None),
        ):
            _put(connection, "partner", id=number, name=name, created_by=by, external_id=external, **of, **made)
            _put(connection, "partner_name", id=number, partner_id=number, key=key, name=name, is_alias=False, **of)
        _put(connection, "partner_name", id=4, partner_id=3, key="lodzandco", name="Lodz and Co", is_alias=True, **of)
        _put(connection, "vertical", id=1, name="Law & tax", key="law&tax", **of)
        row = {"direction": "in", "occurred_on": INSTANT.date(), "count": 1, "title": "", "recorded_at": INSTANT, **of}
        for number, kind, by, key in (
            (1, "referral", "api:CRM", "x:1:2"),
            (2, "strategic_referral", "U1", "x:1"),
            (3, "event", "U1", "h:abc:1"),
        ):
            _put(connection, "activity", id=number, partner_id=1, kind=kind, recorded_by=by, source_key=key, **row)
        names_moved = json.dumps({"partner_name": ["o’malley"], "signal_notice": []})
        undone = {"merged_at": INSTANT, "merged_by": "U1", "undone_at": INSTANT, "undone_by": "U1"}
        _put(
            connection, "partner_merge", id=100, partner_id=2, into_id=1, moved=names_moved, before="{}", **undone, **of
        )
    migrate(engine)
    return engine


def test_two_partners_whose_names_became_one_both_stay_and_are_found(old: Engine) -> None:
    with reading(old) as session:
        rows = {(row.name, row.key) for one in (1, 2, 3) for row in
                names.partner_names(session, workspace_id=1, partner_id=one)}  # fmt: skip
        assert rows == {
            ("O'Malley", "o'malley"), ("O’Malley", twin_key("O’Malley")), ("Łódź & Co", "łodz&co"),
            ("Lodz and Co", "lodzandco"),
        }  # fmt: skip
        found = {text: names.find_name(session, workspace_id=1, spellings=[text]) for text in ("o'malley", "O’Malley")}
        assert found == {"o'malley": ("o'malley", 1), "O’Malley": ("O’Malley", 2)}
        assert names.find_name(session, workspace_id=1, spellings=["ŁÓDŹ AND CO"]) == ("ŁÓDŹ AND CO", 3)
        for text, partner_id in found.values():
            snapshot = snapshots.get_by_name(session, workspace_id=1, name=text)
            assert snapshot
            assert snapshot.id == partner_id
        assert names.twins(session, workspace_id=1) == [(2, "O’Malley", 1, "O'Malley")]


def test_they_can_be_merged_and_parted_again(old: Engine) -> None:
    with writing(old) as session:
        merge = merges.merge(session, workspace_id=1, partner_id=2, into_id=1, before={}, by="U1", now=NOW)
        assert merge
        assert names.twins(session, workspace_id=1) == []
        assert merges.undo(session, workspace_id=1, merge_id=merge.id or 0, by="U1", now=NOW)
        assert names.twins(session, workspace_id=1) == [(2, "O’Malley", 1, "O'Malley")]


def test_ids_get_the_source_that_is_known_and_no_other(old: Engine) -> None:
    with old.connect() as connection:
        keys = list(connection.scalars(sa.text("SELECT source_key FROM activity ORDER BY id")))
        assert keys == ["id:crm:referral:1:2", "x:1", "h:abc:1"]
        assert source_keys.external_id_of(keys[0]) == "1:2"
        ids = list(connection.execute(sa.text("SELECT partner_id, source FROM partner_external_id ORDER BY id")))
        assert [tuple(row) for row in ids] == [(1, None), (2, "crm")]
        noted = connection.scalar(sa.text("SELECT moved FROM partner_merge"))
        assert json.loads(noted or "")["partner_name"] == [twin_key("O’Malley")]


def test_verticals_keep_their_rows_under_the_new_key(old: Engine) -> None:
    with writing(old) as session:
        assert verticals.get_or_create(session, workspace_id=1, name="Law and Tax") == 1
        assert len(partners.list_partners(session, workspace_id=1)) == 3


@pytest.mark.parametrize("name", ["O’Malley", "Łódź & Co", "\uff21\uff43\uff4d\uff45", "ß`s", "plain"])
def test_the_migration_folds_as_the_code_does(name: str) -> None:
    assert moved.new_key(name) == name_key(name)
