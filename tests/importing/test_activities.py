"""Rows of an activities file."""

import pytest

from tests.importing.offices import NOW

HEAD = "partner,kind,occurred_on,direction,count,value,outcome,title\n"


def _row(partner="ACME", kind="referral", day="2026-01-05", direction="", count="", value="", outcome="", title=""):
    return HEAD + ",".join((partner, kind, day, direction, count, value, outcome, title)) + "\n"


@pytest.mark.parametrize(
    ("row", "reason", "column"),
    [
        (_row(partner=""), "no partner", "partner"),
        (_row(partner="\u200b"), "no partner", "partner"),
        (_row(partner="", day=""), "no partner", "partner"),
        (_row(partner="Acme Legl"), "no partner called “Acme Legl”", "partner"),
        (_row(kind=""), "no kind", "kind"),
        (_row(kind="webinar"), "“webinar” is not a known kind; use one of referral,", "kind"),
        (_row(day=""), "no day", "occurred_on"),
        (_row(day="soon"), "“soon” is not a day", "occurred_on"),
        (_row(day="13/13/2026"), "“13/13/2026” does not exist", "occurred_on"),
        (_row(day="2026-02-30"), "“2026-02-30” does not exist", "occurred_on"),
        (_row(day="02/11/2026"), "“02/11/2026” could be 2 November", "occurred_on"),
        (_row(day="2 Nov"), "“2 Nov” has no year", "occurred_on"),
        (_row(day="yesterday"), "“yesterday” has no year", "occurred_on"),
        (_row(day="2000 days ago"), "“2000 days ago” has no year", "occurred_on"),
        (_row(day="1969-12-31"), "“1969-12-31” is before 1970", "occurred_on"),
        (_row(day="2028-11-23"), "“2028-11-23” is more than two years ahead", "occurred_on"),
        (_row(direction="sideways"), "“sideways” is not a known direction; use one of in, out, joint", "direction"),
        (_row(direction="joint"), "a referral is in or out, never joint", "direction"),
        (_row(count="0"), "“0” is not a whole number from 1 to 1000", "count"),
        (_row(count="1001"), "“1001” is not a whole number from 1 to 1000", "count"),
        (_row(count="1.5"), "“1.5” is not a whole number from 1 to 1000", "count"),
    ],
)
def test_a_row_is_refused_with_a_reason_and_a_column(acme, row, reason, column):
    report = acme.take("activities", row)
    assert (report.rows, report.added, report.batch_id) == (1, 0, None)
    (bad,) = report.bad
    assert reason in bad.reason
    assert (bad.line, bad.column) == (2, column)
    assert acme.rows("activity") == []


@pytest.mark.parametrize(
    ("row", "reason", "column"),
    [
        (_row(value="-5"), "An amount cannot be below zero; I read “-5”", "value"),
        (_row(value="lots"), "“lots”", "value"),
        (_row(value="€5"), "“€5”", "value"),
        (
            _row(outcome="maybe"),
            "“maybe” is not a known outcome; use one of introduced, met, won, lost, declined",
            "outcome",
        ),
        (_row(kind="event", value="5"), "only referrals have a value", "value"),
        (_row(kind="meeting", outcome="met"), "only referrals have an outcome", "outcome"),
        (_row(title="x" * 501), "is longer than 500 characters", "title"),
    ],
)
def test_a_cell_that_is_not_needed_costs_itself_and_is_told(acme, row, reason, column):
    """Again the same file, it is known; and once the cell is mended, the row is not counted twice."""
    report = acme.take("activities", row)
    assert (report.added, report.bad) == (1, ())
    (lost,) = report.lost_cells
    assert reason in lost.reason
    assert (lost.line, lost.column) == (2, column)
    (stored,) = acme.rows("activity")
    assert (stored["value_minor"], stored["outcome"], stored["title"]) == (None, None, "")
    assert acme.take("activities", row).known == 1


@pytest.mark.parametrize(
    ("bad", "mended", "field", "value"),
    [
        (_row(value="lots", title="Northwind"), _row(value="500", title="Northwind"), "value_minor", 50000),
        (_row(outcome="maybe", title="Northwind"), _row(outcome="met", title="Northwind"), "outcome", "met"),
    ],
)
def test_a_mended_cell_goes_into_the_row_that_lacked_it(acme, bad, mended, field, value):
    acme.take("activities", bad)
    report = acme.take("activities", mended)
    assert (report.added, report.updated) == (0, 1)
    (row,) = acme.rows("activity")
    assert row[field] == value
    assert (acme.take("activities", mended).known, len(acme.rows("activity"))) == (1, 1)


def test_reasons_are_counted_without_the_words_that_differ(acme):
    days = "".join(f"ACME,event,{day}\n" for day in ("", "", "13/13/2026", "02/11/2026", "soon", "2 Nov"))
    report = acme.take("activities", f"partner,kind,occurred_on\n{days}Beta,event,2026-01-05\n")
    assert report.reasons() == {
        "no day": 2,
        "not a day that can be read": 3,
        "a day without its year": 1,
        "no partner called “Beta”": 1,
    }


@pytest.mark.parametrize(
    ("row", "direction"),
    [
        (_row(), "in"),
        (_row(kind="strategic-referral"), "in"),
        (_row(direction="OUT"), "out"),
        (_row(kind="event"), "joint"),
        (_row(kind="meeting", direction="in"), "in"),
    ],
)
def test_the_direction_is_the_kinds_usual_one_unless_said(acme, row, direction):
    acme.take("activities", row)
    assert acme.rows("activity")[0]["direction"] == direction


@pytest.mark.parametrize(
    ("value", "minor"),
    [("1054", 105400), ("1054.5", 105450), ("1054.50", 105450), ("£1,054", 105400), ("0", 0), ("1,054.50", 105450)],
)
def test_money_is_read_as_people_and_programs_write_it(acme, value, minor):
    acme.take("activities", _row(value=f'"{value}"', outcome="won"))
    assert acme.rows("activity")[0]["value_minor"] == minor


@pytest.mark.parametrize("day", ["2028-11-22", "2026-11-23", "1970-01-01", "25/12/2026", "3 March 2025 14:05"])
def test_past_days_and_plans_are_taken(acme, day):
    assert acme.take("activities", _row(day=day)).added == 1


def test_a_row_has_what_was_given_and_nothing_made_up(acme):
    acme.take("activities", _row() + "Béla & Söhne,referral,2026-01-06,out,3.0,10,Won, A  lead \n")
    bare, full = acme.rows("activity")
    assert (bare["outcome"], bare["outcome_on"], bare["value_minor"], bare["count"]) == (None, None, None, 1)
    assert (full["outcome"], full["outcome_on"], full["value_minor"]) == ("won", NOW.date(), 1000)
    assert (full["count"], full["title"], full["recorded_by"], full["direction"]) == (3, "A lead", "U1", "out")


def test_unknown_partners_are_added_where_the_mapping_says_so(acme):
    text = "partner,kind,occurred_on\nBeta,event,2026-01-05\nBETA,event,2026-01-06\nACME,event,2026-01-06\n,event,\n"
    report = acme.take("activities", text, 'kind_of_file = "activities"\ncreate_partners = true\n')
    assert (report.added, report.partners_added, len(report.bad)) == (3, 1, 1)
    added = acme.rows("partner")[-1]
    assert (added["name"], added["since_on"].isoformat(), added["status"]) == ("Beta", "2026-11-22", "active")
    assert added["batch_id"] == report.batch_id


def test_the_batch_names_the_file_without_its_folder(acme):
    report = acme.take("activities", _row())
    batch = acme.rows("import_batch")[-1]
    assert (batch["id"], batch["kind"], batch["file_name"], batch["added"]) == (
        report.batch_id,
        "activities",
        "file.csv",
        1,
    )
