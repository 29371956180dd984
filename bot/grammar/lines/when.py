"""Which of the days in a line is the contact's own: in front, at the end, behind what was done, or after `on`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.grammar.lines.contact import TOPICS
from bot.grammar.lines.day_names import DayPhrase
from bot.grammar.lines.lists import words
from bot.grammar.lines.values import Certainty
from bot.grammar.lines.words import Sheet

FAR = timedelta(60)
"""Further away, a day in a sentence about something else is asked about."""
_FAR_BACK = 40  # words; no clause is longer
CLAUSE_MARKS = words(", . ; - – — ! ( :")
_OTHERS = words(
    "they he she it who which their his her until since before after from of the between till they'd they've they're "
    "they'll he'd he's he'll she'd she's she'll who'd who's"
)
_SUBJECTS = words("they he she who they're they'd they've he'd he's she'd she's which agreed plan planning launching")
_SPEAKING_OF = words(
    "of from since until till before after between than like by about re re: regarding discussed discussing "
    "the their our my"
)
_GOING_ON = words("about at with re regarding for in over via to by near on and w/ from")
_LEADING_PREPOSITIONS = ("on", "for", "at", "around")
_TELLING = TOPICS - {"on", "through"}


@dataclass(frozen=True, slots=True)
class When:
    """The day of a record. `phrase` is None where none was said; `is_asked` where the day must be asked about."""

    day: date
    certainty: Certainty = Certainty.ASSUMED
    phrase: DayPhrase | None = None
    words: str = ""
    is_asked: bool = False
    problem: str = ""


def unknown_day(day: DayPhrase, words: str) -> str:
    """Why it cannot be told which day is meant."""
    if day.is_date and not day.exists:
        return f"There is no {words}; which day do you mean?"
    return f"I can't tell which day “{words}” is."


def impossible_due(sheet: Sheet, days: Sequence[DayPhrase]) -> str:
    """What is wrong with the day of a promise: no month has it; empty if nothing is."""
    wrong = (day for day in days if day.is_date and not day.exists and sheet.uses[day.first] == "promise")
    return next((f"There is no {sheet.spelled(day.first, day.last)}; please name another day." for day in wrong), "")


def contact_day(sheet: Sheet, days: Sequence[DayPhrase], today: date, *, is_plan: bool = False) -> When:
    """The day of a touch, its words marked as used."""
    free = [day for day in days if sheet.are_free(day.first, day.last) and not sheet.words[day.first].quoted]
    free = [day for day in free if not day.is_weak or _stands_alone(sheet, day)]
    told = [day for day in free if sheet.key(day.first - 1) not in _SPEAKING_OF and sheet.key(day.first - 1) != "time"]
    own = [day for day in told if _is_head(sheet, day)]
    if own:
        return _taken(sheet, own[0], today, is_plan=is_plan)
    last = [day for day in told if _is_last(sheet, day) and not _is_theirs(sheet, day)]
    middle = [
        day for day in told if _is_after_on(sheet, day) and not _is_theirs(sheet, day) and not _has_topic(sheet, day)
    ]
    for day in [*last, *middle]:
        if when := _sentence_day(sheet, day, today, is_plan=is_plan):
            return when
    if is_plan and told:
        return _taken(sheet, told[0], today, is_plan=True)
    return When(today)


def _sentence_day(sheet: Sheet, day: DayPhrase, today: date, *, is_plan: bool) -> When | None:
    """The day at the end of a sentence, unless it is a day of what was spoken of."""
    if is_plan or not _has_topic(sheet, day):
        return _taken(sheet, day, today, is_plan=is_plan)
    on = _meant(day, today, is_plan=False)
    if on is not None and on <= today and (not day.is_date or today - on <= FAR):
        return _taken(sheet, day, today, is_plan=False)
    if not day.is_date:
        return None  # what is to come is the subject's: "agreed to meet next week"
    words = sheet.spelled(day.first, day.last)
    return When(today, phrase=day, words=words, is_asked=True, problem=f"Was that on “{words}”, or today?")


def _meant(day: DayPhrase, today: date, *, is_plan: bool) -> date | None:
    """Of a plan the next such day, of a date without a year the nearest, of anything else the latest."""
    if is_plan:
        return day.to_come()
    return day.nearest(today) if day.is_date else day.done()


def _taken(sheet: Sheet, day: DayPhrase, today: date, *, is_plan: bool) -> When:
    """The day, marked with the word that leads to it."""
    words = sheet.spelled(day.first, day.last)
    on = _meant(day, today, is_plan=is_plan)
    if on is None:
        return When(today, phrase=day, words=words, is_asked=True, problem=unknown_day(day, words))
    use_day(sheet, day)
    return When(on, Certainty.VAGUE if day.is_vague else Certainty.STATED, day, words)


def use_day(sheet: Sheet, day: DayPhrase) -> None:
    """Mark a day's words, and the `on` before them."""
    sheet.use("day", day.first, day.last)
    before = day.first - 1
    if sheet.says(before - 1, "first", "thing") and sheet.are_free(before - 1, before + 1):
        sheet.use("day", before - 1, before + 1)
        before -= 2
    while sheet.key(before) in (*_LEADING_PREPOSITIONS, "in", "dated", "back") and sheet.is_free(before):
        if sheet.key(before) == "in" and sheet.key(before - 1) not in ("booked", "pencilled", "back", "penciled"):
            break
        sheet.use("glue", before)
        before -= 1


def _stands_alone(sheet: Sheet, day: DayPhrase) -> bool:
    """Whether an ordinal or a month is no adjective: `25th`, not `25th anniversary`."""
    following = sheet.key(day.last)
    return (
        day.last >= len(sheet)
        or sheet.words[day.last].is_mark
        or following in _GOING_ON
        or bool(sheet.uses[day.last])
        or sheet.begins_line(day.last)
    )


def _is_head(sheet: Sheet, day: DayPhrase) -> bool:
    """Whether only fields stand before the day, in its line."""
    at = day.first - 1
    while at >= 0:
        word = sheet.words[at]
        passes = (
            word.is_mark
            or sheet.uses[at]
            or word.key in _LEADING_PREPOSITIONS
            or word.key in ("a", "in", "back", "booked", "scheduled")
        )
        if not passes or (word.is_mark and word.text in (".", "!") and at > 0 and not sheet.uses[at - 1]):
            return False
        at -= 1
    return _goes_with(sheet, day)


def _goes_with(sheet: Sheet, day: DayPhrase) -> bool:
    """Whether what follows a day in front leaves it one: `friday drinks` is a day and drinks."""
    if day.is_vague and not _stands_alone(sheet, day) and day.coming and day.coming == day.past:
        return False
    if not day.is_weekday:
        return True
    return _stands_alone(sheet, day) or day.first == 0 or not sheet.words[day.last].is_capital


def _is_last(sheet: Sheet, day: DayPhrase) -> bool:
    """Whether the line, or a sentence of it, ends with the day."""
    following = day.last
    while following < len(sheet) and sheet.uses[following]:
        following += 1
    return bool(following >= len(sheet) or sheet.begins_line(following) or sheet.words[following].is_mark)


def _is_after_on(sheet: Sheet, day: DayPhrase) -> bool:
    """Whether the day stands after `on`, or is one that only says when: yesterday, last friday."""
    if sheet.key(day.first - 1) == "on":
        return True
    return not day.is_weekday and not day.is_date and _stands_alone(sheet, day)


def _clause_start(sheet: Sheet, day: DayPhrase) -> int:
    at = day.first
    while at > max(0, day.first - _FAR_BACK) and not sheet.begins_line(at):
        word = sheet.words[at - 1]
        if word.is_mark and word.text in CLAUSE_MARKS:
            break
        at -= 1
    return at


def _has_topic(sheet: Sheet, day: DayPhrase) -> bool:
    """Whether the day's clause speaks of something else before it comes to the day."""
    start = _clause_start(sheet, day)
    return any(
        sheet.keys[at] in _TELLING or (sheet.keys[at] in _OTHERS and at == start) for at in range(start, day.first)
    )


def _is_theirs(sheet: Sheet, day: DayPhrase) -> bool:
    """Whether the day's clause tells what somebody else did or will do: `they lost their CFO last week`."""
    start = _clause_start(sheet, day)
    lead = day.first - 1 - (sheet.key(day.first - 1) in ("on", "at"))
    if sheet.key(lead) in ("is", "are", "be", "it's", "due", "starts", "opens", "launches", "goes"):
        return True
    if start < day.first and sheet.keys[start] in _OTHERS and not sheet.uses[start]:
        return True
    if any(_is_doing(sheet, at) for at in range(start, day.first)):
        return True
    return any(not sheet.uses[at] and sheet.keys[at] in _SUBJECTS for at in range(start, day.first))


def _is_doing(sheet: Sheet, at: int) -> bool:
    """Whether somebody named does something there: `Priti's sending us the list`, `Jo is joining`."""
    key, following = sheet.keys[at], sheet.key(at + 1)
    names = not sheet.uses[at] and (
        (sheet.words[at].is_capital and key.endswith("'s"))
        or (key in ("is", "are") and sheet.words[at - 1].is_capital and at > 0)
    )
    return names and following.endswith("ing") and len(following) > 4
