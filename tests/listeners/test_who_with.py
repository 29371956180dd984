"""*Who with?* in the form of a touch: the same rule as for a typed line finds whom it names."""

import pytest

from bot.grammar.people import listed_names, people_in, with_people
from storage.tables import Activity, ActivityContact, ContactPerson, NextStep
from tests.listeners.office import Office, labels, only_answer

JANE, SAM, WILL, OTHER_JANE = "Jane Doe", "Sam Roe", "Will Smith", "Jane Poe"


def named(office: Office) -> set[str]:
    """Who is named at any activity."""
    names = {person.id: person.name for person in office.rows(ContactPerson)}
    return {names[row.contact_person_id] for row in office.rows(ActivityContact)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("coffee with Jane, Sam and Will", {1, 2, 3}),
        ("with jane and sam", {1, 2}),
        ("met Sam Roe; Jane", {1, 2}),
        ("With Jane\nSam", {1, 2}),
        ("saw the plan, will sends it", set()),
        ("saw the plan, will", {3}),  # as `saw will` is
        ("the office, Sam", set()),  # no list of names
    ],
)
def test_a_list_of_names_names_each(text: str, found: set[int]) -> None:
    assert set(people_in(text, {1: JANE, 2: SAM, 3: WILL})) == found


def test_names_are_told_apart_and_said_once() -> None:
    assert listed_names("with Jane Doe, Sam & Bob; jane doe and  Ann ") == ["jane doe", "Sam", "Bob", "Ann"]
    assert listed_names(" , & ") == ["&"] or not listed_names(" , ")
    for note, people, whole in (
        (None, "Jane and Sam", "with Jane and Sam"),
        ("Their office", "Jane", "Their office with Jane"),
        ("Their office.", "Jane", "Their office. With Jane"),
        ("Their office\nand ours", "Jane", "Their office\nand ours\nwith Jane"),
        ("Lunch with Jane and Sam", "Sam, jane", "Lunch with Jane and Sam"),
        ("Their office", None, "Their office"),
        ("Their office", "With Jane", "Their office With Jane"),
    ):
        assert with_people(note, people) == whole


def test_a_form_says_whom_it_was_with(office: Office) -> None:
    acme = office.partner()
    office.person(acme, JANE)
    office.person(acme, SAM)
    form = office.asked("/touch")
    done = only_answer(office.submit(form, partner="Acme Legal", note="Their office", people="Jane, Sam and Bob"))
    assert "Their office with Jane, Sam and Bob" in done.visible_text
    assert "Not among the people at *Acme Legal* yet: Bob." in done.visible_text
    assert named(office) == {JANE, SAM}
    added = only_answer(office.submit(office.press_label(done, "Add Bob").view, name="Bob Ray"))
    assert "Added Bob Ray" in added.visible_text
    assert named(office) == {JANE, SAM, "Bob Ray"}
    office.press(added, "undo_person")
    assert "Bob Ray" not in office.told("/partner people Acme Legal").visible_text


def test_whoever_is_listed_is_named_whatever_else_is_said(office: Office) -> None:
    acme = office.partner()
    for name in (JANE, SAM, WILL):
        office.person(acme, name)
    form = office.asked("/touch")
    people = "Jane, Xi 🎉, Sam (sales) and Will"
    done = only_answer(office.submit(form, partner="Acme Legal", note="Good talk, Jane liked it", people=people))
    assert "yet: Xi 🎉." in done.visible_text
    assert named(office) == {JANE, SAM, WILL}


def test_a_name_in_the_note_hides_nobody_listed(office: Office) -> None:
    office.person(office.partner(), JANE)
    office.submit(office.asked("/touch"), partner="Acme Legal", note="Good talk, Jane liked it", people="Jane")
    assert named(office) == {JANE}


def test_names_alone_are_contact_and_no_mere_promise(office: Office) -> None:
    acme = office.partner()
    office.person(acme, JANE)
    form = office.press_label(office.told("/touch next: send the deck by friday"), "Fix it in the form").view
    office.submit(form, partner="Acme Legal", people="Jane")
    assert [row.title for row in office.rows(Activity)] == ["with Jane"]
    assert len(office.rows(NextStep)) == 1
    assert named(office) == {JANE}


def test_a_name_of_two_is_asked_about_and_added_to_nobody(office: Office) -> None:
    acme = office.partner()
    office.person(acme, JANE)
    office.person(acme, OTHER_JANE)
    done = only_answer(office.submit(office.asked("/touch"), partner="Acme Legal", people="Jane"))
    assert "Several people at *Acme Legal* are called Jane" in done.visible_text
    assert "Add Jane" not in labels(done)
    assert named(office) == set()
    form = office.press(done, "edit_entry").view
    assert office.submit(form, title="with Jane Poe").ok
    assert named(office) == {OTHER_JANE}


def test_an_edit_names_whom_its_words_name_now(office: Office) -> None:
    acme = office.partner()
    office.person(acme, JANE)
    office.person(acme, SAM)
    done = only_answer(office.submit(office.asked("/touch"), partner="Acme Legal", people="Jane"))
    form = office.press(done, "edit_entry").view
    edited = only_answer(office.submit(form, title="with Sam"))
    assert named(office) == {SAM}
    office.press(edited, "undo_update")
    assert named(office) == {JANE}


def test_people_of_two_partners_are_known_at_one(office: Office) -> None:
    office.person(office.partner(), JANE)
    office.person(office.partner("Beta"), SAM)
    form = office.asked("/touch Acme Legal and Beta")
    seen = office.submit(form, people="Jane and Sam and Bob", note="Lunch")
    assert named(office) == {JANE, SAM}
    assert only_answer(seen).visible_text.count("yet: Bob.") == 2
