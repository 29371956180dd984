"""`/referral`, typed."""

from datetime import date
from typing import Any

import pytest

from bot.grammar import CommandContext, UnknownPartner, UsageError, read_referral
from scoring.vocabulary import Direction, Outcome


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {"partner": None}),
        ("to", {"partner": None, "direction": Direction.OUT}),
        ("acme", {"partner": "acme"}),
        ("from Acme Legal Northwind 5k won", {"lead": "Northwind", "value": 500_000, "outcome": Outcome.WON}),
        ("FROM acme  legal Northwind", {"partner": "acme legal", "lead": "Northwind"}),
        ("to Acme Northwind Traders", {"direction": Direction.OUT, "lead": "Northwind Traders"}),
        ("To Scale Northwind", {"partner": "To Scale", "direction": Direction.IN, "lead": "Northwind"}),
        ("to To Scale Northwind", {"partner": "To Scale", "direction": Direction.OUT, "lead": "Northwind"}),
        ("“To Scale” Northwind", {"partner": "To Scale", "direction": Direction.IN}),
        ("O'Brien &amp; Co Jo's café", {"partner": "O'Brien & Co", "lead": "Jo's café"}),
        ("the bank of good hope ltd x", {"partner": "the bank of good hope ltd", "lead": "x"}),
        ("Acme x £5,000 on 2 Nov strategic", {"value": 500_000, "day": "2026-11-02", "strategic": True}),
        ("Acme x strategic won on 2 Nov 5000", {"value": 500_000, "day": "2026-11-02", "outcome": Outcome.WON}),
        ("Acme x on 2 Nov 2025", {"lead": "x", "value": None, "day": "2025-11-02"}),
        ("Acme x 5.00 GBP Lost", {"lead": "x", "value": 500, "outcome": Outcome.LOST}),
        ('Acme x on "last friday"', {"lead": "x", "day": "2026-11-13"}),
        ("Acme 5k", {"lead": None, "value": 500_000}),
        ("Acme Won", {"lead": None, "outcome": Outcome.WON}),
        ('Acme "Won"', {"lead": "Won", "outcome": Outcome.INTRODUCED}),
        ('Acme "Studio 54"', {"lead": "Studio 54", "value": None}),
        ('Acme "Studio 54" 5k', {"lead": "Studio 54", "value": 500_000}),
        ("Acme Studio 54 5k", {"lead": "Studio 54", "value": 500_000}),
        ('Acme the "Big One" met', {"lead": 'the "Big One"', "outcome": Outcome.MET}),
        ("Acme Hands on Care", {"lead": "Hands on Care"}),
        ("Acme top 10 all", {"lead": "top 10 all", "value": None}),
        ("Acme Northwind 5k won yesterday", {"lead": "Northwind", "value": 500_000, "day": "2026-11-17"}),
        ("Acme Northwind last Friday 5k", {"lead": "Northwind", "value": 500_000, "day": "2026-11-13"}),
        ("Acme USA Today", {"lead": "USA Today", "day": "2026-11-18"}),
        ('Acme "all of yesterday"', {"lead": "all of yesterday", "day": "2026-11-18"}),
        ("Acme the men of tomorrow", {"lead": "the men of tomorrow", "day": "2026-11-18"}),
        ("Acme ask <@U1|ana>", {"lead": "ask @ana"}),
        ("Acme Northwind 5k won 2 Nov", {"lead": "Northwind", "value": 500_000, "day": "2026-11-02"}),
        ("Acme Northwind 5k won 3 days ago", {"lead": "Northwind", "value": 500_000, "day": "2026-11-15"}),
        ("Acme Northwind Nov 2 5000", {"lead": "Northwind", "value": 500_000, "day": "2026-11-02"}),
        ("Acme Northwind, 5k, won.", {"lead": "Northwind", "value": 500_000, "outcome": Outcome.WON}),
        ("Acme Smith, Jones &amp; Co, 5k", {"lead": "Smith, Jones & Co", "value": 500_000}),
        ("Acme Northwind Ltd. 5k", {"lead": "Northwind Ltd.", "value": 500_000}),
        ("Acme Northwind for 5k", {"lead": "Northwind", "value": 500_000}),
        ("Acme Northwind worth £5,000 won", {"lead": "Northwind", "value": 500_000, "outcome": Outcome.WON}),
        ("Acme Northwind 5 k", {"lead": "Northwind", "value": 500_000}),
        ("Acme Northwind £5 k", {"lead": "Northwind", "value": 500_000}),
        ("Acme Northwind 5000 pounds", {"lead": "Northwind", "value": 500_000}),
        ("Acme Northwind 5k£ won", {"lead": "Northwind", "value": 500_000, "outcome": Outcome.WON}),
        ("Acme Northwind intro 5k", {"lead": "Northwind", "outcome": Outcome.INTRODUCED, "value": 500_000}),
        ("Acme 3M UK", {"lead": "3M UK", "value": None}),
        ('Acme "5k Run Club" 2k', {"lead": "5k Run Club", "value": 200_000}),
    ],
)
def test_a_referral_is_understood(text: str, expected: dict[str, Any], reading: CommandContext) -> None:
    """The parts at the end come off in any order, once each; the lead is what remains."""
    referral = read_referral(text, reading)
    if "day" in expected:
        expected = {**expected, "occurred_on": date.fromisoformat(expected["day"])}
        del expected["day"]
    assert {part: getattr(referral, part) for part in expected} == expected


def test_what_is_not_said_is_the_usual(reading: CommandContext) -> None:
    """They sent it to us, today, and it was introduced."""
    referral = read_referral("Acme Northwind", reading)
    assert (referral.direction, referral.outcome) == (Direction.IN, Outcome.INTRODUCED)
    assert (referral.occurred_on, referral.value, referral.strategic) == (reading.today, None, False)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Acme x on yesterdy", "yesterdy"),
        ("Acme x on 31 Feb 5k", "31 Feb"),
        ("Acme x on 5 won", "5"),
        ("Acme x on 03/04/2026", "03/04/2026"),
        ("Acme x on May 2025", "May 2025"),
        ("Acme x EUR 200", "EUR 200"),
        ("Acme x $5k won", "$5k"),
        ("Acme x -500", "-500"),
        ("Acme x 5.555", "5.555"),
        ("Acme x £5x", "£5x"),
        ("Acme x £5 000", "£5 000"),
        ("Acme x 5 000 £", "5 000 £"),
        ('Acme "x', '"x'),
        ("Acme Northwind 5k wonn", "wonn"),
        ("Acme Northwind 5k meeting", "meeting"),
        ("Acme Northwind £5,000 for the pilot", "for the pilot"),
        ("Acme 5k Northwind", "Northwind"),
        ("Acme Northwind 500 euros", "500 euros"),
    ],
)
def test_an_unreadable_part_is_named_with_the_right_form(text: str, word: str, reading: CommandContext) -> None:
    """The error carries the words in question, a sentence, and how it is written."""
    with pytest.raises(UsageError) as caught:
        read_referral(text, reading)
    assert caught.value.word == word
    assert caught.value.problem.endswith(".")
    assert caught.value.form.startswith("/referral ")


def test_an_unknown_name_offers_its_first_word_first(reading: CommandContext) -> None:
    """Then every longer beginning, up to five words, and the rest stays as typed."""
    with pytest.raises(UnknownPartner) as caught:
        read_referral("from Zed  Smith &amp; Sons Ltd North wind 5k won", reading)
    splits = caught.value.splits
    assert [each.name for each in splits] == [
        "Zed", "Zed Smith", "Zed Smith &", "Zed Smith & Sons", "Zed Smith & Sons Ltd",
    ]  # fmt: skip
    assert splits[3].retype("Zed & Sons") == 'from "Zed &amp; Sons" Ltd North wind 5k won'


def test_an_unknown_quoted_name_is_just_that(reading: CommandContext) -> None:
    """Quotation marks leave nothing to guess."""
    with pytest.raises(UnknownPartner, match="No partner is called “Zed Corp”") as caught:
        read_referral("to “Zed Corp” Northwind", reading)
    (split,) = caught.value.splits
    assert split.name == "Zed Corp"
    assert split.retype("Acme") == 'to "Acme" Northwind'


def test_a_retyped_text_is_read_with_the_new_name(reading: CommandContext) -> None:
    """The direction and the rest are kept."""
    with pytest.raises(UnknownPartner) as caught:
        read_referral("to Akme Northwind 5k", reading)
    referral = read_referral(caught.value.splits[0].retype("Acme Legal"), reading)
    assert (referral.partner, referral.direction, referral.lead) == ("Acme Legal", Direction.OUT, "Northwind")


def test_a_referral_with_somebody_is_asked_which_way_it_went(reading: CommandContext) -> None:
    with pytest.raises(UsageError) as caught:
        read_referral("with Acme Northwind 5k", reading)
    assert caught.value.word == "with"
    assert "“from”" in str(caught.value)
    assert "“to”" in str(caught.value)
