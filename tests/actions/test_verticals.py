"""Who there is in each line of business, and of each kind of stakeholder; and who is added there."""

from datetime import timedelta
from typing import Any

import pytest

from storage.db.engine import writing
from storage.ledger import costs
from storage.partners import verticals
from storage.tables import Partner, Vertical
from tests.actions.viewing import OLD, changes, joint, pressed, won
from tests.listeners.office import ANA, TODAY, Office, first_values, only_answer


def test_row_01_each_vertical_is_measured(office: Office) -> None:
    acme, bolt = office.partner("Acme", vertical="law", since=OLD), office.partner("Bolt", vertical="law", since=OLD)
    office.partner("Rest", vertical="law", status="paused")
    cold = office.partner("Cold", vertical="tax", since=OLD)
    office.partner("Alone", since=OLD)
    won(office, acme, 3000)
    won(office, cold, 9000)
    joint(office, bolt, 8)
    office.rate(acme, 3)
    office.rate(bolt, 3)
    with writing(office.engine) as session:
        verticals.get_or_create(session, workspace_id=office.workspace_id, name="banks")
        costs.record(
            session,
            workspace_id=office.workspace_id,
            partner_id=acme,
            spent_on=TODAY,
            money_minor=100_000,
            what="dinner",
            by=ANA,
            now=office.clock(),
        )
    words = office.told("/partner verticals").visible_text
    assert "3 verticals with partners, 1 without" in words
    # 1 × 3/12 = 0.25 and 8 × 3/12 = 2: 1.125, rounded half up.
    law = "*law* · 2 partners, 1 producing · median RVI 1.13 · £3,000 won · ROI 200% (cost known for 1)"
    tax = "*tax* · 1 partner, 1 producing · median RVI – · £9,000 won · ROI –"
    none = "_no vertical_ · 1 partner, 0 producing"
    assert words.index(tax) < words.index(law) < words.index(none)
    assert "*banks*: no partners yet" in words


def test_row_01_an_empty_vertical_is_one_click_from_its_first_partner(office: Office) -> None:
    form = office.press(office.told("/partner verticals"), "name_vertical").view
    assert form is not None
    named = only_answer(office.submit(form, name="  estate   agents "))
    assert "Added the vertical *estate agents*" in named.visible_text
    assert changes(office) == [("vertical", "added", "estate agents")]
    form = office.press(named, "add_to_vertical").view
    assert form is not None
    assert first_values(form)["vertical"] == "estate agents"
    office.fill(form, name="Homes & Co")
    words = office.told("/partner verticals").visible_text
    assert "*estate agents* · 1 partner, 0 producing" in words
    assert "0 without" in words
    assert len(office.rows(Vertical)) == 1


@pytest.mark.parametrize(
    ("name", "problem"),
    [("Law", "There is already a vertical called “law”."), ("   ", "A vertical needs a name.")],
)
def test_a_vertical_is_named_once_and_in_letters(office: Office, name: str, problem: str) -> None:
    office.partner(vertical="law")
    form = office.press(office.told("/partner verticals"), "name_vertical").view
    assert form is not None
    before = office.records()
    seen = office.submit(form, name=name)
    assert seen.errors == {"name": problem}
    assert office.records() == before


def test_a_verticals_cadence_holds_for_its_partners_without_one(office: Office) -> None:
    office.partner("Acme", vertical="law")
    office.partner("Bolt", vertical="law", cadence_days=14)
    shown = office.told("/partner verticals")
    form = office.press(shown, "vertical_cadence", value="law").view
    assert form is not None
    said = only_answer(office.submit(form, cadence_days="60"))
    assert "cadence of *law* is now every 60 days" in said.visible_text
    assert ("vertical", "cadence", "60 days") in changes(office)
    assert "every 60 days" in office.told("/partner show Acme").visible_text
    assert "every 14 days" in office.told("/partner show Bolt").visible_text
    form = office.press(office.told("/partner verticals"), "vertical_cadence", value="law").view
    assert form is not None
    assert first_values(form)["cadence_days"] == "60"
    assert "the team's usual one" in only_answer(office.submit(form, cadence_days=None)).visible_text
    assert office.row(Vertical).cadence_days is None


def test_row_22_the_share_outside_our_own_industry_is_shown(office: Office) -> None:
    for place, outside in enumerate((True, False, False, None)):
        office.partner(f"P{place}", other_industry=outside)
    words = office.told("/partner verticals").visible_text
    assert "1 of 3 partners is outside our industry: 33% (1 unknown)" in words


def test_row_02_kinds_of_stakeholders_without_a_candidate_are_listed(office: Office) -> None:
    office.partner("Steel Ltd", stakeholder="suppliers")
    office.partner("Jane Board", stakeholder="directors", role="introducer")
    office.partner("Bank", stakeholder="creditors", role="both", status="paused")
    office.partner("Gone", stakeholder="unions", status="ended")
    words = office.told("/partner stakeholders").visible_text
    for part in (
        "5 of 8 stakeholder groups with no partner or prospect",
        "*Suppliers*: Steel Ltd (partner)",
        "*Directors*: Jane Board (introducer)",
        "*Creditors*: Bank (paused, partner and introducer)",
        "*Unions*: nobody yet",
        "*Community*: nobody yet",
    ):
        assert part in words


def test_row_02_a_prospect_is_added_and_taken_in(office: Office, clock: Any) -> None:
    """The form knows the kind; once they are in, the partnership begins that day."""
    form = pressed(office, office.told("/partner stakeholders"), "add_prospect", "government").view
    assert first_values(form) == {"stakeholder": "government", "owner": ANA}
    added = only_answer(office.submit(form, name="Town Hall", role="introducer"))
    assert "*Town Hall* is a prospect" in added.visible_text
    row = office.row(Partner)
    assert (row.status, row.stakeholder, row.role, row.owner) == ("prospect", "government", "introducer", ANA)
    assert "2 of" not in office.told("/partner prune").visible_text  # a prospect is no active partner

    clock.forward(days=200)
    shown = office.told("/partner stakeholders")
    assert "*Government*: Town Hall (prospect, introducer)" in shown.visible_text
    assert "*Town Hall* is a partner from today" in only_answer(office.press(shown, "take_in")).visible_text
    row = office.row(Partner)
    assert (row.status, row.since_on) == ("active", TODAY + timedelta(200))
    assert ("partner", "status", "active") in changes(office)
    assert "is no longer a prospect" in only_answer(office.press(shown, "take_in")).visible_text
