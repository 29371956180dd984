"""Every run of words that is an amount of money, with what it comes to or why that cannot be known."""

import re
from dataclasses import dataclass
from fractions import Fraction

from bot.grammar.errors import UsageError
from bot.grammar.lines.lists import words
from bot.grammar.lines.words import Sheet
from bot.grammar.money import MAX_AMOUNT, read_money

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_NUMBERS = {word: at for at, word in enumerate(_ONES.split())}
_NUMBERS |= {
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
}
_ABOUT = words(
    "worth about around approx approximately roughly circa ca c est estimated maybe probably nearly almost for "
    "at value valued say potentially of deal is some fee fees budget actually now amount"
)
_LEADS_IN = words(
    "worth about around approx approximately roughly circa for at valued value est c ca potentially probably "
    "maybe say estimated nearly almost fee fees budget deal actually now amount"
)
_TIMES_MARKS = ("x", "×", "*")
_PERHAPS = words("maybe perhaps possibly even")
_SIGNS = "£$€¥₹"
_SIGN_WORDS = frozenset(_SIGNS)
_CODES = words("gbp usd eur chf jpy cad aud nzd sek nok dkk inr pln zar sgd hkd aed")
_NAMES = words("pounds pound quid sterling euros euro dollars dollar bucks francs")
_PERIOD_SPELLINGS = {
    "month": "pm pcm p/m monthly /month /mo mrr",
    "year": "pa p.a p/a /year /yr annually yearly",
    "week": "/week pw p/w weekly",
    "day": "/day",
    "hour": "/hour /hr ph",
}
_PERIODS = {word: period for period, text in _PERIOD_SPELLINGS.items() for word in text.split()}
_UNIT_SPELLINGS = {
    "month": "month mo",
    "year": "year annum yr",
    "week": "week",
    "day": "day",
    "hour": "hour",
    "quarter": "quarter",
    "head": "head person seat user",
}
_UNITS = {word: unit for unit, text in _UNIT_SPELLINGS.items() for word in text.split()}
# What is counted in thousands and is no money.
_COUNTED = words(
    "followers subscribers employees people staff users seats visitors views miles km run records customers "
    "members readers downloads attendees contacts clients fans sqft sq households homes students delegates "
    "tickets units orders race races likes impressions steps words guests hits"
)
_NUMBER = r"[0-9][0-9.,']*"
_ONE = re.compile(
    rf"(?P<sign>-?(?:[{_SIGNS}]|[a-z]{{0,2}}\$|gbp|usd|eur|chf))?(?P<number>-?{_NUMBER}[0-9]|-?[0-9])(?P<times>k|m|mn|bn)?"
    rf"(?P<code>[{_SIGNS}]|gbp|usd|eur)?(?P<more>\+|\+vat|p\.?c\.?m|pm|p\.?a|/[a-z]+|-?ish)?"
)
_RANGE = re.compile(rf"[{_SIGNS}]?{_NUMBER}(?:k|m)?(?:-|/)[{_SIGNS}]?{_NUMBER}(?:k|m)?(?:gbp|pm|pa)?")
_DIGITS = re.compile(r"\+?\(?[0-9][0-9()-]*")
_SMALL = re.compile(r"[0-9]{1,3}(?:\.[0-9]+)?")
_SPLIT_THOUSANDS = re.compile(r"[0-9]{3}")
# Where a comma parts thousands, one or two digits behind it are a slip.
_COMMA_DECIMALS = re.compile(r"[0-9]+,[0-9]{1,2}")
_POINT_CURRENCIES = words("GBP USD AUD CAD NZD INR SGD HKD JPY")
_COMPOUNDS = frozenset(
    f"{tens}-{one}" for tens, number in _NUMBERS.items() if number >= 20 for one in list(_NUMBERS)[1:10]
)
_STARTERS = frozenset((*_NUMBERS, *_CODES, *_SIGNS, "a", "hundred", "half", "quarter", "couple", "between"))
_LONGEST = 40  # characters; nobody means more
_LEAST_PHONE = 9  # digits
_LEAST_BARE = 1_000
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


def find_amounts(sheet: Sheet, currency: str) -> list[Amount]:
    """The amounts in the order in which they stand."""
    skip = _phones(sheet)
    found: list[Amount] = []
    end = 0
    for at in sheet.where(_STARTERS, sheet.numeric, sheet.where(_COMPOUNDS)):
        if (
            at < end
            or at in skip
            or sheet.uses[at]
            or sheet.words[at].quoted
            or sheet.words[at].is_mark
            or len(sheet.keys[at]) > _LONGEST
        ):
            continue
        amount = _range(sheet, at, currency) or _amount(sheet, at, currency)
        if amount and sheet.are_free(amount.first, amount.last):
            found.append(_led_in(sheet, amount))
            end = amount.last
    return found


def _phones(sheet: Sheet) -> set[int]:
    """The places of words that are parts of telephone numbers."""
    found: set[int] = set()
    end = 0
    for at in sheet.numeric:
        if at < end:
            continue
        end, digits = at, 0
        while end < len(sheet) and (
            _DIGITS.fullmatch(sheet.keys[end]) or (end > at and sheet.keys[end] in ("(", ")", "-"))
        ):
            digits += sum(each.isdigit() for each in sheet.keys[end])
            end += 1
        key = sheet.keys[at]
        is_phone = digits >= _LEAST_PHONE and (end - at > 1 or key[:1] in "0+")
        if end > at and (is_phone or (key[:1] in "+0" and digits >= 6)):
            found.update(range(at, end))
    return found


def _led_in(sheet: Sheet, amount: Amount) -> Amount:
    """The amount with the words before it that only lead to it."""
    of = amount.first
    while (
        of
        and not sheet.uses[of - 1]
        and (
            sheet.keys[of - 1] in _ABOUT
            or sheet.keys[of - 1] in ("~", "(", "c.")
            or (sheet.keys[of - 1] == ":" and sheet.key(of - 2) in _ABOUT)
        )
    ):
        of -= 1
    if sheet.says(of - 2, "up", "to") and sheet.are_free(of - 2, of):
        of -= 2
    while (
        of < amount.first and sheet.keys[of] != "up" and sheet.keys[of] not in _LEADS_IN and not sheet.words[of].is_mark
    ):
        of += 1
    return Amount(amount.first, amount.last, amount.minor, amount.problem, amount.is_bare, of)


def _range(sheet: Sheet, at: int, currency: str) -> Amount | None:
    """5k-8k, £5k to £8k, between 5 and 8k: which of the two cannot be known."""
    key = sheet.key(at)
    if _RANGE.fullmatch(key) and any(each in "kmK" + _SIGNS for each in key):
        return Amount(at, at + 1, None, f"“{sheet.words[at].text}” is a range; which amount should I record?")
    start = at + (key == "between")
    first = _single(sheet, start, currency)
    if first is None and not _SMALL.fullmatch(sheet.key(start)):
        return None
    end = first.last if first else start + 1
    joint = sheet.key(end)
    if joint not in ("to", "-", "–", "—", "and", "or") or (joint == "and" and key != "between"):
        return None
    if joint == "or" and sheet.key(end + 1) in _PERHAPS:
        end += 1
    second = _single(sheet, end + 1, currency)
    if second is None or ((first is None or first.is_bare) and second.is_bare):
        return None
    words = sheet.spelled(start, second.last)
    return Amount(at, second.last, None, f"“{words}” is a range; which amount should I record?")


def _amount(sheet: Sheet, at: int, currency: str) -> Amount | None:
    """One amount with its period, if it has one."""
    amount = _worded(sheet, at, currency) or _single(sheet, at, currency)
    if amount is None:
        return None
    last = amount.last
    if many := _multiplied(sheet, amount):
        words = sheet.spelled(*many)
        return Amount(*many, None, f"“{words}” is more than one amount; what is the lead worth in all?")
    period = _PERIODS.get(sheet.key(last))
    length = 1
    if not period and sheet.key(last) in ("per", "a", "/", "each", "every", "an"):
        period = _UNITS.get(sheet.key(last + 1))
        length = 2
    if period:
        words = sheet.spelled(amount.first, last + length)
        return Amount(
            amount.first, last + length, None, f"“{words}” comes again each {period}; what is the lead worth in all?"
        )
    if sheet.key(last) in _COUNTED and not any(each in _SIGNS for each in sheet.key(at)):
        return None
    return amount


def _multiplied(sheet: Sheet, amount: Amount) -> tuple[int, int] | None:
    """Where `2 x £3k`, `£3k x 2` or `£3k each` begins and ends."""
    first, last = amount.first, amount.last
    if sheet.key(first - 1) in _TIMES_MARKS and sheet.key(first - 2).isdigit():
        return first - 2, last
    if re.fullmatch("[0-9]{1,2}[x×]", sheet.key(first - 1)) and not amount.is_bare:
        return first - 1, last
    if sheet.key(last) in _TIMES_MARKS and sheet.key(last + 1).isdigit():
        return first, last + 2
    return (first, last + 1) if sheet.key(last) in ("each", "apiece") and sheet.key(last + 1) not in _UNITS else None


def _single(sheet: Sheet, at: int, currency: str) -> Amount | None:
    """One number with its sign or code and its thousands."""
    first, code = at, ""
    if sheet.key(at) in _CODES or sheet.key(at) in _SIGN_WORDS:
        code, at = sheet.words[at].text, at + 1
    match = _ONE.fullmatch(sheet.key(at)) if at < len(sheet) and not sheet.words[at].quoted else None
    if match is None or not sheet.is_free(at):
        return None
    text, last = sheet.words[at].text, at + 1
    times = match["times"] or ""
    if text.endswith("M") and not (code or match["sign"] or "." in text):
        return None  # 3M is a firm
    if not times and sheet.key(last) in _TIMES and sheet.is_free(last):
        times, last = sheet.key(last), last + 1
    if not code and not match["sign"] and sheet.key(last) in (*_NAMES, *_CODES):
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
        if more.startswith("/") and more not in _PERIODS:
            return None
        words = sheet.spelled(first, last)
        return Amount(first, last, None, f"“{words}” comes again; what is the lead worth in all?")
    if (
        is_bare
        and _SMALL.fullmatch(number)
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
        return (
            int(number) >= _LEAST_BARE and int(number) not in _YEARS and len(number) < _LEAST_PHONE and number[0] != "0"
        )
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


def _worded(sheet: Sheet, at: int, currency: str) -> Amount | None:
    """five grand, twenty-five thousand, half a million, a couple of grand."""
    number, place = _number_words(sheet, at)
    if number is None:
        return None
    times = _TIMES.get(sheet.key(place))
    if times is None or (
        sheet.key(place) in ("k", "m", "grand") and sheet.words[place].is_capital and sheet.key(place) == "grand"
    ):
        return None
    place += 1
    if sheet.says(place, "pounds") or sheet.says(place, "quid"):
        place += 1
    elif sheet.key(place) in _NAMES | _CODES and sheet.key(place) != currency.casefold():
        return Amount(at, place + 1, None, f"Tend keeps this workspace's money in {currency}.")
    from babel.numbers import get_currency_precision

    minor = number * times * 10 ** get_currency_precision(currency)
    return Amount(at, place, int(minor)) if minor <= MAX_AMOUNT and minor.denominator == 1 else None


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
        if not sheet.words[place].is_mark and parts and all(part in _NUMBERS for part in parts):
            total += sum(_NUMBERS[part] for part in parts)
        elif sheet.keys[place] == "hundred" and place > at and total:
            total *= 100
        elif sheet.keys[place] == "and" and place > at and sheet.key(place + 1) in _NUMBERS:
            pass
        else:
            break
        place += 1
    if sheet.says(place, "and", "a", "half") and place > at:
        return Fraction(total) + Fraction(1, 2), place + 3
    return (Fraction(total), place) if place > at else (None, at)
