"""`/partner cost`, typed, and hours as people write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grammar import CommandContext, CostRequest, UnknownPartner, UsageError, read_partner
from bot.grammar.costs import MAX_MINUTES, read_time
from tests.grammar.conftest import MakeReading


def cost(**parts: object) -> CostRequest:
    return CostRequest(partner="Acme Legal", **parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("£200 sponsored lunch", cost(money=20_000, what="sponsored lunch")),
        ("sponsored lunch £200", cost(money=20_000, what="sponsored lunch")),
        ("joint planning 2h", cost(minutes=120, what="joint planning")),
        ("1.2k stand at the fair on 2 Nov", cost(money=120_000, what="stand at the fair", on=date(2026, 11, 2))),
        ("200 GBP flyers on friday", cost(money=20_000, what="flyers", on=date(2026, 11, 13))),
        ("2h joint planning", cost(minutes=120, what="joint planning")),
        ("2 hours joint planning", cost(minutes=120, what="joint planning")),
        ("1.5h slides on their terms", cost(minutes=90, what="slides on their terms")),
        ("1h30 slides", cost(minutes=90, what="slides")),
        ("1h 30 min slides", cost(minutes=90, what="slides")),
        ("1h 30m slides", cost(minutes=90, what="slides")),
        ("1h 30 leaflets", cost(minutes=60, what="30 leaflets")),
        ("45 min call yesterday", cost(minutes=45, what="call", on=date(2026, 11, 17))),
        ("5m call", cost(minutes=5, what="call")),
        ("£5m merger", cost(money=500_000_000, what="merger")),
        ("£200", cost(money=20_000)),
        ("2h", cost(minutes=120)),
        ("", cost()),
    ],
)
def test_a_cost_is_understood(text: str, request_: CostRequest, reading: CommandContext) -> None:
    """Money or hours come first, then what they went into, and the day last."""
    assert read_partner(f"cost acme legal {text}", reading) == CostRequest(
        partner="acme legal",
        money=request_.money,
        minutes=request_.minutes,
        what=request_.what,
        on=request_.on,
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("lunch", "Say what it cost first"),
        ("1 day workshop", "“1 day”"),
        ("$200 lunch", "keeps this workspace's money in GBP"),
        ("£2.005 lunch", "£2.005"),
        ("0h lunch", "between a minute and 1,000 hours"),
        ("1001h lunch", "between a minute and 1,000 hours"),
        ("£200 lunch on frday", "frday"),
        ("£200 lunch on 31 Feb", "31 Feb"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, problem: str, reading: CommandContext) -> None:
    """The error names the word, and the form of the command."""
    with pytest.raises(UsageError) as error:
        read_partner(f"cost Acme {text}", reading)
    assert problem in error.value.problem
    assert error.value.form.startswith("/partner cost PARTNER")


@pytest.mark.parametrize("amount", ["£200", "2h", "1h30"])
def test_an_unknown_name_ends_where_the_amount_stands(amount: str, make_reading: MakeReading) -> None:
    with pytest.raises(UnknownPartner) as error:
        read_partner(f"cost Zeta Works {amount} lunch", make_reading("Acme"))
    assert error.value.splits[0].name == "Zeta Works"
    assert error.value.splits[0].retype("Zeta") == f'cost "Zeta" {amount} lunch'


@given(st.integers(1, MAX_MINUTES - 1))
def test_hours_and_minutes_come_back(minutes: int) -> None:
    """Whatever is written as hours and minutes is read as that."""
    hours, rest = divmod(minutes, 60)
    assert {read_time(f"{hours}h{rest:02}"), read_time(f"{hours} h {rest} mins")} == {minutes}


@given(st.text(max_size=20))
def test_any_text_is_minutes_none_or_a_complaint(text: str) -> None:
    """Nothing that is typed brings it down, and what it reads is within bounds."""
    try:
        minutes = read_time(text)
    except UsageError:
        return
    assert minutes is None or 0 < minutes <= MAX_MINUTES
