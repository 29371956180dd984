"""What the tables themselves hold to."""

import importlib
import pkgutil
from enum import StrEnum

import pytest
from sqlalchemy import UniqueConstraint, insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, col, update

from scoring import vocabulary
from storage import tables
from storage.ledger import activities, partner_totals, team_totals
from storage.partners import names, verticals
from storage.tables import SLACK_TABLES
from storage.tables.base import Base
from storage.tables.enums import DIRECTIONS, KINDS, OUTCOMES, SIDES, STATUSES
from tests.storage.making import DAY, NOW, activity, partner


@pytest.mark.parametrize(
    ("stored", "spoken"),
    [
        (KINDS, vocabulary.Kind),
        (DIRECTIONS, vocabulary.Direction),
        (OUTCOMES, vocabulary.Outcome),
        (SIDES, vocabulary.Side),
        (STATUSES, vocabulary.Status),
        (activities.COUNTING_KINDS, vocabulary.COUNTING_KINDS),
    ],
)
def test_storage_spells_the_words_as_scoring_does(stored: tuple[str, ...], spoken: type[StrEnum]) -> None:
    assert list(stored) == [str(word) for word in spoken]


def test_one_list_names_every_table() -> None:
    for module in pkgutil.iter_modules(tables.__path__):
        importlib.import_module(f"storage.tables.{module.name}")
    listed = [getattr(tables, name) for name in tables.__all__]
    assert {one for one in listed if isinstance(one, type)} == set(Base.__subclasses__())


@pytest.mark.parametrize("name", sorted(SQLModel.metadata.tables.keys() - SLACK_TABLES))
def test_every_row_belongs_to_a_workspace(name: str) -> None:
    table = SQLModel.metadata.tables[name]
    if name in ("workspace", "heartbeat"):  # the latter is of the processes, and says nothing of anybody
        return
    assert not table.c.workspace_id.nullable
    assert "workspace.id" in {key.target_fullname for key in table.c.workspace_id.foreign_keys}


@pytest.mark.parametrize(
    "name", sorted(name for name, table in SQLModel.metadata.tables.items() if "partner_id" in table.c)
)
def test_a_row_of_a_partner_is_of_the_partners_workspace(name: str) -> None:
    keys = [
        ([column.name for column in key.columns], [element.target_fullname for element in key.elements])
        for key in SQLModel.metadata.tables[name].foreign_key_constraints
    ]
    assert (["workspace_id", "partner_id"], ["partner.workspace_id", "partner.id"]) in keys


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "lunch"},
        {"direction": "sideways"},
        {"outcome": "maybe"},
        {"count": 0},
        {"count": -1},
        {"partner_id": 999},
        {"workspace_id": 999},
        {"batch_id": 999},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_the_database_refuses_what_makes_no_sense(session: Session, ours: int, wrong: dict[str, object]) -> None:
    right = {"workspace_id": ours, "partner_id": partner(session, ours)}
    with pytest.raises(IntegrityError), session.begin_nested():
        activity(session, **(right | wrong))
    assert activity(session, **right)


def test_a_partner_cannot_be_in_a_vertical_of_another_workspace(session: Session, ours: int, others: int) -> None:
    theirs = verticals.get_or_create(session, workspace_id=others, name="law")
    acme = partner(session, ours)
    move = update(tables.Partner).where(col(tables.Partner.id) == acme)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.exec(move.values(vertical_id=theirs))
    session.exec(move.values(vertical_id=verticals.get_or_create(session, workspace_id=ours, name="law")))


@pytest.mark.parametrize("minor", [2**31 - 1, 2**31, 5 * 10**11])
def test_large_sums_of_money_are_kept_and_summed(session: Session, ours: int, minor: int) -> None:
    acme = partner(session, ours)
    for _ in range(3):
        activity(session, ours, acme, outcome="won", value_minor=minor)
    window = (DAY.replace(year=2025), DAY)
    assert partner_totals.load_sums(session, workspace_id=ours, windows=[window])[acme].won_minor == [3 * minor]
    assert team_totals.won_total(session, workspace_id=ours, span=team_totals.Span(*window, NOW, NOW)) == 3 * minor


def test_instants_come_back_aware(session: Session, ours: int) -> None:
    row = activity(session, ours, partner(session, ours))
    session.expire_all()
    kept = activities.get(session, workspace_id=ours, activity_id=row)
    assert kept
    assert (kept.recorded_at, kept.recorded_at.tzinfo is not None) == (NOW, True)


def test_the_database_holds_a_name_to_one_partner(session: Session, ours: int) -> None:
    one, other = (partner(session, ours, name) for name in ("One", "Two"))
    row = {"workspace_id": ours, "partner_id": other, "key": "one", "name": "One", "is_alias": True}
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(insert(tables.PartnerName), [row])
    assert names.find_name(session, workspace_id=ours, spellings=["One"]) == ("One", one)


def test_whatever_points_to_a_row_is_found_by_an_index() -> None:
    """Else the database reads through a whole table for each row that is deleted."""
    for table in SQLModel.metadata.sorted_tables:
        ways = [list(table.primary_key.columns)]
        ways += [list(one.columns) for one in table.indexes if one.dialect_options["sqlite"]["where"] is None]
        ways += [list(one.columns) for one in table.constraints if isinstance(one, UniqueConstraint)]
        for key in table.foreign_key_constraints:
            asked = set(key.columns)
            found = any(set(way[: len(asked)]) == asked or way[0] is list(key.columns)[-1] for way in ways)
            assert found, f"{table.name} by {[column.name for column in asked]}"
