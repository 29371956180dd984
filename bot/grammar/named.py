"""Parse a line of a list of partners: a name, and perhaps the day of the last contact behind it."""

import re
from datetime import date
from typing import NamedTuple

from bot.grammar.day_detection import MAX_DAY_WORDS
from bot.grammar.days import find_day
from bot.grammar.errors import UsageError
from bot.grammar.lines.lists import words

_BULLETS = " \t•-–—*,;"
_NUMBERED = re.compile(r"^\s*\d{1,2}[.)]\s+")
_MARK = re.compile(r"[,;:(]$")
_DASHES = ("-", "–", "—", "--")
_FILLERS = words("last spoke spoken talked met seen saw call called contact contacted on in with them")
_PLAIN_DAYS = ("today", "yesterday")


class NamedLine(NamedTuple):
    """A partner's name, empty on an empty line, and the day on which one last spoke with it, if it was said."""

    name: str
    last_spoke_on: date | None = None


def read_named(line: str, today: date) -> NamedLine:
    """Read `NAME`, `NAME, DAY`, `NAME - last spoke DAY` or `NAME 3 Nov`. A day that is not past is part of the name."""
    typed = _NUMBERED.sub("", line).strip(_BULLETS).split()
    for length in range(min(MAX_DAY_WORDS, len(typed) - 1), 0, -1):
        day = _past_day(" ".join(typed[-length:]).rstrip(").;,"), today)
        if day is None:
            continue
        name, marked = _without_fillers(typed[:-length])
        # "Black Friday" and "Studio May" are names; "Birch & Co 3 Nov" is not.
        if name and (marked or length > 1 or typed[-1].casefold() in _PLAIN_DAYS):
            return NamedLine(name, day)
    return NamedLine(" ".join(typed))


def _past_day(text: str, today: date) -> date | None:
    if text.isdigit():
        return None
    try:
        day = find_day(text, today)
    except UsageError:  # a month without a day
        return None
    return day if day and day <= today else None


def _without_fillers(typed: list[str]) -> tuple[str, bool]:
    """The name without `- last spoke on` behind it, and whether a mark or such words set the day apart from it."""
    end = len(typed)
    while end > 1 and typed[end - 1].strip("(").casefold() in _FILLERS:
        end -= 1
    has_mark = end > 1 and typed[end - 1] in _DASHES
    left = typed[: end - 1] if has_mark else typed[:end]
    name = " ".join(left)
    return name.rstrip(_BULLETS + ":("), has_mark or end < len(typed) or bool(_MARK.search(name))
