"""By what a row is known: the same file again adds nothing, and an undone one goes in again."""

import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.db.engine import writing
from storage.imports import batches
from storage.ledger import activities
from storage.partners import names, partners
from tests.examples import examples
from tests.importing.offices import NOW, Office, open_office

HEAD = "partner,kind,occurred_on,outcome,value,title,external_id\n"
CREATES = 'kind_of_file = "activities"\ncreate_partners = true\n'


def _void_one(office: Office, place: int) -> None:
    with writing(office.engine) as session:
        row = activities.get(session, workspace_id=office.team.id, activity_id=office.rows("activity")[place]["id"])
        assert row
        row.voided_at, row.voided_by = NOW, "U1"
        session.add(row)


def test_two_equal_rows_of_a_file_are_two(acme):
    report = acme.take("activities", HEAD + "ACME,event,2026-01-05\n" * 3)
    assert (report.added, len(acme.rows("activity"))) == (3, 3)


def test_a_file_that_grew_adds_what_is_new(acme):
    acme.take("activities", HEAD + "ACME,event,2026-01-05\n" * 2)
    report = acme.take("activities", HEAD + "ACME,event,2026-01-06\n" + "ACME,event,2026-01-05\n" * 3)
    assert (report.added, report.known) == (2, 2)


def test_the_same_content_written_otherwise_is_the_same_row(acme):
    acme.take("activities", "partner,kind,occurred_on,value\nAcme Legal,referral,2026-01-05,1054\n")
    again = "direction;value;partner;kind;occurred_on;count\nin;£1,054.00;ACMElegal;Referral;5 January 2026;1\n"
    assert acme.take("activities", again).known == 1


@pytest.mark.parametrize("place", [0, 1, 2])
def test_rows_that_were_taken_back_one_by_one_stay_out(acme, place):
    text = HEAD + "ACME,referral,2026-01-05,met,,,A1\n" + "ACME,event,2026-01-05\n" * 2
    acme.take("activities", text)
    _void_one(acme, place)
    before = acme.dump()
    assert acme.take("activities", text.replace(",met,", ",won,")).added == 0
    after = acme.dump()
    if place == 0:  # not even a deal that moved on brings it back
        assert after == before
    assert [row["voided_at"] for row in after["activity"]] == [row["voided_at"] for row in before["activity"]]


def test_the_same_file_by_a_colleague_adds_nothing(acme):
    text = "partner,level,rated_on\nACME,4,2026-01-05\n"
    acme.take("trust", text)
    assert acme.take("trust", text, by="U2").known == 1


def test_a_row_stays_known_when_its_partner_goes_by_another_name(office):
    text = HEAD + "Old Name,event,2026-01-05\nOld Name,referral,2026-01-05,,,,A1\n"
    assert office.take("activities", text, CREATES).partners_added == 1
    with writing(office.engine) as session:
        (partner,) = partners.list_partners(session, workspace_id=office.team.id)
        names.rename(session, partner=partner, name="New Name")
    report = office.take("activities", text, CREATES)
    assert (report.known, report.partners_added, len(office.rows("partner"))) == (2, 0, 1)


def test_an_undone_batch_can_be_imported_again(acme):
    text = HEAD + "ACME,event,2026-01-05\nACME,referral,2026-01-06,,,,A1\n"
    first = acme.take("activities", text)
    assert acme.undo(first.batch_id) == []
    again = acme.take("activities", text)
    assert (again.added, again.known) == (2, 0)
    assert [row["batch_id"] for row in acme.rows("activity")] == [again.batch_id] * 2


def test_undoing_takes_out_what_no_one_else_put_in(acme):
    first = acme.take("activities", HEAD + "ACME,event,2026-01-05\n")
    acme.take("activities", HEAD + "ACME,event,2026-01-06\n")
    acme.undo(first.batch_id)
    assert [row["occurred_on"].isoformat() for row in acme.rows("activity")] == ["2026-01-06"]


def test_undoing_a_partners_file_takes_the_partners_out(office):
    before = office.dump()
    report = office.take("partners", "name,aliases\nAcme,A|B\nBeta,\n")
    assert office.undo(report.batch_id) == []
    after = office.dump()
    assert len(after.pop("import_batch")) == 1
    before.pop("import_batch")
    assert after == before
    assert office.take("partners", "name,aliases\nAcme,A|B\nBeta,\n").added == 2


def test_nothing_is_undone_once_someone_wrote_about_its_partners(office):
    report = office.take("partners", "name,owner\nAcme,\nBeta,\nGamma,\n")
    office.take("activities", HEAD + "Acme,event,2026-01-05\n")
    office.take("partners", "name,owner\nBeta,U7\n")
    before = office.dump()
    assert {blocker.partner for blocker in office.undo(report.batch_id)} == {"Acme", "Beta"}
    assert office.dump() == before


@pytest.mark.parametrize("kind", ["activities", "partners"])
def test_partners_that_ended_with_an_undone_import_of_an_earlier_version_come_again(office, kind):
    text = HEAD + "Acme,event,2026-01-05\n"
    with writing(office.engine) as session:
        partners.add(session, workspace_id=office.team.id, name="Acme", since_on=NOW.date(), by="U1", now=NOW,
                     status="ended", status_reason=batches.UNDONE_REASON)  # fmt: skip
    if kind == "activities":
        office.take("activities", text, CREATES)
    else:
        assert office.take("partners", "name\nAcme\n").updated == 1
    (partner,) = office.rows("partner")
    assert (partner["status"], partner["status_reason"]) == ("active", None)


def test_a_partner_that_people_ended_stays_ended(acme):
    with writing(acme.engine) as session:
        partner = partners.list_partners(session, workspace_id=acme.team.id)[0]
        partner.status, partner.status_reason = "ended", "moved away"
        session.add(partner)
    acme.take("activities", HEAD + "ACME,event,2026-01-05\n")
    acme.take("partners", "name\nACME\n")
    assert acme.rows("partner")[0]["status"] == "ended"


@pytest.mark.parametrize("few", [1_000, 0])
def test_a_deal_that_moved_on_is_followed(acme, monkeypatch, few):
    monkeypatch.setattr(batches, "_CHUNK_SIZE", few)  # few keys are looked up one by one, many otherwise
    acme.take("activities", HEAD + "ACME,referral,2026-01-05,introduced,,Lead,A1\n")
    report = acme.take("activities", HEAD + "ACME,referral,2026-03-09,won,500,Lead Ltd,A1\n", by="U2")
    assert (report.added, report.known, report.updated, report.batch_id) == (0, 0, 1, None)
    (row,) = acme.rows("activity")
    assert (row["outcome"], row["value_minor"], row["title"]) == ("won", 50000, "Lead Ltd")
    assert (row["occurred_on"].isoformat(), row["outcome_on"].isoformat()) == ("2026-03-09", "2026-11-22")
    assert [
        (note["subject"], note["subject_id"], note["field"], note["old"], note["new"], note["changed_by"])
        for note in acme.rows("change")
    ] == [
        ("activity", row["id"], "outcome", "introduced", "won", "U2"),
        ("activity", row["id"], "day of the outcome", "5 Jan 2026", "22 Nov 2026", "U2"),
        ("activity", row["id"], "value", None, "£500", "U2"),
        ("activity", row["id"], "title", "Lead", "Lead Ltd", "U2"),
        ("activity", row["id"], "day", "5 Jan 2026", "9 Mar 2026", "U2"),
    ]


@pytest.mark.parametrize(
    "later",
    [
        "ACME,referral,2026-01-05,,,,A1",  # an empty cell says nothing
        "ACME,referral,2026-01-05,met,10,Other,A1",  # nor does a title alone
    ],
)
def test_a_deal_that_did_not_move_changes_nothing(acme, later):
    acme.take("activities", HEAD + "ACME,referral,2026-01-05,met,10,Lead,A1\n")
    before = acme.dump()
    assert acme.take("activities", f"{HEAD}{later}\n").known == 1
    assert acme.dump() == before


def test_a_value_alone_keeps_the_day_of_the_outcome(acme):
    acme.take("activities", HEAD + "ACME,referral,2026-01-05,won,10,Lead,A1\n")
    later = NOW + timedelta(days=9)
    assert acme.take("activities", HEAD + "ACME,referral,2026-01-05,won,12,Lead,A1\n", now=later).updated == 1
    (row,) = acme.rows("activity")
    assert (row["value_minor"], row["outcome_on"]) == (1200, NOW.date())


def test_an_external_id_that_two_rows_have_is_refused_unless_they_are_equal(acme):
    rows = [
        "ACME,referral,2026-01-05,met,,,A1",
        "Acme,referral,2026-01-05,won,,,A1",
        "acme,referral,2026-01-05,met,,,A1",
    ]
    report = acme.take("activities", HEAD + "\n".join(rows))
    assert (report.added, report.known) == (1, 1)
    (bad,) = report.bad
    assert (bad.line, bad.column, bad.reason) == (
        3,
        "external_id",
        "the external id “A1” is already used in line 2",
    )


def test_partners_and_activities_may_have_the_same_external_ids(acme):
    acme.take("partners", "name,external_id\nBeta,A1\n")
    assert acme.take("activities", HEAD + "ACME,referral,2026-01-05,met,,,A1\n").added == 1


ROWS = st.lists(
    st.builds(
        "{},{},2026-01-0{},{},,{},{}".format,
        st.sampled_from(["Acme", "ACME", "Béla", "Zed", ""]),
        st.sampled_from(["event", "referral", "nonsense"]),
        st.integers(1, 2),
        st.sampled_from(["", "won"]),
        st.sampled_from(["", "x"]),
        st.sampled_from(["", "", "A1", "A2"]),
    ),
    max_size=12,
)


@settings(max_examples=examples(40))
@given(first=ROWS, second=ROWS)
def test_whatever_the_files_each_adds_its_rows_once(first, second):
    with tempfile.TemporaryDirectory() as folder:
        office = open_office(Path(folder))
        texts = [HEAD + "\n".join(rows) + "\n" for rows in (first, second)]
        for text in texts:
            office.take("activities", text, CREATES)
        for text in (texts[1], texts[1]):
            before = office.dump()
            report = office.take("activities", text, CREATES)
            assert report.rows == report.added + report.known + report.updated + len(report.bad)
            assert (report.added, report.updated, report.partners_added, report.batch_id) == (0, 0, 0, None)
            assert office.dump() == before
        for batch in reversed(office.rows("import_batch")):
            assert office.undo(batch["id"]) == []
        assert (office.rows("activity"), office.rows("partner")) == ([], [])
        again = office.take("activities", texts[0], CREATES)
        assert again.added == len(office.rows("activity"))
        assert again.partners_added == len(office.rows("partner"))
        office.engine.dispose()
