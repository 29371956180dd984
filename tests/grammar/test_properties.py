"""What holds for every text."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grammar import (
    CommandContext,
    UnknownPartner,
    UsageError,
    read_partner,
    read_tend,
)
from bot.grammar.tokens import clean_text

READERS: list[Callable[[str, CommandContext], Any]] = [
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


@pytest.mark.parametrize("read", READERS[:1])
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
