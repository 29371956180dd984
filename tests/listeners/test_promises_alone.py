"""A promise without any contact: kept as a promise of the partner, and no contact is made of it."""

from datetime import date

import pytest

from storage.tables import Activity, Amendment, NextStep, Partner
from tests.listeners.office import ANA, ROOM, Office, first_values, labels, only_answer, replaced

TYPED = ["/touch Acme Legal next: send the deck by 27 Nov", "/tend todo Acme Legal: send the deck by 27 Nov"]
WRITTEN = ["I’ll send Acme Legal the deck by 27 Nov", "remind me to send acme the deck by 27 Nov"]


@pytest.fixture
def acme(office: Office) -> int:
    return office.partner()


def check_promise(office: Office, acme: int) -> None:
    step = office.row(NextStep)
    assert (step.partner_id, step.activity_id, step.what) == (acme, None, "send the deck")
    assert (step.due_on, step.side, step.promised_by) == (date(2026, 11, 27), "us", ANA)
    assert office.rows(Activity) == []


@pytest.mark.parametrize("line", TYPED)
def test_a_typed_promise_is_no_contact(office: Office, acme: int, line: str) -> None:
    answer = office.told(line)
    assert "*Acme Legal*: Promised: send the deck by 27 Nov" in answer.visible_text
    assert labels(answer)[:2] == ["Undo", "Edit"]
    check_promise(office, acme)


@pytest.mark.parametrize("text", WRITTEN)
def test_a_written_promise_is_kept_once(office: Office, acme: int, text: str) -> None:
    office.slack.direct_message(ANA, text)
    check_promise(office, acme)
    before = office.records()
    office.again()
    assert office.records() == before


def test_a_promise_is_kept_from_a_mention(office: Office, acme: int) -> None:
    office.slack.mention(ANA, ROOM, "I’ll send Acme Legal the deck by 27 Nov")
    check_promise(office, acme)


def test_a_repeated_request_promises_once(office: Office, acme: int) -> None:
    office.told(TYPED[0])
    before = office.records()
    office.again()
    assert office.records() == before


def test_what_they_promised_is_theirs(office: Office, acme: int) -> None:
    answer = office.told("/touch Acme Legal will send us the list by 27 Nov")
    assert "They promised by 27 Nov: send us the list" in answer.visible_text
    assert (office.row(NextStep).side, office.rows(Activity)) == ("them", [])


def test_a_promise_leaves_quiet_partners_quiet(office: Office, acme: int) -> None:
    quiet = office.told("/partner list quiet").visible_text
    assert "Acme Legal" in quiet
    office.told(TYPED[0])
    assert "Acme Legal" in office.told("/partner list quiet").visible_text


def test_a_promise_is_undone_by_its_button(office: Office, acme: int) -> None:
    office.press_label(office.told(TYPED[0]), "Undo")
    assert office.row(NextStep).voided_at is not None


def test_a_promise_is_undone_in_words(office: Office, acme: int) -> None:
    office.told(TYPED[0])
    office.slack.direct_message(ANA, "undo")
    assert office.row(NextStep).voided_at is not None


def test_edit_saved_unchanged_changes_nothing(office: Office, acme: int) -> None:
    form = office.press_label(office.told(TYPED[0]), "Edit").view
    assert form is not None
    found = first_values(form)
    assert (found["what"], found["due_on"], found["side"]) == ("send the deck", "2026-11-27", "us")
    before = office.records()["next_step"]
    assert "Nothing was changed" in only_answer(office.submit(form)).visible_text
    assert office.records()["next_step"] == before
    assert office.rows(Amendment) == []


def test_the_same_again_is_told(office: Office, acme: int) -> None:
    office.told(TYPED[0])
    assert "the same a moment ago" in office.told(TYPED[0]).visible_text


def test_two_promises_of_two_partners_are_four(office: Office, acme: int) -> None:
    office.partner("Nova")
    office.told("/touch Acme Legal and Nova next: send the deck by 27 Nov; call Jo by 30 Nov")
    assert len(office.rows(NextStep)) == 4
    assert office.rows(Activity) == []


def test_a_promise_to_an_unknown_partner_adds_it_and_is_kept(office: Office) -> None:
    asked = office.told("/touch Zeta Law next: send the deck by 27 Nov")
    made = replaced(office.press_label(asked, "Add “Zeta Law”"))
    assert "Promised: send the deck" in made.visible_text
    assert office.row(NextStep).partner_id == office.row(Partner).id


def test_the_form_of_a_promise_alone_keeps_it_one(office: Office, acme: int) -> None:
    asked = office.told("/touch Zeta Law next: send the deck by 27 Nov")
    form = office.press_label(asked, "Fix it in the form").view
    assert form is not None
    seen = office.submit(form, partner="Acme Legal")
    assert "Promised: send the deck by 27 Nov" in only_answer(seen).visible_text
    check_promise(office, acme)


def test_a_promise_of_a_past_day_is_refused(office: Office, acme: int) -> None:
    answer = office.told("/touch Acme Legal next: send the deck by 2 Nov 2025")
    assert "Choose a future date" in answer.visible_text
    assert office.rows(NextStep) == []


def test_a_day_that_no_month_has_is_said_not_to_exist(office: Office, acme: int) -> None:
    answer = office.told("/touch Acme Legal next: send the deck by 31 Feb")
    assert "There is no 31 Feb" in answer.visible_text
    assert office.rows(NextStep) == []
