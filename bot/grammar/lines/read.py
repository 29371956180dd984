"""A message or command → everything that it says, as one frozen value. The stages are in the modules beside this one.

A line is read as often as it is asked about: `read(text, context, answers={"0.partner": "7@1-3"})` is the line with
that question of its first entry answered.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from bot.grammar.lines.contact import find_contact, use_contact
from bot.grammar.lines.day_phrases import find_days
from bot.grammar.lines.gatherings import read_event
from bot.grammar.lines.moves import is_order, take_order
from bot.grammar.lines.partners import Place, best, find_places, found_at, ranked
from bot.grammar.lines.parts import COMMAND, MAX_BEGINNING, OTHERS, Part, is_partner_first, split_parts
from bot.grammar.lines.plain_words import asked_of, command_of, intent_of
from bot.grammar.lines.ratings import read_trust
from bot.grammar.lines.referral_verbs import referral_verb
from bot.grammar.lines.referrals import read_referral
from bot.grammar.lines.slack_text import seen
from bot.grammar.lines.stage import Stage
from bot.grammar.lines.touches import read_touch
from bot.grammar.lines.values import Ask, Certainty, Command, Context, Entry, Intent, Line, Question
from bot.grammar.lines.words import Sheet

_ASKED_TO = r"(?:(?:hi|hey|hello|ok|please|pls|plz|kindly|can\s+(?:you|u)|could\s+(?:you|u)|tend)\b[\s,]*){0,4}"
_COURTESY = re.compile(r"(?:[\s,]+(?:please|pls|plz|thanks|thank\s+you|thx|ta|cheers))+[\s.!]*$", re.IGNORECASE)
_LOGGING = r"(?:log|record|add|note|save|new(?!\s+partner))(?:\s+(?:a|an|my|that|the|this))?\s+"
_LOG = re.compile(rf"\s*{_ASKED_TO}{_LOGGING}", re.IGNORECASE)
_MENTION = re.compile(r"\s*(?:@\S+|hi|hey|hello)?[\s,:]*(?:tend\b)?[\s,:]*", re.IGNORECASE)
_MAX_ENTRIES = 20


def read(text: str, context: Context, *, command: str = "", answers: Mapping[str, str] | None = None) -> Line:
    """What a message says, or the text behind a command (`"touch"`); `answers` are keyed `ENTRY.QUESTION`."""
    typed = seen(text)
    if command in OTHERS:
        return Line(typed=typed, intent=Intent.COMMAND, command=command, rest=typed.strip())
    rest = typed
    if told := _told_command(typed, context, command):
        command, rest = told
    if command in OTHERS:
        return Line(typed=typed, intent=Intent.COMMAND, command=command, rest=rest.strip())
    if command in tuple(Command):
        return _recorded(typed, rest, Command(command), context, answers or {})
    return _plain(typed.lstrip(" \t\n:,-–—"), context, answers or {})


def _told_command(typed: str, context: Context, command: str) -> tuple[str, str] | None:
    """The command that a text begins with, and the rest; a bare word is one only where no command is known yet."""
    found = COMMAND.fullmatch(typed)
    if found is None or not (found[1] or not command):
        return None
    if not found[1] and (is_partner_first(typed, context) or not _is_order(found)):
        return None
    if found[2].casefold() == "tend" and (inner := COMMAND.fullmatch(found[3])):
        found = inner
    return found[2].casefold(), found[3]


def _is_order(found: re.Match[str]) -> bool:
    """Whether a bare word is a command, and no sentence begins with it: `trust me`, `touch base`."""
    first = found[3].split(maxsplit=1)[:1]
    word = first[0].casefold().rstrip(",.!") if first else ""
    if found[2].casefold() == "trust":
        return word != "me"
    return word not in ("base", "wood", "screen")


def _plain(typed: str, context: Context, answers: Mapping[str, str]) -> Line:
    """A message without a command; what it wants is told by how it begins."""
    sheet = Sheet(typed[:MAX_BEGINNING])
    days = find_days(sheet, context.today, day_first=context.day_first)
    take_order(sheet, days)
    places = ranked(sheet, find_places(sheet, context.names), days)
    partner = _spoken_of(places) or asked_of(sheet, places)
    intent = intent_of(sheet, places, partner, days)
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
    rest = _COURTESY.sub("", rest) if logged or is_order(sheet) else rest
    if logged and (found := COMMAND.fullmatch(rest)) and found[2].casefold() not in OTHERS:
        return _recorded(typed, found[3], Command(found[2].casefold()), context, answers)
    parts = list(islice(_plain_parts(rest, context), _MAX_ENTRIES + 1))
    line = _recorded_parts(typed, parts, context, answers)
    if len(parts) == 1 and not answers and command_of(sheet, partner) is None:
        asked = (
            entry
            if any(record.is_promise for record in entry.records)
            else replace(entry, problem=entry.problem or "I can't tell what was done, or when.")
            for entry in line.entries
        )
        line = replace(line, entries=tuple(asked))
    return line


def _plain_parts(text: str, context: Context) -> Iterator[Part]:
    """The records of a message without a command, each of the kind that its own words tell."""
    for part in split_parts(text, Command.TOUCH, context):
        if part.is_said:
            yield part
            continue
        sheet = Sheet(part.text[:MAX_BEGINNING])
        days = find_days(sheet, context.today, day_first=context.day_first)
        take_order(sheet, days)
        partner = _spoken_of(ranked(sheet, find_places(sheet, context.names), days))
        yield replace(part, command=command_of(sheet, partner) or Command.TOUCH)


def _spoken_of(places: Sequence[Place]) -> Place | None:
    whole = best([place for place in places if place.is_whole])
    return whole or best(places)


def _recorded(typed: str, text: str, command: Command, context: Context, answers: Mapping[str, str]) -> Line:
    return _recorded_parts(typed, split_parts(text, command, context), context, answers)


def _recorded_parts(typed: str, parts: Iterable[Part], context: Context, answers: Mapping[str, str]) -> Line:
    entries: list[Entry] = []
    for part in parts:
        if len(entries) == _MAX_ENTRIES:
            problem = f"I take {_MAX_ENTRIES} records at once; please send this and what follows it again."
            entries.append(Entry(typed=part.text.strip(), command=part.command, problem=problem))
            break
        number = len(entries)
        own = {key.partition(".")[2]: answer for key, answer in answers.items() if key.partition(".")[0] == str(number)}
        entry = _read_part(part, context, own)
        if part.day and _takes_day(entry):
            entry = _read_part(replace(part, text=f"{part.day} {part.text.strip()}"), context, own)
        entries.append(_keyed(entry, number))
    return Line(typed=typed, intent=Intent.RECORD, entries=tuple(entries))


def _takes_day(entry: Entry) -> bool:
    """Whether the day of a heading is that of an entry, which names none of its own."""
    is_open = all(question.ask is not Ask.DAY for question in entry.questions)
    return is_open and all(
        record.certainty is Certainty.ASSUMED and record.command is not Command.TRUST and not record.is_promise
        for record in entry.records
    )


def _keyed(entry: Entry, number: int) -> Entry:
    """The entry with its questions keyed by its number, so that all keys of a line differ."""
    questions: list[Question] = []
    for question in entry.questions:
        if all(question.key != each.key.partition(".")[2] for each in questions):
            questions.append(replace(question, key=f"{number}.{question.key}"))
    return replace(entry, questions=tuple(questions))


def _read_part(part: Part, context: Context, answers: Mapping[str, str]) -> Entry:
    stage = Stage(Sheet(part.text), context, answers)
    if part.command is Command.TOUCH:
        entry = read_touch(stage)
        if entry is not None:
            return entry
        kind = answers.get("kind", "referral")
        stage = Stage(Sheet(part.text), context, answers)
        told = find_contact(stage.sheet)
        is_lead = (
            told
            and stage.sheet.key(told.last) == "with"
            and referral_verb(stage.sheet) == (told.first - 3, told.first - 1)
        )
        if kind == "referral" and told and not told.is_verb and not is_lead:
            use_contact(stage.sheet, told)
        return read_event(stage) if kind == "event" else read_referral(stage)
    reader = {Command.REFERRAL: read_referral, Command.EVENT: read_event, Command.TRUST: read_trust}[part.command]
    return reader(stage)
