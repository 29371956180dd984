"""What a touch was: by which medium, of what kind, for whom, and whether it happened, will happen or did not."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.grammar.lines.day_names import DayPhrase
from bot.grammar.lines.lists import phrases, words
from bot.grammar.lines.vocabulary import (
    COLLABORATION,
    CROSS_PROMOTION,
    EVENTS,
    LEAD_NOUNS,
    MEETING_NOUNS,
    MEETING_VERBS,
    QUALITIES,
    TWO_WORD_MEDIA,
    TWO_WORD_WORKS,
)
from bot.grammar.lines.words import Phrases, Sheet
from scoring.words import Kind

# Behind these words stands what was spoken of, not what was done.
TOPICS = words(
    "about re re: regarding discussed discussing discuss covering covered planning mentioned asked wants want "
    "wanted said says around concerning their that because explained reviewed agreed on through"
)
FILLING = frozenset(
    (
        "had",
        "have",
        "did",
        "just",
        "got",
        "we",
        "i",
        "a",
        "an",
        "another",
        "our",
        "the",
        "my",
        "quick",
        "great",
        "good",
        *QUALITIES,
    )
)
_TO_THE_MEDIUM = words("had have having did just we i a an got did went for grabbed took done")
_LEADING = FILLING | _TO_THE_MEDIUM
_TO_THE_NAME = words("with to from at for w/ w by via over")
_ATTEMPTS = Phrases.of(
    "no answer, no reply, no response, no luck, no joy, voicemail, voice mail, vm, went to voicemail, left a "
    "message, left message, left msg, left a msg, left a voicemail, left voicemail, left a note, left vm, left "
    "a vm, tried to, tried, trying to, attempted to, attempted, couldn't reach, had to cancel, had to "
    "postpone, had to reschedule, had to rearrange, need to reschedule, couldn't make it, couldn't get hold, "
    "could not reach, can't reach, didn't pick up, did not pick up, didn't answer, didnt pick up, didnt "
    "answer, no show, no-show, noshow, didn't show, didn't turn up, stood me up, stood us up, not available, "
    "wasn't available, weren't available, missed their call, not around, they were out, he was out, she was "
    "out, unavailable, out of office, rang out, unanswered, missed call, not in, didn't respond, didn't reply, "
    "haven't heard, no pick up, no one answered, nobody answered, failed to reach, wasn't there, never picked "
    "up, never answered, didn't make it, chased, missed each other, got voicemail, didnt show, didnt reply, "
    "engaged tone, line busy, they bailed, did not happen, didn't happen, did not answer, did not show, stood "
    "up"
)
CANCELLED = words("cancelled canceled postponed rescheduled")
_TWO_WORD_CANCELLED = phrases("called off, pushed back, put off, fell through")
_BEING = words("was were got has had been be is again just they them he she on us me have to their our the")
_REACHED = words("but then finally eventually later spoke got-through")
_PLANS = Phrases.of(
    "booked, scheduled, will meet, arranged, pencilled, penciled, in the diary, set up for, planned, set for, "
    "going to meet, meeting up, due to meet, due to speak, will call, will speak, will see, will visit, "
    "upcoming, we'll meet, set up a, will be meeting, is in the diary, confirmed for, seeing them, to meet, "
    "i'll meet, i'll call, will have, organised for, organized for, in diary, lined up, rebooked, rearranged, "
    "moved to, pushed to, rearranged for, rebooked for, moved it to, am meeting, are meeting"
)


_MANNERS = words("intro catch-up catchup check-in checkin kickoff kick-off zoom teams demo")
_HANDING = words("introduced intro'd introd connected intro'ed referred recommended passed sent gave referral lead")
_CONTACTS = frozenset((
    *MEETING_NOUNS, *MEETING_VERBS, *COLLABORATION, *CROSS_PROMOTION, *EVENTS, *TOPICS, "follow", *(pair[0] for pair in (*TWO_WORD_MEDIA, *TWO_WORD_WORKS)),
))  # fmt: skip
_FAR_BACK = 40  # words; no clause is longer


@dataclass(frozen=True, slots=True)
class Contact:
    """What was done. `first` and `last` are the places of the word that says it; both 0 where none does."""

    kind: Kind = Kind.MEETING
    medium: str | None = None
    first: int = 0
    last: int = 0
    is_event: bool = False  # it sounds like an event
    is_verb: bool = False


def find_contact(sheet: Sheet, skipped: Sequence[tuple[int, int]] = ()) -> Contact | None:
    """The first word that says what was done and is not what was spoken of."""
    barred = {at for first, last in skipped for at in range(first, last)}
    for at in sheet.where(_CONTACTS):
        if at in barred or sheet.uses[at] or sheet.words[at].is_mark or sheet.words[at].quoted:
            continue
        contact = _contact_at(sheet, at)
        if contact:
            return contact
        if sheet.keys[at] == "planning" and sheet.key(at + 1) in MEETING_NOUNS:
            continue
        if (
            sheet.keys[at] in TOPICS
            and sheet.keys[at] not in ("on", "their", "that", "through")
            and at + 1 < len(sheet)
        ):
            return _later(sheet, at, barred)
    return None


def _later(sheet: Sheet, topic: int, barred: set[int]) -> Contact | None:
    """What was done where the topic stands first: `discussed pricing over lunch`, `re: renewal - call`."""
    for at in sheet.where(_CONTACTS):
        before = sheet.key(at - 1)
        if (
            at <= topic
            or at in barred
            or sheet.uses[at]
            or before not in ("over", "at", "on", "-", "–", "—", ",", "by", "during", "via", "a")
        ):
            continue
        if before == "a" and sheet.key(at - 2) not in ("over", "on", "during", "in"):
            continue
        contact = _contact_at(sheet, at)
        if contact and not contact.is_event:
            return contact
    return None


def _contact_at(sheet: Sheet, at: int) -> Contact | None:
    key, following = sheet.keys[at], sheet.key(at + 1)
    if (works := TWO_WORD_WORKS.get((key, following))) is not None:
        return Contact(works[0], works[1], at, at + 2)
    if key == "follow" and following == "up" and sheet.key(at + 2) in MEETING_NOUNS:
        return Contact(Kind.MEETING, MEETING_NOUNS[sheet.key(at + 2)], at, at + 3)
    if medium := TWO_WORD_MEDIA.get((key, following)):
        more = MEETING_NOUNS.get(sheet.key(at + 2)) if sheet.is_free(at + 2) else None
        return Contact(Kind.MEETING, more or medium, at, at + 2 + bool(more))
    if key in MEETING_VERBS and not (key == "caught" and following not in ("up",)):
        if key == "wrote" and following in ("a", "an", "the", "our", "joint"):
            return None
        return Contact(Kind.MEETING, MEETING_VERBS[key], at, at + 1 + (key in ("caught",)), is_verb=True)
    if key not in MEETING_NOUNS and any(
        sheet.key(place) in MEETING_NOUNS and sheet.is_free(place) for place in (at + 1, at + 2)
    ):
        if key in COLLABORATION or key in CROSS_PROMOTION or key in EVENTS:
            return None  # `webinar planning call` is a call
    if key in COLLABORATION:
        return Contact(Kind.COLLABORATION, COLLABORATION[key], at, at + 1)
    if key in CROSS_PROMOTION:
        return Contact(Kind.CROSS_PROMOTION, CROSS_PROMOTION[key], at, at + 1)
    if key in EVENTS:
        return Contact(Kind.EVENT, key, at, at + 1, is_event=True)
    if key in _MANNERS and following in MEETING_NOUNS and sheet.is_free(at + 1):
        return Contact(Kind.MEETING, MEETING_NOUNS[following], at, at + 2)
    if key in MEETING_NOUNS and not (key in ("intro", "chat", "ring") and following in ("d",)):
        return Contact(Kind.MEETING, MEETING_NOUNS[key], at, at + 1)
    return None


def use_contact(sheet: Sheet, contact: Contact) -> None:
    """Mark the words of a contact, and those that only lead to it: `had a … call with`."""
    sheet.use("medium", contact.first, contact.last)
    before = contact.first - 1
    while sheet.key(before) in ("a", "an", "the", "over", "by", "via", "at", "during", "for", "on") and sheet.is_free(
        before
    ):
        sheet.use("glue", before)
        before -= 1
    at = contact.first
    while at > 0 and sheet.uses[at - 1] in ("", "glue") and sheet.keys[at - 1] in _LEADING:
        at -= 1
    if at == 0 or sheet.words[at - 1].is_mark or sheet.uses[at - 1] or sheet.begins_line(at):
        for place in range(at, contact.first):
            if sheet.keys[place] in _TO_THE_MEDIUM or sheet.keys[place] in ("our", "the", "another", "my"):
                sheet.use("glue", place)


def glue_names(sheet: Sheet, first: int, last: int) -> None:
    """Mark the words that lead from what was done to the partner's name."""
    at = sheet.before(first)
    if sheet.key(at) in _TO_THE_NAME | {"@"} and sheet.is_free(at):
        sheet.use("glue", at)
        if sheet.key(at - 1) in ("up", "over", "out") and sheet.is_free(at - 1) and (at < 2 or sheet.uses[at - 2]):
            sheet.use("glue", at - 1)


def is_attempt(sheet: Sheet, contact: Contact | None) -> bool:
    """Whether nobody was reached, or it was called off."""
    tried = next((at for at in sheet.where(_ATTEMPTS.starts) if _tried_at(sheet, at)), None)
    if tried is None:
        tried = cancelled_at(sheet, contact)
    if tried is None:
        return False
    return not any(
        at >= tried and _reached(sheet, at + 1)
        for at in sheet.where(("but", "then", "finally", "eventually", "later", "until"))
    ) and not _reached_in_the_end(sheet, tried)


def _reached(sheet: Sheet, at: int) -> bool:
    return any(
        sheet.key(place) in ("spoke", "met", "talked", "answered", "reached", "replied", "emailed", "caught") or sheet.says(place, "got", "through")
        or sheet.says(place, "called", "back") or sheet.says(place, "rang", "back")
        for place in range(at, min(at + 5, len(sheet)))
    )  # fmt: skip


def _reached_in_the_end(sheet: Sheet, tried: int) -> bool:
    return any(
        sheet.keys[at] in ("spoke", "met", "talked") or sheet.says(at, "got", "through") or sheet.says(at, "called", "back") or sheet.says(at, "rang", "back")
        or sheet.says(at, "called", "me", "back")
        for at in sheet.where(("got", "called", "rang", "spoke", "met", "talked")) if at > tried
    )  # fmt: skip


def _tried_at(sheet: Sheet, at: int) -> bool:
    if sheet.uses[at] or sheet.words[at].quoted:
        return False
    phrase = _ATTEMPTS.at(sheet, at)
    if phrase is None or sheet.key(at - 1) in TOPICS or _in_topic(sheet, at):
        return False
    if phrase == ("tried",):
        return sheet.key(at + 1) in (
            "calling",
            "ringing",
            "phoning",
            "them",
            "again",
            "twice",
            "reaching",
            "emailing",
            "her",
            "him",
            "",
        )
    if phrase == ("tried", "to") or phrase == ("trying", "to") or phrase == ("attempted", "to"):
        return sheet.key(at + 2) in _REACHING
    if phrase in (("not", "in"), ("chased",), ("stood", "up"), ("no", "luck"), ("no", "joy")):
        return sheet.after(at + len(phrase)) >= len(sheet)
    return sheet.key(at + len(phrase)) not in ("policy", "clause", "on", "fees", "rate", "rates")


_REACHING = words(
    "call reach ring phone contact speak email get meet catch arrange chase visit message set book see talk"
)


def _in_topic(sheet: Sheet, at: int) -> bool:
    """Whether a topic stands before a place in the same clause."""
    for at in range(at - 1, max(at - _FAR_BACK, 0) - 1, -1):
        if sheet.words[at].is_mark and sheet.words[at].text in (",", ".", ";", "-", "–", "—", "!", "\n", "("):
            return False
        if sheet.keys[at] == "planning" and sheet.key(at + 1) in MEETING_NOUNS:
            continue
        if sheet.keys[at] in TOPICS and sheet.keys[at] not in ("on", "their", "through"):
            return True
    return False


def cancelled_at(sheet: Sheet, contact: Contact | None) -> int | None:
    """Where it is said that the contact itself was called off."""
    for at in sheet.where(CANCELLED | {phrase[0] for phrase in _TWO_WORD_CANCELLED}):
        two = any(sheet.says(at, *phrase) for phrase in _TWO_WORD_CANCELLED)
        if sheet.uses[at] or sheet.words[at].quoted or not (sheet.keys[at] in CANCELLED or two) or _in_topic(sheet, at):
            continue
        behind = at + (2 if two else 1)
        if _is_called_off(sheet, at, behind, contact):
            return at
    return None


def _is_called_off(sheet: Sheet, at: int, behind: int, contact: Contact | None) -> bool:
    """`call cancelled`, `they cancelled the meeting`, `cancelled on us`; not `they cancelled their order`."""
    before = at - 1
    while before >= max(0, at - _FAR_BACK) and (sheet.keys[before] in _BEING or sheet.words[before].is_mark):
        before -= 1
    is_close = contact is not None and contact.first <= before < contact.last
    following = sheet.key(behind)
    while following in (
        "our",
        "the",
        "their",
        "a",
        "today's",
        "this",
        "again",
        "yesterday's",
        "tomorrow's",
    ) and behind < len(sheet):
        behind += 1
        following = sheet.key(behind)
    spoke_first = (
        contact is not None and contact.last <= at and sheet.key(at - 1) in ("they", "he", "she", "have", "had")
    )
    names_contact = (following in MEETING_NOUNS or following in EVENTS) and not spoke_first
    if spoke_first and not (
        sheet.after(behind) >= len(sheet) or sheet.words[behind].is_mark or following in ("on", "last", "again")
    ):
        return False
    ends = sheet.after(behind) >= len(sheet) or sheet.words[behind].is_mark
    vague = following in (
        "on",
        "by",
        "last",
        "at",
        "until",
        "till",
        "to",
        "again",
        "due",
        "for",
        "because",
        "as",
        "-",
        "and",
        "this",
        "til",
        "so",
        "they",
        "same",
    )
    return names_contact or (
        (is_close or before < 0 or bool(sheet.uses[before]) or sheet.keys[before] in MEETING_NOUNS or ends)
        and (ends or vague or bool(sheet.uses[behind]))
    )


def plan_at(sheet: Sheet, contact: Contact | None) -> int | None:
    """Where it is said that the contact is only planned; not where it happened and another one was planned."""
    for at in sheet.where(_PLANS.starts):
        if sheet.uses[at] or sheet.words[at].quoted or not _PLANS.at(sheet, at):
            continue
        if _in_topic(sheet, at) or (
            sheet.keys[at] in ("booked", "planned") and sheet.key(at + 1) in ("up", "onto", "their")
        ):
            continue
        if contact and _happened_before(sheet, contact, at):
            return None
        if sheet.where(("went", "was", "were", "discussed", "happened")):
            return None
        return at
    return None


def another_at(sheet: Sheet, contact: Contact | None) -> int:
    """Where something else is planned though the contact happened; the length of the line if nowhere."""
    places = [at for at in sheet.where(_PLANS.starts) if _PLANS.at(sheet, at) and sheet.is_free(at)]
    return next((at for at in places if contact and _happened_before(sheet, contact, at)), len(sheet))


def _happened_before(sheet: Sheet, contact: Contact, at: int) -> bool:
    """Whether what was done stands in a clause of its own before a place: `call, booked a meeting for friday`."""
    return contact.last <= at and any(
        sheet.words[place].is_mark and sheet.words[place].text in (",", ".", ";", "-", "–", "—", "!", "(", ":") or sheet.keys[place] in ("and", "then")
        or sheet.begins_line(place) or (sheet.keys[place] in ("agreed", "decided") and place < at)
        for place in range(contact.last, at)
    )  # fmt: skip


def referral_verb(sheet: Sheet) -> tuple[int, int] | None:
    """Where a touch says that a lead changed hands: `referred X to us`, `introduced us to X`, `sent us a lead`."""
    for at in sheet.where(_HANDING):
        if sheet.uses[at] or sheet.words[at].quoted or _in_topic(sheet, at):
            continue
        key = sheet.keys[at]
        if (
            key in ("referral", "lead")
            and (at == 0 or sheet.uses[at - 1] or sheet.words[at - 1].is_mark)
            and sheet.key(at + 1) in ("from", ":", "-", "–")
        ):
            return at, at + 1
        if key == "referred" and sheet.key(at - 1) in ("they", "he", "she") and at + 1 < len(sheet):
            return at, at + 1
        if (
            key in ("introduced", "intro'd", "introd", "connected", "intro'ed")
            and sheet.key(at + 1) == "us"
            and sheet.key(at + 2) in ("to", "with")
        ):
            return at, at + 3
        if key in ("referred", "recommended", "passed", "sent") and any(
            sheet.says(place, "to", "us") for place in range(at + 1, min(at + 9, len(sheet)))
        ):
            if key in ("referred", "recommended") or any(
                sheet.key(place) in LEAD_NOUNS for place in range(at + 1, min(at + 7, len(sheet)))
            ):
                return at, at + 1
        if key in ("sent", "gave", "passed", "referred") and sheet.key(at + 1) == "us":
            behind = [sheet.key(place) for place in range(at + 2, at + 6)]
            if key == "referred" or any(word in LEAD_NOUNS for word in behind):
                return at, at + 2
        if (
            key in ("referred", "intro'd", "introduced")
            and (at == 0 or sheet.key(at - 1) in ("we", "i"))
            and any(sheet.key(place) == "to" for place in range(at + 1, min(at + 9, len(sheet))))
        ):
            return at, at + 1
    return None


def days_outside(days: Sequence[DayPhrase], sheet: Sheet) -> list[DayPhrase]:
    """The phrases of which no word was used."""
    return [day for day in days if sheet.are_free(day.first, day.last)]
