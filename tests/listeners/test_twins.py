"""Partners whose names became one are offered to stewards for a merge, and each is found by its own spelling."""

import pytest
from sqlmodel import col, update

from storage.db.engine import writing
from storage.name_key import twin_key
from storage.tables import Partner, PartnerName
from tests.listeners.office import ANA, STEVE, Office

LATER, EARLIER = "O’Malley", "O'Malley"


@pytest.fixture
def twins(office: Office) -> Office:
    """As a migration leaves two partners that were told apart by their apostrophes."""
    office.partner(EARLIER)
    later = office.partner("Somebody")
    with writing(office.engine) as session:
        session.exec(update(Partner).where(col(Partner.id) == later).values(name=LATER))
        row = update(PartnerName).where(col(PartnerName.partner_id) == later)
        session.exec(row.values(name=LATER, key=twin_key(LATER)))
    return office


def test_a_steward_is_offered_a_merge_and_nobody_else(twins: Office) -> None:
    status = twins.told("/tend status", STEVE)
    assert "*O’Malley* and *O'Malley* are two partners with the same name. Are they one?" in status.visible_text
    (plan,) = twins.press_label(status, "See the merge", STEVE).ephemerals
    assert "Merge *O’Malley* into *O'Malley*?" in plan.visible_text
    assert all(row.merged_into_id is None for row in twins.rows(Partner))
    twins.press_label(plan, "Merge", STEVE)
    assert [row.merged_into_id for row in twins.rows(Partner)] == [None, 1]
    assert "same name" not in twins.told("/tend status", STEVE).visible_text
    assert "same name" not in twins.told("/tend status", ANA).visible_text


def test_each_is_shown_by_exactly_its_spelling(twins: Office) -> None:
    for name in (LATER, EARLIER):
        assert twins.told(f"/partner show {name}").visible_text.startswith(name)


def test_a_name_that_both_have_can_be_taken_by_no_third(twins: Office) -> None:
    seen = twins.submit(twins.asked("/partner add"), name="O`Malley")
    assert "already a partner" in str(seen.errors)
