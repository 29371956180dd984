"""What stayed in the kept text though it looks like more: named, so that one press can use it."""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from itertools import islice

from bot.grammar.lines.amount_words import Amount
from bot.grammar.lines.amounts import find_amounts
from bot.grammar.lines.day_names import DayPhrase
from bot.grammar.lines.outcomes import find_outcomes
from bot.grammar.lines.partners import Place, found_at
from bot.grammar.lines.promises import looks_promised
from bot.grammar.lines.stage import Stage
from bot.grammar.lines.values import Command, Leftover, Promise, Record, Unread
from bot.grammar.lines.words import Sheet
from bot.grammar.money import read_money
from scoring.vocabulary import Promiser

_MAX = 4
_BARE = re.compile(r"[1-9][0-9]{2,3}")  # may be money at the end, or a part of the name
_PARTS_OF_NAMES = ("of",)


def leftovers(stage: Stage, places: Sequence[Place], days: Sequence[DayPhrase], record: Record) -> tuple[Leftover, ...]:
    """Days, amounts, promises, outcomes and partners that nobody used."""
    of_persons = record.command is not Command.REFERRAL
    promised = looks_promised(stage.sheet, days, stage.context.today, of_persons=of_persons)
    due = {each.promise.due_on for each in promised if each.promise}
    found = [*_partners(stage, places, record), *_days(stage, days, record, due)]
    if record.command is Command.REFERRAL:
        found += [*_amounts(stage, record), *_outcomes(stage)]
    return tuple([*found, *promised][:_MAX])


def _partners(stage: Stage, places: Sequence[Place], record: Record) -> list[Leftover]:
    """Whole names of other partners that are no part of a longer name."""
    sheet = stage.sheet
    known = {partner.id for partner in record.partners}
    found = []
    for place in places:
        name = place.names[0]
        is_other = place.is_whole and len(place.names) == 1 and name.partner_id not in known
        if is_other and sheet.are_free(place.first, place.last) and not _in_longer(stage, place, record):
            known.add(name.partner_id)
            found.append(
                Leftover(
                    kind=Unread.PARTNER, text=sheet.spelled(place.first, place.last), partner=found_at(sheet, place)
                )
            )
    return found


def _in_longer(stage: Stage, place: Place, record: Record) -> bool:
    """Whether the name stands within a run of capitals, as a part of another name; or is a small word of every day."""
    sheet = stage.sheet
    if not sheet.words[place.first].is_capital:
        return place.last - place.first == 1 and len(sheet.words[place.first].text) < 4
    if record.command in (Command.TOUCH, Command.TRUST):
        return False
    behind = (
        place.last < len(sheet)
        and sheet.words[place.last].is_capital
        and sheet.is_free(place.last)
        and not sheet.words[place.last].is_mark
    )
    before = place.first > 0 and sheet.words[place.first - 1].is_capital and sheet.is_free(place.first - 1)
    return behind or before


def _days(stage: Stage, days: Sequence[DayPhrase], record: Record, due: Collection[date | None]) -> list[Leftover]:
    sheet = stage.sheet
    found = []
    for day in days:
        if not sheet.are_free(day.first, day.last) or sheet.words[day.first].quoted or day.is_weak:
            continue
        if sheet.key(day.first - 1) in _PARTS_OF_NAMES or (
            record.command is not Command.TOUCH and is_in_name(stage, day)
        ):
            continue
        if sheet.key(day.first - 1) in ("by", "before"):
            found += [] if day.to_come() in due else _promise_by(stage, day)
            continue
        on = day.to_come() if record.is_plan else day.nearest(stage.context.today) if day.is_date else day.done()
        if on != record.occurred_on:
            found.append(Leftover(kind=Unread.DAY, text=sheet.spelled(day.first, day.last), day=on))
    return found


def _promise_by(stage: Stage, day: DayPhrase) -> list[Leftover]:
    """A clause that ends `by DAY` and names nobody who promised: `Jo to send the list by Friday`."""
    sheet = stage.sheet
    first = day.first - 1
    while (
        first > 0
        and sheet.is_free(first - 1)
        and (not sheet.words[first - 1].is_mark or sheet.keys[first - 1] == '"')
        and not sheet.begins_line(first)
    ):
        first -= 1
    what = " ".join(sheet.kept(first, day.first - 1).split())
    if not what:
        return []
    promise = Promise(by=Promiser.US, what=what, due_on=day.to_come())
    return [Leftover(kind=Unread.PROMISE, text=sheet.spelled(first, day.last), promise=promise)]


def is_in_name(stage: Stage, day: DayPhrase) -> bool:
    """Whether a day's words have capitals and stand beside another capital: `Black Friday webinar`."""
    sheet = stage.sheet
    if not sheet.words[day.last - 1].is_capital:
        return False
    if (
        day.last < len(sheet)
        and sheet.words[day.last].is_capital
        and sheet.is_free(day.last)
        and not sheet.words[day.last].is_mark
    ):
        return True
    before = day.first - 1
    follows = (
        before >= 0 and sheet.words[before].is_capital and sheet.is_free(before) and not sheet.words[before].is_mark
    )
    return follows and not day.is_date and sheet.after(day.last) < len(sheet)


def _amounts(stage: Stage, record: Record) -> list[Leftover]:
    sheet = stage.sheet
    found = [
        Leftover(kind=Unread.AMOUNT, text=sheet.spelled(each.first, each.last), amount=each.minor)
        for each in islice(_free_amounts(sheet, stage.context.currency), _MAX)
    ]
    last = sheet.free_words()[-1:]
    if (
        not found
        and record.value is None
        and last
        and _BARE.fullmatch(sheet.keys[last[0]])
        and not sheet.key(last[0] - 1)[-1:].isdigit()
    ):
        words = sheet.words[last[0]].text
        found.append(Leftover(kind=Unread.AMOUNT, text=words, amount=read_money(words, stage.context.currency)))
    return found


def _free_amounts(sheet: Sheet, currency: str) -> Iterator[Amount]:
    return (each for each in find_amounts(sheet, currency) if sheet.are_free(each.first, each.last))


def _outcomes(stage: Stage) -> list[Leftover]:
    sheet = stage.sheet
    return [
        Leftover(kind=Unread.OUTCOME, text=sheet.spelled(each.first, each.last), outcome=each.outcome)
        for each in find_outcomes(sheet)
        if sheet.are_free(each.first, each.last) and not sheet.words[each.first].is_capital
    ]
