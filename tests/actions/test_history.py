"""What somebody changed in a partner's record, and what in it does not fit."""

from typing import Any

import pytest

from bot.messages.partners.fit import fit_warnings
from tests.listeners.office import ANA, BOB, TODAY, Office, labels, replaced


def test_history_says_who_changed_what_and_when(office: Office, clock: Any) -> None:
    """Every field, and how referrals moved on; the newest first."""
    acme = office.partner("Acme", vertical="law")
    office.activity(acme, outcome="introduced", title="Northwind")
    office.submit(office.asked("/partner edit Acme"), vertical="tax & law", owner=BOB)
    clock.forward(hours=3)
    office.press(office.told("/partner show Acme", BOB), "outcome", BOB, value="Met")
    words = office.told("/partner history Acme").visible_text
    lines = [
        f"23 Nov 2026, 13:00 · <@{BOB}> · Northwind: *outcome*: introduced → met",
        f"23 Nov 2026, 10:00 · <@{ANA}> · *Owner*: <@{ANA}> → <@{BOB}>",
        f"23 Nov 2026, 10:00 · <@{ANA}> · *Vertical*: law → tax &amp; law",
    ]
    places = [words.index(line) for line in lines]
    assert places == sorted(places)


def test_history_is_paged_back_and_forth(office: Office) -> None:
    office.partner("Acme", risk_plan="0")
    for number in range(1, 46):
        office.told(f"/partner pause Acme because {number}")
        office.told("/partner resume Acme")
    shown = office.told("/partner history Acme")
    assert "paused: 45" in shown.visible_text
    assert "paused: 35" not in shown.visible_text
    shown = replaced(office.press_label(shown, "Older"))
    assert "paused: 35" in shown.visible_text
    for _ in range(3):
        shown = replaced(office.press_label(shown, "Older"))
    assert "paused: 1\n" in shown.visible_text
    assert "Older" not in labels(shown)
    assert "paused: 15" in replaced(office.press_label(shown, "Newer")).visible_text


def test_history_needs_a_partner(office: Office) -> None:
    office.partner("Acme")
    assert "Which partner?" in office.told("/partner history").visible_text
    assert "No changes" in office.told("/partner history Acme").visible_text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"fit": "a b"}, []),
        ({"fit": "a", "overlap": "none", "same_customer": False}, []),
        ({"fit": ""}, ["How you fit together"]),
        ({}, ["How you fit together"]),
        ({"fit": "c", "same_customer": True}, ["same customers' budget"]),
        ({"fit": "c", "overlap": "some"}, ["no boundary is written down"]),
        ({"fit": "c", "overlap": "high", "boundary": "they do payroll"}, ["no review date"]),
        ({"fit": "c", "overlap": "high", "boundary": "they do payroll", "boundary_review_on": TODAY}, []),
        ({"fit": "", "same_customer": True, "overlap": "some"}, ["fit together", "same customers", "written down"]),
    ],
)
def test_row_20_what_does_not_fit_is_said(values: dict[str, Any], words: list[str]) -> None:
    warnings = fit_warnings(values)
    assert len(warnings) == len(words)
    assert all(part in warning for part, warning in zip(words, warnings, strict=True))


def test_row_22_the_same_customers_same_money_is_a_warning() -> None:
    assert any("outside our industry" in one for one in fit_warnings({"fit": "a", "same_customer": True}))
