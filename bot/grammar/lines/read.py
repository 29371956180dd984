"""A message or command → everything that it says, as one frozen value. The stages are in the modules beside this one.

A line is read as often as it is asked about: `read(text, context, answers={"0.partner": "7@1-3"})` is the line with
that question of its first entry answered.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from bot.grammar.lines.contact import find_contact, use_contact
from bot.grammar.lines.day_phrases import find_days
from bot.grammar.lines.gatherings import read_event
from bot.grammar.lines.partners import Place, best, find_places, found_at, ranked
from bot.grammar.lines.plain_words import command_of, intent_of
from bot.grammar.lines.ratings import read_trust
from bot.grammar.lines.referrals import read_referral
from bot.grammar.lines.slack_text import seen
from bot.grammar.lines.stage import Stage
from bot.grammar.lines.touches import read_touch
from bot.grammar.lines.values import Command, Context, Entry, Intent, Line, Question
from bot.grammar.lines.words import Sheet
from storage.name_key import name_words

_COMMAND = re.compile(
    r"[\s:,]*(?:/tend\s+|tend[,:]?\s+)?(/?)(referral|event|touch|trust|partner|tend)\b:?[ \t]*(?![’'.&-])(.*)",
    re.IGNORECASE | re.DOTALL,
)
_ASKED_TO = r"(?:(?:please|pls|plz|kindly|can\s+you|could\s+you)\s+){0,2}"
_LOG = re.compile(rf"\s*{_ASKED_TO}(?:log|record|add|note|save|new)(?:\s+(?:a|an|my|that|the|this))?\s+", re.IGNORECASE)
_MENTION = re.compile(r"\s*(?:@\S+|hi|hey|hello)?[\s,:]*(?:tend\b)?[\s,:]*", re.IGNORECASE)
_OTHERS = ("partner", "tend")
_MAX_ENTRIES = 20
_MAX_BEGINNING = 800  # characters
_DIRECTIONS = ("from", "to", "with", "for")


@dataclass(frozen=True, slots=True)
class _Part:
    """One record line with the lines of its note."""

    command: Command
    text: str


def read(text: str, context: Context, *, command: str = "", answers: Mapping[str, str] | None = None) -> Line:
    """What a message says, or the text behind a command (`"touch"`); `answers` are keyed `ENTRY.QUESTION`."""
    typed = seen(text)
    if command in _OTHERS:
        return Line(typed=typed, intent=Intent.COMMAND, command=command, rest=typed.strip())
    rest = typed
    if told := _told_command(typed, context, command):
        command, rest = told
    if command in _OTHERS:
        return Line(typed=typed, intent=Intent.COMMAND, command=command, rest=rest.strip())
    if command in tuple(Command):
        return _recorded(typed, rest, Command(command), context, answers or {})
    return _plain(typed.lstrip(" \t\n:,-–—"), context, answers or {})


def _told_command(typed: str, context: Context, command: str) -> tuple[str, str] | None:
    """The command that a text begins with, and the rest; a bare word is one only where no command is known yet."""
    found = _COMMAND.fullmatch(typed)
    if found is None or not (found[1] or not command):
        return None
    if not found[1] and (_is_partner_first(typed, context) or not _is_order(found)):
        return None
    if found[2].casefold() == "tend" and (inner := _COMMAND.fullmatch(found[3])):
        found = inner
    return found[2].casefold(), found[3]


def _is_order(found: re.Match[str]) -> bool:
    """Whether a bare word is a command, and no sentence begins with it: `trust me`, `touch base`."""
    first = found[3].split(maxsplit=1)[:1]
    word = first[0].casefold().rstrip(",.!") if first else ""
    if found[2].casefold() == "trust":
        return word != "me"
    return word not in ("base", "wood", "screen")


def _is_partner_first(typed: str, context: Context) -> bool:
    """Whether a bare word of a command begins a partner's name: `Trust Partners Ltd lunch`."""
    sheet = Sheet(typed[:200])
    place = next((each for each in find_places(sheet, context.names) if each.first == 0 and each.is_whole), None)
    return place is not None and place.last > 1


def _plain(typed: str, context: Context, answers: Mapping[str, str]) -> Line:
    """A message without a command; what it wants is told by how it begins."""
    sheet = Sheet(typed[:_MAX_BEGINNING])
    days = find_days(sheet, context.today, day_first=context.day_first)
    places = ranked(sheet, find_places(sheet, context.names), days)
    partner = _spoken_of(places)
    intent = intent_of(sheet, places, partner)
    if intent is Intent.CARD and partner is not None:
        return Line(
            typed=typed,
            intent=intent,
            partners=tuple(found_at(sheet, replace(partner, names=(name,))) for name in partner.names),
        )
    if intent is Intent.COMMAND:
        return Line(typed=typed, intent=intent, command="partner", rest=typed.strip())
    if intent is not Intent.RECORD:
        return Line(typed=typed, intent=intent)
    logged = _LOG.match(typed)
    rest = typed[logged.end() :] if logged else typed
    if logged and (found := _COMMAND.fullmatch(rest)) and found[2].casefold() not in _OTHERS:
        return _recorded(typed, found[3], Command(found[2].casefold()), context, answers)
    wanted = command_of(sheet, partner)
    line = _recorded(typed, rest, wanted or Command.TOUCH, context, answers)
    if wanted is None and not answers:  # a promise alone: there is no contact to record it with
        asked = (
            replace(entry, problem=entry.problem or "I can't tell what was done, or when.") for entry in line.entries
        )
        line = replace(line, entries=tuple(asked))
    return line


def _spoken_of(places: Sequence[Place]) -> Place | None:
    whole = best([place for place in places if place.is_whole])
    return whole or best(places)


def _recorded(typed: str, text: str, command: Command, context: Context, answers: Mapping[str, str]) -> Line:
    entries: list[Entry] = []
    parts = list(islice(_parts(text, command, context), _MAX_ENTRIES + 1))
    for part in parts:
        if len(entries) == _MAX_ENTRIES:
            problem = f"I take {_MAX_ENTRIES} records at once; please send this and what follows it again."
            entries.append(Entry(typed=part.text.strip(), command=part.command, problem=problem))
            break
        number = len(entries)
        own = {key.partition(".")[2]: answer for key, answer in answers.items() if key.partition(".")[0] == str(number)}
        entries.append(_keyed(_read_part(part, context, own), number))
    return Line(typed=typed, intent=Intent.RECORD, entries=tuple(entries))


def _keyed(entry: Entry, number: int) -> Entry:
    """The entry with its questions keyed by its number, so that all keys of a line differ."""
    questions: list[Question] = []
    for question in entry.questions:
        if all(question.key != each.key.partition(".")[2] for each in questions):
            questions.append(replace(question, key=f"{number}.{question.key}"))
    return replace(entry, questions=tuple(questions))


def _read_part(part: _Part, context: Context, answers: Mapping[str, str]) -> Entry:
    stage = Stage(Sheet(part.text), context, answers)
    if part.command is Command.TOUCH:
        entry = read_touch(stage)
        if entry is not None:
            return entry
        kind = answers.get("kind", "referral")
        stage = Stage(Sheet(part.text), context, answers)
        if kind == "referral" and (told := find_contact(stage.sheet)) and not told.is_verb:
            use_contact(stage.sheet, told)
        return read_event(stage) if kind == "event" else read_referral(stage)
    reader = {Command.REFERRAL: read_referral, Command.EVENT: read_event, Command.TRUST: read_trust}[part.command]
    return reader(stage)


def _parts(text: str, command: Command, context: Context) -> Iterator[_Part]:
    """The records of a text of several lines: each line that begins with a command or a known partner is one."""
    lines = text.split("\n")
    current: list[str] = [lines[0]]
    for line in lines[1:]:
        found = _COMMAND.fullmatch(line)
        is_command = (
            found is not None
            and found[2].casefold() not in _OTHERS
            and (bool(found[1]) or not _is_partner_first(line, context))
        )
        if is_command and found is not None:
            if "".join(current).strip() or not any(part.strip() for part in current):
                yield _Part(command, "\n".join(current))
            command, current = Command(found[2].casefold()), [found[3]]
        elif _begins_with_partner(line, command, context) and "".join(current).strip():
            yield _Part(command, "\n".join(current))
            current = [line]
        else:
            current.append(line)
    yield _Part(command, "\n".join(current))


def _begins_with_partner(line: str, command: Command, context: Context) -> bool:
    """Whether a further line begins with a known name, perhaps behind `from`; `Acme Legal want a webinar` is a note."""
    first_words = name_words(line[:_MAX_BEGINNING].strip().removeprefix("from ").removeprefix("to ").partition(" ")[0])
    if (
        first_words
        and not context.names.may_begin(first_words[0])
        and line.split(maxsplit=1)[0].casefold() not in _DIRECTIONS
    ):
        return False
    sheet = Sheet(line[:_MAX_BEGINNING])
    first = sheet.after(0)
    if sheet.key(first) in _DIRECTIONS:
        first = sheet.after(first + 1)
    if first >= len(sheet):
        return False
    place = next((each for each in find_places(sheet, context.names) if each.first == first and each.is_whole), None)
    if place is None:
        return False
    if command is Command.TOUCH:
        return (
            command_of(Sheet(line[sheet.words[place.last - 1].end :])) is not None if place.last < len(sheet) else False
        )
    return place.last < len(sheet)
