"""What a number does not say by itself is said beside it."""

from datetime import date

from tests.listeners.office import ADA, ANA, Office


def test_a_record_that_moves_the_start_says_so_with_both_divisors(office: Office) -> None:
    office.partner(since=date(2026, 3, 1))
    told = office.told("/event Acme Legal breakfast on 2025-11-01").visible_text
    assert "before the partnership began, so it now begins on 1 Nov 2025: averaged over 12 months instead of 9." in told
    assert "began" not in office.told("/event Acme Legal supper on 2026-04-01").visible_text


def test_a_talk_from_before_the_start_moves_nothing(office: Office) -> None:
    office.rate(office.partner(since=date(2026, 3, 1)), 4)
    told = office.told("/touch Acme Legal coffee on 2025-11-01").visible_text
    assert "began" not in told
    assert "RVI stays 0.00" in told


def test_a_rating_beside_others_says_what_they_come_to(office: Office) -> None:
    office.partner()
    assert "median" not in office.told("/trust Acme Legal 5", user=ANA).visible_text
    told = office.told("/trust Acme Legal 2", user=ADA).visible_text
    assert "Trust counts as 3.5: the median of 2 raters." in told
    assert "trust 3.5 (median of 2 raters)" in office.told("/partner explain Acme Legal").visible_text


def test_referrals_that_came_to_nothing_are_said_beside_the_rvi(office: Office) -> None:
    partner = office.partner()
    office.rate(partner, 4)
    for n in range(3):
        office.activity(partner, title=f"Lead {n}", outcome="lost")
    for line in ("/partner show Acme Legal", "/partner explain Acme Legal"):
        assert "3 referrals, none won" in office.told(line).visible_text
    office.told("/referral from Acme Legal Northwind 5k won")
    for line in ("/partner show Acme Legal", "/partner explain Acme Legal"):
        assert "none won" not in office.told(line).visible_text
