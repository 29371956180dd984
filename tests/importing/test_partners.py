"""Rows of a partners file: who is new, and what is filled of those who are not."""

import pytest
from sqlmodel import select

from bot.exporting import csv_files
from storage.contacts import addresses, persons
from storage.db.engine import reading
from storage.tables import ActivityContact
from tests.importing.offices import Office

HEAD = "name,vertical,owner,since,status,cadence_days,aliases,wiifm_us,wiifm_them,external_id\n"


def test_a_partner_goes_in_with_all_that_is_said(office):
    row = '"Acme, Legal",Solicitors,<@U0ANN|ann>,2024-02-29,prospect,45,ACME|A. Legal;acme,"us\r\nboth",them,X1\n'
    report = office.take("partners", HEAD + row)
    assert (report.added, report.partners_added, report.bad) == (1, 0, ())
    (partner,) = office.rows("partner")
    assert partner["since_on"].isoformat() == "2024-02-29"
    wanted = {
        "name": "Acme, Legal",
        "owner": "U0ANN",
        "status": "prospect",
        "cadence_days": 45,
        "wiifm_us": "us\nboth",
        "wiifm_them": "them",
        "batch_id": report.batch_id,
    }
    assert {name: partner[name] for name in wanted} == wanted
    assert [row["external_id"] for row in office.rows("partner_external_id")] == ["X1"]
    assert [(name["name"], name["is_alias"]) for name in office.rows("partner_name")] == [
        ("Acme, Legal", False),
        ("ACME", True),
        ("A. Legal", True),
    ]
    assert office.rows("vertical")[0]["name"] == "Solicitors"


def test_what_is_not_said_is_the_usual(office):
    office.take("partners", "name\nAcme\n")
    (partner,) = office.rows("partner")
    assert (partner["since_on"].isoformat(), partner["status"], partner["owner"]) == ("2026-11-22", "active", None)


def test_one_vertical_serves_all_its_spellings(office):
    office.take("partners", "name,vertical\nA,Solicitors\nB,solicitors\nC,\nD,Brokers\n")
    assert [row["name"] for row in office.rows("vertical")] == ["Solicitors", "Brokers"]
    assert [row["vertical_id"] for row in office.rows("partner")] == [1, 1, None, 2]


@pytest.mark.parametrize(
    ("row", "reason", "column"),
    [
        (",Solicitors", "no name", "name"),
        ("\u200b,Solicitors", "no name", "name"),
        ("Beta,,,,,,acme legal", "“acme legal” is a name of “Acme Legal”", "aliases"),
        ("Beta,,,,,,,,,X1\nACME,,,,,,,,,X1", "“ACME” is a name of “Acme Legal”", "name"),
        ("ACME,,,,,,,,,X1\nACME,,,,,,,,,X2", "“ACME” already has the external id “X1”", "external_id"),
        ("ACME,,,,,,béla & söhne", "“béla & söhne” is a name of “Béla & Söhne”", "aliases"),
        ("x" * 121, "is longer than 120 characters", "name"),
    ],
)
def test_a_row_is_refused_with_a_reason_and_a_column(acme, row, reason, column):
    report = acme.take("partners", f"{HEAD}{row}\n")
    (bad,) = report.bad
    assert reason in bad.reason
    assert bad.column == column


@pytest.mark.parametrize(
    ("row", "reason", "column"),
    [
        ("Beta,,Moses Frase", "“Moses Frase” is nobody whom Tend knows in this workspace", "owner"),
        ("Beta,,,13/13/2026", "“13/13/2026” does not exist", "since"),
        ("Beta,,,66054", "“66054” is how a spreadsheet counts a day, probably 4 Nov 2080", "since"),
        ("Beta,,,,dormant", "“dormant” is not a known status; use one of prospect, active, paused, ended", "status"),
        ("Beta,,,,,0", "“0” is not a whole number from 1 to 730", "cadence_days"),
        ("Beta,,,,,,,,,1.23457E+11", "“1.23457E+11” is an id that a spreadsheet has shortened", "external_id"),
    ],
)
def test_a_cell_that_can_not_be_read_costs_itself(acme, row, reason, column):
    report = acme.take("partners", f"{HEAD}{row}\n")
    assert (report.added, report.bad) == (1, ())
    (lost,) = report.lost_cells
    assert reason in lost.reason
    assert lost.column == column


def test_a_refused_row_changes_nothing(acme):
    before = acme.dump()
    report = acme.take("partners", HEAD + "ACME,New,U7,,,12,béla & söhne,us,them,X1\n")
    assert len(report.bad) == 1
    assert acme.dump() == before


def test_likeness_merges_nobody(acme):
    assert acme.take("partners", "name\nAcme Legal Ltd\nAcme-Legal\nAcme Lega\n").added == 3


def test_only_what_is_empty_is_filled_and_noted(acme):
    acme.take("partners", HEAD + "ACME,,U7,,,,,,,\n")
    before = acme.rows("partner")[0]
    report = acme.take("partners", HEAD + "ACME,Brokers,U8,2020-01-01,ended,45,AL,us,,X1\n", by="U9")
    assert (report.added, report.updated, report.batch_id) == (0, 1, None)
    after = acme.rows("partner")[0]
    changed = {name: after[name] for name in after if after[name] != before[name]}
    assert changed == {
        "vertical_id": 1,
        "cadence_days": 45,
        "wiifm_us": "us",
    }
    assert [(row["source"], row["external_id"]) for row in acme.rows("partner_external_id")] == [("partners", "X1")]
    notes = [(note["field"], note["old"], note["new"]) for note in acme.rows("change") if note["changed_by"] == "U9"]
    assert notes == [
        ("Vertical", None, "Brokers"),
        ("Speak at least every … days", None, "45"),
        ("What's in it for us?", None, "us"),
        ("external id", None, "X1"),
        ("Other names", None, "AL"),
    ]
    assert acme.take("activities", "partner,kind,occurred_on\nal,event,2026-01-05\n").added == 1


def test_a_partner_is_known_by_its_external_id_under_a_new_name(office):
    office.take("partners", "name,external_id\nOld Name,X1\n")
    report = office.take("partners", "name,external_id\nOld Name & Partners,X1\n")
    assert (report.added, report.updated) == (0, 1)
    assert [row["name"] for row in office.rows("partner")] == ["Old Name"]
    assert [row["name"] for row in office.rows("partner_name")] == ["Old Name", "Old Name & Partners"]


def test_rows_of_one_partner_fill_one_another(office):
    text = "name,owner,aliases\nAcme,,A1\nACME,U7,\nA1,U8,A2\n"
    report = office.take("partners", text)
    assert (report.added, report.known, report.updated) == (1, 2, 0)
    (partner,) = office.rows("partner")
    assert (partner["name"], partner["owner"]) == ("Acme", "U7")
    before = office.dump()
    again = office.take("partners", text)
    assert (again.known, again.batch_id) == (3, None)
    assert office.dump() == before


def test_trust_goes_in_with_its_side_and_rater(acme):
    text = "partner,level,rated_on,side,rater,note\nACME,4,2026-01-05,,,\nACME,2.0,2026-01-06,them,<@U7>,said so\n"
    report = acme.take("trust", text + "ACME,3,2026-01-07,Theirs,Jo Bloggs,\nACME,3,2026-01-07,ours,,\n")
    assert report.bad == ()
    assert [(row["side"], row["level"], row["rater"], row["note"]) for row in acme.rows("trust_rating")] == [
        ("ours", 4, "", ""),
        ("theirs", 2, "U7", "said so"),
        ("theirs", 3, "Jo Bloggs", ""),
        ("ours", 3, "", ""),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("ACME,,2026-01-05", "no level"),
        ("ACME,6,2026-01-05", "“6” is not a whole number from 1 to 5"),
        ("ACME,3.5,2026-01-05", "“3.5” is not a whole number from 1 to 5"),
        ("ACME,3,", "no day"),
        ("ACME,3,2026-01-05,both", "“both” is not a known side; use one of us, them, ours, theirs"),
        ("Nobody,3,2026-01-05", "no partner called “Nobody”"),
    ],
)
def test_a_rating_is_refused_with_a_reason(acme, row, reason):
    report = acme.take("trust", f"partner,level,rated_on,side\n{row}\n")
    assert [bad.reason for bad in report.bad] == [reason]


def test_people_and_domains_of_a_partner_come_along(office: Office) -> None:
    """Those of an export, read again: nothing is lost, nothing is there twice, and undoing it takes them away."""
    cell = "Jane Doe <Jane@delta.example> (CFO) [sponsor] | Joe Ray [left 2026-01-31]"
    text = f"name,contacts,domains\nDelta,{cell},delta.example | gmail.com\n"
    done = office.take("partners", text)
    assert not done.bad
    with reading(office.engine) as session:
        people = persons.list_persons(session, workspace_id=office.team.id)
        assert [(one.name, one.address_key, one.role, one.is_sponsor, str(one.left_on)) for one in people] == [
            ("Jane Doe", "jane@delta.example", "CFO", True, "None"),
            ("Joe Ray", None, None, False, "2026-01-31"),
        ]
        found = addresses.find_by_address(session, workspace_id=office.team.id, address="new@mail.delta.example")
        assert found is not None
        assert found.partner_id == people[0].partner_id
        rows = list(csv_files.file_rows(session, office.team, "partners"))
    at = csv_files.FILES["partners"].index("contacts")
    assert cell in [row[at] for row in rows]
    again = office.take("partners", text)
    assert (again.added, again.updated) == (0, 0)
    named = "partner,kind,occurred_on,contacts\nDelta,meeting,2026-02-01,jane doe | New Person\n"
    assert not office.take("activities", named).bad
    with reading(office.engine) as session:
        assert [one.name for one in persons.list_persons(session, workspace_id=office.team.id)] == [
            "Jane Doe", "New Person", "Joe Ray",
        ]  # fmt: skip
        ids = [row.id for row in session.exec(select(ActivityContact))]
    assert len(ids) == 2
