"""The partners of an entry: chosen among the places where names stand, or asked about."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.grammar.lines.day_names import DayPhrase
from bot.grammar.lines.partner_questions import (
    PARTNER,
    joined_question,
    longer_name_end,
    longer_question,
    two_question,
    unknown,
    which,
)
from bot.grammar.lines.partners import Place, best, find_places, found_at, joined, ranked
from bot.grammar.lines.unknown_names import guesses, name_in_place_of
from bot.grammar.lines.values import Command, Context, Found, How, Question
from bot.grammar.lines.vocabulary import GAVE
from bot.grammar.lines.words import Sheet

_CHOICE = re.compile(r"(new|[0-9]{1,18})@([0-9]{1,5})-([0-9]{1,5})")
_DIRECTIONS = frozenset(("from", "to", "for"))


@dataclass(frozen=True, slots=True)
class Choice:
    """The partners, where their names begin and end, all places that name any, and what must be asked."""

    found: tuple[Found, ...] = ()
    first: int = 0
    last: int = 0
    places: tuple[Place, ...] = ()
    question: Question | None = None


def choose(
    sheet: Sheet, context: Context, command: Command, days: Sequence[DayPhrase], answers: Mapping[str, str]
) -> Choice:
    """The partners of an entry, their words marked as used; so are the words that a question is about."""
    places = tuple(ranked(sheet, find_places(sheet, context.names), days))
    if answered := _answered(sheet, context, places, answers):
        return answered
    place = _place_of(sheet, command, places)
    if place is None or (place.rank > 2 and _names_unknown(sheet, command, days)):
        return _asked_about_unknown(sheet, context, command, places, guesses(sheet, command, days))
    if span := name_in_place_of(sheet, command, place, days):
        return _asked_about_unknown(sheet, context, command, places, [span])
    all_of = joined(sheet, place, places)
    question = None if answers.get(PARTNER) == "all" else _question(sheet, context, command, all_of)
    if question:
        last = longer_name_end(sheet, command, all_of[-1])
        found = tuple(found_at(sheet, each) for each in all_of[:1] if len(each.names) == 1)
        sheet.use("partner", all_of[0].first, last)
        return Choice(found, all_of[0].first, last, places, question)
    for each in all_of:
        sheet.use("partner", each.first, each.last)
    sheet.use("glue", all_of[0].first, all_of[-1].last)
    distinct = {each.names[0].partner_id: found_at(sheet, each) for each in reversed(all_of)}
    return Choice(tuple(reversed(distinct.values())), all_of[0].first, all_of[-1].last, places)


def _answered(sheet: Sheet, context: Context, places: tuple[Place, ...], answers: Mapping[str, str]) -> Choice | None:
    """The partner that was chosen when asked."""
    match = _CHOICE.fullmatch(answers.get(PARTNER, ""))
    if match is None or not int(match[2]) < int(match[3]) <= len(sheet):
        return None
    first, last = int(match[2]), int(match[3])
    typed = sheet.spelled(first, last)
    if match[1] == "new":
        found = Found(id=None, name=typed, typed=typed, how=How.NEW)
    elif name := next((each.partner for each in context.names.all if each.partner_id == int(match[1])), None):
        found = Found(id=int(match[1]), name=name, typed=typed, how=How.CHOSEN)
    else:
        return None
    sheet.use("partner", first, last)
    _use_new(sheet, first)
    return Choice((found,), first, last, places)


def _place_of(sheet: Sheet, command: Command, places: Sequence[Place]) -> Place | None:
    if command is Command.TRUST:
        return next((each for each in places if each.is_whole or each.rank < 2 or each.is_sure), None)
    return _referral_place(sheet, places) if command is Command.REFERRAL else best(places)


def _referral_place(sheet: Sheet, places: Sequence[Place]) -> Place | None:
    """As for all, but `from` and `to` tell more than standing in front: `Nova Cakes 5k from Hexley Data`."""
    place = best(places)
    if place is None or place.rank > 0 or sheet.key(place.last) in GAVE:
        return place
    if sheet.key(sheet.before(place.first)) in GAVE | _DIRECTIONS:
        return place
    told = [
        each
        for each in places
        if each.is_whole and each.first > place.first and sheet.key(sheet.before(each.first)) in ("from", "to")
    ]
    return told[0] if len(told) == 1 else place


def _question(sheet: Sheet, context: Context, command: Command, all_of: Sequence[Place]) -> Question | None:
    """What must be asked though a name is known: two in a referral, a name of two partners, or a longer one."""
    if ambiguous := next((each for each in all_of if len(each.names) > 1), None):
        return which(sheet, ambiguous, longer_name_end(sheet, command, ambiguous))
    if command is Command.REFERRAL and len({each.names[0].partner_id for each in all_of}) > 1:
        return two_question(sheet, all_of)
    if command is Command.REFERRAL and _joins_unknown(sheet, all_of[-1]):
        return joined_question(sheet, all_of[-1])
    end = longer_name_end(sheet, command, all_of[-1])
    return longer_question(sheet, context, all_of[-1], end) if end > all_of[-1].last else None


def _joins_unknown(sheet: Sheet, place: Place) -> bool:
    """Whether a name that nobody knows is joined to the partner's behind `from` or `to`: `from Nova and Zed Ltd`."""
    named = place.last + 1
    if sheet.key(place.last) not in ("and", "&", "+", "plus") or named >= len(sheet):
        return False
    is_led = sheet.key(sheet.before(place.first)) in ("from", "to", "via", "by")
    return is_led and sheet.words[named].is_capital and not sheet.words[named].quoted


def _names_unknown(sheet: Sheet, command: Command, days: Sequence[DayPhrase]) -> bool:
    """Whether a run of capitals stands where a partner would: the known one is only spoken of then."""
    spans = guesses(sheet, command, days)
    return bool(spans) and sheet.words[spans[0][0]].is_capital and spans[0][1] - spans[0][0] > 1


def _asked_about_unknown(
    sheet: Sheet, context: Context, command: Command, places: tuple[Place, ...], spans: Sequence[tuple[int, int]]
) -> Choice:
    """The question who is meant; the words are marked where they can be nothing but a name."""
    if not spans:
        return Choice(places=places)
    first, last = spans[0]
    question = unknown(sheet, context, command, places, spans)
    if command in (Command.TOUCH, Command.TRUST):
        sheet.use("partner", first, last)
    _use_new(sheet, first)
    return Choice(first=first, last=last, places=places, question=question)


def _use_new(sheet: Sheet, first: int) -> None:
    """Mark the `new partner` that leads to a name."""
    if sheet.says(first - 2, "new", "partner"):
        sheet.use("glue", first - 2, first)
