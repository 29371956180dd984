"""`/touch`: what was done, when, and what was promised."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.grammar.lines.attempts import cancelled_at, is_attempt
from bot.grammar.lines.choice import choose
from bot.grammar.lines.contact import (
    FILLING,
    Contact,
    find_contact,
    glue_names,
    take_occasion,
    tells_medium,
    use_contact,
)
from bot.grammar.lines.day_names import DayPhrase
from bot.grammar.lines.day_phrases import find_days
from bot.grammar.lines.leftovers import leftovers
from bot.grammar.lines.lists import words
from bot.grammar.lines.moves import is_moved_at, moved_contact_at, moved_day, take_order
from bot.grammar.lines.plans import another_at, opening_medium, plan_at
from bot.grammar.lines.promises import take_promises
from bot.grammar.lines.referral_verbs import referral_verb
from bot.grammar.lines.split import has_words
from bot.grammar.lines.stage import Stage, day_question
from bot.grammar.lines.unanswered import is_denied, opens_negated
from bot.grammar.lines.values import Ask, Certainty, Command, Entry, Option, Question, Record
from bot.grammar.lines.vocabulary import LEAD_NOUNS, QUALITIES
from bot.grammar.lines.when import CLAUSE_MARKS, When, contact_day, impossible_due
from bot.grammar.lines.words import Sheet
from scoring.vocabulary import Direction, Kind

_AS_EVENT = (Option(key="event", label="It was an event"), Option(key="touch", label="It was a touch"))
_AS_ATTEMPT = (Option(key="attempt", label="Nobody was reached"), Option(key="touch", label="It was a touch"))
_AS_REFERRAL = (Option(key="referral", label="It was a referral"), Option(key="touch", label="It was a touch"))
# What may stand before a lead's name; `their new MD` is no lead.
_BEFORE_LEADS = LEAD_NOUNS | QUALITIES | words("a an new to from them us called is over meeting mtg call with first")
_ASKING = words("are is was were did do does have has can could should will would shall when what where why who how")
_ASKED = words("we they you i it there the he she do did should are is can our their")
_OF_US = words("from in at on of our the and & team")
_MAX_NAMED = 5  # words
PLAN = "plan"
"""The answer which plan is moved."""
_DIRECTIONS = {"from": Direction.IN, "to": Direction.OUT}


def read_touch(stage: Stage) -> Entry | None:
    """A touch; None where the line is rather a referral or an event, to be read as one."""
    sheet, context = stage.sheet, stage.context
    days = find_days(sheet, context.today, day_first=context.day_first)
    is_order = stage.answers.get("kind") is None and take_order(sheet, days)
    choice = choose(sheet, context, Command.TOUCH, days, stage.answers)
    kind = stage.answers.get("kind")
    if kind in ("event", "referral"):
        return None
    direction = _direction(sheet, choice.first)
    if choice.found and not choice.question:
        glue_names(sheet, choice.first, choice.last)
    promises = take_promises(sheet, days, context.today)
    asked = [choice.question] if choice.question else []
    if kind is None and (verb := referral_verb(sheet)) and choice.found:
        told = find_contact(sheet)
        if _names_lead(sheet, verb) and not (told and told.last <= verb[0]):
            return None
        asked.append(
            Question(
                key="kind", ask=Ask.KIND, problem="Is that a referral?", text=sheet.spelled(*verb), options=_AS_REFERRAL
            )
        )
    contact = find_contact(sheet, [(day.first, day.last) for day in days])
    if contact and contact.is_event:
        if kind is None:
            text = sheet.spelled(contact.first, contact.last)
            asked.append(
                Question(
                    key="kind", ask=Ask.KIND, problem=f"“{text}” sounds like an event.", text=text, options=_AS_EVENT
                )
            )
        contact = None if kind else contact
    record, when = _record(stage, contact, days, is_order=is_order)
    record = replace(record, partners=choice.found, direction=direction, promises=promises)
    is_open = kind is None and not record.is_attempt and not promises
    if is_open and (contact is None or is_denied(sheet, contact.first)) and opens_negated(sheet):
        problem = "Did you reach anybody?"
        asked.append(Question(key="kind", ask=Ask.KIND, problem=problem, text=sheet.kept(), options=_AS_ATTEMPT))
    if when.is_asked or (record.is_plan and when.phrase is None):
        asked.append(day_question(when, days, context.today, sheet, is_plan=record.is_plan))
    title = _with_colleague(sheet, contact)
    if promises and not (has_words(title) or record.medium or record.is_attempt or record.is_plan or when.words):
        record = replace(record, kind=None)
    problem = impossible_due(sheet, days)
    if _is_question(sheet):
        problem = "That is a question; I can't tell what you did."
    record = replace(record, title=title, unread=leftovers(stage, choice.places, days, record))
    return stage.entry(Command.TOUCH, [record], asked, problem)


def _is_question(sheet: Sheet) -> bool:
    """Whether it is asked and not told what is: `are we still on for lunch?`, and nothing before it."""
    if not sheet.text.rstrip().endswith("?"):
        return False
    first = next((at for at, use in enumerate(sheet.uses) if use != "partner" and not sheet.words[at].is_mark), 0)
    return sheet.key(first) in _ASKING and sheet.key(first + 1) in _ASKED


def _record(stage: Stage, contact: Contact | None, days: Sequence[DayPhrase], *, is_order: bool) -> tuple[Record, When]:
    """What was done and when, without whom it was done with."""
    sheet, today = stage.sheet, stage.context.today
    attempt = not is_order and (is_attempt(sheet, contact) or stage.answers.get("kind") == "attempt")
    planned = 0 if is_order else None if attempt else plan_at(sheet, contact, days)
    moved_at = None if attempt or is_order else moved_contact_at(sheet, contact)
    planned = planned if moved_at is None else moved_at
    is_move = is_order or moved_at is not None or (planned is not None and is_moved_at(sheet, planned))
    cancelled = attempt and cancelled_at(sheet, contact) is not None
    if contact and _is_detached(sheet, contact, days) and (not attempt or _stands_first(sheet, contact)):
        use_contact(sheet, contact, days)
        medium = take_occasion(sheet, contact) or contact.medium
    else:
        medium = opening_medium(sheet) if planned == 0 and not is_order else None
        if (
            medium is None
            and contact
            and (is_order or tells_medium(sheet, contact) or (attempt and not contact.is_event))
        ):
            medium = contact.medium
    when = stage.answered_day(days) or (
        moved_day(sheet, days, today)
        if is_order
        else contact_day(sheet, _own_days(stage, contact, days, is_attempt=attempt), today, is_plan=planned is not None)
    )
    kind = Kind.ATTEMPT if attempt else contact.kind if contact and not contact.is_event else Kind.MEETING
    is_plan = not attempt and (planned is not None or when.day > today) and not _is_today(when, today)
    on = today if attempt and when.day > today else when.day
    return (
        Record(
            command=Command.TOUCH,
            kind=kind,
            medium=medium,
            occurred_on=on,
            certainty=when.certainty,
            day_words=when.words,
            is_plan=is_plan,
            is_cancelled=cancelled,
            is_move=is_order or (is_move and is_plan),
            is_order=is_order,
            plan_id=plan_of(stage.answers) if is_move else None,
        ),
        when,
    )


def plan_of(answers: Mapping[str, str]) -> int | None:
    """The plan that was said to be meant; 0 for none of those there are."""
    answer = answers.get(PLAN, "")
    return int(answer) if answer.isdecimal() and len(answer) < 19 else None


def _is_today(when: When, today: date) -> bool:
    return when.certainty is not Certainty.ASSUMED and when.day <= today and when.phrase is not None


def _direction(sheet: Sheet, first: int) -> Direction:
    """`from X …` and `email from X` were done by them, `email to X` by us; `met Sarah from X` was both."""
    at = sheet.before(first)
    direction = _DIRECTIONS.get(sheet.key(at), Direction.JOINT)
    if direction is Direction.JOINT or at == 0:
        return direction
    before = Sheet(sheet.text[: sheet.words[at].start])
    contact = find_contact(before)
    is_noun = contact is not None and not contact.is_verb and contact.last >= len(before)
    return direction if is_noun else Direction.JOINT


def _stands_first(sheet: Sheet, contact: Contact) -> bool:
    return all(sheet.uses[at] or sheet.words[at].is_mark for at in range(contact.first))


def _own_days(stage: Stage, contact: Contact | None, days: Sequence[DayPhrase], *, is_attempt: bool) -> list[DayPhrase]:
    """The days that may be the contact's: not that of what was planned next, nor one to come of what did not happen."""
    sheet, today = stage.sheet, stage.context.today
    end = another_at(sheet, contact)
    own = [day for day in days if day.first < end and not _is_next(sheet, contact, day, today)]
    if not is_attempt:
        return own
    return [
        day
        for day in own
        if day.past and day.past <= today and sheet.key(day.first - 1) not in ("for", "to", "until", "till", "til")
    ]


def _is_next(sheet: Sheet, contact: Contact | None, day: DayPhrase, today: date) -> bool:
    """Whether a day to come stands in a later clause than what was done: `call, launch party 2 dec`."""
    if contact is None or day.first < contact.last:
        return False
    is_month = day.is_weak and day.is_vague
    on = day.nearest(today) if day.is_date else day.done()
    marks = [
        at for at in range(contact.last, day.first) if sheet.words[at].is_mark and sheet.words[at].text in CLAUSE_MARKS
    ]
    return on is not None and (on > today or is_month) and bool(marks) and day.first - marks[-1] > 2


def _is_detached(sheet: Sheet, contact: Contact, days: Sequence[DayPhrase]) -> bool:
    """Whether the word stands apart from the note: in front, beside a field, or at the end."""
    at = contact.first
    in_days = {place for day in days for place in range(day.first, day.last)}
    while at > 0 and not sheet.uses[at - 1] and (sheet.keys[at - 1] in FILLING or at - 1 in in_days):
        at -= 1
    if at in in_days and sheet.key(at - 1) == "on":
        at -= 1
    in_front = at == 0 or sheet.words[at - 1].is_mark or bool(sheet.uses[at - 1]) or sheet.begins_line(at)
    behind = contact.last
    if contact.is_verb and behind < len(sheet) and sheet.uses[behind] == "partner":
        in_front = in_front or _is_colleague(sheet, at)
    before = sheet.before(contact.first)
    if sheet.key(before) in ("a", "an", "the", "some", "quick"):
        before = sheet.before(before)
    led = sheet.key(before) in ("over", "by", "via", "at", "during", "for", "on") and sheet.is_free(before)
    at_end = behind >= len(sheet) or bool(sheet.uses[behind]) or sheet.words[behind].is_mark
    return in_front or (at_end and led)


def _is_colleague(sheet: Sheet, end: int) -> bool:
    """Whether all words before a verb name who of us did it: `Ben met Nova`, `Sarah in sales called Nova`."""
    if not 0 < end <= _MAX_NAMED or not sheet.are_free(0, end) or not sheet.words[0].is_capital:
        return False
    return all(
        sheet.words[at].is_capital or sheet.keys[at] in _OF_US or sheet.key(at - 1) in _OF_US for at in range(end)
    )


def _with_colleague(sheet: Sheet, contact: Contact | None) -> str:
    """The note, with who of us did it set off: `Ben: about pricing`."""
    end = contact.first if contact else 0
    if contact is None or not contact.is_verb or sheet.uses[end] != "medium" or not _is_colleague(sheet, end):
        return sheet.kept()
    return ": ".join(part for part in (sheet.kept(0, end), sheet.kept(end)) if part)


def _names_lead(sheet: Sheet, verb: tuple[int, int]) -> bool:
    """Whether a name with a capital stands where the lead would."""
    places = sheet.free_words(verb[1], min(verb[1] + 8, len(sheet)))
    first = next((at for at in places if sheet.keys[at] not in _BEFORE_LEADS), None)
    return first is not None and (sheet.words[first].is_capital or sheet.words[first].quoted)
