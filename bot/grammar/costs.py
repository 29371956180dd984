"""`/partner cost`: money, or hours of our time, and what they went into."""

import re
from decimal import Decimal

from bot.grammar.day_words import refuse_unread_day, take_day
from bot.grammar.errors import UsageError, shown
from bot.grammar.money import count_money_words, read_money
from bot.grammar.partner_names import name_first
from bot.grammar.requests import PartnerRequest, PartnerVerb, Reading
from bot.grammar.tokens import Tokens, Typed

LONGEST_MINUTES = 1_000 * 60
_TIME = re.compile(r"(\d{1,4}(?:[.,]\d{1,2})?)\s*(h|hr|hrs|hour|hours|m|min|mins|minute|minutes)", re.IGNORECASE)
# "1h 30 leaflets" is one hour: what stands apart is minutes only where it says so.
_BOTH = re.compile(r"(\d{1,4})(?:h|\s*h\s*(?=\d+\s*m))(\d{1,2})\s*(?:m|mins?)?", re.IGNORECASE)


def read_cost(typed: Typed, tokens: Tokens, reading: Reading) -> PartnerRequest:
    """`PARTNER MONEY|HOURS WHAT… [on DAY]`. Raises UsageError, UnknownPartner."""
    named = name_first(typed, tokens, reading.known, lambda words: _before_amount(words, reading.currency))
    rest, day = take_day(named.rest, ("on",), reading.today)
    if day is None:
        refuse_unread_day(rest, ("on",))
    if not rest:
        return PartnerRequest(verb=PartnerVerb.COST, partner=named.name, on=day)
    minutes, count = _time(rest)
    money = None
    if minutes is None:
        count = _money_words(rest, reading.currency)
        if not count:
            word = rest[0].text
            raise UsageError(word, f"Say what it cost first, like £200 or 2h; I read {shown(word)}.")
        money = read_money(" ".join(token.text for token in rest[:count]), reading.currency)
    what = typed.phrase(rest[count:])
    return PartnerRequest(verb=PartnerVerb.COST, partner=named.name, money=money, minutes=minutes, what=what, on=day)


def read_time(text: str) -> int | None:
    """Minutes out of `2h`, `1.5 hours`, `1h30`, `45 min`; None for anything else.

    Raises UsageError for nought and too much.
    """
    if both := _BOTH.fullmatch(text.strip()):
        minutes = int(both[1]) * 60 + int(both[2])
    elif found := _TIME.fullmatch(text.strip()):
        number = Decimal(found[1].replace(",", "."))
        minutes = int(number * 60 if found[2].lower().startswith("h") else number)
    else:
        return None
    if not 0 < minutes <= LONGEST_MINUTES:
        raise UsageError(text, f"A cost is between a minute and 1,000 hours; I read {shown(text)}.")
    return minutes


def _time(tokens: Tokens) -> tuple[int | None, int]:
    """The minutes that the first one to three words say, and how many words those are: the most that say any."""
    for count in (3, 2, 1):
        minutes = read_time(" ".join(token.text for token in tokens[:count]))
        if minutes is not None and len(tokens) >= count:
            return minutes, count
    return None, 0


def _money_words(tokens: Tokens, currency: str) -> int:
    """How many words from the start are an amount."""
    return next(
        (count for count in (2, 1) if count_money_words(tokens[:count], currency) == min(count, len(tokens))), 0
    )


def _before_amount(tokens: Tokens, currency: str) -> int:
    """The guess: the name ends where an amount or a time stands."""
    for at in range(1, len(tokens)):
        word = tokens[at].text
        if count_money_words(tokens[at : at + 1], currency) or _TIME.fullmatch(word) or _BOTH.fullmatch(word):
            return at
    return 1
