"""Whether a contact is still to come, or another one is planned after it."""

from collections.abc import Sequence

from bot.grammar.lines.contact import Contact, in_topic
from bot.grammar.lines.day_names import DayPhrase
from bot.grammar.lines.lists import words
from bot.grammar.lines.unanswered import is_denied
from bot.grammar.lines.words import Phrases, Sheet

_MARKS = frozenset((",", ".", ";", "-", "–", "—", "!", "(", ":"))
_PLANS = Phrases.of(
    "booked, scheduled, will meet, arranged, pencilled, penciled, in the diary, set up for, planned, set for, "
    "going to meet, meeting up, due to meet, due to speak, will call, will speak, will see, will visit, "
    "upcoming, we'll meet, set up a, will be meeting, is in the diary, confirmed for, seeing them, to meet, "
    "i'll meet, i'll call, will have, organised for, organized for, in diary, lined up, rebooked, rearranged, "
    "moved to, pushed to, bumped to, shifted to, slipped to, put back to, rearranged for, rebooked for, "
    "moved it to, am meeting, are meeting, sched, sched'd, on the books, in the book, fixed for, fixed on, "
    "resched to, resched for, preponed to, rescheduled for, rescheduled to, locked in, set up on, calendared, penned "
    "in, pushed back to, moved back to, now on, brought forward to, is now, delayed to, delayed until"
)


# Said in front of the partner, they tell of what is to come: `seeing Acme on thursday`.
_OPENING_PLANS = {"seeing": "meeting", "visiting": "visit", "catching": "catch-up", "having": None, "grabbing": None}
_DONE = words("had met spoken been seen gone done reviewed discussed finished agreed heard")


def plan_at(sheet: Sheet, contact: Contact | None, days: Sequence[DayPhrase] = ()) -> int | None:
    """Where it is said that the contact is only planned; not where it happened and another one was planned."""
    if sheet.key(0) in _OPENING_PLANS and sheet.is_free(0) and sheet.key(1) not in _DONE:
        sheet.use("plan", 0, 1 + (sheet.key(1) == "up"))
        return 0
    for at in sheet.where(_PLANS.starts):
        if sheet.uses[at] or sheet.words[at].quoted or not _PLANS.at(sheet, at):
            continue
        if is_denied(sheet, at):
            continue
        if in_topic(sheet, at) or (
            sheet.keys[at] in ("booked", "planned") and sheet.key(at + 1) in ("up", "onto", "their")
        ):
            continue
        if contact and _happened_before(sheet, contact, at):
            return None
        if sheet.where(("went", "was", "were", "discussed", "happened")):
            return None
        return at
    return _for_day(sheet, contact, days)


def _for_day(sheet: Sheet, contact: Contact | None, days: Sequence[DayPhrase]) -> int | None:
    """Where a day to come stands behind the `for` of what was fixed: `lunch for friday`; not `agenda for friday`."""
    for day in days:
        at = day.first - 1
        if not day.is_weekday or sheet.key(at) != "for" or not sheet.are_free(at, day.last) or in_topic(sheet, at):
            continue
        if contact and contact.last in (at, at - 1) and not contact.is_verb:
            return at
    return None


def opening_medium(sheet: Sheet) -> str | None:
    """What is to come by the word that the line begins with: `visiting Acme on thursday`."""
    return _OPENING_PLANS.get(sheet.key(0))


def another_at(sheet: Sheet, contact: Contact | None) -> int:
    """Where something else is planned though the contact happened; the length of the line if nowhere."""
    places = [at for at in sheet.where(_PLANS.starts) if _PLANS.at(sheet, at) and sheet.is_free(at)]
    return next((at for at in places if contact and _happened_before(sheet, contact, at)), len(sheet))


def _happened_before(sheet: Sheet, contact: Contact, at: int) -> bool:
    """Whether what was done stands in a clause of its own before a place: `call, booked a meeting for friday`."""
    return contact.last <= at and any(
        (sheet.words[place].is_mark and sheet.words[place].text in _MARKS)
        or sheet.keys[place] in ("and", "then")
        or sheet.begins_line(place)
        or (sheet.keys[place] in ("agreed", "decided") and place < at)
        for place in range(contact.last, at)
    )
