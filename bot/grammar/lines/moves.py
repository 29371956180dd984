"""Whether a plan is put to another day: `move the Acme call to Saturday`, `call is now on Friday instead`."""

from collections.abc import Sequence
from datetime import date

from bot.grammar.lines.contact import Contact, find_contact
from bot.grammar.lines.day_names import DayPhrase
from bot.grammar.lines.lists import words
from bot.grammar.lines.values import Certainty
from bot.grammar.lines.when import When, unknown_day, use_day
from bot.grammar.lines.words import Phrases, Sheet

_SURE_ORDERS = "move, reschedule, rearrange, rebook, resched, postpone"
_ORDERS = Phrases.of(
    f"{_SURE_ORDERS}, push, shift, bump, put back, push back, move back, bring forward, pull forward, change, delay, "
    "slide, switch"
)
_SURE = Phrases.of(_SURE_ORDERS)  # even where no day is named
_COURTESY = words("please pls plz can could you u we i need have to want let's lets hi hey hello tend")
_ARTICLES = words("the my our that this")
_MOVED = Phrases.of(
    "moved to, pushed to, bumped to, shifted to, slipped to, put back to, pushed back to, moved back to, rearranged "
    "for, rebooked for, resched to, resched for, preponed to, rescheduled for, rescheduled to, moved it to, now on, "
    "brought forward to, is now, delayed to, delayed until"
)
_MOVERS = words("moved bumped pushed shifted switched")
_TO = words("to until till til onto for")
_LINKS = _TO | words("on by back forward")


def take_order(sheet: Sheet, days: Sequence[DayPhrase]) -> bool:
    """Whether a line begins by putting a plan to another day; the words that say so are marked."""
    at = 0
    while at < len(sheet) and sheet.is_free(at) and (sheet.keys[at] in _COURTESY or sheet.words[at].is_mark):
        at += 1
    phrase = _ORDERS.at(sheet, at)
    if phrase is None or not sheet.is_free(at):
        return False
    is_sure = _SURE.at(sheet, at) is not None and find_contact(sheet) is not None
    if not is_sure and _goal(sheet, days) is None:
        return False
    end = at + len(phrase)
    while sheet.key(end) in _ARTICLES:
        end += 1
    sheet.use("plan", 0, end)
    return True


def is_order(sheet: Sheet) -> bool:
    """Whether that was found to be so."""
    return sheet.uses[:1] == ["plan"]


def _goal(sheet: Sheet, days: Sequence[DayPhrase]) -> DayPhrase | None:
    """The day to which something is put."""
    return next((day for day in days if sheet.key(day.first - 1) in _TO and not sheet.words[day.first].quoted), None)


def moved_day(sheet: Sheet, days: Sequence[DayPhrase], today: date) -> When:
    """The day of an order, marked with the words that lead to it; so is the day that it was before."""
    goal = _goal(sheet, days)
    if goal is None:
        return When(today)
    words = sheet.spelled(goal.first, goal.last)
    on = goal.to_come()
    if on is None or on < today:
        return When(today, phrase=goal, words=words, is_asked=True, problem=unknown_day(goal, words))
    use_day(sheet, goal)
    at = goal.first - 1
    while sheet.is_free(at) and sheet.keys[at] in _LINKS:
        sheet.use("glue", at)
        at -= 1
    for day in days:
        if sheet.key(day.first - 1) == "from" and sheet.are_free(day.first - 1, day.last):
            sheet.use("plan", day.first - 1, day.last)
    return When(on, Certainty.VAGUE if goal.is_vague else Certainty.STATED, goal, words)


def moved_contact_at(sheet: Sheet, contact: Contact | None) -> int | None:
    """Where it is told that a contact was put to another day: `bumped our check in to next thursday`."""
    for at in sheet.where(_MOVERS) if contact else ():
        end = at + 1
        while sheet.key(end) in _ARTICLES | {"their"}:
            end += 1
        if sheet.is_free(at) and contact and contact.first == end > at + 1 and sheet.key(contact.last) in _TO:
            return at
    return None


def is_moved_at(sheet: Sheet, at: int) -> bool:
    """Whether the words at a place say that what was planned is on another day now: `moved to`."""
    return _MOVED.at(sheet, at) is not None
