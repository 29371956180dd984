"""A promise that was confirmed can be mended where it is told, once and by who made it."""

from datetime import date

import pytest

from storage.tables import Activity, Amendment, NextStep
from tests.listeners.office import ANA, BOB, Office, first_values, labels, only_answer, replaced

LINE = "/touch Acme Legal call next: send the deck by 27 Nov"


@pytest.fixture
def acme(office: Office) -> int:
    return office.partner()


def test_each_promise_has_its_own_edit_beside_undo(office: Office, acme: int) -> None:
    assert labels(office.told(LINE))[:3] == ["Undo", "Edit", "Edit promise"]
    two = office.told("/touch Acme Legal lunch, I'll call Jo by 27 Nov, they will send the list by 30 Nov")
    assert labels(two)[:4] == ["Undo", "Edit", "Edit “call Jo”", "Edit “send the list”"]


def test_the_form_shows_the_promise_and_saved_unchanged_changes_nothing(office: Office, acme: int) -> None:
    form = office.press_label(office.told(LINE), "Edit promise").view
    assert form is not None
    found = first_values(form)
    assert (found["what"], found["due_on"], found["side"]) == ("send the deck", "2026-11-27", "us")
    before = office.records()
    seen = office.submit(form)
    assert "Nothing was changed" in only_answer(seen).visible_text
    assert office.records()["next_step"] == before["next_step"]
    assert office.rows(Amendment) == []


def test_a_promise_is_edited_once_and_the_edit_taken_back(office: Office, acme: int) -> None:
    form = office.press_label(office.told(LINE), "Edit promise").view
    assert form is not None
    shown = only_answer(office.submit(form, what="send the slides", due_on="2026-12-01", side="them"))
    assert "promise send the deck → send the slides" in shown.visible_text
    assert "They promised by 1 Dec: send the slides" in shown.visible_text
    row = office.row(NextStep)
    assert (row.what, row.due_on, row.side) == ("send the slides", date(2026, 12, 1), "them")
    before = office.records()
    office.again()
    assert office.records() == before
    assert len(office.rows(Amendment)) == 1
    assert "Undone" in replaced(office.press_label(shown, "Undo")).visible_text
    row = office.row(NextStep)
    assert (row.what, row.due_on, row.side) == ("send the deck", date(2026, 11, 27), "us")


def test_a_promise_made_of_what_was_left_is_edited_too(office: Office, acme: int) -> None:
    answer = office.told("/touch Acme Legal call. Jo to send the list by 27 Nov")
    made = only_answer(office.press_label(answer, "Make it a promise"))
    assert labels(made)[:2] == ["Undo", "Edit"]
    form = office.press_label(made, "Edit").view
    assert form is not None
    office.submit(form, due_on=None)
    assert office.row(NextStep).due_on is None
    assert office.row(Activity).title == "Jo to send the list by 27 Nov"


def test_nobody_edits_the_promise_of_another(office: Office, acme: int) -> None:
    office.told(LINE)
    first, answer = office.row(NextStep), office.told("/touch Acme Legal lunch next: call Jo", user=BOB)
    own = office.rows(NextStep)[-1]
    seen = office.forge(answer, f"edit_promise:{own.id}", str(first.id), user=BOB)
    assert seen.view is None
    assert "Only" in only_answer(seen).visible_text


def test_many_promises_are_edited_from_one_menu(office: Office, acme: int) -> None:
    steps = "; ".join(f"send item {number}" for number in range(9))
    answer = office.told(f"/touch Acme Legal call next: {steps}")
    assert len(office.rows(NextStep)) > 4
    form = office.slack.click(ANA, answer, "edit_promise", "send item 7").view
    assert form is not None
    assert first_values(form)["what"] == "send item 7"


def test_many_kept_promises_are_closed_from_one_menu(office: Office, acme: int) -> None:
    people = ["Jo", "Al", "Sam", "Kim", "Lee", "Pat", "Ray"]
    for person in people:
        office.told(f"/touch Acme Legal call next: send the deck to {person}")
    answer = office.told(f"/touch Acme Legal sent the deck to {', '.join(people)}")
    office.slack.click(ANA, answer, "promise_kept", "send the deck to Kim")
    assert [row.what for row in office.rows(NextStep) if row.done_at] == ["send the deck to Kim"]
