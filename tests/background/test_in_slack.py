"""A file from the form to the report, and back."""

import csv
import io
import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.actions.caller import Caller
from bot.actions.workspace.imports import resume_file, start_import
from bot.background.run_import import ImportJob
from bot.errors import TendError
from bot.fake_slack import Message
from bot.fake_slack.user.result import UserResult
from bot.workspace.retention import forget_files
from storage.db.engine import make_engine
from storage.tables import Activity, ImportBatch, Partner, PartnerName, PartnerSpelling, StagedImport, TrustRating
from tests.background.desk import Desk
from tests.listeners.office import ANA, STEVE, Office, labels, replaced
from tests.patience import PATIENCE

DEALS = (
    "Company,Type,Close Date,Deal Name,Amount,Stage\n"
    "Acme Legal,referral,2026-10-01,Northwind,5000,won\n"
    "acme legal,referral,2026-10-02,Contoso,2500.50,introduced\n"
)


def goes(message: Message) -> list[str]:
    """The button that puts the rows in."""
    return [label for label in labels(message) if label.startswith("Import ")]


def test_a_file_goes_in_by_the_form_and_one_click(desk: Desk, office: Office) -> None:
    acme = office.partner()
    message = desk.give(DEALS)
    assert "*2 new*" in message.visible_text
    assert "Partner ← Company" in message.visible_text
    assert office.rows(Activity) == []
    done = desk.presses("Import")
    assert "*2 added*" in done.visible_text
    assert [(row.partner_id, row.title, row.value_minor, row.outcome) for row in office.rows(Activity)] == [
        (acme, "Northwind", 500_000, "won"),
        (acme, "Contoso", 250_050, "introduced"),
    ]
    assert office.rows(StagedImport) == []


def test_members_who_are_no_stewards_get_no_form(office: Office) -> None:
    assert "Only workspace admins and stewards can import files" in office.told("/tend import", ANA).visible_text


def test_the_same_file_three_times_adds_nothing_more(desk: Desk, office: Office) -> None:
    office.partner()
    desk.give(DEALS)
    desk.presses("Import")
    for _ in range(2):
        message = desk.give(DEALS)
        assert "*0 new*, 2 already there" in message.visible_text
        assert not goes(message)
        desk.press("Don't import")
    assert len(office.rows(Activity)) == 2


def test_undo_leaves_the_database_as_it_was(desk: Desk, office: Office) -> None:
    """Also what the import filled in, renamed and revived of what was there."""
    office.partner()
    was = desk.kept()
    desk.give("Company,Industry,Aliases\nAcme Legal,law,Acme|ACM\nZenith,bakers,Zen\n", kind="partners")
    assert "*1 new*" in desk.message().visible_text
    done = desk.presses("Import")
    assert len(office.rows(Partner)) == 2
    answer = replaced(office.press_label(done, "Undo", STEVE))
    assert "everything is as it was" in answer.visible_text
    assert labels(answer) == []
    assert desk.kept() == was


def test_undo_of_deals_that_moved_on_puts_them_back(desk: Desk, office: Office) -> None:
    office.partner()
    with_id = DEALS.replace("Stage\n", "Stage,ID\n").replace("won\n", "met,d1\n").replace("introduced\n", "met,d2\n")
    desk.give(with_id)
    desk.presses("Import")
    was = desk.kept()
    assert "1 would be updated" in desk.give(with_id.replace("met,d1", "won,d1")).visible_text
    done = desk.presses("Import")
    assert "won" in {row.outcome for row in office.rows(Activity)}
    office.press_label(done, "Undo", STEVE)
    assert desk.kept() == was


def test_undo_is_refused_while_later_work_stands_on_it(desk: Desk, office: Office) -> None:
    desk.give("Company\nZenith\nYonder\n", kind="partners")
    done = desk.presses("Import")
    zenith = next(row for row in office.rows(Partner) if row.name == "Zenith")
    office.activity(zenith.id or 0)
    was = office.records()
    answer = replaced(office.press_label(done, "Undo", STEVE))
    assert "*2 added*" in answer.visible_text
    assert labels(answer) == ["Undo"]
    assert "later changes depend on it" in answer.visible_text
    assert "Zenith: 1 × activity" in answer.visible_text.replace("*", "")
    assert office.records() == was


def test_undo_is_refused_while_a_later_import_stands_on_it(desk: Desk, office: Office) -> None:
    desk.give("Company\nAcme Legal\n", kind="partners")
    first = desk.presses("Import")
    desk.give(DEALS)
    second = desk.presses("Import")
    answer = replaced(office.press_label(first, "Undo", STEVE))
    assert "2 × activity" in answer.visible_text
    office.press_label(second, "Undo", STEVE)
    answer = replaced(office.press_label(first, "Undo", STEVE))
    assert "everything is as it was" in answer.visible_text
    assert office.rows(Partner) == office.rows(PartnerName) == office.rows(Activity) == []


def test_a_name_that_is_only_like_a_partner_is_asked_about(desk: Desk, office: Office) -> None:
    """And nothing goes to that partner before somebody says so; then the next file is not asked about."""
    acme = office.partner()
    text = DEALS.replace("Acme Legal", "Acme Legal Ltd").replace("acme legal", "Zenith")
    message = desk.give(text)
    assert "Acme Legal Ltd (1 row), like Acme Legal" in message.visible_text
    assert not goes(message)
    form = desk.press("Match names").view
    assert form
    name = next(block["block_id"] for block in form.blocks if block["block_id"].startswith("n"))
    assert office.submit(form, STEVE, **{name: "It is Acme Legal", "rest": "new"}).closed
    assert "*2 new*" in desk.settled().visible_text
    desk.presses("Import")
    assert {row.partner_id for row in office.rows(Activity)} == {row.id for row in office.rows(Partner)}
    assert [row.name for row in office.rows(PartnerName) if row.partner_id == acme] == ["Acme Legal"]
    assert [(row.spelling, row.learnt_by) for row in office.rows(PartnerSpelling)] == [("Acme Legal Ltd", STEVE)]
    assert "Acme Legal Ltd" not in office.told("/partner show Acme Legal").visible_text
    assert "*1 new*" in desk.give(text.replace("Northwind", "Tailspin")).visible_text


@pytest.mark.parametrize("kind", ["activities", "partners"])
def test_undo_forgets_the_spelling_that_the_import_learnt(desk: Desk, office: Office, kind: str) -> None:
    acme = office.partner()
    was = desk.kept()
    text = DEALS if kind == "activities" else "Company,Industry\nAcme Legal,law\n"
    desk.give(text.replace("Acme Legal", "Acme Legl").replace("acme legal", "Acme Legl"), kind=kind)
    form = desk.press("Match names").view
    assert form
    name = next(block["block_id"] for block in form.blocks if block["block_id"].startswith("n"))
    assert office.submit(form, STEVE, **{name: "It is Acme Legal"}).closed
    desk.settled()
    done = desk.presses("Import")
    assert [(row.partner_id, row.spelling) for row in office.rows(PartnerSpelling)] == [(acme, "Acme Legl")]
    assert [row.name for row in office.rows(PartnerName)] == ["Acme Legal"]
    replaced(office.press_label(done, "Undo", STEVE))
    assert desk.kept() == was


def test_every_click_of_an_import_rewrites_one_message(desk: Desk, office: Office) -> None:
    """From the preview to the report and back nothing else is posted, and nothing is said beside it."""
    office.partner()
    first = desk.give("Whom,When,What\nAcme Legl,2026-10-01,Lunch\n", kind="activities")
    said = len(office.slack.dm(STEVE))

    def goes_on(seen: UserResult) -> Message:
        assert seen.ok
        assert seen.ephemerals == seen.messages == ()
        now = desk.settled()
        assert (now.ts, len(office.slack.dm(STEVE))) == (first.ts, said)
        return now

    form = desk.press("Columns").view
    assert form
    chosen = {"column_partner": "Whom", "column_occurred_on": "When", "column_kind": "always: meeting"}
    assert "Acme Legl" in goes_on(office.submit(form, STEVE, **chosen)).visible_text
    form = desk.press("Match names").view
    assert form
    name = next(block["block_id"] for block in form.blocks if block["block_id"].startswith("n"))
    assert "*1 new*" in goes_on(office.submit(form, STEVE, **{name: "It is Acme Legal"})).visible_text
    assert "*1 added*" in goes_on(desk.press("Import")).visible_text
    done = goes_on(desk.press("Undo"))
    assert "everything is as it was" in done.visible_text
    assert len({one.ts for one in office.slack.dm(STEVE) if one.only_for is None}) == 1


def test_a_file_that_is_dropped_says_so_in_its_message(desk: Desk, office: Office) -> None:
    office.partner()
    first = desk.give(DEALS)
    assert "was discarded" in (now := replaced(desk.press("Don't import"))).visible_text
    assert (now.ts, labels(now)) == (first.ts, [])


def test_rows_of_a_name_that_nobody_decided_on_stay_out(desk: Desk, office: Office) -> None:
    office.partner()
    desk.give(DEALS.replace("acme legal", "Acme Legl"))
    done = desk.presses("Import 1 row, leave out 1")
    assert "*1 added*" in done.visible_text
    assert "1 left out" in done.visible_text
    assert len(office.rows(Activity)) == 1


def test_a_needed_column_that_is_not_guessed_is_chosen_and_remembered(desk: Desk, office: Office) -> None:
    office.partner()
    text = "Whom,When,What\nAcme Legal,2026-10-01,Lunch\n"
    message = desk.give(text, kind="activities")
    assert "Which column holds: Partner, Kind of activity, Day?" in message.visible_text
    assert not goes(message)
    form = desk.press("Columns").view
    assert form
    assert "column_partner" in (office.submit(form, STEVE, column_title="What").errors or {})
    chosen = {"column_partner": "Whom", "column_occurred_on": "When", "column_kind": "always: meeting"}
    assert office.submit(form, STEVE, **chosen).closed
    assert "*1 new*" in desk.settled().visible_text
    desk.presses("Import")
    assert office.row(Activity).title == "Lunch"
    assert "*1 new*" in desk.give(text.replace("Lunch", "Dinner"), kind="activities").visible_text


def test_bad_rows_come_back_as_a_file_without_formulas(desk: Desk, office: Office) -> None:
    office.partner()
    message = desk.give(DEALS + "Acme Legal,referral,2026-10-03,X,lots,won\n,referral,2026-10-03,=1+1,1,won\n")
    assert "line 4, Amount: " in message.visible_text
    assert "line 5, Company: no partner" in message.visible_text
    done = desk.presses("Import")
    assert "*3 added*" in done.visible_text
    assert "1 rejected" in done.visible_text
    (file,) = [one.files[0] for one in office.slack.dm(STEVE) if one.files]
    rows = list(csv.reader(io.StringIO((file.data or b"").decode("utf-8-sig"))))
    assert rows[0][:4] == ["line", "reason", "column", "Company"]
    assert [row[0] for row in rows[1:]] == ["5"]
    assert "'=1+1" in rows[1]


def test_days_that_can_be_read_both_ways_are_asked_about(desk: Desk, office: Office) -> None:
    office.partner()
    text = "Company;Type;Date;Deal Name;Betrag\nAcme Legal;referral;03/04/2026;Northwind;1.234,56\n"
    message = desk.give(text)
    assert "3 April or 4 March" in message.visible_text
    assert "*1 new*" in desk.answers("Columns", day_first="yes").visible_text
    desk.presses("Import")
    row = office.row(Activity)
    assert (row.occurred_on, row.value_minor) == (date(2026, 4, 3), 123_456)


def test_two_clicks_of_go_import_once(desk: Desk, office: Office) -> None:
    """The second says that Tend is at it, or that it is done."""
    office.partner()
    desk.give(DEALS)
    assert desk.press("Import").ok
    assert office.again().status == 200
    desk.settled()
    assert len(office.rows(Activity)) == 2
    assert len(office.rows(ImportBatch)) == 1


def test_of_two_workers_one_takes_the_click(desk: Desk, office: Office) -> None:
    """Each with its own connection to the database, at the same moment."""
    office.partner()
    desk.give(DEALS)
    staged = office.row(StagedImport).id or 0
    caller = Caller(office.services.workspaces.teams()[0], STEVE, office.clock(), is_steward=True)
    start, said = threading.Barrier(2), []

    def click() -> None:
        engine = make_engine(office.engine.url.render_as_string(hide_password=False))
        start.wait()
        try:
            start_import(engine, caller, staged)
            said.append("taken")
        except TendError as error:
            said.append(str(error))
        engine.dispose()

    workers = [threading.Thread(target=click) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(PATIENCE)
    assert sorted(said) == ["Tend is already working on it; follow the progress in your DM.", "taken"]


def test_a_process_that_died_in_the_middle_leaves_nothing_half(desk: Desk, office: Office) -> None:
    """The next click after five minutes goes on; earlier ones are told that Tend is at it."""
    office.partner()
    desk.give(DEALS)
    staged = office.row(StagedImport).id or 0
    caller = Caller(office.services.workspaces.teams()[0], STEVE, office.clock(), is_steward=True)
    start_import(office.engine, caller, staged)  # and then it dies
    button = desk.message()
    assert office.rows(Activity) == []
    (answer,) = office.forge(button, "import_go", str(staged), STEVE).ephemerals
    assert "already working on it" in answer.visible_text
    with pytest.raises(TendError, match="already working on it"):
        resume_file(office.engine, caller, staged)
    office.clock.forward(minutes=6)
    later = replace(caller, now=office.clock())
    assert resume_file(office.engine, later, staged) == "importing"
    ImportJob(office.services, later, staged).put_in()
    assert len(office.rows(Activity)) == 2
    assert office.rows(StagedImport) == []


def test_a_process_that_died_before_it_told_is_followed_by_one_that_tells(
    desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.partner()
    desk.give(DEALS)
    with monkeypatch.context() as patched:
        patched.setattr(ImportJob, "_tell", lambda *_: None)
        desk.presses("Import")
    assert len(office.rows(Activity)) == 2
    assert "is being imported" in desk.message().visible_text
    assert "*2 added*" in desk.presses("Try again").visible_text
    assert len(office.rows(Activity)) == 2
    assert office.rows(StagedImport) == []


def test_a_file_that_is_not_utf_8_is_refused_with_the_reason(desk: Desk) -> None:
    message = desk.give("Company\nCafé\n".encode("cp1252"))
    assert "is not UTF-8 (line 2)" in message.visible_text


def test_a_file_left_lying_is_forgotten_after_a_day(desk: Desk, office: Office) -> None:
    office.partner()
    desk.give(DEALS)
    assert forget_files(office.engine, office.clock() + timedelta(hours=23)) == 0
    assert forget_files(office.engine, office.clock() + timedelta(hours=25)) == 1
    (answer,) = desk.press("Import").ephemerals
    assert "finished or expired" in answer.visible_text


def test_trust_goes_in_too(desk: Desk, office: Office) -> None:
    office.partner()
    assert "*1 new*" in desk.give("Partner,Rating,Date\nAcme Legal,4,2026-10-01\n").visible_text
    desk.presses("Import")
    assert office.row(TrustRating).level == 4


@pytest.mark.parametrize("word", ["download", "files.info"])
def test_where_slack_is_in_trouble_it_can_be_tried_again(desk: Desk, office: Office, word: str) -> None:
    office.partner()
    office.slack.world.faults.add(word, "500", 3)
    message = desk.give(DEALS)
    assert "nothing was imported" in message.visible_text
    office.slack.world.faults.clear()
    assert "*2 new*" in desk.presses("Try again").visible_text
