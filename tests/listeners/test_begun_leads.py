"""An open lead told by a beginning of its name is brought up to date; where several begin so, one is asked which."""

import pytest

from storage.tables import Activity
from tests.listeners.office import Office, labels, only_answer, replaced

HOTEL = "/referral from Acme Legal Wharfside Hotel 4k"


@pytest.fixture
def acme(office: Office) -> int:
    return office.partner()


def leads(office: Office) -> list[tuple[str, str | None, int | None]]:
    rows = sorted(office.rows(Activity), key=lambda row: row.id or 0)
    return [(row.title, row.outcome, row.value_minor) for row in rows]


def test_the_only_open_lead_that_begins_so_is_brought_up_to_date(office: Office, acme: int) -> None:
    office.told(HOTEL)
    answer = office.told("/referral Wharfside won 12k, from acme")
    assert leads(office) == [("Wharfside Hotel", "won", 12_000_00)]
    assert "I took “Wharfside” to be *Wharfside Hotel*" in answer.visible_text


def test_it_is_another_lead_after_all(office: Office, acme: int) -> None:
    office.told(HOTEL)
    answer = office.told("/referral Wharfside won 12k, from acme")
    office.press_label(answer, "It is another lead")
    assert leads(office) == [("Wharfside Hotel", "introduced", 4_000_00), ("Wharfside", "won", 12_000_00)]


def test_which_of_several_is_asked(office: Office, acme: int) -> None:
    office.told(HOTEL)
    office.told("/referral from Acme Legal Wharfside Marina 5k")
    asked = office.told("/referral from Acme Legal Wharfside won")
    assert labels(asked)[:3] == ["It is “Wharfside Marina”", "It is “Wharfside Hotel”", "It is a new lead"]
    assert "Nothing was recorded yet" in asked.visible_text
    made = replaced(office.press_label(asked, "It is “Wharfside Hotel”"))
    assert "Wharfside Hotel" in made.visible_text
    assert leads(office) == [("Wharfside Hotel", "won", 4_000_00), ("Wharfside Marina", "introduced", 5_000_00)]


def test_a_new_lead_may_have_the_shorter_name(office: Office, acme: int) -> None:
    office.told(HOTEL)
    office.told("/referral from Acme Legal Wharfside Marina 5k")
    asked = office.told("/referral from Acme Legal Wharfside 1k")
    office.press_label(asked, "It is a new lead")
    assert leads(office)[-1] == ("Wharfside", "introduced", 1_000_00)
    assert len(leads(office)) == 3


@pytest.mark.parametrize("line", ["/referral from Acme Legal Wharf won", "/referral from Acme Legal The won"])
def test_half_a_word_or_a_small_one_is_no_beginning(office: Office, acme: int, line: str) -> None:
    office.told(HOTEL)
    office.told("/referral from Acme Legal The Anchor 1k")
    office.types(line)
    assert ("Wharfside Hotel", "introduced", 4_000_00) in leads(office)
    assert ("The Anchor", "introduced", 1_000_00) in leads(office)


def test_a_closed_lead_is_not_meant(office: Office, acme: int) -> None:
    office.told(f"{HOTEL} won")
    office.told("/referral from Acme Legal Wharfside 1k")
    assert len(leads(office)) == 2


def test_a_lead_of_another_partner_is_not_meant(office: Office, acme: int) -> None:
    office.partner("Nova")
    office.told(HOTEL)
    office.told("/referral from Nova Wharfside won")
    assert leads(office) == [("Wharfside Hotel", "introduced", 4_000_00), ("Wharfside", "won", None)]


def test_an_entry_that_fails_halfway_leaves_nothing(office: Office, acme: int) -> None:
    """Of two partners one has ended: the other gets no row either, as the answer says."""
    office.partner("Nova", status="ended")
    answer = only_answer(office.types("/touch Acme Legal and Nova lunch"))
    assert "Nothing was recorded" in answer.visible_text
    assert leads(office) == []
