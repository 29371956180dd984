"""The partners of an entry: chosen among the places where names stand, or asked about."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.grammar.lines.day_phrases import DayPhrase
from bot.grammar.lines.likeness import close_names
from bot.grammar.lines.lists import words
from bot.grammar.lines.partners import LEAD_IN, Place, best, find_places, found_at, guesses, joined, longer_name, ranked
from bot.grammar.lines.values import Ask, Command, Context, Found, How, Option, Question
from bot.grammar.lines.vocabulary import ENDINGS_OF_FIRMS, GAVE, SURE_ENDINGS
from bot.grammar.lines.words import Sheet

PARTNER = "partner"
_CHOICE = re.compile(r"(new|[0-9]+)@([0-9]+)-([0-9]+)")
_DIRECTIONS = words("from to for")
_UNTIL = frozenset(LEAD_IN | {"us", "them", "ours", "theirs"})
_LOWER_ENDINGS = SURE_ENDINGS | {
    "brothers",
    "bros",
    "partners",
    "services",
    "solicitors",
    "associates",
    "consulting",
    "accountants",
}
_MOST_OFFERED = 6


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
    """The partners of an entry, their words marked as used."""
    places = ranked(sheet, find_places(sheet, context.names), days)
    if answered := _answered(sheet, context, places, answers):
        return answered
    place = _referral_place(sheet, places) if command is Command.REFERRAL else best(places)
    if command is Command.TRUST:
        place = next((each for each in places if each.is_whole or each.rank < 2 or each.is_sure), None)
    if place is None or (place.rank > 2 and _names_unknown(sheet)):
        return Choice(places=tuple(places), question=_unknown(sheet, context, command, places))
    if len(place.names) > 1:
        question = _which(
            sheet, place, f"“{sheet.spelled(place.first, place.last)}” begins more than one partner's name."
        )
        return Choice(first=place.first, last=place.last, places=tuple(places), question=question)
    all_of = joined(sheet, place, places)
    if question := _question(sheet, command, all_of, places):
        if answers.get(PARTNER) != "all":
            return Choice(
                tuple(found_at(sheet, each) for each in all_of[:1]),
                place.first,
                all_of[-1].last,
                tuple(places),
                question,
            )
    for each in all_of:
        sheet.use("partner", each.first, each.last)
    for at in range(place.first, all_of[-1].last):
        sheet.use("glue", at)
    distinct = {each.names[0].partner_id: found_at(sheet, each) for each in reversed(all_of)}
    return Choice(tuple(reversed(distinct.values())), place.first, all_of[-1].last, tuple(places))


def _answered(sheet: Sheet, context: Context, places: Sequence[Place], answers: Mapping[str, str]) -> Choice | None:
    """The partner that was chosen when asked."""
    match = _CHOICE.fullmatch(answers.get(PARTNER, ""))
    if match is None:
        return None
    first, last = int(match[2]), int(match[3])
    if not first < last <= len(sheet):
        return None
    typed = sheet.spelled(first, last)
    if match[1] == "new":
        found = Found(id=None, name=typed, typed=typed, how=How.NEW)
    else:
        name = next((each.partner for each in context.names.all if each.partner_id == int(match[1])), None)
        if name is None:
            return None
        found = Found(id=int(match[1]), name=name, typed=typed, how=How.CHOSEN)
    sheet.use("partner", first, last)
    return Choice((found,), first, last, tuple(places))


def _referral_place(sheet: Sheet, places: Sequence[Place]) -> Place | None:
    """As for all, but `from` and `to` tell more than standing in front: `Nova Cakes 5k from Hexley Data`."""
    place = best(places)
    if (
        place is None
        or place.rank > 0
        or sheet.key(sheet.before(place.first)) in _DIRECTIONS
        or sheet.key(place.last) in GAVE
    ):
        return place
    if sheet.key(sheet.before(place.first)) in GAVE:
        return place
    named = [
        each
        for each in places
        if each.is_whole and sheet.key(sheet.before(each.first)) in ("from", "to") and each.first > place.first
    ]
    return named[-1] if named and len(named) == 1 else place


def _question(sheet: Sheet, command: Command, all_of: Sequence[Place], places: Sequence[Place]) -> Question | None:
    """What must be asked though a name is known: two in a referral, or a longer name than is known."""
    first = all_of[0]
    if command is Command.REFERRAL and len({each.names[0].partner_id for each in all_of}) > 1:
        options = [_option(sheet, each) for each in all_of]
        both = Option(key="all", label="Both")
        words = sheet.spelled(first.first, all_of[-1].last)
        return Question(key=PARTNER, ask=Ask.BOTH, problem="Two partners stand here; which one is the referral from or to?", text=words,
                        options=(*options, both))  # fmt: skip
    for each in all_of:
        ambiguous = len(each.names) > 1
        if ambiguous:
            return _which(sheet, each, f"“{sheet.spelled(each.first, each.last)}” begins more than one partner's name.")
    end = _longer(sheet, command, all_of[-1])
    if end > all_of[-1].last:
        words = sheet.spelled(all_of[-1].first, end)
        options = [_option(sheet, all_of[-1]), Option(key=f"new@{all_of[-1].first}-{end}", label=f"Add “{words}”")]
        return Question(
            key=PARTNER, ask=Ask.PARTNER, problem=f"No partner is called “{words}”.", text=words, options=tuple(options)
        )
    return None


def _longer(sheet: Sheet, command: Command, place: Place) -> int:
    """Where a longer, unknown name ends that begins with this one; the place's end where the words are a title."""
    end = longer_name(sheet, place, until=_UNTIL)
    if end == place.last and not sheet.words[place.first].is_capital and sheet.key(end) in _LOWER_ENDINGS:
        while sheet.key(end) in _LOWER_ENDINGS:
            end += 1
    if end == place.last:
        return end
    ending = next((at for at in range(end, place.last, -1) if sheet.keys[at - 1] in SURE_ENDINGS), None)
    following = sheet.key(end)
    if command in (Command.REFERRAL, Command.EVENT):
        return ending if ending and ending < len(sheet) and end > ending and ending - place.last < 3 else place.last
    is_firm = sheet.keys[end - 1] in ENDINGS_OF_FIRMS
    if command is Command.TRUST:
        return end
    names_contact = following in LEAD_IN and end < len(sheet) and not sheet.words[end].is_mark
    return ending or (
        end
        if is_firm or (names_contact and following not in ("and", "from", "at", "with", "to", "about", "on"))
        else place.last
    )


def _option(sheet: Sheet, place: Place) -> Option:
    name = place.names[0]
    return Option(
        key=f"{name.partner_id}@{place.first}-{place.last}", label=name.partner, partner=found_at(sheet, place)
    )


def _which(sheet: Sheet, place: Place, problem: str) -> Question:
    """Which of several partners a beginning means."""
    options = [
        Option(key=f"{name.partner_id}@{place.first}-{place.last}", label=name.partner,
               partner=Found(id=name.partner_id, name=name.partner, typed=sheet.spelled(place.first, place.last), how=How.CHOSEN))
        for name in place.names[:_MOST_OFFERED]
    ]  # fmt: skip
    return Question(
        key=PARTNER,
        ask=Ask.PARTNER,
        problem=problem,
        text=sheet.spelled(place.first, place.last),
        options=tuple(options),
    )


def _names_unknown(sheet: Sheet) -> bool:
    """Whether a run of capitals stands where a partner would: the known one is only spoken of then."""
    spans = guesses(sheet)
    return bool(spans) and sheet.words[spans[0][0]].is_capital and spans[0][1] - spans[0][0] > 1


def _unknown(sheet: Sheet, context: Context, command: Command, places: Sequence[Place]) -> Question | None:
    """Did you mean …, or add it; None where nothing may be a name at all."""
    spans = guesses(sheet)
    if not spans:
        return None
    texts = [sheet.spelled(first, last) for first, last in spans]
    options: list[Option] = []
    for name, place in close_names(context.names, texts):
        first, last = spans[place]
        found = Found(id=name.partner_id, name=name.partner, typed=texts[place], how=How.CHOSEN)
        options.append(Option(key=f"{name.partner_id}@{first}-{last}", label=name.partner, partner=found))
    options += [_option(sheet, place) for place in places[:_MOST_OFFERED] if place.is_whole and len(place.names) == 1]
    if not places:
        # The lead stands behind the partner in a referral: nobody can tell where the name ends.
        first, last = spans[0]
        lasts = (
            [first + length for length in (2, 1, 3) if first + length <= last]
            if command is Command.REFERRAL and sheet.keys[last - 1] not in SURE_ENDINGS
            else [last]
        )
        for end in lasts:
            words = sheet.spelled(first, end)
            options.append(Option(key=f"new@{first}-{end}", label=f"Add “{words}”"))
    return Question(
        key=PARTNER,
        ask=Ask.PARTNER,
        problem=f"No partner is called “{texts[0]}”.",
        text=texts[0],
        options=tuple(options),
    )
