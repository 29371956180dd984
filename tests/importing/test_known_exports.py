"""The exports that people have: each example of the documents goes in, as it is recognised."""

from pathlib import Path

import pytest

from bot.importing import ImportOptions, run_import
from bot.importing.cells import parse_context
from bot.importing.choices import find_open_questions, first_choices
from bot.importing.csv_reader import read_sheet
from bot.importing.presets import TITLES, fit_mapping, load_preset, recognize_preset
from bot.importing.run import run_sheet
from tests.importing.offices import NOW, Office

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
OWNERS = ("Company owner", "Account Owner", "Organization - Owner")
ADDED = {
    "hubspot-companies": 3,
    "hubspot-deals": 3,
    "pipedrive-deals": 3,
    "pipedrive-organizations": 2,
    "salesforce-accounts": 2,
    "salesforce-opportunities": 2,
}


def test_every_export_has_an_example_and_a_line_in_the_documents() -> None:
    assert set(ADDED) == set(TITLES)
    documents = (EXAMPLES.parent / "team" / "importing.md").read_text(encoding="utf-8")
    for name in TITLES:
        assert f"`{name}`" in documents
        assert (EXAMPLES / f"{name}.csv").exists()


@pytest.mark.parametrize("name", ADDED)
def test_an_example_is_recognised_and_goes_in(office: Office, name: str) -> None:
    """Deals after the partners they belong to; the same file again adds nothing."""
    if name.endswith(("deals", "opportunities")):
        office.take("partners", "name\nBrightwater Legal\nFennwick & Rowe\n")
    sheet = read_sheet(EXAMPLES / f"{name}.csv")
    assert recognize_preset(sheet) == name
    choices = first_choices(sheet, kind=None, source="", remembered=None)
    choices, unknown = find_open_questions(sheet, choices, parse_context(NOW.date(), "GBP"))
    assert not unknown
    for added in (ADDED[name], 0):
        report = run_sheet(
            office.engine,
            team=office.team,
            sheet=sheet,
            options=ImportOptions(
                kind=choices.kind or "", mapping=choices.mapping("x.csv"), by="U1", now=NOW, answers={}
            ),
        )
        assert (report.added, report.doubts) == (added, ())
    assert report.bad == ()
    assert [row.reason for row in report.lost_cells if row.column not in OWNERS] == (
        ["“EUR” is not GBP, the workspace's currency"] if name == "pipedrive-deals" else []
    )


def test_a_known_mapping_works_by_its_name_on_the_command_line_too(office: Office) -> None:
    path = EXAMPLES / "hubspot-companies.csv"
    known = load_preset("hubspot-companies")
    assert known
    mapping = fit_mapping(known, read_sheet(path))
    report = run_import(
        office.engine,
        team=office.team,
        path=path,
        options=ImportOptions(kind="partners", mapping=mapping, by="U1", now=NOW),
    )
    assert report.added == 3


def test_a_plain_sheet_of_another_country_is_read_right(office: Office) -> None:
    """BOM, semicolons, CRLF, quotes, German days and amounts."""
    office.take("partners", "name\nBrightwater Legal\nFennwick & Rowe\n")
    sheet = read_sheet(EXAMPLES / "plain-sheet.csv")
    choices = first_choices(sheet, kind=None, source="", remembered=None)
    choices, unknown = find_open_questions(sheet, choices, parse_context(NOW.date(), "EUR"))
    assert not unknown
    run_sheet(
        office.engine,
        team=office.paid_in("EUR").team,
        sheet=sheet,
        options=ImportOptions(kind="activities", mapping=choices.mapping("x.csv"), by="U1", now=NOW, answers={}),
    )
    found = [(row["occurred_on"].isoformat(), row["title"], row["value_minor"]) for row in office.rows("activity")]
    assert found == [
        ("2026-01-14", "Tallow Foods", 1_200_000),
        ("2026-09-21", "Pinemarch; zweiter Teil", 850_050),
    ]
