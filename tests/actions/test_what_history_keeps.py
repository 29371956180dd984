"""The history of a partner through a merge and back, of a deal's value, and of a snooze."""

from storage.tables import AuditEntry
from tests.listeners.office import ADA, BOB, Office, only_answer, replaced

LINE = "/partner merge Acme Ltd into Acme Legal"


def lines(office: Office, name: str) -> str:
    return office.told(f"/partner history {name}").visible_text


def test_a_merge_takes_the_history_along_and_its_undoing_gives_it_back(office: Office) -> None:
    """That of the partner alone: an activity may have the partner's number."""
    one = office.partner("Acme Ltd", owner=BOB)
    other = office.partner("Acme Legal")
    referral = office.activity(other, outcome="introduced", title="Northwind")
    assert referral == one
    office.told("/partner pause Acme Ltd because of leave")
    office.press(office.told("/partner show Acme Legal"), "outcome", value="Met")
    before = [(row.subject, row.subject_id, row.field) for row in office.rows(AuditEntry)]
    assert before == [("partner", one, "status"), ("activity", referral, "outcome")]

    merged = replaced(office.press_label(office.told(LINE, ADA), "Merge", ADA))
    found = [(row.subject, row.subject_id, row.field) for row in office.rows(AuditEntry)]
    assert found[:2] == before  # its pauses are not the other's
    shown = lines(office, "Acme Legal")
    assert "paused: of leave" in shown
    assert "introduced → met" in shown

    office.press_label(merged, "Undo the merge", ADA)
    assert [(row.subject, row.subject_id, row.field) for row in office.rows(AuditEntry)][:2] == before
    assert "paused: of leave" in lines(office, "Acme Ltd")
    assert "paused: of leave" not in lines(office, "Acme Legal")


def test_the_undoing_of_a_merge_says_who_left(office: Office) -> None:
    office.partner("Acme Ltd", owner=BOB)
    office.partner("Acme Legal")
    merged = replaced(office.press_label(office.told(LINE, ADA), "Merge", ADA))
    office.press_label(merged, "Undo the merge", ADA)
    noted = [(row.field, row.old, row.new) for row in office.rows(AuditEntry) if row.field.startswith("merge")]
    assert noted == [("merged in", None, "Acme Ltd"), ("merge undone", "Acme Ltd", None)]


def test_a_value_that_is_said_later_is_in_the_history(office: Office) -> None:
    office.partner()
    form = office.press_label(office.told("/referral Acme Legal Northwind won"), "What is it worth?").view
    assert form is not None
    office.submit(form, value="5k")
    assert [(row.field, row.old, row.new) for row in office.rows(AuditEntry)] == [("value", None, "£5,000")]


def test_the_end_of_a_snooze_is_in_the_history(office: Office) -> None:
    office.partner()
    card = office.told("/partner show Acme Legal")
    rested = only_answer(office.press(card, "snooze", value="1:3"))
    office.press(rested, "wake_partner")
    assert office.again().status == 200
    noted = [(row.field, row.old, row.new) for row in office.rows(AuditEntry)]
    assert noted == [("snoozed until", None, "26 Nov 2026"), ("snoozed until", "26 Nov 2026", None)]


def test_the_first_logo_has_no_words_above_it(office: Office) -> None:
    """Only what became of the one before stands there."""
    office.partner("Alpha")
    kinds = [block["type"] for block in office.told("/partner prune").blocks]
    assert kinds[:2] == ["header", "section"]
