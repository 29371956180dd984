"""Parse an amount into integer minor units of the workspace's currency."""

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from bot.grammar.errors import UsageError, quote
from bot.grammar.tokens import Token, Tokens, clean_text

MONEY_FORM = "5000, 5k, £1.2m"
MAX_AMOUNT = 10**12  # minor units

_MINUSES = "-−–"
_GROUPED = re.compile(r"[0-9]{1,3}([,.' ])(?:[0-9]{2,3}\1)*[0-9]{3}(?:(?!\1)[.,][0-9]+)?")
_SIMPLE = re.compile(r"[0-9]+(?:[.,][0-9]+)?|[.,][0-9]+")
_NUMBERISH = re.compile(rf"[{_MINUSES}]?[0-9][0-9.,']*[kKmM]?")
_AMOUNT = re.compile(r"(?P<before>[^0-9]*?)(?P<number>[.,]?[0-9](?:[0-9.,' ]*[0-9])?)(?P<after>[^0-9]*)")
_MAX_MARK_LENGTH = 7  # dollars
_MAX_LENGTH = 60  # characters; a real amount is shorter, and the patterns are slow on long text
_LEADING_MARK = re.compile(rf"[{_MINUSES}]?([^0-9{_MINUSES}]+)[{_MINUSES}]?([0-9].*)")
_TRAILING_MARK = re.compile(rf"([{_MINUSES}]?[0-9][0-9.,']*)([^0-9]+)")
_ABBREVIATED = re.compile(r"[0-9][0-9.,']*[kKm]")
_THOUSANDS = {"k": 1_000, "m": 1_000_000}
# Currency symbols that Unicode classifies as letters, and words that mean a currency in any case.
_DOLLARS = ("USD", "CAD", "AUD", "NZD", "SGD", "HKD")
_LETTER_SIGNS = {
    "kr": ("SEK", "NOK", "DKK", "ISK"), "kr.": ("DKK",), "zł": ("PLN",), "fr": ("CHF",), "fr.": ("CHF",),
    "sfr": ("CHF",), "pound": ("GBP",), "pounds": ("GBP",), "quid": ("GBP",), "euro": ("EUR",), "euros": ("EUR",),
    "dollar": _DOLLARS, "dollars": _DOLLARS, "bucks": _DOLLARS, "francs": ("CHF",),
 "rs": ("INR", "PKR", "LKR", "NPR"), "rs.": ("INR", "PKR"), "kč": ("CZK",), "ft": ("HUF",),
}  # fmt: skip
_COMMON_CURRENCIES = ("USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK")


def read_money(text: str, currency: str) -> int:
    """Parse `£5,000`, `5k`, `EUR 200` or `5.000,50 €` into minor units. `currency` is the workspace's ISO code.

    Raise UsageError for: no amount, another currency, a negative amount, more than 10**12 minor units, more decimals
    than the currency has, or a number with two readings (1.500).
    """
    from babel.numbers import get_currency_precision

    text = clean_text(text)
    match = _AMOUNT.fullmatch(text) if len(text) <= _MAX_LENGTH else None
    if match is None:
        raise _unreadable_error(text)
    around = match["before"] + match["after"]
    before = match["before"].strip(f" {_MINUSES}")
    after, times = _read_suffix(match["after"].strip(f" {_MINUSES}"), currency)
    for mark in (before, after):
        if mark and not _is_own_currency(mark, currency):
            raise _foreign_currency_error(text, currency) if _is_mark(mark, currency) else _unreadable_error(text)
    precision = get_currency_precision(currency)
    minor = _read_amount(text, match["number"], scaled=times > 1, precision=precision) * times * 10**precision
    if any(minus in around for minus in _MINUSES):
        raise UsageError(text, f"An amount cannot be below zero; I read {quote(text)}.")
    if minor > MAX_AMOUNT:
        raise UsageError(text, f"The amount {quote(text)} is too large.")
    if minor.denominator != 1:
        digits = f"at most {precision} digits after the point" if precision else "no digits after the point"
        raise UsageError(text, f"An amount in {currency} has {digits}; I read {quote(text)}.")
    return int(minor)


def count_money_words(tokens: Tokens, currency: str) -> int:
    """Return how many of the last words (0, 1 or 2) were meant as an amount, readable or not, in any currency."""
    last = "" if tokens[-1].quoted else tokens[-1].text
    if not last:
        return 0
    previous = "" if len(tokens) < 2 or tokens[-2].quoted else tokens[-2].text
    if _NUMBERISH.fullmatch(last):
        return 2 if _is_mark(previous, currency) else 1
    if _NUMBERISH.fullmatch(previous) and _is_mark(last, currency):
        return 2
    if last in _THOUSANDS and previous[-1:].isdigit():  # 5 k
        return 2 if _NUMBERISH.fullmatch(previous) or _is_marked_number(previous, currency) else 0
    return 1 if _is_marked_number(last, currency) else 0


def is_sure_amount(token: Token, currency: str) -> bool:
    """Return whether a word is certainly an amount. £5,000 and 5k are; 54 may be part of a name, and 3M is one."""
    if token.quoted:
        return False
    return _is_marked_number(token.text, currency) or bool(_ABBREVIATED.fullmatch(token.text))


def _read_suffix(after: str, currency: str) -> tuple[str, int]:
    """Return the text after the number and its k or m, and the multiplier. `kr` is not a k."""
    rest = after[1:].strip()
    if after[:1] in ("k", "K", "m", "M") and (not rest or _is_mark(rest, currency)):
        return rest, _THOUSANDS[after[0].lower()]
    return after, 1


def _read_amount(text: str, number: str, *, scaled: bool, precision: int) -> Fraction:
    """Return the exact number before k or m. Raise UsageError if point and comma are ambiguous."""
    from price_parser import Price

    if not (_GROUPED.fullmatch(number) or _SIMPLE.fullmatch(number)) or re.match("0[0-9]", number):
        raise _unreadable_error(text)
    if number.isdigit():
        return Fraction(int(number))
    separator = None
    if three := re.fullmatch(r"([0-9]+)([.,])([0-9]{3})", number):
        # 5,000 is five thousand and 1.250k is 1,250. But 5.000 is five thousand in Rome and five in London.
        if len(three[1]) > 3 or three[1] == "0" or (scaled and three[2] == "."):
            separator = three[2]
        elif precision > 2 and three[2] == ".":
            separator = "."
        elif scaled or three[2] == ".":
            raise _ambiguous_error(text, three[1], three[3])
    elif mixed := re.fullmatch(r".*[,.' ][0-9]{3}([.,])[0-9]+", number):
        # After another mark, the last one is the decimal mark; unless both are the same, as in 1,234,567.
        separator = mixed[1] if number.count(mixed[1]) == 1 else None
    amount: Decimal | None = Price.fromstring(number, decimal_separator=separator).amount
    if amount is None:
        raise _unreadable_error(text)
    return Fraction(amount)


def _is_marked_number(word: str, currency: str) -> bool:
    """Match £5k, 5€, GBP5, -£5. Any digit after a symbol is money; letters must be a currency code before or after a
    number.
    """
    match = _LEADING_MARK.fullmatch(word)
    if match is not None and _is_mark(match[1], currency):
        return _has_sign(match[1]) or _NUMBERISH.fullmatch(match[2]) is not None
    match = _TRAILING_MARK.fullmatch(word)
    return match is not None and any(_is_mark(mark, currency) for mark in (match[2], match[2][1:]))


@lru_cache(maxsize=1024)
def _is_own_currency(mark: str, currency: str) -> bool:
    """Return whether a symbol or code can mean the workspace's currency. A bare dollar sign means any dollar."""
    from babel.numbers import get_currency_name, get_currency_symbol

    symbol = get_currency_symbol(currency, locale="en")
    own = {currency.casefold(), symbol.casefold()}
    if "$" in symbol or get_currency_name(currency, locale="en").endswith("Dollar"):
        own |= {"$", f"{currency[:2]}$".casefold()}
    if "¥" in symbol:
        own |= {"¥", "￥"}
    return mark.casefold() in own or currency in _LETTER_SIGNS.get(mark.casefold(), ())


@lru_cache(maxsize=1024)
def _is_mark(mark: str, currency: str) -> bool:
    """Return whether it is a currency symbol or code. Most codes must be upper case, as `all` and `top` are words."""
    from babel.numbers import list_currencies

    if not mark or len(mark) > _MAX_MARK_LENGTH or any(character.isdigit() for character in mark):
        return False
    if (
        _has_sign(mark)
        or mark.casefold() in _LETTER_SIGNS
        or mark.upper() in _COMMON_CURRENCIES
        or _is_own_currency(mark, currency)
    ):
        return True
    return len(mark) == 3 and mark.isascii() and mark.isupper() and mark in list_currencies()


def _has_sign(mark: str) -> bool:
    return any(unicodedata.category(character) == "Sc" for character in mark)


def _unreadable_error(text: str) -> UsageError:
    if not text:
        return UsageError(text, f"There is no amount here; amounts look like {MONEY_FORM}.")
    return UsageError(text, f"I could not read the amount {quote(text)}; amounts look like {MONEY_FORM}.")


def _ambiguous_error(text: str, whole: str, three: str) -> UsageError:
    problem = f"The amount {quote(text)} could be {whole}{three} or {whole} point {three}; please write it another way."
    return UsageError(text, problem)


def _foreign_currency_error(text: str, currency: str) -> UsageError:
    problem = f"Tend keeps this workspace's money in {currency}; I read {quote(text)}."
    return UsageError(text, problem)
