"""Parse `/partner cost`: money or hours, and what they were for."""

import re
from decimal import Decimal

from bot.grammar.day_detection import reject_unread_day, take_day, unquoted_text
from bot.grammar.errors import UsageError, quote
from bot.grammar.money import count_money_words, is_sure_amount, read_money
from bot.grammar.names import match_leading_name
from bot.grammar.partner_requests import CostRequest
from bot.grammar.requests import CommandContext
from bot.grammar.tokens import ParsedText, Tokens

_LONG_TIMES = ("day", "days", "week", "weeks", "month", "months")
MAX_MINUTES = 1_000 * 60
_TIME_PATTERN = re.compile(
    r"(\d{1,4}(?:[.,]\d{1,2})?)\s*(h|hr|hrs|hour|hours|m|min|mins|minute|minutes)", re.IGNORECASE
)
# "1h 30 leaflets" is one hour: a separate number is minutes only with a unit.
_HOURS_AND_MINUTES = re.compile(r"(\d{1,4})(?:h|\s*h\s*(?=\d+\s*m))(\d{1,2})\s*(?:m|mins?)?", re.IGNORECASE)


def read_cost(typed: ParsedText, tokens: Tokens, reading: CommandContext) -> CostRequest:
    """Parse `PARTNER MONEY|HOURS WHAT… [on DAY]`. Raise UsageError or UnknownPartner."""
    match = match_leading_name(typed, tokens, reading.known, lambda words: _before_amount(words, reading.currency))
    rest, day = take_day(match.rest, ("on",), reading.today)
    if day is None:
        reject_unread_day(rest, ("on",))
    if not rest:
        return CostRequest(partner=match.name, on=day)
    amount, what = _amount_and_what(rest, reading.currency)
    minutes = read_time(unquoted_text(amount))
    money = read_money(unquoted_text(amount), reading.currency) if minutes is None else None
    return CostRequest(partner=match.name, money=money, minutes=minutes, what=typed.phrase(what), on=day)


def _amount_and_what(rest: Tokens, currency: str) -> tuple[Tokens, Tokens]:
    """Split off the words of the amount, at the start or the end. Raise UsageError if there is none."""
    if count := _time_words(rest):
        return rest[:count], rest[count:]
    if count := _money_words(rest, currency):
        if rest[count:] and rest[count].word in _LONG_TIMES and rest[0].text.isdigit():
            text = unquoted_text(rest[: count + 1])
            raise UsageError(text, f"Say hours as 2h or 1h30, and money as £200; I read {quote(text)}.")
        return rest[:count], rest[count:]
    if is_sure_amount(rest[-1], currency) or _TIME_PATTERN.fullmatch(rest[-1].text):
        return rest[-1:], rest[:-1]
    word = rest[0].text
    raise UsageError(word, f"Say what it cost first, like £200 or 2h; I read {quote(word)}.")


def read_time(text: str) -> int | None:
    """Return the minutes in `2h`, `1.5 hours`, `1h30` or `45 min`; None for anything else.

    Raise UsageError for zero and for more than the maximum.
    """
    if hours_and_minutes := _HOURS_AND_MINUTES.fullmatch(text.strip()):
        minutes = int(hours_and_minutes[1]) * 60 + int(hours_and_minutes[2])
    elif match := _TIME_PATTERN.fullmatch(text.strip()):
        number = Decimal(match[1].replace(",", "."))
        minutes = int(number * 60 if match[2].lower().startswith("h") else number)
    else:
        return None
    if not 0 < minutes <= MAX_MINUTES:
        raise UsageError(text, f"A cost is between a minute and 1,000 hours; I read {quote(text)}.")
    return minutes


def _time_words(tokens: Tokens) -> int:
    """Return how many of the first one to three words form a time. The longest match wins."""
    counts = range(min(3, len(tokens)), 0, -1)
    return next((count for count in counts if read_time(unquoted_text(tokens[:count])) is not None), 0)


def _money_words(tokens: Tokens, currency: str) -> int:
    """Return how many of the first words form an amount."""
    return next(
        (count for count in (2, 1) if count_money_words(tokens[:count], currency) == min(count, len(tokens))), 0
    )


def _before_amount(tokens: Tokens, currency: str) -> int:
    """Guess: the name ends before an amount or a time."""
    for index in range(1, len(tokens)):
        word = tokens[index].text
        if (
            count_money_words(tokens[index : index + 1], currency)
            or _TIME_PATTERN.fullmatch(word)
            or _HOURS_AND_MINUTES.fullmatch(word)
        ):
            return index
    return 1
