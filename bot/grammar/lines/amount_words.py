"""One amount of money as it is written: with a sign, a code or thousands, in figures or in words."""

import re
from dataclasses import dataclass
from fractions import Fraction

from bot.grammar.errors import UsageError
from bot.grammar.lines.lists import words
from bot.grammar.lines.words import Sheet
from bot.grammar.money import MAX_AMOUNT, read_money

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
NUMBERS = {word: at for at, word in enumerate(ONES.split())}
NUMBERS |= {
    word: 10 * at
    for at, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_TIMES = {
    "k": 1_000,
    "grand": 1_000,
    "thousand": 1_000,
    "thou": 1_000,
    "ks": 1_000,
    "m": 1_000_000,
    "mil": 1_000_000,
    "mill": 1_000_000,
    "mn": 1_000_000,
    "million": 1_000_000,
    "mm": 1_000_000,
}
_FRACTIONS = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4)}
_INDIAN = words("lakh lakhs lac lacs crore crores cr")
_SHORT_LAKHS = re.compile(r"[0-9.]+(?:l|cr)")
SIGNS = "£$€¥₹"
_SIGN_WORDS = frozenset(SIGNS)
CODES = words("gbp usd eur chf jpy cad aud nzd sek nok dkk inr pln zar sgd hkd aed")
_NAMES = words("pounds pound quid sterling euros euro dollars dollar bucks francs")
PERIOD_SPELLINGS = {
    "month": "pm pcm p/m monthly /month /mo mrr",
    "year": "pa p.a p/a /year /yr annually yearly",
    "week": "/week pw p/w weekly",
    "day": "/day",
    "hour": "/hour /hr ph",
}
PERIODS = {word: period for period, text in PERIOD_SPELLINGS.items() for word in text.split()}
NUMBER = r"[0-9][0-9.,']*"
_ONE = re.compile(
    rf"(?P<sign>-?(?:[{SIGNS}]|[a-z]{{0,2}}\$|gbp|usd|eur|chf))?(?P<number>-?{NUMBER}[0-9]|-?[0-9])(?P<times>k|mm|m|mn|bn)?"
    rf"(?P<code>[{SIGNS}]|gbp|usd|eur)?(?P<more>\+|\+vat|p\.?c\.?m|pm|p\.?a|/[a-z]+|-?ish)?"
)
SMALL = re.compile(r"[0-9]{1,3}(?:\.[0-9]+)?")
_SPLIT_THOUSANDS = re.compile(r"[0-9]{3}")
# Where a comma parts thousands, one or two digits behind it are a slip.
_COMMA_DECIMALS = re.compile(r"[0-9]+,[0-9]{1,2}")
_POINT_CURRENCIES = words("GBP USD AUD CAD NZD INR SGD HKD JPY")
MIN_PHONE = 9  # digits
_MIN_BARE = 1_000
_NUMBERED = words("ref ref: order no no. number id invoice unit room suite flat level route class case file po job")
_YEARS = range(1900, 2101)


@dataclass(frozen=True, slots=True)
class Amount:
    """Words that are an amount. `minor` is None where it must be asked about, as `problem` says in one sentence.

    `is_bare` is a number that nothing marks as money; `of` is where what leads to it begins ("worth about").
    """

    first: int
    last: int
    minor: int | None
    problem: str = ""
    is_bare: bool = False
    of: int = 0

    @property
    def begin(self) -> int:
        """Where it begins with the words that lead to it."""
        return min(self.of, self.first)


def single_amount(sheet: Sheet, at: int, currency: str) -> Amount | None:
    """One number with its sign or code and its thousands."""
    first, code = at, ""
    if sheet.key(at) in CODES or sheet.key(at) in _SIGN_WORDS:
        code, at = sheet.words[at].text, at + 1
    if code and _SHORT_LAKHS.fullmatch(sheet.key(at)):
        return Amount(first, at + 1, None, f"I can't tell how much “{sheet.spelled(first, at + 1)}” is in {currency}.")
    match = _ONE.fullmatch(sheet.key(at)) if at < len(sheet) and not sheet.words[at].quoted else None
    if match is None or not sheet.is_free(at):
        return None
    text, last = sheet.words[at].text, at + 1
    times = match["times"] or ""
    if text.endswith("M") and not (code or match["sign"] or "." in text):
        return None  # 3M is a firm
    if not times and sheet.key(last) in _TIMES and sheet.is_free(last):
        times, last = sheet.key(last), last + 1
    if not times and sheet.key(last) in _INDIAN and sheet.is_free(last):
        problem = f"I can't tell how much “{sheet.spelled(first, last + 1)}” is in {currency}."
        return Amount(first, last + 1, None, problem)
    if not code and not match["sign"] and sheet.key(last) in (*_NAMES, *CODES):
        code, last = sheet.words[last].text, last + 1
        if code.casefold() == "pounds" and sheet.key(last) == "sterling":
            last += 1
    number = match["number"]
    if re.fullmatch(r"[0-9]{1,3}", number) and not times and (code or match["sign"]):
        while last < len(sheet) and re.fullmatch(r"[0-9]{3}", sheet.key(last)) and sheet.is_free(last):  # £5 000
            number, last = number + sheet.key(last), last + 1
        if last > at + 1 and sheet.key(last) in ("k", "m"):
            return None
    more = match["more"] or ""
    is_bare = not (code or match["sign"] or match["code"] or times)
    if more and (more.startswith(("p", "/"))):
        if more.startswith("/") and more not in PERIODS:
            return None
        words = sheet.spelled(first, last)
        return Amount(first, last, None, f"“{words}” comes again; what is the lead worth in all?")
    if (
        is_bare
        and SMALL.fullmatch(number)
        and _SPLIT_THOUSANDS.fullmatch(sheet.key(last))
        and not sheet.key(last + 1)[:1].isdigit()
    ):
        words = sheet.spelled(first, last + 1)
        return Amount(first, last + 1, None, f"“{words}” may be one amount or two numbers.", is_bare=True)
    if is_bare and not _is_plain_amount(sheet, at, number, last):
        return None
    return _valued(
        sheet, first, last, (code, match["sign"] or match["code"] or "", number, times), currency, is_bare=is_bare
    )


def _is_plain_amount(sheet: Sheet, at: int, number: str, last: int) -> bool:
    """Whether a number without any sign is money: from 1,000 on, and neither a year nor a part of a longer number."""
    if sheet.key(last)[:1].isdigit() or sheet.key(at - 1)[-1:].isdigit() or sheet.key(at - 1) in _NUMBERED:
        return False
    if number.isdigit():
        return int(number) >= _MIN_BARE and int(number) not in _YEARS and len(number) < MIN_PHONE and number[0] != "0"
    return bool(re.fullmatch(r"[0-9]{1,3}(?:[,.'][0-9]{3})+(?:[.,][0-9]{2})?|[0-9]{4,}\.[0-9]{2}", number))


def _valued(
    sheet: Sheet, first: int, last: int, parts: tuple[str, str, str, str], currency: str, *, is_bare: bool
) -> Amount:
    code, sign, number, times = parts
    factor = _TIMES.get(times, 1)
    if _COMMA_DECIMALS.fullmatch(number) and currency in _POINT_CURRENCIES:
        return Amount(first, last, None, f"I can't tell how much “{sheet.spelled(first, last)}” is.", is_bare=is_bare)
    short = {1: "", 1_000: "k", 1_000_000: "m"}[factor] if times != "bn" else " bn"
    try:
        minor = read_money(f"{code or sign}{' ' if code else ''}{number}{short}", currency)
    except UsageError as error:
        problem = error.problem if error.word in sheet.text else f"Tend keeps this workspace's money in {currency}."
        return Amount(first, last, None, problem, is_bare=is_bare)
    return Amount(first, last, minor, is_bare=is_bare)


def worded_amount(sheet: Sheet, at: int, currency: str) -> Amount | None:
    """five grand, twenty-five thousand, half a million, a couple of grand."""
    if sheet.keys[at][:1].isdigit():
        number, place = _halved(sheet, at)
    else:
        number, place = _number_words(sheet, at)
    if number is None:
        return None
    times = _TIMES.get(sheet.key(place))
    if times is None or (
        sheet.key(place) in ("k", "m", "grand") and sheet.words[place].is_capital and sheet.key(place) == "grand"
    ):
        return None
    place += 1
    if sheet.says(place, "and", "a", "half"):  # a grand and a half
        number, place = number + Fraction(1, 2), place + 3
    if sheet.says(place, "pounds") or sheet.says(place, "quid"):
        place += 1
    elif sheet.key(place) in _NAMES | CODES and sheet.key(place) != currency.casefold():
        return Amount(at, place + 1, None, f"Tend keeps this workspace's money in {currency}.")
    from babel.numbers import get_currency_precision

    minor = number * times * 10 ** get_currency_precision(currency)
    return Amount(at, place, int(minor)) if minor <= MAX_AMOUNT and minor.denominator == 1 else None


def _halved(sheet: Sheet, at: int) -> tuple[Fraction | None, int]:
    """A number in figures with a half behind it, and where it ends: `2 and a half`, `2½`, `2 1/2`."""
    key, text = sheet.keys[at], sheet.words[at].text
    if text[-1:] in _FRACTIONS and text[:-1].isdigit():
        return int(text[:-1]) + _FRACTIONS[text[-1]], at + 1
    if not key.isdigit() or len(key) > 3:
        return None, at
    if sheet.says(at + 1, "and", "a", "half"):
        return int(key) + Fraction(1, 2), at + 4
    if at + 1 < len(sheet) and sheet.words[at + 1].text in ("1/2", "½"):
        return int(key) + Fraction(1, 2), at + 2
    return None, at


def _number_words(sheet: Sheet, at: int) -> tuple[Fraction | None, int]:
    """A number in words below a thousand, and where it ends."""
    if sheet.says(at, "half", "a"):
        return Fraction(1, 2), at + 2
    if sheet.says(at, "quarter", "of", "a"):
        return Fraction(1, 4), at + 3
    if sheet.says(at, "a", "quarter", "of", "a"):
        return Fraction(1, 4), at + 4
    for phrase in (("a", "couple", "of"), ("a", "couple"), ("couple", "of")):
        if sheet.says(at, *phrase):
            return Fraction(2), at + len(phrase)
    if sheet.says(at, "a", "hundred") or sheet.key(at) == "hundred":
        return Fraction(100), at + 1 + (sheet.key(at) == "a")
    if sheet.key(at) == "a":
        return (Fraction(1), at + 1) if sheet.key(at + 1) in _TIMES and not sheet.words[at].is_capital else (None, at)
    total, place = 0, at
    while place < len(sheet):
        parts = sheet.keys[place].split("-")
        if not sheet.words[place].is_mark and parts and all(part in NUMBERS for part in parts):
            total += sum(NUMBERS[part] for part in parts)
        elif sheet.keys[place] == "hundred" and place > at and total:
            total *= 100
        elif sheet.keys[place] == "and" and place > at and sheet.key(place + 1) in NUMBERS:
            pass
        else:
            break
        place += 1
    if sheet.says(place, "and", "a", "half") and place > at:
        return Fraction(total) + Fraction(1, 2), place + 3
    return (Fraction(total), place) if place > at else (None, at)
