"""What more would do, and where an hour does most: as typed, as a form, and from the card."""

from datetime import timedelta

import pytest

from tests.listeners.office import BOB, STEVE, TODAY, Office, only_answer


def rolling(office: Office, name: str = "Acme Legal", *, days_left: int = 10, **fields: object) -> int:
    """A partner at 1.00, of which a half rolls out in a few days."""
    partner_id = office.partner(name, **fields)
    office.rate(partner_id, 3)
    office.activity(
        partner_id, kind="event", direction="joint", occurred_on=TODAY - timedelta(365 - days_left), count=2
    )
    office.activity(partner_id, kind="event", direction="joint", occurred_on=TODAY - timedelta(3), count=2)
    return partner_id


def test_one_more_of_each_is_said_from_both_sides(office: Office) -> None:
    rolling(office)
    told = office.told("/partner what-if Acme Legal").visible_text
    for part in (
        "Acme Legal: what if…",
        "Our side: 1.00 good · Their side: 1.00 good",
        "event together: ours 1.00 → 1.25 good · theirs 1.00 → 1.25 good",
        "referral from them: ours 1.00 → 1.25 good",
        "referral to them: theirs 1.00 → 1.25 good",
        "point of our trust in them, 3 → 4: ours 1.00 → 1.33 good · theirs 1.00 → 1.33 good",
    ):
        assert part in told, part


def test_the_fewest_that_hold_a_band_and_lift_it(office: Office) -> None:
    """Two of four roll out in ten days: two more keep it; five make nine, the least above 2."""
    rolling(office)
    told = office.told("/partner what-if Acme Legal").visible_text
    assert (
        "• Both sides: 2 more activities that count before 3 Dec keep it *good*; 4 keep it so until 22 Nov 2027."
        in told
    )
    assert "5 more activities that count today would make it *growing*." in told


def test_what_is_said_to_hold_it_does(office: Office) -> None:
    """Recording as many keeps it, by the same words."""
    rolling(office)
    for _ in range(4):
        office.told("/event Acme Legal Fair")
    told = office.told("/partner what-if Acme Legal").visible_text
    assert "it stays *good* until 22 Nov 2027 with no new activity." in told


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("strong by 1 March 2027", "*Strong on 1 Mar 2027*\n• Both sides: 10 more activities that count by then"),
        ("growing", "*Growing today*\n• Both sides: 5 more activities that count by then"),
        (
            "good by 1 Dec",
            "*Good on 1 Dec*\n• Both sides: nothing more by then; with no new activity it will be 1.00 good.",
        ),
    ],
)
def test_a_band_by_a_day(office: Office, line: str, said: str) -> None:
    rolling(office)
    assert said in office.told(f"/partner what-if Acme Legal {line}").visible_text


def test_the_form_says_the_same(office: Office) -> None:
    rolling(office)
    typed = office.told("/partner what-if Acme Legal strong by 1 March 2027")
    seen = office.submit(office.asked("/partner what-if"), partner="Acme Legal", band="strong", by="2027-03-01")
    assert only_answer(seen).visible_text == typed.visible_text


@pytest.mark.parametrize("day", ["2026-11-22", "2027-11-23"])
def test_a_day_on_which_it_counts_no_more_is_refused_on_its_field(office: Office, day: str) -> None:
    rolling(office)
    seen = office.submit(office.asked("/partner what-if"), partner="Acme Legal", band="strong", by=day)
    assert "up to a year ahead" in seen.errors["by"]


def test_without_trust_there_is_nothing_to_move(office: Office) -> None:
    office.partner()
    assert "rate trust first" in office.told("/partner what-if Acme Legal").visible_text


def test_it_is_a_click_from_the_card_and_from_the_explanation(office: Office) -> None:
    rolling(office)
    wanted = office.told("/partner what-if Acme Legal").visible_text
    explained = office.told("/partner explain Acme Legal")
    assert only_answer(office.press_label(explained, "What if…")).visible_text == wanted
    more = only_answer(office.press_label(office.told("/partner Acme Legal"), "More"))
    assert only_answer(office.press_label(more, "What if…")).visible_text == wanted


def test_due_begins_with_where_an_hour_does_most(office: Office) -> None:
    """Bands kept first, then what a quiet partner brought, then give and take; and why in this order."""
    rolling(office, "Rolling", days_left=20)
    rich = office.partner("Rich")
    office.rate(rich, 3)
    office.activity(rich, outcome="won", value_minor=900_000, occurred_on=TODAY - timedelta(60), count=3)
    taken = office.partner("Taken")
    office.rate(taken, 3)
    office.activity(taken, occurred_on=TODAY - timedelta(2), count=8)
    told = office.told("/partner due").visible_text
    first, second, third = (
        "1. *Rolling*: 2 events together, to keep it *good* on both sides (otherwise it falls on 13 Dec)",
        "2. *Rich*: an event together, to end 60 days of silence with a partner that brought in £9,000 in 12 months "
        "and move it up a band",
        "3. *Taken*: 3 referrals to them, to even out the give and take (so far they give)",
    )
    assert told.index(first) < told.index(second) < told.index(third)
    assert "Ranked by what an hour achieves" in told


def test_due_proposes_nothing_for_snoozed_and_others_partners(office: Office) -> None:
    rolling(office, "Snoozed", snoozed_until_on=TODAY + timedelta(3))
    rolling(office, "Of Bob", owner=BOB)
    assert "Where an hour" not in office.told("/partner due").visible_text
    assert "1. *Of Bob*" in office.told("/partner due", user=BOB).visible_text


def test_the_digest_says_where_the_teams_hour_does_most(office: Office) -> None:
    """The same function, over everybody's partners, with who tends them."""
    rolling(office, "Of Bob", owner=BOB)
    rolling(office, "Of Steve", owner=STEVE, days_left=5)
    told = office.told("/tend digest").visible_text
    assert "2. *Of Bob* (U0BOB): 2 events together" in told
    assert "1. *Of Steve* (U0STEVE): 2 events together" in told


def test_a_kept_band_is_worth_more_the_fewer_hours_it_takes(office: Office) -> None:
    rolling(office, "Two")
    one = office.partner("Zone")
    office.rate(one, 3)
    office.activity(one, kind="event", direction="joint", occurred_on=TODAY - timedelta(360), count=1)
    office.activity(one, kind="event", direction="joint", occurred_on=TODAY - timedelta(3), count=3)
    told = office.told("/partner due").visible_text
    assert told.index("1. *Zone*: an event together") < told.index("2. *Two*: 2 events together")
