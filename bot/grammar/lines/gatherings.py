"""`/event`: what was run together, and when."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.grammar.lines.attempts import CANCELLED
from bot.grammar.lines.choice import choose
from bot.grammar.lines.day_names import DayPhrase
from bot.grammar.lines.day_phrases import find_days
from bot.grammar.lines.leftovers import is_in_name, leftovers
from bot.grammar.lines.lists import words
from bot.grammar.lines.promises import take_promises
from bot.grammar.lines.stage import Stage, day_question
from bot.grammar.lines.values import Ask, Certainty, Command, Entry, Option, Question, Record
from bot.grammar.lines.when import When, impossible_due, unknown_day, use_day
from bot.grammar.lines.words import Phrases, Sheet
from scoring.vocabulary import Direction, Kind

_DIRECTIONS = {"from": Direction.IN, "to": Direction.OUT, "for": Direction.OUT, "by": Direction.IN}
_GLUE = words("from to with at for by w/ @ w")
_VERBS = words(
    "ran hosted held had did co-hosted organised organized attended we just we've have delivered gave ran i "
    "joined joint"
)
_ARTICLES = words("a an our the another")
_PLANNED = words("booked scheduled planned confirmed upcoming planning arranged will")
_NEVER_WAS = Phrases.of("called off, didn't happen, did not happen, fell through, not happening, put off, is off")
_BEING = words("was is got has been now been had to be unfortunately")
_BEFORE_A_SUBJECT = words("of since for until till from about before after by the our")
_GOING_ON = words("with at in for via over from")


def read_event(stage: Stage) -> Entry:
    """The event of an entry."""
    sheet, context = stage.sheet, stage.context
    days = find_days(sheet, context.today, day_first=context.day_first)
    choice = choose(sheet, context, Command.EVENT, days, stage.answers)
    asked = [choice.question] if choice.question else []
    direction = Direction.JOINT
    before = sheet.before(choice.first)
    if choice.found and sheet.key(before) in _GLUE and sheet.is_free(before):
        direction = _DIRECTIONS.get(sheet.key(before), Direction.JOINT)
        sheet.use("glue" if direction is Direction.JOINT else "direction", before)
    promises = take_promises(sheet, days, context.today)
    is_cancelled = _take_cancelled(sheet)
    is_planned = any(sheet.keys[at] in _PLANNED and not sheet.words[at].is_capital for at in sheet.free_words())
    when = stage.answered_day(days) or _take_day(stage, days, is_planned=is_planned or is_cancelled)
    if when.is_asked:
        asked.append(day_question(when, days, context.today, sheet, is_plan=is_planned))
    elif is_planned and when.phrase is None and not is_cancelled and _says_planned(sheet):
        asked.append(day_question(When(context.today), days, context.today, sheet, is_plan=True))
    _take_verb(sheet)
    record = Record(
        command=Command.EVENT,
        kind=Kind.EVENT,
        partners=choice.found,
        direction=direction,
        title=sheet.kept().rstrip(" ."),
        occurred_on=when.day,
        certainty=when.certainty,
        day_words=when.words,
        is_plan=when.day > context.today,
        is_cancelled=is_cancelled,
        promises=promises,
    )
    if is_cancelled and "cancelled" not in stage.answers:
        options = (Option(key="keep", label="Record it all the same"),)
        asked.append(
            Question(
                key="cancelled",
                ask=Ask.CANCELLED,
                problem="Which plan was cancelled?",
                text=record.title,
                options=options,
            )
        )
    return stage.entry(
        Command.EVENT,
        [replace(record, unread=leftovers(stage, choice.places, days, record))],
        asked,
        impossible_due(sheet, days),
    )


def _take_verb(sheet: Sheet) -> None:
    """Mark `ran a` before the title."""
    free = sheet.free_words()
    for number, at in enumerate(free):
        is_verb = sheet.keys[at] in _VERBS and (number == 0 or sheet.uses[free[number - 1]])
        is_article = sheet.keys[at] in _ARTICLES and number > 0 and bool(sheet.uses[free[number - 1]])
        if (
            not (is_verb or is_article)
            or (sheet.words[at].is_capital and at > 0 and not is_verb)
            or number == len(free) - 1
            or sheet.keys[at] == "joint"
        ):
            return
        if (
            is_verb
            and sheet.words[at].is_capital
            and sheet.is_free(at + 1)
            and at + 1 < len(sheet)
            and sheet.words[at + 1].is_capital
        ):
            return
        sheet.use("glue", at)


def _take_cancelled(sheet: Sheet) -> bool:
    """Whether the event was called off; a title may speak of cancelling."""
    for at in sheet.where(CANCELLED | _NEVER_WAS.starts):
        two = _NEVER_WAS.at(sheet, at)
        if sheet.uses[at] or (two is None and (sheet.keys[at] not in CANCELLED or sheet.words[at].quoted)):
            continue
        last = at + (len(two) if two else 1)
        closes = (
            last >= len(sheet)
            or bool(sheet.uses[last])
            or sheet.words[last].is_mark
            or sheet.key(last) in ("by", "due", "because", "to", "until", "on", "last", "as", "again", "this", "today")
        )
        opens = at == 0 or bool(sheet.uses[at - 1]) or sheet.words[at - 1].is_mark
        if closes or (opens and two is None):
            first = at
            while (
                first > 0
                and sheet.is_free(first - 1)
                and sheet.keys[first - 1] in _BEING
                and not sheet.is_initials(first - 1)
            ):
                first -= 1
            sheet.use("cancelled", first, last)
            return True
    return False


def _says_planned(sheet: Sheet) -> bool:
    """Whether the line ends with `booked` or the like: the title may speak of planning."""
    free = sheet.free_words()
    return bool(free) and sheet.keys[free[-1]] in _PLANNED and len(free) > 1


def _take_day(stage: Stage, days: Sequence[DayPhrase], *, is_planned: bool) -> When:
    """The day of an event: in front, at the end or after `on`; one in the title is a part of it."""
    sheet, today = stage.sheet, stage.context.today
    for day in reversed([day for day in days if sheet.are_free(day.first, day.last)]):
        if sheet.words[day.first].quoted or is_in_name(stage, day) or not _stands_apart(sheet, day):
            continue
        words = sheet.spelled(day.first, day.last)
        on = _meant(day, today, is_planned=is_planned)
        if on is None:
            return When(today, phrase=day, words=words, is_asked=True, problem=unknown_day(day, words))
        use_day(sheet, day)
        if is_planned and sheet.key(sheet.before(day.first)) in ("for", "on"):
            use_planned(sheet, sheet.before(day.first) - 1)
        elif is_planned:
            use_planned(sheet, day.first - 1)
        return When(on, Certainty.VAGUE if day.is_vague else Certainty.STATED, day, words)
    return When(today)


def use_planned(sheet: Sheet, at: int) -> None:
    """Mark the `booked` before a day."""
    if sheet.key(at) in _PLANNED and sheet.is_free(at) and at > 0:
        sheet.use("plan", at)


def _meant(day: DayPhrase, today: date, *, is_planned: bool) -> date | None:
    if is_planned:
        return day.to_come()
    return day.nearest(today) if day.is_date else day.done()


def _stands_apart(sheet: Sheet, day: DayPhrase) -> bool:
    before, behind = day.first - 1, day.last
    if sheet.key(before) in _BEFORE_A_SUBJECT and not (
        sheet.key(before) == "for" and sheet.key(before - 1) in _PLANNED
    ):
        return False
    ends = behind >= len(sheet) or bool(sheet.uses[behind]) or sheet.words[behind].is_mark or sheet.begins_line(behind)
    opens = before < 0 or bool(sheet.uses[before]) or sheet.words[before].is_mark
    if day.is_weekday and sheet.words[day.first].is_capital and not opens and sheet.words[before].is_capital and ends:
        return False
    if ends:
        return (
            not day.is_weak
            or sheet.key(before) in ("on", "in")
            or sheet.words[day.first].text[:1].isdigit()
            or sheet.key(day.first) in ("the", "in")
        )
    is_only_a_day = not (day.is_weekday or day.is_date or day.is_weak or day.is_vague)
    if is_only_a_day and not sheet.words[day.first].is_capital and not sheet.words[behind].is_capital:
        return True
    on = sheet.key(before) == "on" and (sheet.key(behind) in _GOING_ON)
    return on or (opens and not day.is_weekday and not day.is_weak)
