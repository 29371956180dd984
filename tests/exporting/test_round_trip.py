"""What is exported comes back into an empty database as it was."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.errors import TendError
from bot.exporting import export_to
from bot.importing.full_restore import import_everything
from bot.messages import as_json
from bot.scores import query
from storage.backup import workspace_dump
from storage.db.engine import reading, writing
from storage.partners import external_ids, merges
from tests.exporting import filling
from tests.importing.offices import NOW, Office, open_office


@pytest.fixture
def full(office: Office) -> Office:
    filling.fill(office)
    return office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = open_office(_folder(tmp_path / "here"))
    yield opened
    opened.engine.dispose()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Office]:
    """An empty workspace, beside another one in its database."""
    opened = open_office(_folder(tmp_path / "there"))
    filling.other_workspace(opened.engine)
    yield opened
    opened.engine.dispose()


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def exported(office: Office, name: str = "out") -> Path:
    folder = office.folder / name
    export_to(office.engine, team=office.team, folder=folder, now=NOW)
    return folder


def read(office: Office, path: Path, **how: Any) -> int:
    return import_everything(office.engine, now=NOW, team=office.team, path=path, **how).rows


def scored(office: Office, day: date) -> list[dict[str, Any]]:
    with reading(office.engine) as session:
        return [as_json.score(one, "GBP") for one in query.load_scored(session, team=office.team, day=day)]


def test_every_table_is_exported_or_left_out_on_purpose(full: Office) -> None:
    """And the workspace that the other tests use has rows in each."""
    taken = {table.name for table in workspace_dump.workspace_tables()}
    assert taken | workspace_dump.EXCLUDED_TABLES == filling.all_tables()
    assert [name for name, rows in filling.content(full.engine, full.team.id).items() if not rows] == []


def test_everything_comes_back_row_by_row(full: Office, empty: Office) -> None:
    """Voided rows, settings, batches and all; only ids and secrets are new, and nothing of a neighbour changes."""
    other = filling.content(empty.engine, empty.team.id + 1)
    assert read(empty, exported(full)) > 20
    assert filling.content(empty.engine, empty.team.id) == filling.content(full.engine, full.team.id)
    assert filling.content(empty.engine, empty.team.id + 1) == other


def test_what_comes_back_is_exported_again_the_same(full: Office, empty: Office) -> None:
    """File by file but for the ids."""
    read(empty, exported(full))
    again, first = exported(empty), full.folder / "out"
    for name in ("partners", "activities", "trust"):
        assert (again / f"{name}.csv").read_bytes() == (first / f"{name}.csv").read_bytes()


@pytest.mark.slow
def test_scores_are_the_same_on_every_day_of_a_year(full: Office, empty: Office) -> None:
    """With signals, costs and all."""
    read(empty, exported(full))
    for back in range(366):
        day = NOW.date() - timedelta(days=back)
        assert scored(empty, day) == scored(full, day)


@pytest.mark.slow
def test_the_three_files_alone_give_the_same_rvis_on_every_day_of_a_year(full: Office, empty: Office) -> None:
    """And the same titles, names and values won, although some of them would be formulas in a spreadsheet."""
    folder = exported(full)
    assert "'=HYPERLINK" in (folder / "activities.csv").read_text()
    for kind in ("partners", "activities", "trust"):
        report = empty.take(kind, (folder / f"{kind}.csv").read_bytes())
        assert (report.bad, report.ignored_columns) == ((), ())
    told = ("partner", "vertical", "owner", "totals", "trust", "rvi", "band", "reverse", "give_share", "last_touch_on",
            "value_won", "age_months")  # fmt: skip
    for back in range(366):
        day = NOW.date() - timedelta(days=back)
        here, there = scored(full, day), scored(empty, day)
        assert [[one[name] for name in told] for one in there] == [[one[name] for name in told] for one in here]
    kept = [row for row in full.rows("activity") if row["voided_at"] is None]
    ours = [row for row in empty.rows("activity") if row["workspace_id"] == empty.team.id]
    for name in ("kind", "occurred_on", "title", "medium", "outcome", "outcome_on", "value_minor", "count"):
        assert [row[name] for row in ours] == [row[name] for row in kept]
    assert {row["name"] for row in empty.rows("partner_name")} >= {row["name"] for row in full.rows("partner_name")}


def test_a_dry_run_puts_nothing_in(full: Office, empty: Office) -> None:
    before = empty.dump()
    assert read(empty, exported(full), dry_run=True) > 20
    assert empty.dump() == before


def test_it_goes_only_into_an_empty_workspace(full: Office) -> None:
    before = full.dump()
    with pytest.raises(TendError, match=r"already has partners\. Restore into an empty workspace"):
        read(full, exported(full))
    assert full.dump() == before


@pytest.mark.parametrize("spoil", ["cut", "broken", "dangling", "unknown", "newer", "longer", "no object"])
def test_a_spoilt_file_is_refused_and_nothing_goes_in(full: Office, empty: Office, spoil: str) -> None:
    """Whatever happened to it on the way."""
    file = exported(full) / "everything.jsonl"
    lines = file.read_text().splitlines()
    spoilt = {
        "cut": lines[:-3],
        "broken": [*lines[:-3], lines[-3][:20], *lines[-2:]],
        "dangling": [line for line in lines if '"table":"partner"' not in line],
        "unknown": [line.replace('"table":"cost"', '"table":"soul"') for line in lines],
        "newer": [json.dumps(json.loads(lines[0]) | {"version": 99}), *lines[1:]],
        "longer": [*lines, lines[-1]],
        "no object": [*lines[:-1], "[1]"],
    }[spoil]
    file.write_text("\n".join(spoilt) + "\n")
    before = empty.dump()
    with pytest.raises(TendError):
        read(empty, file)
    assert empty.dump() == before


def test_what_was_under_way_is_not_sent_from_the_new_place(full: Office, empty: Office) -> None:
    """Nobody hears of the same thing from two places."""
    file = exported(full) / "everything.jsonl"
    file.write_text(file.read_text().replace('"state":"sent"', '"state":"claimed"'))
    read(empty, file)
    (row,) = empty.rows("delivery")
    assert (row["state"], row["token"] != "t") == ("failed", True)


def test_a_folder_with_something_in_it_is_left_alone(full: Office) -> None:
    folder = exported(full)
    with pytest.raises(TendError, match="is not empty"):
        export_to(full.engine, team=full.team, folder=folder, now=NOW)


def test_ids_of_several_systems_come_back_from_either_kind_of_file(office: Office, empty: Office) -> None:
    """Those of merged partners too: from the CSV as the ids of the partner that they were merged into."""
    ids = [(1, "hubspot", "H|1"), (1, "sales: force", "S1"), (2, "hubspot", "H2")]
    office.take("partners", "name\nAcme Legal\nAcme Solicitors\nBeta\n")
    with writing(office.engine) as session:
        external_ids.add_many(session, workspace_id=office.team.id, ids=ids)
        assert merges.merge(session, workspace_id=office.team.id, partner_id=2, into_id=1, before={}, by="U1", now=NOW)
    folder = exported(office)
    report = empty.take("partners", (folder / "partners.csv").read_bytes())
    assert (report.added, report.bad, report.ignored_columns) == (2, (), ())
    with reading(empty.engine) as session:
        taken = external_ids.list_ids(session, workspace_id=empty.team.id)
    assert [(one.source, one.external_id) for one in taken] == [ids_of[1:] for ids_of in ids]
    assert len({one.partner_id for one in taken}) == 1


def test_an_export_of_a_version_with_one_id_a_partner_keeps_it(office: Office, empty: Office) -> None:
    office.take("partners", "name\nAcme Legal\nBeta\n")
    path = exported(office) / "everything.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    for line in lines:
        if line.get("table") == "partner":
            line["row"] |= {"external_source": "crm", "external_id": f"C-{line['row']['id']}"}
    path.write_text("\n".join(map(json.dumps, lines)) + "\n")
    read(empty, path)
    with reading(empty.engine) as session:
        taken = external_ids.list_ids(session, workspace_id=empty.team.id)
    assert [(one.source, one.external_id) for one in taken] == [("crm", "C-1"), ("crm", "C-2")]
