"""What is known today of the time to come: on the card, in the nudge and in the digest."""

from datetime import date, timedelta

import pytest

from tests.listeners.office import TODAY, Office

COMPLETE = {"wiifm_us": "a", "wiifm_them": "b", "our_role": "c", "their_role": "d", "fit": "a", "overlap": "none"}


def events(office: Office, partner_id: int, on: date, count: int, direction: str = "joint") -> None:
    office.activity(partner_id, kind="event", direction=direction, occurred_on=on, count=count)


def test_the_card_says_when_the_band_falls_and_why(office: Office) -> None:
    """From what, to what, on which day, with nothing new."""
    partner_id = office.partner()
    office.rate(partner_id, 3)
    events(office, partner_id, date(2026, 5, 14), 2)
    events(office, partner_id, date(2026, 10, 30), 4)
    words = office.told("/partner show Acme Legal").visible_text
    assert "1.50 good → 1.00 good" not in words
    assert "1.00 good → 0.00 weak on 30 Oct 2027: 4 events turn 12 months old (−1.00)." in words
    assert "their side" not in words.partition("With no new activity")[2]


def test_their_side_is_named_where_it_falls_sooner(office: Office) -> None:
    """In the same line."""
    partner_id = office.partner()
    office.rate(partner_id, 3)
    events(office, partner_id, date(2026, 10, 30), 4, "in")
    events(office, partner_id, date(2026, 3, 2), 5, "out")
    words = office.told("/partner show Acme Legal").visible_text
    assert "on 30 Oct 2027: 4 events turn 12 months old (−1.00). " in words
    assert "Their side falls sooner: 1.25 good → 0.00 weak on 2 Mar 2027." in words


def test_what_is_near_is_said_once_on_the_card_and_in_the_nudge(office: Office) -> None:
    """The reason to act names the day, and the line on the card is left out."""
    partner_id = office.partner(**COMPLETE)
    office.rate(partner_id, 3)
    events(office, partner_id, date(2025, 12, 14), 1)
    events(office, partner_id, date(2026, 11, 20), 3)
    said = "RVI 1.00 good → 0.75 weak on 14 Dec: 1 event turns 12 months old"
    assert said in office.told("/partner due").visible_text
    card = office.told("/partner show Acme Legal").visible_text
    assert said in card
    assert card.count("new activity") == 1
    assert "Will weaken within 30 days without new activity (1)*: *Acme Legal* (ana) to weak on 14 Dec" in (
        office.told("/tend digest").visible_text
    )


def test_who_weakens_already_is_told_that_it_goes_on(office: Office) -> None:
    """Both in one nudge, each with its cause."""
    partner_id = office.partner(**COMPLETE)
    office.rate(partner_id, 3, on=date(2025, 6, 1))
    events(office, partner_id, date(2025, 11, 10), 8)
    events(office, partner_id, date(2025, 12, 14), 1)
    events(office, partner_id, date(2026, 11, 20), 3)
    words = office.told("/partner due").visible_text
    assert "*Weakening*: RVI 2.25 → 1.00, growing → good in 30 days" in words
    assert "Also: about to weaken" in words
    assert (
        "*About to weaken*: without new activity, RVI 1.00 good → 0.75 weak on 14 Dec"
        in office.told("/partner show Acme Legal").visible_text
    )


@pytest.mark.parametrize(("level", "since"), [(0, date(2025, 1, 1)), (1, date(2025, 1, 1)), (5, TODAY)])
def test_nothing_is_said_without_a_band_to_fall_from(office: Office, level: int, since: date) -> None:
    """Without an RVI, in the lowest band, and while it is provisional."""
    partner_id = office.partner(since=since)
    if level:
        office.rate(partner_id, level)
    events(office, partner_id, TODAY, 2)
    assert "new activity" not in office.told("/partner show Acme Legal").visible_text


def test_what_is_planned_can_keep_a_band(office: Office) -> None:
    """For as long as is looked ahead: a year."""
    partner_id = office.partner()
    office.rate(partner_id, 3)
    events(office, partner_id, TODAY - timedelta(1), 4)
    events(office, partner_id, TODAY + timedelta(300), 4)
    words = office.told("/partner show Acme Legal").visible_text
    assert "it stays good until at least 23 Nov 2027." in words
