"""Detect how a file writes days and amounts: 3/4/2026 and 1.234,56 can each be read in two ways."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_DAY = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-][0-9]{4}")
_AMOUNT = re.compile(r"[0-9][0-9.,]*[0-9]")


@dataclass(frozen=True, slots=True)
class FormatGuess:
    """`first`: the day (or the comma) comes as in the first reading; None if the cells do not tell.

    `in_doubt`: some cells can be read both ways, and no cell settles it.
    """

    first: bool | None = None
    in_doubt: bool = False


def guess_day_order(cells: Iterable[str]) -> FormatGuess:
    """Guess whether the day comes before the month."""
    first = second = unsure = False
    for cell in set(cells):
        if not (match := _DAY.match(cell)):
            continue
        number, other = int(match[1]), int(match[2])
        first |= number > 12 >= other
        second |= other > 12 >= number
        unsure |= number <= 12 and other <= 12 and number != other
    return _decide(first, second, unsure)


def guess_decimal_comma(cells: Iterable[str]) -> FormatGuess:
    """Guess whether a comma separates the decimals."""
    comma = point = unsure = False
    for cell in set(cells):
        match = _AMOUNT.search(cell)
        marks = [character for character in match[0] if character in ".,"] if match else []
        if not match or not marks:
            continue
        last, decimals = marks[-1], len(match[0]) - 1 - max(match[0].rfind("."), match[0].rfind(","))
        if len(set(marks)) == 2 or (len(marks) == 1 and decimals != 3):
            is_comma = last == ","
        elif len(marks) > 1:
            is_comma = last == "."  # a mark that occurs twice separates thousands
        else:
            unsure = True
            continue
        comma |= is_comma
        point |= not is_comma
    return _decide(comma, point, unsure)


def _decide(first: bool, second: bool, unsure: bool) -> FormatGuess:
    if first != second:
        return FormatGuess(first)
    return FormatGuess(None, unsure)
