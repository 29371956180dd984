"""The list that a team has: it goes in at the first try, and says what was left out."""

import pytest

from bot.fake_slack import Message
from storage.tables import Activity, ContactPerson, Partner, PartnerExternalId, PartnerName
from tests.background.desk import Desk
from tests.listeners.office import ANA, BOB, STEVE, Office, labels

LIST = (
    "Partner Name,Type,Contact,Last spoke,Owner,Since\n"
    "Acme Legal,Solicitors,Jane Doe,2026-10-02,ana,Jan 2024\n"
    "Harrow & Vale,Accountants,,2026-09-14,@bob,2023\n"
    "Greenfield Legal,Solicitors,Tom Low,,ana@ours.example,2025-03-01\n"
    "Pennyroyal,Agency,Ann <ann@pennyroyal.example>,46054,Ana Ruiz <ana@ours.example>,06/2022\n"
    "Zenith,Brokers,,2026-11-01,Nobody Known,Q2 2021\n"
    "O’Malley,Solicitors,,,U0BOB,Jan-24\n"
)


def _go(message: Message) -> str:
    return next(label for label in labels(message) if label.startswith("Import "))


def _people(office: Office) -> None:
    office.slack.world.add_person(ANA, "ana", real_name="Ana Ruiz", mail="ana@ours.example")


def test_an_ordinary_list_goes_in(desk: Desk, office: Office) -> None:
    _people(office)
    message = desk.give(LIST, "partners.csv")
    assert "*6 new*" in message.visible_text
    assert _go(message) == "Import 6 rows"
    assert "1 row: 46054 is 1 Feb 2026, as Excel stores days" in message.visible_text
    assert "line 6, Owner: “Nobody Known” is nobody whom Tend knows" in message.visible_text
    assert "5 rows: a month or a year as the start: its first day was taken" in message.visible_text
    done = desk.presses("Import")
    assert "*6 added*" in done.visible_text
    rows = {row.name: row for row in office.rows(Partner)}
    assert {name: row.since_on.isoformat() for name, row in rows.items()} == {
        "Acme Legal": "2024-01-01", "Harrow & Vale": "2023-01-01", "Greenfield Legal": "2025-03-01",
        "Pennyroyal": "2022-06-01", "Zenith": "2021-04-01", "O’Malley": "2024-01-01",
    }  # fmt: skip
    assert [row.owner for row in rows.values()] == [ANA, BOB, ANA, ANA, None, BOB]
    people = {one.partner_id: (one.name, one.address, one.is_sponsor) for one in office.rows(ContactPerson)}
    assert people[rows["Acme Legal"].id] == ("Jane Doe", None, True)
    assert people[rows["Pennyroyal"].id] == ("Ann", "ann@pennyroyal.example", True)
    assert "solicitors" in office.told("/partner show Acme Legal").visible_text.lower()
    touches = [(row.kind, row.title, row.occurred_on.isoformat()) for row in office.rows(Activity)]
    assert touches == [
        ("meeting", "Last spoke", "2026-10-02"), ("meeting", "Last spoke", "2026-09-14"),
        ("meeting", "Last spoke", "2026-02-01"), ("meeting", "Last spoke", "2026-11-01"),
    ]  # fmt: skip
    assert "6 already there" in desk.give(LIST, "partners.csv").visible_text


def test_undo_takes_the_touches_back_too(desk: Desk, office: Office) -> None:
    was = desk.kept()
    desk.give(LIST, "partners.csv")
    desk.presses("Import")
    assert "everything is as it was" in desk.presses("Undo").visible_text
    assert desk.kept() == was


@pytest.mark.parametrize(("name", "asked"), [("Greenfield Legal", False), ("Acme Legl", True), ("Acme", True)])
def test_only_names_that_are_alike_are_asked_about(desk: Desk, office: Office, name: str, asked: bool) -> None:
    office.partner()
    message = desk.give(f"Partner Name,Owner\n{name},ana\n", kind="partners")
    assert ("like Acme Legal" in message.visible_text) is asked
    assert ("*1 new*" in message.visible_text) is not asked


def test_outcomes_and_partners_are_asked_about_in_one_round(desk: Desk, office: Office) -> None:
    office.partner()
    text = "Company,Type,Close Date,Deal,Amount,Stage\nAcme Legal Group,referral,2026-10-01,A,5,Signed up\n"
    message = desk.give(text + "Acme Legal,intro,2026-10-01,B,5,won\nNewcomer,intro,2026-10-02,C,7,won\n")
    assert "What do these mean: “intro”, “Signed up”?" in message.visible_text
    assert "Acme Legal Group (1 row), like Acme Legal" in message.visible_text
    form = desk.press("Match names").view
    assert form
    words = [block["block_id"] for block in form.blocks if block["block_id"].startswith("w")]
    name = next(block["block_id"] for block in form.blocks if block["block_id"].startswith("n"))
    answers = dict(zip(words, ["referral", "won"], strict=True)) | {name: "It is Acme Legal", "rest": "new"}
    assert office.submit(form, STEVE, **answers).closed
    message = desk.settled()
    assert _go(message) == "Import 3 rows"
    assert "Match names" not in labels(message)


def test_the_button_says_what_goes_in_and_what_stays_out(desk: Desk, office: Office) -> None:
    office.partner()
    text = "Company,Type,Date,Deal\nAcme Legal,event,2026-10-01,A\nAcme Legl,event,2026-10-01,B\n,event,2026-10-01,C\n"
    message = desk.give(text)
    assert _go(message) == "Import 1 row, leave out 2"
    done = desk.presses("Import")
    assert "*1 added*" in done.visible_text
    assert "1 left out" in done.visible_text
    assert "1 rejected" in done.visible_text


def test_corrections_are_shown_before_they_are_taken(desk: Desk, office: Office) -> None:
    office.partner()
    text = "Company,Type,Date,Deal,Stage,Outcome on,ID\nAcme Legal,referral,2026-10-01,Northwind,won,2026-10-09,1\n"
    desk.give(text)
    desk.presses("Import")
    message = desk.give(text.replace("2026-10-09", "2026-10-19"))
    assert "line 2, Northwind: day of the outcome 9 Oct 2026 → 19 Oct 2026" in message.visible_text
    assert _go(message) == "Import 1 row"
    desk.presses("Import")
    assert office.row(Activity).outcome_on.isoformat() == "2026-10-19"  # type: ignore[union-attr]


def test_a_known_id_under_another_name_is_asked_about(desk: Desk, office: Office) -> None:
    desk.give("Partner Name,Owner,ID\nAcme Legal,ana,1\n", kind="partners")
    desk.presses("Import")
    text = "Partner Name,Owner,ID\nGamma Ltd,bob,1\n"
    message = desk.give(text, kind="partners")
    assert "Gamma Ltd (1 row), with the ID of Acme Legal" in message.visible_text
    form = desk.press("Match names").view
    assert form
    name = next(block["block_id"] for block in form.blocks if block["block_id"].startswith("n"))
    assert office.submit(form, STEVE, **{name: "A new partner"}).closed
    assert "“1” is already the id of “Acme Legal”" in desk.settled().visible_text
    desk.presses("Import")
    assert [row.name for row in office.rows(Partner)] == ["Acme Legal", "Gamma Ltd"]
    assert [(row.partner_id, row.external_id) for row in office.rows(PartnerExternalId)] == [(1, "1")]
    assert [row.name for row in office.rows(PartnerName)] == ["Acme Legal", "Gamma Ltd"]


def test_spellings_of_a_name_are_one_in_lines_files_and_forms(desk: Desk, office: Office) -> None:
    office.partner("O’Malley & Sons")
    desk.give("Company,Type,Date,Deal\n\uff2f'Malley  and Sons,event,2026-10-01,A\n")
    desk.presses("Import")
    assert len(office.rows(Partner)) == 1
    assert "O’Malley & Sons" in office.told("/partner show O`Malley and Sons").visible_text
    assert "is already a partner" in str(office.submit(office.asked("/partner add"), name="O'Malley and Sons").errors)


def test_two_columns_of_one_name_can_be_told_apart(desk: Desk, office: Office) -> None:
    office.partner()
    message = desk.give("Company,Type,Date,Date,Deal\nAcme Legal,event,2026-10-01,2026-11-01,A\n", kind="activities")
    assert "Which column holds: Day?" in message.visible_text
    assert "*1 new*" in desk.answers("Columns", column_occurred_on="Date (2)").visible_text
    desk.presses("Import")
    assert office.row(Activity).occurred_on.isoformat() == "2026-11-01"


def test_what_a_person_edited_is_not_reverted_by_the_same_file(desk: Desk, office: Office) -> None:
    _people(office)
    office.partner()
    text = "Company,Type,Date,Deal,Stage,ID\nAcme Legal,referral,2026-10-01,Northwind,introduced,1\n"
    desk.give(text)
    desk.presses("Import")
    assert "won" in office.told("/referral from Acme Legal Northwind 5k won").visible_text
    message = desk.give(text)
    assert "line 2, Northwind: outcome stays won, kept: edited by" in message.visible_text
    assert office.row(Activity).outcome == "won"
