"""What one side promised the other, with its day: cut out of the line before the contact's own day is looked for."""

from collections.abc import Sequence
from datetime import date

from bot.grammar.lines.clauses import CLAUSE_MARKS, begins_clause, between, end_of_sentence, has_due, is_hour
from bot.grammar.lines.day_names import DayPhrase
from bot.grammar.lines.lists import words
from bot.grammar.lines.promise_triggers import (
    ACTS,
    HEADINGS,
    MEETING,
    SHORT,
    SUBJECTS,
    THEIRS,
    THEM,
    US,
    Trigger,
    triggers,
)
from bot.grammar.lines.values import Leftover, Promise, Unread
from bot.grammar.lines.vocabulary import MEETING_NOUNS
from bot.grammar.lines.words import Sheet
from scoring.vocabulary import Promiser

_SUBJECTS_LEADING = tuple(
    f"{who} {must} " for who in ("i", "we") for must in ("need to", "have to", "must", "will", "should", "to")
)
_GOING_ON = words("re re: about regarding with")
_SPOKEN_OF = words("the of from about re since for until")
_WILL_DO = words("to will shall must should")
_DUE = words("by on before for until till in at from")


def take_promises(sheet: Sheet, days: Sequence[DayPhrase], today: date) -> tuple[Promise, ...]:
    """The promises of the line, their words marked as used."""
    announced = triggers(sheet, days)
    found: list[Promise] = []
    for number, trigger in enumerate(announced):
        limit = announced[number + 1].first if number + 1 < len(announced) else len(sheet)
        if trigger.first < limit:
            found.extend(_take(sheet, trigger, limit, days, today))
    return tuple(found)


def _take(sheet: Sheet, trigger: Trigger, limit: int, days: Sequence[DayPhrase], today: date) -> list[Promise]:
    """The promise, and further ones that follow it: `send the deck by friday and book the room by monday`."""
    found: list[Promise] = []
    first, start = trigger.first, trigger.last
    by = trigger.by
    while start < limit:
        if trigger.is_heading:
            by, start = _promiser(sheet, start, limit, trigger.by)
        end = end_of_sentence(sheet, start, limit)
        due, due_first, due_last = _due(sheet, start, end, days, today)
        if due is None and (early := _due_inside(sheet, start, end, days)):
            before = early.first - (sheet.key(early.first - 1) in ("on", "by", "before"))
            what = " ".join(part for part in (sheet.kept(start, before), sheet.kept(early.last, end)) if part)
            sheet.use("promise", first, end)
            found.append(Promise(by=by, what=what, due_on=early.to_come()))
            break
        if due is None and (late := _due_behind(sheet, end, limit, days)):
            what = " ".join(sheet.kept(start, end).split())
            sheet.use("promise", first, late.last)
            found.append(Promise(by=by, what=_without_heading(what), due_on=late.to_come()))
            break
        stop = _stop(sheet, start, due_first if due else end, trigger.is_heading)
        what = " ".join(sheet.kept(start, stop).split()) if stop > start else ""
        what = _imperative(_without_heading(what)) if trigger.first == trigger.last else _without_heading(what)
        if not what:
            break
        if stop < due_first:
            due, due_last = None, stop
        sheet.use("promise", first, due_last if due else stop)
        if sheet.key(first - 1) in ("and", "but", "so", "then", "&") and sheet.is_free(first - 1):
            sheet.use("glue", first - 1)
        found.append(Promise(by=by, what=what, due_on=due))
        first = start = due_last if due else stop
        while start < limit and sheet.key(start) in (",", "and", "&", "then", ";"):
            start += 1
        if trigger.is_heading and sheet.key(start - 1) == ";" and start < limit:
            continue
        more = (
            due is not None
            and start < limit
            and sheet.key(start) in ACTS
            and start > first
            and has_due(sheet, start, days)
        )
        if not more:
            break
    return found


def _promiser(sheet: Sheet, at: int, limit: int, by: Promiser) -> tuple[Promiser, int]:
    """Who will do what stands behind a heading, and where that begins: `next: they send the contract`."""
    end = at
    while end < limit and (sheet.uses[end] == "partner" or _names_again(sheet, end)):
        end += 1
    is_theirs = sheet.key(at) in THEIRS or SHORT.get(sheet.key(at)) is THEM
    if is_theirs:
        end = at + 1
    elif end == at or sheet.key(end) not in _WILL_DO or end + 1 >= limit:
        return by, at
    end += sheet.key(end) in _WILL_DO
    return (THEM, end) if end < limit and not sheet.words[end].is_mark else (by, at)


def _names_again(sheet: Sheet, at: int) -> bool:
    """Whether a free word is one of those that named the partner."""
    named = (place for place, use in enumerate(sheet.uses[:at]) if use == "partner")
    return sheet.words[at].is_capital and any(sheet.keys[place] == sheet.keys[at] for place in named)


def _due_inside(sheet: Sheet, start: int, end: int, days: Sequence[DayPhrase]) -> DayPhrase | None:
    """The day of a promise of which more is told behind it: `chase them on friday re the terms`."""
    for day in between(days, start + 1, end):
        is_early = sheet.key(start) == "follow" and day.first <= start + 3
        goes_on = sheet.key(day.last) in _GOING_ON and not day.is_weak and sheet.key(day.first - 1) not in _SPOKEN_OF
        if is_early or goes_on:
            return day
    return None


def _due_behind(sheet: Sheet, end: int, limit: int, days: Sequence[DayPhrase]) -> DayPhrase | None:
    """The day of a promise in a sentence of its own: `Next: book the room. By Friday.`"""
    by = end + 1
    if end >= limit or not sheet.words[end].is_mark or sheet.key(by) not in ("by", "before", "due"):
        return None
    day = next(iter(between(days, by + 1, by + 2)), None)
    return day if day and day.last <= limit and _stands_last(sheet, day, sheet.after(day.last)) else None


def _imperative(what: str) -> str:
    """What is announced as under way, as it will be done: `trying again` → `try again`."""
    first, space, rest = what.partition(" ")
    stem = first.casefold().removesuffix("ing")
    act = next((each for each in (stem, f"{stem}e") if each in ACTS), None)
    return f"{act}{space}{rest}" if act and first.casefold().endswith("ing") else what


def _without_heading(what: str) -> str:
    what = _without_subject(what)
    head, colon, rest = what.partition(":")
    return rest.strip() if colon and rest and (head.casefold(),) in HEADINGS and not rest.startswith("//") else what


def _without_subject(what: str) -> str:
    """What was promised without who has to do it: `we need to prepare the quote`."""
    for lead in _SUBJECTS_LEADING:
        if what.casefold().startswith(lead) and len(what.split()) > len(lead.split()) + 1:
            return what[len(lead) :].strip()
    return what


def _due(sheet: Sheet, start: int, end: int, days: Sequence[DayPhrase], today: date) -> tuple[date | None, int, int]:
    """The day of a promise, and the place of its words with the `by` before them."""
    inside = [day for day in between(days, start, end) if day.last <= end]
    chosen = next((day for day in inside if sheet.key(day.first - 1) in ("by", "before")), None)
    if chosen is None:
        chosen = next((day for day in reversed(inside) if _stands_last(sheet, day, end)), None)
    if chosen is None or chosen.first == start:
        for at in range(start + 1, end):
            if sheet.key(at) == "by" and is_hour(sheet.key(at + 1)):
                return today, at, at + 2
        return None, end, end
    first = chosen.first
    while first > start and sheet.key(first - 1) in _DUE:
        first -= 1
    return chosen.to_come(), first, chosen.last


def _stands_last(sheet: Sheet, day: DayPhrase, end: int) -> bool:
    """Whether nothing but marks, or a new clause, stands behind a day."""
    following = sheet.after(day.last)
    return (
        following >= end
        or sheet.key(day.last) in (",", "-", "–", "—", ")", ";")
        or sheet.key(day.last) in ("and", "but", "so")
    )


def _stop(sheet: Sheet, start: int, end: int, is_heading: bool) -> int:
    """Where the words of a promise end: before a clause about something else."""
    for at in range(start + 1, end):
        if (
            sheet.words[at].is_mark
            and sheet.words[at].text in (",", "-", "–", "—")
            and not is_heading
            and _new_subject(sheet, at + 1)
        ):
            return at
    return end


def _new_subject(sheet: Sheet, at: int) -> bool:
    return sheet.key(at) in SUBJECTS or sheet.key(at) in (
        "but",
        "then",
        "also",
        "great",
        "good",
        "so",
        "she",
        "he",
        "their",
    )


def _of_persons(sheet: Sheet, days: Sequence[DayPhrase], today: date) -> list[Leftover]:
    """What somebody will do whose side nobody can tell: `Jane will send the list by Friday`."""
    found: list[Leftover] = []
    for at in sheet.where(("will", "promised")):
        named = (
            at > 0
            and sheet.words[at - 1].is_capital
            and sheet.uses[at - 1] in ("", "partner")
            and not sheet.words[at - 1].is_mark
        )
        if named and sheet.is_free(at) and (sheet.keys[at] == "promised" or sheet.key(at + 1) in ACTS - MEETING):
            end = end_of_sentence(sheet, at + 1, len(sheet))
            due, due_first, _ = _due(sheet, at + 1, end, days, today)
            what = sheet.kept(at + 1, due_first if due else end)
            found.append(
                Leftover(
                    kind=Unread.PROMISE,
                    text=sheet.spelled(at - 1, end),
                    promise=Promise(by=THEM, what=what, due_on=due),
                )
            )
    return found[:2]


def looks_promised(sheet: Sheet, days: Sequence[DayPhrase], today: date, *, of_persons: bool = True) -> list[Leftover]:
    """Clauses that may be a promise though nobody said so: `to send the deck`, `need a quote by friday`."""
    found: list[Leftover] = _of_persons(sheet, days, today) if of_persons else []
    for at in sheet.where(ACTS | {"to"}):
        if len(found) >= 2:
            break
        if sheet.uses[at] or not begins_clause(sheet, at) or sheet.words[at].quoted:
            continue
        start = at + 1 if sheet.key(at) == "to" else at
        is_act = (
            sheet.key(start) in ACTS - {"sent"}
            and (sheet.key(at - 1) in CLAUSE_MARKS or sheet.key(at - 1) == "and")
            and sheet.key(start) not in MEETING_NOUNS
        )
        if not is_act or at == 0:
            continue
        end = end_of_sentence(sheet, start, len(sheet))
        due, due_first, _ = _due(sheet, start, end, days, today)
        what = sheet.kept(start, due_first if due else end)
        if len(what.split()) > 1:
            promise = Promise(by=US, what=what, due_on=due)
            found.append(Leftover(kind=Unread.PROMISE, text=sheet.spelled(at, end), promise=promise))
    return found
