"""Where the name of a partner that nobody knows may stand, and how far it reaches: the whole name as it was typed."""

import re
from collections.abc import Collection, Sequence

from bot.grammar.lines.clauses import end_of_sentence
from bot.grammar.lines.day_names import DayPhrase
from bot.grammar.lines.lists import words
from bot.grammar.lines.names import ENDINGS
from bot.grammar.lines.partners import LEAD_IN, Place
from bot.grammar.lines.promise_triggers import triggers
from bot.grammar.lines.values import Command
from bot.grammar.lines.vocabulary import MEETING_NOUNS, SURE_ENDINGS
from bot.grammar.lines.words import Sheet

JOINTS = words("& and + of the de la le du da van von der den y")
_BEFORE_NAMES = ("with", "from", "to", "for", "at", "w/")
_AMOUNT_LIKE = re.compile(r"[0-9][0-9.,]*(?:k|m)?")
_NUMBER = re.compile(r"[0-9]{1,4}(?:/[0-9])?")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_SHORTENED = ENDINGS | words("co bros st mr mrs dr assoc int intl")
_CLOSERS = {"(": ")", "[": "]"}
MAX_WORDS = 6  # of a name, not counting those between that only join it
_MAX_LETTERS = 40  # of a word
_MAX_IN_BRACKETS = 4  # words
_MAX_GUESSES = 6


def guesses(sheet: Sheet, command: Command, days: Sequence[DayPhrase]) -> list[tuple[int, int]]:
    """Where the name of an unknown partner may stand, the best guess first, then the beginnings of that one."""
    barred = _barred(sheet, command, days)
    starts = [at + 1 for at in sheet.where(_BEFORE_NAMES)[:6] if at + 1 < len(sheet)]
    first = next((at for at in range(len(sheet)) if _may_begin(sheet, at, barred)), None)
    found: list[tuple[int, int]] = []
    for start in [*starts, *([] if first is None else [first])]:
        end = _end(sheet, start, barred)
        if end > start and (start, end) not in found:
            found.append((start, end))
    found.sort(key=lambda span: (not sheet.words[span[0]].is_capital, span[0] != first and span[0] not in starts))
    shorter = [(start, cut) for start, end in found[:1] for cut in reversed(beginnings(sheet, start, end)[:-1])]
    return [*found[:3], *shorter][:_MAX_GUESSES]


def beginnings(sheet: Sheet, first: int, last: int) -> list[int]:
    """Where each shorter name that begins alike would end, the shortest first; the last one is the whole name."""
    if sheet.words[first].quoted:
        return [last]
    ends = []
    for at in range(first, last):
        word = sheet.words[at]
        if word.is_mark or sheet.keys[at] in JOINTS:
            continue
        end = at + 1
        while end < last and sheet.words[end].text == "." and sheet.words[end].start == sheet.words[end - 1].end:
            end += 1
        ends.append(end)
    return [end for end in ends if end < last and _is_balanced(sheet, first, end)] + [last]


def _is_balanced(sheet: Sheet, first: int, end: int) -> bool:
    keys = sheet.keys[first:end]
    return all(keys.count(opener) == keys.count(closer) for opener, closer in _CLOSERS.items())


def _barred(sheet: Sheet, command: Command, days: Sequence[DayPhrase]) -> set[int]:
    """The places of words that are no part of a name: days, and the level of a rating."""
    levels = [at for at in sheet.numeric if sheet.keys[at] in "12345"] if command is Command.TRUST else []
    new = [at for at in sheet.where(("partner",)) if sheet.key(at - 1) == "new"]  # `New partner Blackwood Law`
    return {*levels, *new, *(at for day in days for at in range(day.first, day.last))}


def _end(sheet: Sheet, start: int, barred: Collection[int]) -> int:
    """Where the name ends that begins at a place; the place itself where none does."""
    if start < len(sheet) and sheet.words[start].quoted:
        end = start
        while end < len(sheet) and sheet.words[end].quoted:
            end += 1
        return end
    at, count = start, 0
    while at < len(sheet) and count < MAX_WORDS and not (at > start and sheet.begins_line(at)):
        if at > start and sheet.keys[at - 1] in SURE_ENDINGS and sheet.key(at) != ".":
            break
        end = _part_end(sheet, start, at, barred)
        if end == at:
            break
        count += not sheet.words[at].is_mark
        at = end
    return at


def _part_end(sheet: Sheet, start: int, at: int, barred: Collection[int]) -> int:
    """Where the part of a name ends that stands at a place: a word, one joined to it, a mark that belongs to it."""
    word = sheet.words[at]
    if at in barred or sheet.uses[at]:
        return at
    if word.is_mark:
        return _mark_end(sheet, start, at, barred)
    if at == start:
        if _may_begin(sheet, at, barred):
            return max(at + 1, firm_end(sheet, at))
        return at
    if word.key in JOINTS:
        following = at + 1
        while sheet.key(following) in JOINTS:
            following += 1
        same = following < len(sheet) and (sheet.words[following].is_capital or not sheet.words[start].is_capital)
        return following + 1 if same and may_name(sheet, following) and following not in barred else at
    if may_name(sheet, at) or _is_number_of_name(sheet, at):
        return at + 1
    return max(at, firm_end(sheet, at))


def _mark_end(sheet: Sheet, start: int, at: int, barred: Collection[int]) -> int:
    """Where a mark ends that belongs to the name before it: `A.B.C. Partners`, `Widgets (UK) Ltd`, `Widgets, Inc`."""
    word, before = sheet.words[at], sheet.words[at - 1]
    if at == start:
        return at
    is_joined = word.start == before.end
    if word.text == "." and is_joined and not before.is_mark:
        shortened = before.key in _SHORTENED or _INITIALS.fullmatch(before.text)
        return at + 1 if shortened and not before.quoted else at
    if word.text == "!" and is_joined and at + 1 < len(sheet) and not sheet.words[at + 1].is_mark:
        return at + 1 if not sheet.begins_line(at + 1) and before.is_capital else at
    if word.text == "," and sheet.key(at + 1) in SURE_ENDINGS:
        return at + 2
    if closer := _CLOSERS.get(word.text):
        ends = range(at + 2, min(at + 2 + _MAX_IN_BRACKETS, len(sheet)))
        end = next((each for each in ends if sheet.words[each].text == closer), None)
        if end and all(may_name(sheet, each) and each not in barred for each in range(at + 1, end)):
            return end + 1
    return at


def _may_begin(sheet: Sheet, at: int, barred: Collection[int]) -> bool:
    word = sheet.words[at]
    if word.is_mark or sheet.uses[at] or at in barred:
        return False
    if may_name(sheet, at) or firm_end(sheet, at):
        return True
    has_name_behind = at + 1 < len(sheet) and sheet.words[at + 1].is_capital and may_name(sheet, at + 1)
    is_article = word.key == "the" and word.is_capital
    return has_name_behind and (is_article or (bool(_NUMBER.fullmatch(word.key)) and not sheet.key(at - 1).isdigit()))


def _is_number_of_name(sheet: Sheet, at: int) -> bool:
    """Whether a number ends a name: `Studio 54 call`, `Zed 24/7 lunch`."""
    if not _NUMBER.fullmatch(sheet.keys[at]) or not sheet.words[at - 1].is_capital:
        return False
    following = sheet.key(at + 1)
    return following in MEETING_NOUNS or following in ENDINGS or "/" in sheet.keys[at]


def firm_end(sheet: Sheet, at: int) -> int:
    """Where a name ends that only its ending tells, as every word has a capital: `Open Meeting Rooms Ltd`; else 0."""
    for end in range(at, min(at + MAX_WORDS, len(sheet))):
        word = sheet.words[end]
        if word.is_mark or sheet.uses[end] or (end > at and sheet.begins_line(end)):
            return 0
        if end > at and word.key in SURE_ENDINGS:
            return end + 1
        if not word.is_capital and (end == at or word.key not in JOINTS):
            return 0
    return 0


def may_name(sheet: Sheet, at: int) -> bool:
    """Whether a word may be one of an unknown name."""
    word = sheet.words[at]
    if word.is_mark or sheet.uses[at] or len(word.text) >= _MAX_LETTERS:
        return False
    return word.quoted or (
        word.key not in LEAD_IN
        and any(each.isalpha() for each in word.text)
        and not _AMOUNT_LIKE.fullmatch(word.key)
        and not word.text.startswith(("@", "£", "#"))
    )


def name_in_place_of(sheet: Sheet, command: Command, place: Place, days: Sequence[DayPhrase]) -> tuple[int, int] | None:
    """An unknown name that stands where the partner's would, so that the known one may only be spoken of.

    `Zeta call next: lunch with Acme`, `from Zeta Northwind to Acme`, `Zeta call about Acme`, `St John's Chambers`.
    """
    barred = _barred(sheet, command, days)
    if command is Command.REFERRAL:
        return _comes_from_unknown(sheet, place, barred)
    if place.rank == 0:
        return None
    start = sheet.after(0)
    end = _end(sheet, start, barred) if start < len(sheet) else start
    if end == start:
        return None
    if not place.is_whole and start < place.first < end and place.rank > 1 and sheet.words[place.first - 1].is_capital:
        return start, end
    if end > place.first:
        return None
    is_named = sheet.words[start].is_capital and sheet.key(end) in MEETING_NOUNS
    spoken_of = (
        place.rank > 1
        if command is Command.TRUST
        else (place.rank > 2 and is_named and command is Command.TOUCH) or _is_promised(sheet, end, place, days)
    )
    return (start, end) if spoken_of else None


def _is_promised(sheet: Sheet, start: int, place: Place, days: Sequence[DayPhrase]) -> bool:
    """Whether the known name stands in what was promised, behind a place."""
    return any(
        start <= trigger.first < place.first < end_of_sentence(sheet, trigger.last, len(sheet))
        for trigger in triggers(sheet, days)
    )


def _named_before(sheet: Sheet, place: Place, barred: Collection[int]) -> tuple[int, int] | None:
    """The unknown name behind `from` that runs into words which begin a known one: `from Penworth Press Pine Cakes`."""
    first = sheet.after(0)
    if place.rank < 2 or sheet.key(first) not in ("from", "to", "via", "by") or place.first <= first + 1:
        return None
    if not sheet.words[first + 1].is_capital or not sheet.words[place.first].is_capital:
        return None
    end = _end(sheet, first + 1, barred)
    return (first + 1, end) if end >= place.first else None


def _comes_from_unknown(sheet: Sheet, place: Place, barred: Collection[int]) -> tuple[int, int] | None:
    """The unknown name behind `from` where the known one stands behind `to`, or the other way round in front."""
    own = sheet.before(place.first)
    if sheet.key(own) not in ("from", "to", "for"):
        return _named_before(sheet, place, barred)
    others = ("to",) if sheet.key(own) == "from" else ("from",)
    for at in sheet.where(others):
        if at + 1 < own and (sheet.key(own) != "from" or at == sheet.after(0)):
            end = _end(sheet, at + 1, barred)
            if end > at + 1:
                return at + 1, min(end, own)
    return None
