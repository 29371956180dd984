"""What holds for every text."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grammar import (
    CommandContext,
    UnknownPartner,
    UsageError,
    quote_word,
    read_event,
    read_partner,
    read_referral,
    read_tend,
    read_touch,
    read_trust,
)
from bot.grammar.activities import KIND_OF_MEDIUM
from bot.grammar.tokens import clean_text
from scoring.vocabulary import Direction, Outcome, Side

READERS: list[Callable[[str, CommandContext], Any]] = [
    read_referral,
    read_event,
    read_touch,
    read_trust,
    read_partner,
    lambda text, reading: read_tend(text),
]
# Words that mean something somewhere, in any order.
WORDS = [
    *("from", "to", "Acme", "Legal", "Northwind", "O'Brien", '"Acme"', "“", "”", "«", '"', "&amp;", "&lt;"),
    *("on", "by", "next:", "next:x", "friday", "fridya", "last", "ago", "today", "2", "Nov", "31", "Feb", "2025"),
    *("5", "6", "5k", "£5", "EUR", "200", "000", "5.555", "-5", "won", "met", "strategic", "us", "them", "call"),
    *("promo", "until", "since", "because", "owner", "vertical", "add", "show", "list", "edit", "pause", "end"),
    *("explain", "settings", "digest", "<@U1|ana>", "<@U2>", "<#C1|x>", "\u200d", "\u202e", "é"),
]
TEXTS = st.text(max_size=1500) | st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)
NAMES = st.text(min_size=1, max_size=40).map(clean_text).filter(bool)
PHRASES = st.none() | NAMES
DAYS = st.dates(date(1970, 1, 1), date(2028, 11, 18))


@pytest.mark.parametrize("read", READERS)
@given(text=TEXTS)
def test_any_text_gives_a_request_or_a_known_error(
    read: Callable[[str, CommandContext], Any], text: str, reading: CommandContext
) -> None:
    """And the errors carry what is needed to answer."""
    try:
        read(text, reading)
    except UsageError as error:
        told = bool(error.problem) and error.form.startswith("/")
    except UnknownPartner as error:
        told = all(split.name for split in error.splits)
    else:
        told = True
    assert told


@pytest.mark.parametrize("read", READERS[:5])
@given(text=TEXTS, name=NAMES)
def test_a_retyped_text_names_the_partner(
    read: Callable[[str, CommandContext], Any], text: str, name: str, reading: CommandContext
) -> None:
    """In every split, the new name is read in the place of the unknown one, and the rest is as it was."""
    try:
        read(text, reading)
    except UsageError:
        return
    except UnknownPartner as unknown:
        found = unknown.splits
    else:
        return
    for split in found:
        exact = CommandContext(today=reading.today, currency="GBP", known=lambda names: name if name in names else None)
        with suppress(UsageError):  # what follows another guess of the name need not be readable
            assert read(split.retype(name), exact).partner == name


def _said(*parts: object) -> str:
    return " ".join(str(part) for part in parts if part is not None)


def _quoted(text: str | None) -> str | None:
    return None if text is None else quote_word(text)


@given(
    partner=NAMES,
    direction=st.sampled_from([Direction.IN, Direction.OUT]),
    lead=PHRASES,
    value=st.none() | st.integers(0, 10**12),
    outcome=st.sampled_from(Outcome),
    day=DAYS,
    strategic=st.booleans(),
    order=st.permutations(range(4)),
)
def test_a_referral_written_out_is_read_back(
    partner: str,
    direction: Direction,
    lead: str | None,
    value: int | None,
    outcome: Outcome,
    day: date,
    strategic: bool,
    order: list[int],
    make_reading: Callable[..., CommandContext],
) -> None:
    """In any order of its parts."""
    money = None if value is None else f"£{value // 100}.{value % 100:02}"
    parts = [money, outcome.value, f"on {day}", "strategic" if strategic else None]
    side = "from" if direction is Direction.IN else "to"
    text = _said(side, quote_word(partner), _quoted(lead), *(parts[at] for at in order))
    read = read_referral(text, make_reading(partner))
    assert (read.partner, read.direction, read.lead, read.value) == (partner, direction, lead, value)
    assert (read.outcome, read.occurred_on, read.strategic) == (outcome, day, strategic)


@given(
    partner=NAMES,
    medium=st.none() | st.sampled_from(sorted(KIND_OF_MEDIUM)),
    note=PHRASES,
    day=DAYS,
    step=PHRASES,
    due=st.none() | DAYS,
)
def test_a_touch_written_out_is_read_back(
    partner: str,
    medium: str | None,
    note: str | None,
    day: date,
    step: str | None,
    due: date | None,
    make_reading: Callable[..., CommandContext],
) -> None:
    """With and without a kind, a note and a promise."""
    promise = () if step is None else ("next:", quote_word(step), None if due is None else f"by {due}")
    text = _said(quote_word(partner), medium, _quoted(note), f"on {day}", *promise)
    read = read_touch(text, make_reading(partner))
    assert (read.partner, read.medium, read.note, read.occurred_on) == (partner, medium, note, day)
    assert (read.step, read.step_due_on) == (step, due if step is not None else None)


@given(partner=NAMES, title=PHRASES, day=DAYS)
def test_an_event_written_out_is_read_back(
    partner: str, title: str | None, day: date, make_reading: Callable[..., CommandContext]
) -> None:
    """Whatever the title says."""
    read = read_event(_said(quote_word(partner), _quoted(title), f"on {day}"), make_reading(partner))
    assert (read.partner, read.title, read.occurred_on) == (partner, title, day)


@given(partner=NAMES, level=st.integers(1, 5), side=st.sampled_from(Side), note=PHRASES)
def test_a_rating_written_out_is_read_back(
    partner: str, level: int, side: Side, note: str | None, make_reading: Callable[..., CommandContext]
) -> None:
    """On either side."""
    word = "us" if side is Side.OURS else "them"
    read = read_trust(_said(quote_word(partner), level, word, _quoted(note)), make_reading(partner))
    assert (read.partner, read.level, read.side, read.note) == (partner, level, side, note)
