"""Where a promise is announced, and by whom: `next:`, `I'll …`, `they will …`, `send the deck by friday`."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.grammar.lines.clauses import CLAUSE_MARKS, begins_clause, between, end_of_sentence, has_due
from bot.grammar.lines.day_names import TOMORROWS, DayPhrase
from bot.grammar.lines.lists import phrases, words
from bot.grammar.lines.vocabulary import MEETING_NOUNS
from bot.grammar.lines.words import Phrases, Sheet
from scoring.vocabulary import Promiser

US, THEM = Promiser.US, Promiser.THEM
# A heading with a colon: what follows is a promise of ours.
HEADINGS = phrases(
    "next steps, next step, next action, next actions, next, to do, to-do, todo, todos, action points, action "
    "point, action items, action item, action, actions, follow-up, follow up, followup, follow-ups, ap, "
    "promised, we promised, i promised, don't forget, dont forget, do not forget, remember, reminder, "
    "remind me, note to self"
)
_OUR_HEADINGS = Phrases(HEADINGS)
_THEIR_HEADINGS = Phrases.of("they promised, their action, their next step, their todo")
_OURS = ("i", "we")
THEIRS = ("they", "he", "she")
SHORT = {
    **dict.fromkeys(words("i'll we'll ill im i'm we're i'd we'd i've we've"), US),
    **dict.fromkeys(words("they'll he'll she'll theyll theyd they're they'd he'd she'd"), THEM),
}
_WILL = Phrases.of(
    "will, will also, promised to, promised, agreed to, need to, needs to, have to, has to, must, must remember to, "
    "am going to, are going to, is going to, said i'd, said i'll, said we'd, said we'll, said they'd, said they'll, "
    "said he'd, said she'd, are to, am to, said i would, said we would, said i will, said we will, said he would, "
    "said she would, owe them, owe us, gonna, going to, said he'll, said she'll, offered to, said they would, owe, "
    "owes, still owe, still owes, will be, have agreed to, has agreed to, committed to, have promised to, still "
    "owe them, still owe us, have promised"
)
_AFTER_SHORT = Phrases.of("also, going to, to, gonna, promised to, promised, got to, agreed to")
_BARE_WILL = Phrases.of(
    "will, promised to, need to, must, must remember to, need to remember to, gotta, remember to, "
    "don't forget to, remind me to, pls remind me to, please remind me to, kindly remind me to, note to self to, "
    "will be, promised them, have to, promised, agreed "
    "to, owe them, owe, owes"
)
_AWAITED = Phrases.of(
    "waiting on them to, waiting for them to, expecting them to, waiting on him to, waiting on her to, waiting for "
    "him to, waiting for her to"
)
ACTS = words(
    "send share draft book call email introduce intro prepare review check arrange set chase ping get write schedule "
    "organise organize confirm forward sort update circulate invite mail give make finish complete deliver provide "
    "create build design put speak ask find look come return revert reply respond sign pay transfer print post "
    "publish record connect refer pass bring discuss propose suggest present plan run host join attend try talk let "
    "follow close fix issue submit resend sent move reschedule work quote pull meet ring phone text message tell show "
    "teach train fill order ship research read agree approve hand pick drop upload download add remove visit see tidy "
    "raise feed report announce feature promote shoot fire dig nominate supply drop thank circle loop draw compile"
)
"""Verbs with which promises begin."""
_CALLS = words("call ring phone")
_RETRIES = words("try trying retry retrying call calling ring ringing chase chasing phone phoning")
_NOT_PROMISED = words("nothing not never no be been have had see think know like love want need miss remain stay")
# What one will do together is a plan, and no promise.
MEETING = words("meet see speak visit catch talk")
SUBJECTS = frozenset((*_OURS, *THEIRS, *SHORT, "next", "todo", "action", "they"))
_STARTS = frozenset(
    (
        *(
            *_OUR_HEADINGS.starts,
            *_THEIR_HEADINGS.starts,
            *SHORT,
            *_OURS,
            *THEIRS,
            *_BARE_WILL.starts,
            *_AWAITED.starts,
            *ACTS,
        ),
        *_RETRIES,
        *("follow", "follow-up", "followup", "to", "please"),
    )
)


@dataclass(frozen=True, slots=True)
class Trigger:
    """Where a promise is announced, where its words begin, and who makes it."""

    first: int
    last: int
    by: Promiser
    is_heading: bool = False


def triggers(sheet: Sheet, days: Sequence[DayPhrase]) -> list[Trigger]:
    found: list[Trigger] = []
    end = 0
    glued = [at for at in sheet.where([key for key in sheet.distinct() if ":" in key])]
    for at in sheet.where(_STARTS, glued):
        if at < end or sheet.uses[at] or sheet.words[at].quoted:
            continue
        trigger = _trigger_at(sheet, at, days)
        if trigger and set(sheet.uses[trigger.first : trigger.last]) <= {"", "partner", "glue"}:
            found.append(trigger)
            end = max(trigger.last, at) + 1
    return found


def _trigger_at(sheet: Sheet, at: int, days: Sequence[DayPhrase]) -> Trigger | None:
    key = sheet.keys[at]
    if heading := _heading(sheet, at):
        return heading
    if key in SHORT:
        return _short(sheet, at)
    if key in _OURS or key in THEIRS:
        by = US if key in _OURS else THEM
        length = _longest(sheet, at + 1, _WILL)
        if length and sheet.key(at + length) == "us" and by is THEM:
            by = THEM
        if not length and sheet.key(at + 1) in ("would", "will"):
            said = _said_before(sheet, at)
            return _verbal(sheet, said, at + 2, by) if said < at else None
        return _verbal(sheet, at, at + 1 + length, by) if length else None
    if not begins_clause(sheet, at):
        return None
    if (length := _longest(sheet, at, _AWAITED)) and sheet.key(at + length) in ACTS:
        return Trigger(at, at + length, THEM)
    if key == "follow" and sheet.key(at + 1) == "up" and sheet.key(at + 2) not in MEETING_NOUNS:
        return Trigger(at, at, US)
    if key in ("follow-up", "followup") and sheet.key(at + 1) in (
        "with",
        "on",
        "next",
        "in",
        "by",
        "tomorrow",
        "about",
    ):
        return Trigger(at, at, US)
    if _comes_again(sheet, at, days):
        return Trigger(at, at, US)
    if length := _longest(sheet, at, _BARE_WILL):
        last = at + length
        if (sheet.key(last) in ACTS and sheet.key(last) not in MEETING) or key in ("promised", "owe", "owes"):
            promiser = _subject(sheet, at, last)
            return _verbal(sheet, at, last, promiser) if promiser else None
        return None
    start = at + 1 if key in ("to", "please") else at
    joins = sheet.key(at - 1) in CLAUSE_MARKS or sheet.key(at - 1) in ("and", "then")
    if at > 0 and joins and _is_act(sheet, start) and has_due(sheet, start, days):
        return Trigger(at, start, US)
    return None


def _subject(sheet: Sheet, at: int, last: int) -> Promiser | None:
    """Who will, where no word says so: `Nova will send us …` they, `… will send them …` we; else nobody can tell."""
    if not at or sheet.uses[at - 1] != "partner":
        return US
    if sheet.key(at) in ("promised", "agreed") and sheet.key(last - 1) not in ("them", "him", "her"):
        return THEM
    clause = sheet.keys[last : end_of_sentence(sheet, last, len(sheet))]
    if any(key in ("us", "me", "our") for key in clause):
        return THEM
    return US if any(key in ("them", "em", "him", "her", "their") for key in clause) else None


def _is_act(sheet: Sheet, at: int) -> bool:
    """Whether a clause begins with something to be done: `send the deck`, `call them`; not `call about pricing`."""
    key, following = sheet.key(at), sheet.key(at + 1)
    if key not in ACTS:
        return False
    return (
        key not in MEETING_NOUNS
        or following in ("them", "her", "him", "back", "the")
        or (at + 1 < len(sheet) and sheet.words[at + 1].is_capital)
    )


def _heading(sheet: Sheet, at: int) -> Trigger | None:
    """`next:`, `next steps -`, `todo:call`, `TODO`."""
    key = sheet.keys[at]
    for headings, by in ((_OUR_HEADINGS, US), (_THEIR_HEADINGS, THEM)):
        if heading := headings.at(sheet, at):
            end = at + len(heading)
            while end < len(sheet) and sheet.uses[end] in ("partner", "glue"):
                end += 1  # `todo Nova: send the deck`
            is_dash = (
                sheet.key(end) in ("-", "–", "—", "=") and len(heading) > 1 and heading[0] in ("next", "action", "to")
            )
            if sheet.key(end) == ":" or is_dash:
                return Trigger(at, end + 1, by, is_heading=True)
            start = end + (sheet.key(end) in (",", "-", "–", "—"))
            if (
                (start > end or heading[0] in ("todo", "to-do"))
                and begins_clause(sheet, at)
                and _is_act(sheet, start)
                and by is US
            ):
                return Trigger(at, start, by, is_heading=True)
    glued = key.partition(":")
    if glued[1] and glued[2] and (glued[0],) in HEADINGS:  # next:call
        return Trigger(at, at, US, is_heading=True)
    return None


def _longest(sheet: Sheet, at: int, phrases: Phrases) -> int:
    return len(phrases.at(sheet, at) or ())


def _short(sheet: Sheet, at: int) -> Trigger | None:
    """I'll send …, we're going to …, they'll share …"""
    key = sheet.keys[at]
    length = _longest(sheet, at + 1, _AFTER_SHORT)
    if (key.endswith("'d") or key == "theyd") and (said := _said_before(sheet, at)) < at:
        return _verbal(sheet, said, at + 1 + length, SHORT[key])
    if (key.endswith("'d") or key == "theyd") and SHORT[key] is THEM:
        return None
    if key in ("i'm", "im", "we're", "they're", "i'd", "we'd", "i've", "we've") and not length:
        return None
    if key == "ill" and sheet.key(at + 1) not in ACTS:
        return None
    return _verbal(sheet, at, at + 1 + length, SHORT[key])


def _said_before(sheet: Sheet, at: int) -> int:
    """Where `I said`, `told them` or `agreed that` begins before `I'd`; the place itself if nothing does."""
    first = at - (sheet.key(at - 1) == "that")
    told = first - 1 - (sheet.key(first - 1) in ("them", "him", "her", "us", "me"))
    while told > 0 and sheet.uses[told] in ("partner", "glue"):
        told -= 1  # `told Nova I'd send it`
    if sheet.key(told) not in ("said", "told", "promised", "agreed", "confirmed") or not sheet.is_free(told):
        return at
    return told - (sheet.key(told - 1) in (*_OURS, *THEIRS))


def _verbal(sheet: Sheet, first: int, last: int, by: Promiser) -> Trigger | None:
    """The trigger, unless nothing was promised or it is about being somewhere."""
    following = sheet.key(last)
    if sheet.key(last - 1) == "be" and not _is_doing(following):
        return None
    if not following or following in _NOT_PROMISED or following in MEETING or sheet.words[last].is_mark:
        return None
    if following == "us" and by is THEM:
        last += 1
    return Trigger(first, last, by)


def _comes_again(sheet: Sheet, at: int, days: Sequence[DayPhrase]) -> bool:
    """Whether another attempt is announced with its day: `ring back monday`, `trying them again tomorrow`."""
    behind = at + 1 + (sheet.key(at + 1) in ("them", "him", "her", "it"))
    again = sheet.key(behind) in (("back", "again") if sheet.keys[at] in _CALLS else ("again",))
    return sheet.keys[at] in _RETRIES and again and _is_to_come(sheet, between(days, behind + 1, behind + 3))


def _is_to_come(sheet: Sheet, days: Sequence[DayPhrase]) -> bool:
    """Whether a day is named that may be to come: `ring back monday`, not `ring back yesterday`."""
    return any(day.is_weekday or sheet.key(day.first) in TOMORROWS | {"next"} for day in days)


def _is_doing(key: str) -> bool:
    """Whether a word is one of the acts, as it stands behind `will be`: sharing, sending."""
    stem = key.removesuffix("ing")
    doubled = stem[:-1] if stem[-1:] == stem[-2:-1] else stem
    return key.endswith("ing") and not {stem, stem + "e", doubled}.isdisjoint(ACTS - MEETING)
