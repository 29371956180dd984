"""What is stored of one partner, or of one person, for whoever asks to see it."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.errors import TendError
from bot.exporting import ExportScope, export_to
from bot.importing.full_restore import import_everything
from storage.backup import workspace_dump
from storage.db.engine import reading
from storage.partners import names as partner_names
from tests.exporting import filling
from tests.importing.conftest import office as _office
from tests.importing.offices import NOW, Office

office = _office


@pytest.fixture
def full(office: Office) -> Office:
    filling.fill(office)
    return office


def exported(office: Office, **about: Any) -> Path:
    folder = office.folder / "out"
    export_to(office.engine, team=office.team, folder=folder, now=NOW, about=ExportScope(**about))
    return folder


def rows(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    _, *lines, _ = (folder / "everything.jsonl").read_text().splitlines()
    return [(line["table"], line["row"]) for line in map(json.loads, lines)]


def test_a_persons_export_holds_what_names_them_and_nothing_else(full: Office) -> None:
    """Rows they recorded, undid, tend or were told of, their person row, and texts that mention them."""
    found = rows(exported(full, person="U0BOB"))
    tables = Counter(table for table, _ in found)
    assert tables == {
        "person": 1, "partner": 1, "activity": 1, "trust_rating": 1, "next_step": 1, "matter": 1, "change": 1,
        "amendment": 1, "partner_spelling": 1,
    }  # fmt: skip
    assert all("U0BOB" in json.dumps(row) for _, row in found)
    header = json.loads((full.folder / "out" / "everything.jsonl").read_text().splitlines()[0])
    assert header["settings"] == {"stewards": "U0ANA U0BOB"}


def test_whoever_has_no_account_is_found_by_name(full: Office) -> None:
    """A partner's contact: ratings, links, whom they referred, notes, and where they were spoken with."""
    found = rows(exported(full, person="jane doe"))
    assert Counter(table for table, _ in found) == {
        "trust_rating": 2, "trust_question": 1, "activity": 1, "contact_person": 1,
        "referral_link": 1, "offered_referral": 1, "activity_contact": 1,
    }  # fmt: skip


def test_who_is_nowhere_is_said_to_be(full: Office) -> None:
    """Not even a part of a name is taken for one."""
    with pytest.raises(TendError, match="Nothing to export for Jane D"):
        exported(full, person="Jane D")


def rows_of(full: Office, **about: Any) -> list[tuple[str, dict[str, Any]]]:
    folder = full.folder / "again"
    export_to(full.engine, team=full.team, folder=folder, now=NOW, about=ExportScope(**about))
    return rows(folder)


def test_a_partners_export_holds_all_of_it_and_no_other_partner(full: Office) -> None:
    with reading(full.engine) as session:
        acme = partner_names.find_name(session, workspace_id=full.team.id, spellings=["ACME"])
    assert acme is not None
    found = rows(exported(full, partner_id=acme[1]))
    assert all(row.get("into_id", row.get("partner_id", acme[1])) == acme[1] for _, row in found)
    tables = Counter(table for table, _ in found)
    assert (tables["partner"], tables["partner_name"], tables["activity"], tables["cost"]) == (2, 4, 6, 2)
    assert tables["change"] == 1
    assert "person" not in tables


def test_it_can_be_read_in_a_spreadsheet_and_not_be_imported(full: Office) -> None:
    folder = exported(full, person="U0BOB")
    assert (folder / "tables" / "matter.csv").read_text(encoding="utf-8-sig").startswith("partner,id,partner_id")
    assert not (folder / "partners.csv").exists()
    with pytest.raises(TendError, match="one partner or one person"):
        import_everything(full.engine, now=NOW, team=full.team, path=folder)


def test_columns_that_open_something_are_known() -> None:
    """Whoever adds one says so, and it stays behind."""
    telling = ("secret", "token", "hash", "password")
    names = {column.name for table in workspace_dump.workspace_tables() for column in table.c}
    assert {name for name in names if any(word in name for word in telling)} <= workspace_dump.SECRET_COLUMNS


def test_no_secret_leaves(full: Office) -> None:
    """Neither of a link nor of a message."""
    folder = exported(full)
    texts = [path.read_text(encoding="utf-8-sig") for path in folder.rglob("*.*") if path.is_file()]
    assert not [text for text in texts if "secret_hash" in text or '"token"' in text or ",token," in text]
