"""The records of a text of several lines: each with its command, its line and the lines of its note."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.grammar.lines.contact import find_contact
from bot.grammar.lines.day_phrases import find_days
from bot.grammar.lines.lists import words
from bot.grammar.lines.partners import best, find_places, ranked
from bot.grammar.lines.plain_words import command_of
from bot.grammar.lines.values import Command, Context
from bot.grammar.lines.vocabulary import MEETING_VERBS
from bot.grammar.lines.words import Sheet
from storage.name_key import name_words

COMMAND = re.compile(
    r"[\s:,]*(?:/tend\s+|tend[,:]?\s+)?(/?)(referral|event|touch|trust|partner|tend)\b:?[ \t]*(?![’'.&-])(.*)",
    re.IGNORECASE | re.DOTALL,
)
OTHERS = ("partner", "tend")
MAX_BEGINNING = 800  # characters
_BULLET = re.compile(r"\s*[-–—*•·]\s")
_DIRECTIONS = ("from", "to", "with", "for")
_COLONS = (":", "-", "–", "—")
_MAX_HEADING = 6  # words
_HEADING = words(
    "notes note from for on my our calls call meetings meeting catch-up catch-ups catchups catchup log diary updates "
    "update recap summary of the all activity activities stuff touches"
)
_NEAR = 3  # words between what was done and with whom


@dataclass(frozen=True, slots=True)
class Part:
    """One record line with the lines of its note; `is_said` where a line of its own named its command.

    `day` are the words of a heading that name the day of all records that name none.
    """

    command: Command
    text: str
    is_said: bool = False
    day: str = ""


def is_partner_first(typed: str, context: Context) -> bool:
    """Whether a bare word of a command begins a partner's name: `Trust Partners Ltd lunch`."""
    sheet = Sheet(typed[:200])
    place = next((each for each in find_places(sheet, context.names) if each.first == 0 and each.is_whole), None)
    return place is not None and place.last > 1


def split_parts(text: str, command: Command, context: Context) -> Iterator[Part]:
    """The records of a text of several lines: each line that begins with a command or a known partner is one."""
    lines, day = _without_heading(text.split("\n"), context)
    current: list[str] = [lines[0]]
    is_said = False
    for line in lines[1:]:
        found = COMMAND.fullmatch(line)
        is_command = (
            found is not None
            and found[2].casefold() not in OTHERS
            and (bool(found[1]) or not is_partner_first(line, context))
        )
        if is_command and found is not None:
            if "".join(current).strip() or not any(part.strip() for part in current):
                yield Part(command, "\n".join(current), is_said, day)
            command, current, is_said = Command(found[2].casefold()), [found[3]], True
        elif (_begins_with_partner(line, command, context) or _tells_contact(line, command, context)) and "".join(
            current
        ).strip():
            yield Part(command, "\n".join(current), is_said, day)
            current = [line]
        else:
            current.append(line)
    yield Part(command, "\n".join(current), is_said, day)


def _begins_with_partner(line: str, command: Command, context: Context) -> bool:
    """Whether a further line begins with a known name, perhaps behind `from`; `Acme Legal want a webinar` is a note."""
    first_words = name_words(line[:MAX_BEGINNING].strip().removeprefix("from ").removeprefix("to ").partition(" ")[0])
    if (
        first_words
        and not context.names.may_begin(first_words[0])
        and line.split(maxsplit=1)[0].casefold() not in _DIRECTIONS
    ):
        return False
    sheet = Sheet(line[:MAX_BEGINNING])
    first = sheet.after(0)
    if sheet.key(first) in _DIRECTIONS:
        first = sheet.after(first + 1)
    if first >= len(sheet):
        return False
    is_listed = _BULLET.match(line) is not None
    place = next((each for each in find_places(sheet, context.names) if each.first == first), None)
    if place is None or not (place.is_whole or (place.is_sure and len(place.names) == 1)):
        return False
    if not place.is_whole and not is_listed:
        contact = find_contact(Sheet(line[sheet.words[place.last - 1].end :]))
        return command is Command.TOUCH and contact is not None and contact.first == 0
    if command is Command.TOUCH and is_listed:
        return sheet.key(place.last) in _COLONS or command_of(sheet, place) is not None
    if command is Command.TOUCH:
        return (
            command_of(Sheet(line[sheet.words[place.last - 1].end :])) is not None if place.last < len(sheet) else False
        )
    return place.last < len(sheet)


def _tells_contact(line: str, command: Command, context: Context) -> bool:
    """Whether a further line begins with what was done and with whom: `Called Tallow Bridge today`."""
    if command is not Command.TOUCH:
        return False
    sheet = Sheet(line[:MAX_BEGINNING])
    first = sheet.after(0)
    if sheet.key(first) not in MEETING_VERBS:
        return False
    place = best(ranked(sheet, find_places(sheet, context.names), ()))
    return place is not None and place.is_whole and place.rank < 2 and place.first <= first + _NEAR


def _without_heading(lines: Sequence[str], context: Context) -> tuple[Sequence[str], str]:
    """The lines without a heading that names nobody, and its day if that is not today: `Notes from yesterday:`."""
    sheet = Sheet(lines[0][:MAX_BEGINNING])
    if len(lines) == 1 or len(sheet.words) > _MAX_HEADING or find_places(sheet, context.names):
        return lines, ""
    days = find_days(sheet, context.today, day_first=context.day_first)
    in_days = {at for day in days for at in range(day.first, day.last)}
    is_heading = lines[0].rstrip().endswith(":") or (
        bool(days) and all(word.is_mark or word.key in _HEADING or at in in_days for at, word in enumerate(sheet.words))
    )
    if not is_heading or len(days) > 1 or any(day.past is None for day in days):
        return lines, ""
    said = [sheet.spelled(day.first, day.last) for day in days if day.past != context.today]
    return lines[1:], said[0] if said else ""
