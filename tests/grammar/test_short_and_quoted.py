"""One word after a day, and amounts in quotes."""

from datetime import date

import pytest

from bot.grammar import CommandContext, UnknownPartner, read_event, read_referral, read_touch


@pytest.mark.parametrize("day", ["yesterday", "2026-11-17", "17 Nov"])
def test_a_day_may_stand_before_a_single_word(day: str, reading: CommandContext) -> None:
    event = read_event(f"Acme {day} Breakfast", reading)
    assert (event.title, event.occurred_on) == ("Breakfast", date(2026, 11, 17))
    touch = read_touch(f"Acme {day} call", reading)
    assert (touch.medium, touch.occurred_on) == ("call", date(2026, 11, 17))


@pytest.mark.parametrize("amount", ["£5,000", "5k"])
def test_an_amount_in_quotes_is_the_lead(amount: str, reading: CommandContext) -> None:
    quoted = read_referral(f'Acme "{amount}"', reading)
    assert (quoted.lead, quoted.value) == (amount, None)
    both = read_referral(f'Acme "{amount}" £200', reading)
    assert (both.lead, both.value) == (amount, 20_000)
    club = read_referral(f'Acme "{amount}" Club', reading)
    assert (club.lead, club.value) == (f'"{amount}" Club', None)


def test_an_unknown_partner_after_a_command_lacks_no_verb(reading: CommandContext) -> None:
    with pytest.raises(UnknownPartner) as raised:
        read_touch("Nobody call hello", reading)
    assert not raised.value.no_verb
