"""When something breaks: nothing is claimed that is not so, and there is a reference to ask about."""

import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.actions import overview
from bot.actions.activity import batch, record, undo
from bot.actions.partners import edit, search
from bot.listeners import commands
from storage.partners import promises
from storage.tables import Activity, Partner
from tests.listeners.office import ANA, BOB, Office, only_answer, replaced

REFERENCE = re.compile(r"\b[0-9a-f]{6}\b")
ACTIONS = [
    ("/referral Acme Legal Northwind", record, "put"),
    ("/event Acme Legal Webinar", record, "put"),
    ("/touch Acme Legal call", record, "put"),
    ("/trust Acme Legal 4", record, "put"),
    ("/partner add Zenith", edit, "add_partner"),
    ("/partner list", overview, "list_partners"),
]


def broken_database(*_: object, **__: object) -> None:
    raise OperationalError(
        "INSERT INTO activity VALUES (?)", ("secret words",), sqlite3.OperationalError("disk is full")
    )


def broken_program(*_: object, **__: object) -> None:
    raise RuntimeError("secret words")


@pytest.mark.parametrize(("line", "module", "action"), ACTIONS)
@pytest.mark.parametrize("broken", [broken_database, broken_program])
def test_an_error_claims_nothing_and_gives_a_reference(
    office: Office,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    line: str,
    module: Any,
    action: str,
    broken: Any,
) -> None:
    """The person sees it, the log has it with what happened; nobody sees the inside."""
    office.partner()
    before = office.records()
    monkeypatch.setattr(module, action, broken)
    words = office.told(line).visible_text
    assert "ecorded:" not in words
    assert "secret" not in words
    assert "INSERT" not in words
    found = REFERENCE.search(words)
    assert found
    assert f"reference {found[0]}" in caplog.text
    assert ("Nothing was recorded." in words) == (broken is broken_database)
    assert office.records() == before


@pytest.mark.parametrize("broken", [broken_database, broken_program])
def test_an_error_in_a_form_is_on_the_form(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, broken: Any
) -> None:
    """What was typed stays, and goes in when all is well again."""
    office.partner()
    form = office.asked("/event Acme Legal")
    before = office.records()
    with monkeypatch.context() as patched:
        patched.setattr(batch, "put", broken)
        seen = office.submit(form, title="Webinar")
    (said,) = (seen.errors or {}).values()
    found = REFERENCE.search(said)
    assert found
    assert f"reference {found[0]}" in caplog.text
    assert "secret" not in said
    assert "INSERT" not in said
    assert office.records() == before
    assert "Recorded: event" in only_answer(office.submit(form)).visible_text


@pytest.mark.parametrize("broken", [broken_database, broken_program])
def test_an_error_after_a_press_is_beside_the_message(
    office: Office, monkeypatch: pytest.MonkeyPatch, broken: Any
) -> None:
    """The message and its button stay, to be pressed again."""
    office.partner()
    message = office.told("/event Acme Legal Webinar")
    before = office.records()
    with monkeypatch.context() as patched:
        patched.setattr(undo, "undo_activity", broken)
        seen = office.press(message, "undo_activity")
    assert REFERENCE.search(only_answer(seen).visible_text)
    assert seen.updated == ()
    assert office.records() == before
    replaced(office.press(message, "undo_activity"))


def test_an_error_in_the_home_is_in_the_home(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """And over it, where a button was pressed."""
    office.partner()
    home = office.slack.open_home(ANA).view
    assert home is not None
    with monkeypatch.context() as patched:
        patched.setattr(overview, "partner_card", broken_database)
        patched.setattr(overview, "list_my_partners", broken_database)
        window = office.press(home, "open_card").view
        broken = office.slack.open_home(ANA).view
    for shown in (window, broken):
        assert shown is not None
        assert "can't reach its database" in shown.visible_text
        assert REFERENCE.search(shown.visible_text)
    view = office.slack.open_home(ANA).view
    assert view is not None
    assert "Acme Legal" in view.visible_text


def test_an_error_in_a_menu_offers_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack shows an empty menu."""
    office.partner()
    form = office.asked("/event")
    monkeypatch.setattr(search, "search_names", broken_database)
    assert office.slack.suggest(ANA, form, "partner", "").options == ()


@pytest.mark.parametrize("fault", ["500", "503", "drop", "internal_error"])
def test_slack_not_saying_who_somebody_is(office: Office, fault: str) -> None:
    """Is told kindly; nothing is recorded, and the next try goes through."""
    office.partner()
    before = office.records()
    office.slack.world.faults.add("users.info", fault, times=None)
    words = office.told("/event Acme Legal Webinar").visible_text
    assert "Slack returned an error. Try again in a minute." in words
    assert REFERENCE.search(words)
    assert office.records() == before
    office.slack.world.faults.clear()
    assert "Recorded: event" in office.told("/event Acme Legal Webinar").visible_text


def test_slack_not_saying_whose_the_token_is(office: Office) -> None:
    """Right after a start, when the first command comes."""
    office.partner()
    before = office.records()
    office.slack.world.faults.add("auth.test", "500", times=None)
    office.services.workspaces._identity = None  # as in a new process
    words = office.told("/event Acme Legal Webinar").visible_text
    assert "Slack returned an error" in words
    assert office.records() == before
    office.slack.world.faults.clear()
    assert "Recorded: event" in office.told("/event Acme Legal Webinar").visible_text


def test_a_form_that_does_not_open_can_be_typed(office: Office) -> None:
    """Slack refuses a trigger that came too late."""
    office.partner()
    office.slack.world.faults.add("views.open", "expired_trigger_id", times=None)
    answer = office.told("/event")
    assert "Slack did not open the form, and nothing was recorded. Type it instead" in answer.visible_text
    assert "`/event [from|to|with] PARTNER TITLE" in answer.visible_text


def test_a_form_that_does_not_open_after_a_press_is_said(office: Office) -> None:
    """Beside the message, where there is one."""
    office.partner()
    card = office.told("/partner show Acme Legal")
    office.slack.world.faults.add("views.open", "expired_trigger_id", times=None)
    assert "Slack returned an error" in only_answer(office.press(card, "log_touch")).visible_text


@pytest.mark.parametrize("fault", ["drop", "500"])
def test_what_is_done_is_not_taken_back_by_an_answer_that_got_lost(office: Office, fault: str) -> None:
    """A press is done once, and nobody is told that it was not."""
    office.partner()
    message = office.told("/event Acme Legal Webinar")
    office.slack.world.faults.add("response_url", fault, times=None)
    seen = office.press(message, "undo_activity")
    assert seen.ok
    assert seen.ephemerals == ()
    assert office.row(Activity).voided_by == ANA
    office.slack.world.faults.clear()
    assert "already undone" in replaced(office.press(message, "undo_activity")).visible_text


@pytest.mark.parametrize("fault", ["drop", "500"])
def test_a_form_whose_answer_got_lost_is_told_in_the_dm(office: Office, fault: str) -> None:
    """It was recorded, so it closes."""
    office.partner()
    form = office.asked("/event Acme Legal")
    office.slack.world.faults.add("response_url", fault, times=None)
    assert office.submit(form, title="Webinar").closed
    assert len(office.rows(Activity)) == 1
    assert "Recorded: event" in office.slack.dm(ANA)[0].visible_text


def test_a_form_that_cannot_be_told_of_at_all_closes(office: Office) -> None:
    """It was recorded: left open with an error it would be filled in again."""
    office.partner()
    form = office.asked("/event Acme Legal")
    office.slack.world.faults.add("response_url", "500", times=None)
    office.slack.world.faults.add("chat.postMessage", "500", times=None)
    assert office.submit(form, title="Webinar").closed
    assert len(office.rows(Activity)) == 1


def test_what_a_command_answers_is_committed_before(
    office: Office, monkeypatch: pytest.MonkeyPatch, database_file: Path
) -> None:
    """Another connection sees the row at the moment of the answer; so it does when the process then dies."""
    office.partner()
    seen_then: list[int] = []
    answer = commands.answer_command

    def watched(*args: Any) -> None:
        seen_then.append(_activities(database_file))
        answer(*args)

    monkeypatch.setattr(commands, "answer_command", watched)
    assert "Recorded: event" in office.told("/event Acme Legal Webinar").visible_text
    assert seen_then == [1]


def test_what_a_form_or_a_press_answers_is_committed_before(
    office: Office, monkeypatch: pytest.MonkeyPatch, database_file: Path
) -> None:
    """At the moment when something becomes visible, another connection sees what it tells of."""
    office.partner()
    world = office.slack.world
    seen_then: list[tuple[str, int]] = []
    note = world.note

    def watched(kind: str, item: Any) -> None:
        seen_then.append((kind, _activities(database_file)))
        note(kind, item)

    monkeypatch.setattr(world, "note", watched)
    office.submit(office.asked("/event Acme Legal"), title="Webinar")
    unknown = office.told("/event Akme Legl Fair")
    office.press(unknown, "answer_line:0")
    assert [pair for pair in seen_then if pair[0] in ("ephemeral", "updated")] == [
        ("ephemeral", 1),
        ("ephemeral", 1),
        ("updated", 2),
    ]


def _activities(database_file: Path) -> int:
    connection = sqlite3.connect(database_file)
    try:
        return int(connection.execute("SELECT count(*) FROM activity").fetchone()[0])
    finally:
        connection.close()


def test_a_record_is_whole_or_not_at_all(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The promise fails after the touch was written: neither is there."""
    office.partner()
    before = office.records()
    monkeypatch.setattr(promises, "add", broken_database)
    assert "can't reach its database" in office.told("/touch Acme Legal call next: send deck by friday").visible_text
    assert office.records() == before


def test_one_persons_error_is_nobody_elses(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others see nothing of it and go on."""
    with monkeypatch.context() as patched:
        patched.setattr(edit, "add_partner", broken_program)
        office.told("/partner add Zenith")
    assert office.slack.ephemerals(BOB) == []
    office.told("/partner add Zenith", user=BOB)
    assert office.row(Partner).owner == BOB
