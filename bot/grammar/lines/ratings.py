"""`/trust`: ratings from 1 to 5, ours in them and theirs in us, of one partner or several."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.grammar.lines.choice import Choice, choose
from bot.grammar.lines.day_phrases import find_days
from bot.grammar.lines.leftovers import leftovers
from bot.grammar.lines.lists import phrases, words
from bot.grammar.lines.partners import found_at
from bot.grammar.lines.promises import take_promises
from bot.grammar.lines.stage import Stage
from bot.grammar.lines.values import Command, Entry, Found, Record
from bot.grammar.lines.words import Sheet
from scoring.vocabulary import Direction, Side

_WORDS = {word: at for at, word in enumerate(("one", "two", "three", "four", "five"), 1)}
_SIDES = {
    **dict.fromkeys(words("us ours our we my mine i"), Side.OURS),
    **dict.fromkeys(words("them theirs their they they'd they'll they're theyd"), Side.THEIRS),
}
_RATING = words("trust trusts rate rates rated rating give gives gave giving score scored scores")
_THEY = words("they are is now would they'd theyd they'll probably i'd")
_SAYING = words("trust trusts rate rates side is give gave trust's say go put")
_MAX_LEVELS = 10  # of one partner; more are no ratings
_LEVEL = re.compile(r"([1-5])(?:/5)?")
_NUMBER = re.compile(r"[-+]?[0-9]+(?:[.,/-][0-9]+)?")
_OF_FIVE = phrases("of 5, of five, out of 5, out of five, / 5")
_GLUE = words(
    "trust in is now at to a an for of with rating = : level score are as from us's up down back trusts gives "
    "give say says rate rated at our their reckon think guess would they'd theyd they'll probably prob i'd say"
)
_NEAR = words(
    "trust in is now at a = : are and , - – & ; for of / trusts rates rate side = from by us them to → -> now"
)


@dataclass(slots=True)
class _Level:
    first: int
    last: int
    level: int
    side: Side | None = None
    partner: tuple[Found, ...] = ()


def read_trust(stage: Stage) -> Entry:
    """The ratings of an entry."""
    sheet, context = stage.sheet, stage.context
    days = find_days(sheet, context.today, day_first=context.day_first)
    days = [day for day in days if not day.is_date]  # 4/5 is a rating
    choice = choose(sheet, context, Command.TRUST, days, stage.answers)
    asked = [choice.question] if choice.question else []
    before = sheet.before(choice.first)
    if choice.found and sheet.key(before) in ("for", "of", "in", "with", "to", "from") and sheet.is_free(before):
        sheet.use("glue", before)
    groups = _groups(sheet, choice)
    levels, problem = _levels(sheet, choice, groups)
    promises = take_promises(sheet, days, context.today)
    _use_glue(sheet, levels)
    side = _side_alone(sheet) if not levels and not problem else None
    note = sheet.kept()
    base = Record(
        command=Command.TRUST,
        partners=choice.found,
        direction=Direction.JOINT,
        title=note,
        side=side or Side.OURS,
        occurred_on=context.today,
        promises=promises,
    )
    base = replace(base, unread=leftovers(stage, [], days, base))
    records = [
        replace(base, level=each.level, side=each.side or Side.OURS, partners=each.partner or choice.found)
        for each in levels
    ] or [base]
    records[1:] = [replace(record, promises=(), unread=()) for record in records[1:]]
    return stage.entry(Command.TRUST, records, asked, problem)


def _side_alone(sheet: Sheet) -> Side | None:
    """The side where only that and the partner are said: the form then asks for the rest."""
    free = sheet.free_words()
    if len(free) != 1 or sheet.keys[free[0]] not in _SIDES:
        return None
    sheet.use("side", free[0])
    return _SIDES[sheet.keys[free[0]]]


def _groups(sheet: Sheet, choice: Choice) -> list[tuple[int, tuple[Found, ...]]]:
    """Further partners with ratings of their own: `Acme 4, Nova 2`; where their names begin."""
    groups: list[tuple[int, tuple[Found, ...]]] = [(choice.first, choice.found)]
    known = {partner.id for partner in choice.found}
    for place in choice.places:
        name = place.names[0]
        if place.first < choice.last or len(place.names) > 1 or name.partner_id in known:
            continue
        following = sheet.after(place.last)
        if (
            following < len(sheet)
            and sheet.are_free(place.first, place.last)
            and (_level_at(sheet, following) or sheet.key(following) in _SIDES)
        ):
            known.add(name.partner_id)
            groups.append((place.first, (found_at(sheet, place),)))
            sheet.use("partner", place.first, place.last)
    return groups


def _levels(sheet: Sheet, choice: Choice, groups: Sequence[tuple[int, tuple[Found, ...]]]) -> tuple[list[_Level], str]:
    """The ratings, each with its side and its partners."""
    found: list[_Level] = []
    taken = 0
    bounds = [*(start for start, _ in groups[1:]), len(sheet)]
    for (_, partners), start, end in zip(groups, [0, *bounds], bounds, strict=False):
        levels, problem = _segment(sheet, start, end)
        if problem:
            return [], problem
        for each in levels:
            each.partner = partners if len(groups) > 1 else ()
        found += levels
        taken = end
    assert taken <= len(sheet)
    return found, ""


def _segment(sheet: Sheet, start: int, end: int) -> tuple[list[_Level], str]:
    """The ratings between two places: sides and levels in the order in which they stand."""
    found: list[_Level] = []
    sides: list[tuple[int, Side]] = []
    at = start
    while at < end and len(found) <= _MAX_LEVELS:
        if sheet.uses[at] or sheet.words[at].quoted:
            at += 1
            continue
        level = _level_at(sheet, at)
        if level and found and _is_change(sheet, found[-1], at):
            sheet.use("glue", found[-1].first, at)
            found[-1] = _Level(at, level[1], level[0])
            at = level[1]
            continue
        if level and (not found or _is_near(sheet, found[-1].last, at, sides)):
            if found and found[-1].side is None and not any(place >= found[-1].last for place, _ in sides):
                return found, ""
            found.append(_Level(at, level[1], level[0]))
            at = level[1]
            continue
        side = _SIDES.get(sheet.keys[at])
        if side and _is_side(sheet, at, found):
            sides.append((at, side))
        elif not found and _NUMBER.fullmatch(sheet.keys[at]):
            return [], f"Trust goes from 1 (weak) to 5 (strongest); I read “{sheet.words[at].text}”."
        elif found and not (sheet.words[at].is_mark or sheet.keys[at] in _NEAR):
            break
        at += 1
    _pair(sheet, found, sides)
    if found and _is_told_of_later(sheet, found[0], end):
        return [], "I can't tell whose trust each number is; please write it as “us 4 them 3”."
    if found and (side := _by_verb(sheet, start, end)):
        found[0].side = side
    return found, ""


def _is_told_of_later(sheet: Sheet, first: _Level, end: int) -> bool:
    """Whether a later number says what they give us: `4 and they'd give us 3`."""
    later = (at for at in sheet.where(_RATING) if first.last <= at < end and sheet.key(at + 1) in ("us", "them"))
    return any(_level_at(sheet, at + 2) is not None for at in later)


def _by_verb(sheet: Sheet, start: int, end: int) -> Side | None:
    """Whose trust it is by who trusts: `they trust us`, `Nova trusts us`, `we trust Nova`."""
    for at in sheet.where(_RATING):
        if not start <= at < end or sheet.uses[at]:
            continue
        if sheet.key(at + 1) in ("them", "it", "him", "her"):
            sheet.use("side", at, at + 2)
            return Side.OURS
        if sheet.key(at + 1) not in ("us", "me", "our"):
            continue
        if sheet.key(at - 1) in _THEY or (at and sheet.uses[at - 1] == "partner"):
            sheet.use("side", at - (sheet.key(at - 1) in _THEY), at + 2)
            return Side.THEIRS
    return None


def _is_change(sheet: Sheet, before: _Level, at: int) -> bool:
    """Whether a level was that and is another one now: `from 3 to 4`."""
    between = sheet.keys[before.last : at]
    changed = sheet.key(before.first - 1) in ("from", "was") or sheet.key(before.first - 2) in ("up", "down")
    return changed and bool(between) and all(key in ("to", "→", "->", "now", "is", "-", ",", ">") for key in between)


def _is_side(sheet: Sheet, at: int, found: Sequence[_Level]) -> bool:
    """Whether a word says whose trust it is, and no sentence begins with it: `4 they never call`."""
    key = sheet.keys[at]
    if key in ("we", "they", "i", "our", "their", "my", "they'd", "they'll", "they're", "theyd"):
        following = sheet.after(at + 1)
        near = (
            sheet.key(following)
            in ("trust", "trusts", "rate", "rates", "side", "is", "give", "gave", "trust's", "say", "go", "put")
            or _level_at(sheet, following) is not None
        )
        return near and (not found or bool(_later_level(sheet, at)))
    return True


def _later_level(sheet: Sheet, at: int) -> bool:
    return any(_level_at(sheet, place) for place in range(at + 1, min(at + 5, len(sheet))))


def _is_near(sheet: Sheet, start: int, at: int, sides: Sequence[tuple[int, Side]]) -> bool:
    """Whether only sides and small words stand between two levels."""
    places = {place for place, _ in sides}
    return all(
        sheet.words[each].is_mark or each in places or sheet.keys[each] in _NEAR or bool(sheet.uses[each])
        for each in range(start, at)
    )


def _pair(sheet: Sheet, levels: list[_Level], sides: Sequence[tuple[int, Side]]) -> None:
    """Each level with its side: the one before it, or the one behind it where the first side stands behind."""
    if not levels:
        return
    in_front = bool(sides) and sides[0][0] < levels[0].first
    for number, level in enumerate(levels):
        if in_front:
            near = [
                each for each in sides if each[0] < level.first and (number == 0 or each[0] >= levels[number - 1].last)
            ]
            chosen = near[-1] if near else None
        else:
            limit = levels[number + 1].first if number + 1 < len(levels) else len(sheet)
            chosen = next(
                (each for each in sides if level.last <= each[0] < limit and _is_near(sheet, level.last, each[0], [])),
                None,
            )
        if chosen:
            level.side = chosen[1]
            sheet.use("side", chosen[0])
    for level in levels:
        sheet.use("level", level.first, level.last)


def _level_at(sheet: Sheet, at: int) -> tuple[int, int] | None:
    """The level that stands at a place, and where it ends: 4, four, 4/5, 4 out of 5."""
    key = sheet.key(at)
    match = _LEVEL.fullmatch(key)
    level = int(match[1]) if match else _WORDS.get(key)
    if level is None or (at < len(sheet) and sheet.words[at].quoted):
        return None
    for phrase in _OF_FIVE:
        if sheet.says(at + 1, *phrase):
            return level, at + 1 + len(phrase)
    return level, at + 1


def _use_glue(sheet: Sheet, levels: Sequence[_Level]) -> None:
    """Mark the small words around ratings: `trust in X is now 4`."""
    if not levels:
        return
    first = min(level.first for level in levels)
    for at in sheet.where(_GLUE | {"and"}):
        behind = at + 1 < len(sheet) and bool(sheet.uses[at + 1])
        if sheet.is_free(at) and (at < first or (behind and sheet.uses[at - 1] == "level")):
            sheet.use("glue", at)
