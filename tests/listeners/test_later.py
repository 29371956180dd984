"""Whatever is pressed, sent or imported later than it was shown is held against what has happened since."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.actions.activity.outcomes import set_outcome
from bot.actions.caller import Caller
from bot.exporting import export_to
from bot.importing import ImportOptions, run_import
from bot.importing.full_restore import import_everything
from bot.notifications.claim import run_all
from bot.scores import trends
from bot.scores.query import load_scored
from bot.workspace.team import Team
from scoring.vocabulary import Outcome
from storage.db.engine import reading, writing
from storage.tables import Activity, Partner, Workspace
from storage.workspaces import workspaces
from tests.listeners.office import ADA, ANA, BOB, STEVE, TODAY, Office, only_answer, replaced

# -- ids that others have by now


def load_anew(office: Office) -> None:
    """What `import everything` leaves behind it: rows with other ids."""
    office.clock.forward(minutes=1)
    with writing(office.engine) as session:
        workspaces.mark_loaded(session, workspace_id=office.workspace_id, now=office.clock())
    office.clock.forward(minutes=1)


@pytest.mark.parametrize("action", ["undo_activity", "edit_entry", "open_card"])
def test_old_buttons_do_nothing_once_everything_was_imported(office: Office, action: str) -> None:
    office.partner()
    answer = office.told("/touch Acme Legal call")
    load_anew(office)
    before = office.records()
    seen = office.press(answer, action)
    assert "shown before Tend's records were restored" in only_answer(seen).visible_text
    assert (seen.view, seen.updated) == (None, ())
    assert office.records() == before
    fresh = office.told("/touch Acme Legal call")
    assert "Undone" in replaced(office.press(fresh, "undo_activity")).visible_text


def test_a_form_that_was_open_meanwhile_is_refused(office: Office) -> None:
    office.partner()
    form = office.asked("/touch")
    load_anew(office)
    assert "restored" in str(office.submit(form, partner="Acme Legal").errors)
    assert office.rows(Activity) == []


def test_importing_everything_notes_since_when_ids_mean_something(office: Office, tmp_path: Path) -> None:
    office.partner()
    (team,) = office.services.workspaces.teams()
    export_to(office.engine, team=team, folder=tmp_path / "out", now=office.clock())
    with writing(office.engine) as session:
        elsewhere = Team.of(workspaces.connect(session, team_id="T0NEW", name="New", now=office.clock()))
    import_everything(office.engine, team=elsewhere, path=tmp_path / "out", now=office.clock())
    with reading(office.engine) as session:
        found = Team.of(workspaces.get(session, workspace_id=elsewhere.id))
    assert found.is_stale(office.clock() - timedelta(days=900))
    assert not found.is_stale(office.clock())


def test_after_a_restore_what_was_shown_since_the_copy_is_refused_and_what_was_before_is_not(office: Office) -> None:
    office.partner()
    old = office.told("/touch Acme Legal call")
    office.clock.forward(hours=1)
    office.told("/tend", BOB)  # the last that the copy knows of
    office.clock.forward(hours=1)
    since = office.told("/partner show Acme Legal")
    office.clock.forward(hours=1)
    with writing(office.engine) as session:
        workspaces.mark_restored(session, now=office.clock())
    assert "restored" in only_answer(office.press(since, "log_touch")).visible_text
    assert "Undone" in replaced(office.press(old, "undo_activity")).visible_text


# -- what others have done since


def test_an_old_undo_takes_along_nothing_unseen(office: Office) -> None:
    office.partner()
    answer = office.told("/referral from Acme Legal Northwind", BOB)
    office.told("/referral from Acme Legal Northwind 50k won")
    before = office.records()
    asked = replaced(office.press(answer, "undo_activity", BOB))
    assert "Nothing was undone" in asked.visible_text
    assert "won" in asked.visible_text
    assert "50,000" in asked.visible_text
    assert office.records() == before
    assert "Undone" in replaced(office.press_label(asked, "Undo it all the same", BOB)).visible_text
    assert office.row(Activity).voided_by == BOB


def test_what_changes_again_before_the_second_press_is_asked_about_again(office: Office) -> None:
    office.partner()
    answer = office.told("/referral from Acme Legal Northwind", BOB)
    office.told("/referral from Acme Legal Northwind 50k")
    asked = replaced(office.press(answer, "undo_activity", BOB))
    office.told("/referral from Acme Legal Northwind won")
    again = replaced(office.press_label(asked, "Undo it all the same", BOB))
    assert "Nothing was undone" in again.visible_text
    assert office.row(Activity).voided_at is None


def test_undo_in_plain_words_asks_as_well(office: Office) -> None:
    office.partner()
    office.told("/referral from Acme Legal Northwind", BOB)
    office.told("/referral from Acme Legal Northwind 50k won")
    office.slack.direct_message(BOB, "undo")
    assert "Nothing was undone" in office.slack.dm(BOB)[-1].visible_text
    assert office.row(Activity).voided_at is None


def test_what_one_changed_oneself_is_no_surprise(office: Office) -> None:
    office.partner()
    answer = office.told("/referral from Acme Legal Northwind")
    office.told("/referral from Acme Legal Northwind 50k won")
    assert "Undone" in replaced(office.press(answer, "undo_activity")).visible_text


def test_the_settings_form_puts_back_nothing_that_another_set_meanwhile(office: Office) -> None:
    form = only_answer(office.types("/tend settings", STEVE))
    view = office.press_label(form, "Change", STEVE).view
    assert view
    office.told("/tend settings timezone Europe/Berlin", ADA)
    office.told("/tend settings holidays DE", ADA)
    office.submit(view, STEVE, cadence_days="20")
    row = office.row(Workspace)
    assert (row.cadence_days, row.timezone, row.holidays) == (20, "Europe/Berlin", "DE")


def test_a_setting_that_two_change_at_once_is_said(office: Office) -> None:
    view = office.press_label(only_answer(office.types("/tend settings", STEVE)), "Change", STEVE).view
    assert view
    office.told("/tend settings cadence_days 40", ADA)
    seen = office.submit(view, STEVE, cadence_days="20")
    assert "Someone set this to “40”" in (seen.errors or {})["cadence_days"]
    assert office.row(Workspace).cadence_days == 40


# -- outcomes


def test_lost_by_mistake_and_won_again_is_won_when_it_was(office: Office) -> None:
    acme, march = office.partner(), date(2025, 3, 12)
    id = office.activity(acme, occurred_on=march, outcome="won", value_minor=5_000_000, title="Northwind")
    for word in ("lost", "won"):
        office.clock.forward(days=1)
        set_outcome_of(office, id, word)
    row = next(row for row in office.rows(Activity) if row.id == id)
    assert (row.outcome, row.outcome_on) == ("won", march)


def set_outcome_of(office: Office, id: int, word: str) -> None:
    (team,) = office.services.workspaces.teams()
    set_outcome(office.engine, Caller(team, ANA, office.clock()), id, Outcome(word))


def test_won_long_after_it_was_lost_is_won_today(office: Office) -> None:
    id = office.activity(office.partner(), occurred_on=date(2025, 3, 12), outcome="won")
    set_outcome_of(office, id, "lost")
    office.clock.forward(days=31)
    set_outcome_of(office, id, "won")
    assert office.row(Activity).outcome_on == office.clock().date()


def test_undo_takes_an_outcome_back(office: Office) -> None:
    id = office.activity(office.partner(), outcome="met", title="Northwind")
    set_outcome_of(office, id, "lost")
    office.slack.direct_message(ANA, "undo")
    row = office.row(Activity)
    assert (row.outcome, row.voided_at) == ("met", None)


# -- merges


def both(office: Office, **target: str) -> tuple[int, int]:
    return office.partner("Acme Ltd"), office.partner("Acme Legal", **target)


def merge(office: Office) -> None:
    replaced(office.press_label(office.told("/partner merge Acme Ltd into Acme Legal", ADA), "Merge", ADA))


def test_a_merged_partners_pauses_are_not_the_others_past(office: Office) -> None:
    """The chart counts it on, and resuming makes it what it was."""
    office.partner("Acme Ltd", status="prospect")
    legal = office.partner("Acme Legal")
    office.told("/partner pause Acme Ltd on leave")
    office.clock.forward(days=10)
    merge(office)
    (team,) = office.services.workspaces.teams()
    with reading(office.engine) as session:
        scored = [one.partner for one in load_scored(session, team=team, day=TODAY)]
        active = trends.active_on(session, team, scored, [TODAY - timedelta(days=3), TODAY + timedelta(days=5)])
    assert active[legal] == {TODAY - timedelta(days=3), TODAY + timedelta(days=5)}
    assert "on leave" in only_answer(office.types("/partner history Acme Legal")).visible_text
    office.told("/partner pause Acme Legal")
    office.told("/partner resume Acme Legal")
    assert next(row for row in office.rows(Partner) if row.id == legal).status == "active"


def test_an_undone_merge_gives_the_pauses_back(office: Office) -> None:
    both(office)
    office.told("/partner pause Acme Ltd on leave")
    told = replaced(office.press_label(office.told("/partner merge Acme Ltd into Acme Legal", ADA), "Merge", ADA))
    replaced(office.press_label(told, "Undo the merge", ADA))
    assert "on leave" in office.told("/partner history Acme Ltd").visible_text
    assert "on leave" not in office.told("/partner history Acme Legal").visible_text


def test_no_partnership_ends_by_a_merge_unasked(office: Office) -> None:
    both(office, status="ended")
    assert "would end with it" in office.told("/partner merge Acme Ltd into Acme Legal", ADA).visible_text
    assert (
        "Merge *Acme Legal* into *Acme Ltd*" in office.told("/partner merge Acme Legal into Acme Ltd", ADA).visible_text
    )
    assert {row.merged_into_id for row in office.rows(Partner)} == {None}


def test_one_that_is_ended_after_the_preview_is_refused_too(office: Office) -> None:
    both(office)
    shown = office.told("/partner merge Acme Ltd into Acme Legal", ADA)
    office.told("/partner end Acme Legal no fit", STEVE)
    assert "would end with it" in only_answer(office.press_label(shown, "Merge", ADA)).visible_text


def test_that_the_other_is_paused_is_said_before(office: Office) -> None:
    both(office, status="paused")
    assert "*Acme Legal* stays paused" in office.told("/partner merge Acme Ltd into Acme Legal", ADA).visible_text


# -- prospects and names


def test_a_promise_to_a_prospect_is_reminded_of(office: Office) -> None:
    """And nothing else of it is expected."""
    office.partner("Zenith", status="prospect")
    office.told("/touch Zenith call next: send the deck by 24 Nov")
    office.clock.forward(days=2)
    run_all(office.services, office.clock())
    (nudge,) = [one for one in office.slack.dm(ANA) if one.by_bot]
    assert "send the deck" in nudge.visible_text
    assert "send the deck" in office.told("/partner due").visible_text


def test_a_prospect_alone_starts_no_nudge(office: Office) -> None:
    office.partner("Zenith", status="prospect")
    run_all(office.services, office.clock())
    assert [one for one in office.slack.dm(ANA) if one.by_bot] == []


def test_a_renamed_partner_is_found_by_the_next_file(office: Office, tmp_path: Path) -> None:
    id = office.partner("Acme Legal")
    form = office.asked("/partner edit Acme Legal")
    office.submit(form, name="Zenith")
    file = tmp_path / "touches.csv"
    file.write_text("partner,kind,occurred_on,title\nAcme Legal,meeting,2026-11-20,Lunch\n")
    (team,) = office.services.workspaces.teams()
    options = ImportOptions(kind="activities", by=ANA, now=office.clock())
    run_import(office.engine, team=team, path=file, options=options)
    assert [row.name for row in office.rows(Partner)] == ["Zenith"]
    assert office.row(Activity).partner_id == id
    assert "Zenith" in office.told("/partner show Acme Legal").visible_text
