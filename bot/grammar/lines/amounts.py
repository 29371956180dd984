"""Every run of words that is an amount of money, with what it comes to or why that cannot be known."""

import re
from collections.abc import Iterator

from bot.grammar.lines.amount_words import (
    CODES,
    MIN_PHONE,
    NUMBER,
    NUMBERS,
    PERIODS,
    SIGNS,
    SMALL,
    Amount,
    single_amount,
    worded_amount,
)
from bot.grammar.lines.lists import words
from bot.grammar.lines.words import Sheet

_ABOUT = words(
    "worth about around approx approximately roughly circa ca c est estimated maybe probably nearly almost for at "
    "value valued say potentially of deal is some fee fees budget actually now amount size could might be may bout "
    "abt circa approx. total looking"
)
_LEADS_IN = words(
    "worth about around approx approximately roughly circa for at valued value est c ca potentially probably "
    "maybe say estimated nearly almost fee fees budget deal actually now amount size could might be bout abt looking"
)
_TIMES_MARKS = ("x", "×", "*")
_PERHAPS = words("maybe perhaps possibly even")
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
_RANGE = re.compile(rf"[{SIGNS}]?{NUMBER}(?:k|m)?(?:-|/)[{SIGNS}]?{NUMBER}(?:k|m)?(?:gbp|pm|pa)?")
_DIGITS = re.compile(r"\+?\(?[0-9][0-9()-]*")
_COMPOUNDS = frozenset(
    f"{tens}-{one}" for tens, number in NUMBERS.items() if number >= 20 for one in list(NUMBERS)[1:10]
)
_STARTERS = frozenset((*NUMBERS, *CODES, *SIGNS, "a", "hundred", "half", "quarter", "couple", "between"))
_MAX_LENGTH = 40  # characters; nobody means more


_JOINTS = words("to - – — and or")
_FAR = 10  # words; no amount is longer


def find_amounts(sheet: Sheet, currency: str) -> Iterator[Amount]:
    """The amounts in the order in which they stand."""
    skip = _phones(sheet)
    end = 0
    for at in sheet.where(_STARTERS, sheet.numeric, sheet.where(_COMPOUNDS)):
        if (
            at < end
            or at in skip
            or sheet.uses[at]
            or sheet.words[at].quoted
            or sheet.words[at].is_mark
            or len(sheet.keys[at]) > _MAX_LENGTH
        ):
            continue
        amount = _range(sheet, at, currency) or _amount(sheet, at, currency)
        if amount and sheet.are_free(amount.first, amount.last):
            end = amount.last
            yield _led_in(sheet, amount)


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
        is_phone = digits >= MIN_PHONE and (end - at > 1 or key[:1] in "0+")
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
            or (sheet.keys[of - 1] == "." and sheet.key(of - 2) in ("c", "ca", "approx", "est"))
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
    if _RANGE.fullmatch(key) and any(each in "kmK" + SIGNS for each in key):
        return Amount(at, at + 1, None, f"“{sheet.words[at].text}” is a range; which amount should I record?")
    if _JOINTS.isdisjoint(sheet.keys[at + 1 : at + _FAR]):
        return None
    start = at + (key == "between")
    first = single_amount(sheet, start, currency)
    if first is None and not SMALL.fullmatch(sheet.key(start)):
        return None
    end = first.last if first else start + 1
    joint = sheet.key(end)
    if joint not in ("to", "-", "–", "—", "and", "or") or (joint == "and" and key != "between"):
        return None
    if joint == "or" and sheet.key(end + 1) in _PERHAPS:
        end += 1
    second = single_amount(sheet, end + 1, currency)
    if second is None or ((first is None or first.is_bare) and second.is_bare):
        return None
    words = sheet.spelled(start, second.last)
    return Amount(at, second.last, None, f"“{words}” is a range; which amount should I record?")


def _amount(sheet: Sheet, at: int, currency: str) -> Amount | None:
    """One amount with its period, if it has one."""
    amount = worded_amount(sheet, at, currency) or single_amount(sheet, at, currency)
    if amount is None:
        return None
    last = amount.last
    if many := _multiplied(sheet, amount):
        words = sheet.spelled(*many)
        return Amount(*many, None, f"“{words}” is more than one amount; what is the lead worth in all?")
    period = PERIODS.get(sheet.key(last))
    length = 1
    if not period and sheet.key(last) in ("per", "a", "/", "each", "every", "an"):
        period = _UNITS.get(sheet.key(last + 1))
        length = 2
    if period:
        words = sheet.spelled(amount.first, last + length)
        return Amount(
            amount.first, last + length, None, f"“{words}” comes again each {period}; what is the lead worth in all?"
        )
    if sheet.key(last) in _COUNTED and not any(each in SIGNS for each in sheet.key(at)):
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
