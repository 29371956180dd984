"""Files as they come out of spreadsheets, web pages and other systems: each is read, or refused in words that help."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.errors import TendError
from bot.importing import ImportOptions, Mapping, run_import
from bot.importing.csv_reader import read_sheet
from bot.importing.people import People, Person
from bot.importing.run import run_sheet
from tests.importing.offices import NOW, Office

FOLDER = Path(__file__).parent / "odd_files"
ANA = "U0ANA"
PEOPLE = People([Person(ANA, ("ana", "Ana Ruiz"), "ana@ours.example"), Person("U0SAM1", ("Sam Low",)),
                 Person("U0SAM2", ("Sam High",))])  # fmt: skip


@dataclass(frozen=True)
class Comes:
    """What comes of a file: rows added and known, partners along with them, rejected lines, and cells left out."""

    kind: str = "activities"
    added: int = 0
    known: int = 0
    updated: int = 0
    partners: int = 0
    rejected: tuple[tuple[int, str], ...] = ()
    lost: tuple[tuple[int, str], ...] = ()
    notes: int = 0


SERIAL = "{} is how a spreadsheet counts a day, probably {}; format the column as a date and save the file again"
SHORTENED = (
    "{} is an id that a spreadsheet has shortened; format the column as text in the original file and save it again"
)
WHO = "{} is nobody whom Tend knows in this workspace; use their name or member ID in Slack"

FOOTER = "a line below the table, such as a total, and not a row of it"

READ = {
    "two_boms.csv": Comes(added=1),
    "unicode_text.txt": Comes(added=1),
    "german_sheet.csv": Comes(added=2),
    "a_column_twice_the_same.csv": Comes(added=1),
    "spreadsheet_days.csv": Comes(added=3, notes=2),
    "numbers_that_are_no_days.csv": Comes(
        added=1,
        rejected=(
            (2, SERIAL.format("“45581”", "16 Oct 2024")),
            (3, SERIAL.format("“64205”", "13 Oct 2075")),
        ),
    ),
    "shortened_ids.csv": Comes(
        added=4,
        lost=tuple(
            (line, SHORTENED.format(f"“{text}”"))
            for line, text in ((2, "1.23457E+11"), (3, "2.19E+26"), (4, "4.892E+092"))
        ),
    ),
    "ids_with_an_apostrophe.csv": Comes(added=1, known=1),
    "names_of_a_web_page.csv": Comes("partners", added=2, known=1),
    "apostrophes_and_ampersands.csv": Comes(added=5, partners=1),
    "one_id_for_two.csv": Comes(
        "partners",
        added=1,
        known=1,
        rejected=((3, "“5” is already the id of “Ada Works”, and “Brown Mills” is not like it"),),
    ),
    "lost_zeros.csv": Comes("partners", added=1, rejected=((3, "“Ada Works” already has the external id “04567”"),)),
    "owners_of_all_kinds.csv": Comes(
        "partners",
        added=7,
        lost=(
            (7, WHO.format("“Cameron Stillion<cameron@elsewhere.example>”")),
            (8, "“Sam” could be any of 2 people"),
        ),
    ),
    "more_cells_than_columns.csv": Comes(added=1, rejected=((2, "more cells than columns"),)),
    "starts_of_all_kinds.csv": Comes(
        "partners",
        added=9,
        notes=6,
        lost=((9, "“a while ago” is not a day"), (10, "“yesterday” has no year")),
    ),
    "excel_fr.csv": Comes(
        added=2,
        rejected=((4, FOOTER),),
        lost=((2, "Tend keeps this workspace's money in GBP; I read “1 250,50 €”"),),
    ),
    "notion.csv": Comes(added=2),
    "totals.csv": Comes(added=2, rejected=((4, FOOTER),)),
    "salesforce_report.csv": Comes(
        "partners",
        added=1,
        updated=1,
        rejected=((5, FOOTER), (6, FOOTER), (7, FOOTER)),
        lost=((3, WHO.format("“Bob Stone”")),),
    ),
    "one_shared_word.csv": Comes(added=3, partners=3),
    "other_money.csv": Comes(added=2, lost=((2, "“EUR” is not GBP, the workspace's currency"),)),
}
REFUSED = {
    "cut_off_utf16.txt": ("activities", "cut_off_utf16.txt is cut off or damaged; save it as “CSV UTF-8”."),
    "one_name_for_two_columns.csv": (
        "activities",
        "one_name_for_two_columns.csv has the column occurred_on 2 times; keep the one that is right.",
    ),
    "no_column_of_names.csv": ("partners", "no_column_of_names.csv has no column name; it has Region, Budget."),
    "a_workbook.csv": ("partners", "a_workbook.csv is an Excel workbook; open it and save it as “CSV UTF-8”."),
    "western_european.csv": ("partners", "western_european.csv is not UTF-8 (line 3); save it as “CSV UTF-8”."),
    "a_title_above.csv": (
        "partners",
        "a_title_above.csv has no column name; it has Partner list 2026. Its first line must name the columns.",
    ),
}


def test_each_odd_file_is_told_of() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {*READ, *REFUSED}


@pytest.mark.parametrize("name", READ)
def test_what_comes_of_a_file(acme: Office, name: str) -> None:
    """And the same file again adds nothing."""
    wanted, path = READ[name], FOLDER / name
    sheet = read_sheet(path)
    options = ImportOptions(
        kind=wanted.kind,
        mapping=Mapping(
            "x.toml", wanted.kind, create_partners=True, day_first=True, decimal_comma="german" in name or None
        ),  # type: ignore[arg-type]
        by="U1",
        now=NOW,
        people=PEOPLE,
    )
    report = run_sheet(acme.engine, team=acme.team, sheet=sheet, options=options)
    assert tuple((row.line, row.reason) for row in report.bad) == wanted.rejected
    assert tuple((row.line, row.reason) for row in report.lost_cells) == wanted.lost
    counts = (report.added, report.known, report.updated, report.partners_added, sum(n for _, n in report.notes))
    assert counts == (wanted.added, wanted.known, wanted.updated, wanted.partners, wanted.notes)
    before = acme.dump()
    again = run_sheet(acme.engine, team=acme.team, sheet=sheet, options=options)
    assert (again.added, again.updated) == (0, 0)
    assert acme.dump() == before


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_said_of_a_file_that_can_not_be_used(acme: Office, name: str) -> None:
    kind, said = REFUSED[name]
    before = acme.dump()
    with pytest.raises(TendError) as refused:
        run_import(acme.engine, team=acme.team, path=FOLDER / name, options=ImportOptions(kind=kind, by="U1", now=NOW))
    assert str(refused.value) == said
    assert acme.dump() == before


def test_what_the_german_sheet_says(acme: Office) -> None:
    options = ImportOptions(kind="activities", mapping=Mapping("x", "activities", decimal_comma=True), by="U1", now=NOW)
    run_import(acme.engine, team=acme.team, path=FOLDER / "german_sheet.csv", options=options)
    rows = [(row["occurred_on"].isoformat(), row["value_minor"]) for row in acme.rows("activity")]
    assert rows == [("2026-01-14", 125050), ("2026-01-15", 80000)]


def test_everybody_who_is_named_tends_their_partner(acme: Office) -> None:
    options = ImportOptions(kind="partners", by="U1", now=NOW, people=PEOPLE)
    run_import(acme.engine, team=acme.team, path=FOLDER / "owners_of_all_kinds.csv", options=options)
    owners = {row["name"]: row["owner"] for row in acme.rows("partner")}
    assert {name for name, owner in owners.items() if owner == ANA} == {f"{letter} Works" for letter in "ABCDE"}


def test_a_partner_keeps_an_id_of_each_system(acme: Office) -> None:
    """By its name; each system's own id is then what knows it in the files of that system."""
    acme.take("partners", "name,external_id\nACME,17\n")
    crm = 'kind_of_file = "partners"\nsource = "crm"\n'
    report = acme.take("partners", "name,external_id\nAcme Legal,C-1\n", crm)
    assert (report.updated, report.bad) == (1, ())
    assert [(row["partner_id"], row["source"], row["external_id"]) for row in acme.rows("partner_external_id")] == [
        (1, "partners", "17"),
        (1, "crm", "C-1"),
    ]


def test_a_partner_that_was_taken_back_comes_again_with_its_id(office: Office) -> None:
    text = "name,external_id,last_spoke\nAda Works,5,2026-01-05\n"
    assert office.undo(office.take("partners", text).batch_id) == []
    assert (office.rows("partner"), office.rows("partner_external_id")) == ([], [])
    assert office.take("partners", text).added == 1
    assert [row["external_id"] for row in office.rows("partner_external_id")] == ["5"]


def test_a_column_that_lost_its_format_is_read_as_excel_stores_days(acme: Office) -> None:
    """The preview says what was taken, and from which year it is counted."""
    report = acme.take(
        "activities", "partner,kind,occurred_on\nACME,event,46054\nACME,event,46054.5\nACME,event,46055\n"
    )
    assert [row["occurred_on"].isoformat() for row in acme.rows("activity")] == ["2026-02-01"] * 2 + ["2026-02-02"]
    assert report.notes == (("46054 is 1 Feb 2026, as Excel stores days (counted from 1900, not 1904)", 3),)
    days = "partner,kind,occurred_on\nACME,event,2026-02-01\nACME,event,2026-02-01\nACME,event,2026-02-02\n"
    assert acme.take("activities", days).known == 3


def test_numbers_among_cells_that_are_no_days_are_asked_back(acme: Office) -> None:
    text = "partner,kind,occurred_on\nACME,event,46054\nACME,event,soon\nACME,event,later\n"
    assert [row.line for row in acme.take("activities", text).bad] == [2, 3, 4]
