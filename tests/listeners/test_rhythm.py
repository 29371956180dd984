"""How often one usually speaks with a partner: said where no cadence is set, and kept to where the team wants it."""

from datetime import timedelta

import pytest

from tests.listeners.office import ADA, TODAY, Office, first_values, only_answer


def meet(office: Office, partner_id: int, *days_ago: int) -> None:
    """These many days ago there was a meeting."""
    for days in days_ago:
        on = TODAY - timedelta(days)
        office.activity(partner_id, kind="meeting", direction="joint", occurred_on=on)


EVERY_3_WEEKS = (35, 55, 76, 97, 118, 138)


def test_who_is_quiet_is_told_with_the_rhythm(office: Office) -> None:
    """Beside the cadence of the team, by which it is quiet."""
    meet(office, office.partner(), *EVERY_3_WEEKS)
    words = office.told("/partner show Acme Legal").visible_text
    assert (
        "*Quiet*: no contact for 35 days; you last spoke on 19 Oct, and you aim to speak every 30 days. "
        "You usually speak every 3 weeks; it has been 5."
    ) in words


def test_the_card_says_it_too(office: Office) -> None:
    """Also while nothing is wrong."""
    partner_id = office.partner()
    meet(office, partner_id, 5, 25, 45, 65, 85)
    assert "usually" not in office.told("/partner show Acme Legal").visible_text
    meet(office, partner_id, 105)
    assert (
        "18 Nov · every 30 days · usually about every 3 weeks" in office.told("/partner show Acme Legal").visible_text
    )


def test_the_rhythm_alone_makes_nobody_quiet(office: Office) -> None:
    """Unless the team wants it so: then it is the cadence, and is what is said."""
    partner_id = office.partner(wiifm_us="a", wiifm_them="b", our_role="c", their_role="d", fit="a", overlap="none")
    meet(office, partner_id, *(days - 11 for days in EVERY_3_WEEKS))
    office.activity(partner_id, kind="event", direction="joint", occurred_on=TODAY - timedelta(24))
    assert "None of your partners needs you today" in office.told("/partner due").visible_text
    assert "yes" in office.told("/tend settings learn_cadence yes", user=ADA).visible_text
    words = office.told("/partner show Acme Legal").visible_text
    assert (
        "*Quiet*: no contact for 24 days; you last spoke on 30 Oct, and you usually speak every 3 weeks; "
        "it has been over 3."
    ) in words
    assert "keep to" not in words
    assert "30 Oct · usually every 3 weeks" in office.told("/partner show Acme Legal").visible_text
    office.told("/tend settings learn_cadence no", user=ADA)
    assert "None of your partners" in office.told("/partner due").visible_text


def test_what_is_set_goes_before_what_is_usual(office: Office) -> None:
    """The partner's own cadence, or its vertical's: then nothing is said of a rhythm."""
    office.told("/tend settings learn_cadence yes", user=ADA)
    meet(office, office.partner(cadence_days=30), *EVERY_3_WEEKS)
    words = office.told("/partner show Acme Legal").visible_text
    assert "you aim to speak every 30 days." in words
    assert "usually" not in words + office.told("/partner show Acme Legal").visible_text


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        ((32, 49, 66, 83, 100, 117), "You usually speak about every 17 days; it has been 32."),
        ((31, 33, 35, 38, 40, 41), "You usually speak every 2 weeks or more often; it has been over 4."),
        ((140, 240, 340, 440, 540, 640), "You usually speak every 13 weeks or less often; it has been 20."),
        ((33, 53, 73, 93, 113, 133), "You usually speak about every 3 weeks; it has been almost 5."),
    ],
)
def test_it_is_said_as_truly_as_it_is_known(office: Office, ago: tuple[int, ...], said: str) -> None:
    """In weeks where it comes to weeks; where it is shorter or longer than what is learnt, as a bound."""
    meet(office, office.partner(), *ago)
    assert said in office.told("/partner show Acme Legal").visible_text


def test_the_form_of_the_settings_has_it(office: Office) -> None:
    """Switched off at first; the key alone says what it is."""
    words = office.told("/tend settings learn_cadence", user=ADA).visible_text
    assert "the usual gap between your touches, once there are 6: between 14 and 90 days" in words
    form = office.press(office.told("/tend settings", user=ADA), "change_settings", user=ADA).view
    assert form is not None
    assert first_values(form)["learn_cadence"] == "no"
    only_answer(office.submit(form, user=ADA, learn_cadence="yes"))
    assert "*Learn how often to speak with each partner*: yes" in office.told("/tend settings", user=ADA).visible_text
    assert "is neither yes nor no" in office.told("/tend settings learn_cadence maybe", user=ADA).visible_text
