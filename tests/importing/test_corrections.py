"""When a deal counts as won, and what becomes of a row that was corrected where it is kept."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.actions.activity.amendments import amend, undo_update
from bot.actions.caller import Caller
from bot.importing import Report
from bot.importing.csv_reader import read_sheet
from bot.importing.presets import fit_mapping, load_preset
from bot.importing.run import ImportOptions, run_import
from storage.db.engine import writing
from storage.tables import Activity
from tests.importing.offices import NOW, Office

HEAD = "partner,kind,occurred_on,direction,count,outcome,outcome_on,value,title,external_id\n"
TODAY = NOW.date()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "hubspot-deals",
            "Record ID,Deal Name,Deal Stage,Close Date,Create Date,Amount,Associated Company\n"
            "1,Big,Closed Won,2026-11-20 10:00,2025-09-01 09:00,50000,ACME\n"
            "2,Open,Contract Sent,2026-12-20 10:00,2026-10-01 09:00,7000,ACME\n",
        ),
        (
            "salesforce-opportunities",
            "Opportunity ID,Opportunity Name,Account Name,Stage,Amount,Created Date,Close Date\n"
            "1,Big,ACME,Closed Won,50000,2025-09-01,2026-11-20\n"
            "2,Open,ACME,Needs Analysis,7000,2026-10-01,2026-12-20\n",
        ),
        (
            "pipedrive-deals",
            "Deal - ID,Deal - Title,Deal - Organization,Deal - Status,"
            "Deal - Value,Deal - Deal created,Deal - Won time\n"
            "1,Big,ACME,Won,50000,2025-09-01 09:00:00,2026-11-20 10:00:00\n"
            "2,Open,ACME,Open,7000,2026-10-01 09:00:00,\n",
        ),
    ],
)
def test_a_deal_of_a_crm_is_won_on_its_close_date(acme: Office, name: str, text: str) -> None:
    path = acme.write(text)
    preset = load_preset(name)
    assert preset
    for mapping in (fit_mapping(preset, read_sheet(path)), None):  # named, and recognised
        options = ImportOptions(kind="activities", mapping=mapping, by="U1", now=NOW)
        report = run_import(acme.engine, team=acme.team, path=path, options=options)
        assert report.bad == ()
    won, open_deal = acme.rows("activity")
    assert (won["occurred_on"], won["outcome_on"]) == (date(2025, 9, 1), date(2026, 11, 20))
    assert (open_deal["occurred_on"], open_deal["outcome_on"]) == (date(2026, 10, 1), date(2026, 10, 1))


def test_without_a_close_date_it_is_won_on_the_day_that_an_import_first_saw_it_won(acme: Office) -> None:
    row = "ACME,referral,2025-09-01,,,{},,50000,Big,1\n"
    acme.take("activities", HEAD + row.format("introduced"), now=NOW - timedelta(days=30))
    acme.take("activities", HEAD + row.format("won"))
    acme.take("activities", HEAD + row.format("won"), now=NOW + timedelta(days=9))
    acme.take("activities", HEAD + "ACME,referral,2025-09-01,,,won,,50000,At once,2\n")
    assert [stored["outcome_on"] for stored in acme.rows("activity")] == [TODAY, TODAY]


def test_a_close_date_that_gives_the_day_of_a_row_is_that_of_its_outcome(acme: Office) -> None:
    text = "partner,kind,Close Date,outcome,value\nACME,referral,2026-03-01,won,500\n"
    mapping = (
        'kind_of_file = "activities"\n[columns]\npartner = "partner"\nkind = "kind"\noccurred_on = "Close Date"\n'
        'outcome = "outcome"\nvalue = "value"\n'
    )
    acme.take("activities", text, mapping)
    (row,) = acme.rows("activity")
    assert row["outcome_on"] == date(2026, 3, 1)


FIRST = "ACME,referral,2026-01-05,in,1,won,2026-02-01,500,Northwind,A1\n"


@pytest.mark.parametrize(
    ("later", "changed", "told"),
    [
        ("ACME,referral,2026-01-05,in,1,won,2026-02-09,500,Northwind,A1", {"outcome_on": date(2026, 2, 9)},
         ("day of the outcome", "1 Feb 2026", "9 Feb 2026")),
        ("ACME,referral,2026-01-09,in,1,won,2026-02-01,500,Northwind,A1", {"occurred_on": date(2026, 1, 9)},
         ("day", "5 Jan 2026", "9 Jan 2026")),
        ("ACME,referral,2026-01-05,in,3,won,2026-02-01,500,Northwind,A1", {"count": 3}, ("count", "1", "3")),
        ("ACME,referral,2026-01-05,out,1,won,2026-02-01,500,Northwind,A1", {"direction": "out"},
         ("direction", "in", "out")),
        ("ACME,referral,2026-01-05,in,1,won,2026-02-01,700,Northwind,A1", {"value_minor": 70000},
         ("value", "£500", "£700")),
        ("ACME,referral,2026-01-05,in,1,lost,2026-02-01,500,Northwind,A1", {"outcome": "lost"},
         ("outcome", "won", "lost")),
    ],
)  # fmt: skip
def test_a_correction_is_shown_and_taken(
    acme: Office, later: str, changed: dict[str, object], told: tuple[str, str, str]
) -> None:
    acme.take("activities", HEAD + FIRST)
    (before,) = acme.rows("activity")
    preview = acme.take("activities", HEAD + later, dry_run=True)
    assert acme.rows("activity") == [before]
    report = acme.take("activities", HEAD + later)
    assert preview.corrections == report.corrections
    assert [one.changes for one in report.corrections] == [(told,)]
    assert (report.updated, report.known, report.added) == (1, 0, 0)
    (after,) = acme.rows("activity")
    assert {name: after[name] for name in after if after[name] != before[name] and name != "outcome_at"} == changed
    assert acme.take("activities", HEAD + later).known == 1


def test_an_event_is_corrected_too(acme: Office) -> None:
    acme.take("activities", HEAD + "ACME,event,2026-01-05,,,,,,Webinar,1\n")
    assert acme.take("activities", HEAD + "ACME,event,2026-01-06,,,,,,Webinar,1\n").updated == 1
    assert acme.rows("activity")[0]["occurred_on"] == date(2026, 1, 6)


def test_an_outcome_before_its_referral_is_refused(acme: Office) -> None:
    report = acme.take("activities", HEAD + "ACME,referral,2026-03-10,in,1,won,2026-03-01,500,Northwind,A1\n")
    (bad,) = report.bad
    assert (bad.reason, bad.column) == ("won on 1 Mar 2026, before the referral of 10 Mar 2026", "outcome_on")
    assert acme.rows("activity") == []


ROW = "ACME,referral,2026-01-05,in,1,{outcome},,{value},Northwind,A1\n"


def _edit(acme: Office, on: date, by: str = "U1", **new: object) -> None:
    """What somebody changed in Slack that day."""
    when = datetime(on.year, on.month, on.day, 9, tzinfo=UTC)
    with writing(acme.engine) as session:
        row = session.get_one(Activity, 1)
        amend(session, Caller(acme.team, by, when, is_steward=True), row, new)


def _take(acme: Office, outcome: str = "met", value: str = "500", day: date = TODAY, **how: Any) -> Report:
    when = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return acme.take("activities", HEAD + ROW.format(outcome=outcome, value=value), now=when, **how)


def _stands(acme: Office) -> tuple[str, int]:
    (row,) = acme.rows("activity")
    return row["outcome"], row["value_minor"]


def test_what_a_person_edited_since_the_import_is_kept_and_told(acme: Office) -> None:
    _take(acme, day=date(2026, 11, 1))
    _edit(acme, date(2026, 11, 3), outcome="won", outcome_on=date(2026, 11, 3))
    preview = _take(acme, value="700", day=date(2026, 11, 4), dry_run=True)
    assert [str(one) for one in preview.kept] == ["outcome stays won, kept: edited by someone on 3 Nov 2026"]
    report = _take(acme, value="700", day=date(2026, 11, 4))
    assert (report.kept, report.updated) == (preview.kept, 1)
    assert _stands(acme) == ("won", 70_000)
    assert _take(acme, value="700", day=date(2026, 11, 5)).updated == 0
    assert _stands(acme) == ("won", 70_000)


def test_what_the_file_says_anew_after_it_met_the_edit_is_a_correction(acme: Office) -> None:
    _take(acme, day=date(2026, 11, 1))
    _edit(acme, date(2026, 11, 3), outcome="won", outcome_on=date(2026, 11, 3))
    _take(acme, day=date(2026, 11, 4))
    report = _take(acme, outcome="lost", day=date(2026, 11, 9))
    assert (report.kept, report.updated, _stands(acme)[0]) == ((), 1, "lost")
    assert _take(acme, outcome="won", day=date(2026, 11, 10)).updated == 1


def test_an_edit_after_the_last_import_is_kept_even_where_the_file_changed_too(acme: Office) -> None:
    _take(acme, day=date(2026, 11, 1))
    _edit(acme, date(2026, 11, 3), value_minor=90_000)
    assert _take(acme, value="700", day=date(2026, 11, 4)).updated == 0
    assert _take(acme, value="700", day=date(2026, 11, 5)).updated == 0
    assert _stands(acme)[1] == 90_000
    assert _take(acme, value="800", day=date(2026, 11, 6)).updated == 1
    assert _stands(acme)[1] == 80_000


def test_an_edit_that_the_file_agrees_with_gives_way_to_its_next_change(acme: Office) -> None:
    _take(acme, day=date(2026, 11, 1))
    _edit(acme, date(2026, 11, 3), outcome="won", outcome_on=date(2026, 11, 3))
    _take(acme, outcome="won", day=date(2026, 11, 4))
    assert _take(acme, outcome="lost", day=date(2026, 11, 5)).updated == 1


def test_an_edit_that_was_undone_is_none(acme: Office) -> None:
    _take(acme, day=date(2026, 11, 1))
    _edit(acme, date(2026, 11, 3), outcome="won", outcome_on=date(2026, 11, 3))
    caller = Caller(acme.team, "U1", datetime(2026, 11, 4, tzinfo=UTC), is_steward=True)
    undo_update(acme.engine, caller, 1)
    assert _take(acme, outcome="lost", day=date(2026, 11, 5)).updated == 1


def test_an_edited_day_that_is_kept_is_never_after_its_outcome(acme: Office) -> None:
    acme.take("activities", HEAD + FIRST)
    _edit(acme, date(2026, 11, 3), occurred_on=date(2026, 2, 5), outcome_on=date(2026, 2, 5))
    acme.take("activities", HEAD + FIRST.replace("2026-02-01", "2026-01-20"))
    (row,) = acme.rows("activity")
    assert (row["occurred_on"], row["outcome_on"]) == (date(2026, 2, 5), date(2026, 2, 5))


def test_a_row_that_a_person_gave_to_another_partner_is_no_bad_row(acme: Office) -> None:
    _take(acme, day=date(2026, 11, 1))
    _edit(acme, date(2026, 11, 3), partner_id=2)
    report = _take(acme, day=date(2026, 11, 4))
    assert (report.bad, report.known) == ((), 1)
