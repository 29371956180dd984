"""Whether nobody was reached, or what was planned was called off."""

from bot.grammar.lines.contact import FAR_BACK, TOPICS, Contact, in_topic
from bot.grammar.lines.lists import phrases, words
from bot.grammar.lines.unanswered import NEGATIVES, STARTS, unanswered_at
from bot.grammar.lines.vocabulary import EVENTS, MEETING_NOUNS
from bot.grammar.lines.words import Phrases, Sheet

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
    "engaged tone, line busy, email bounced, bounced email, mail bounced, bounced "
    "back, bounced, they bailed, did not happen, didn't happen, did not answer, did not show, stood "
    "up, nobody did answer, nobody picked up, no one picked up, not reachable, not reached, no reaction, tried "
    "call, tried calling, no-showed, no showed, ghosted me, ghosted us, nobody there, nobody was there, "
    "not possible to reach, missed them, missed him, missed her, nothing back, heard nothing, "
    "not heard back, no word back"
)
CANCELLED = words("cancelled canceled postponed rescheduled nixed axed cxl'd cxld cxled cx'd canx")
TWO_WORD_CANCELLED = phrases("called off, pushed back, put off, fell through, cried off, sacked off, binned off")
_MESSAGES = MEETING_NOUNS.keys() | words("calls emails mails messages voicemail voicemails invite invitation chaser")
_REACHED = words("spoke met talked answered reached replied emailed caught")
_BEING = words("was were got has had been be is again just they them he she on us me have to their our the")
_REACHING = words(
    "call reach ring phone contact speak email get meet catch arrange chase visit message set book see talk"
)


def is_attempt(sheet: Sheet, contact: Contact | None) -> bool:
    """Whether nobody was reached, or it was called off."""
    tried = next((at for at in sheet.where(_ATTEMPTS.starts | STARTS) if _tried_at(sheet, at)), None)
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
        sheet.key(place) in _REACHED
        or sheet.says(place, "got", "through")
        or sheet.says(place, "called", "back")
        or sheet.says(place, "rang", "back")
        for place in range(at, min(at + 5, len(sheet)))
    )


def _reached_in_the_end(sheet: Sheet, tried: int) -> bool:
    return any(
        sheet.keys[at] in ("spoke", "met", "talked")
        or sheet.says(at, "got", "through")
        or sheet.says(at, "called", "back")
        or sheet.says(at, "rang", "back")
        or sheet.says(at, "called", "me", "back")
        for at in sheet.where(("got", "called", "rang", "spoke", "met", "talked"))
        if at > tried and sheet.key(at - 1) not in NEGATIVES
    )


def _tried_at(sheet: Sheet, at: int) -> bool:
    if sheet.uses[at] or sheet.words[at].quoted:
        return False
    phrase = _ATTEMPTS.at(sheet, at)
    if sheet.key(at - 1) in TOPICS or in_topic(sheet, at):
        return False
    if phrase is None:
        return unanswered_at(sheet, at)
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
    if phrase in (("no", "luck"), ("no", "joy")) and at + 2 < len(sheet):
        return sheet.words[at + 2].is_mark or bool(sheet.uses[at + 2])
    if phrase in (("not", "in"), ("bounced",), ("chased",), ("stood", "up"), ("no", "luck"), ("no", "joy")):
        return sheet.after(at + len(phrase)) >= len(sheet)
    behind = at + len(phrase)
    if phrase[0] == "missed" and phrase[-1] in ("them", "him", "her"):
        return not sheet.is_free(behind) or sheet.words[behind].is_mark or sheet.key(behind) in ("again", "by", "today")
    if sheet.key(behind) == "to" and phrase[-1] in ("response", "reply", "answer", "respond"):
        whose = behind + 1 + (sheet.key(behind + 1) in ("my", "our", "the", "any", "all", "your"))
        return sheet.key(whose) in _MESSAGES or sheet.key(whose) in ("me", "us")
    if sheet.key(behind) == "on":
        return sheet.key(behind + 1) in ("my", "our", "the", "whatsapp", "email", "phone")
    return sheet.key(behind) not in ("policy", "clause", "fees", "rate", "rates")


def cancelled_at(sheet: Sheet, contact: Contact | None) -> int | None:
    """Where it is said that the contact itself was called off."""
    for at in sheet.where(CANCELLED | {phrase[0] for phrase in TWO_WORD_CANCELLED}):
        two = any(sheet.says(at, *phrase) for phrase in TWO_WORD_CANCELLED)
        if sheet.uses[at] or sheet.words[at].quoted or not (sheet.keys[at] in CANCELLED or two) or in_topic(sheet, at):
            continue
        behind = at + (2 if two else 1)
        if _is_called_off(sheet, at, behind, contact):
            return at
    return None


def _is_called_off(sheet: Sheet, at: int, behind: int, contact: Contact | None) -> bool:
    """`call cancelled`, `they cancelled the meeting`, `cancelled on us`; not `they cancelled their order`."""
    before = at - 1
    while before >= max(0, at - FAR_BACK) and (sheet.keys[before] in _BEING or sheet.words[before].is_mark):
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
    is_contact = contact is not None and contact.first == behind  # of two words: `our catch up`
    names_contact = (is_contact or following in MEETING_NOUNS or following in EVENTS) and not spoke_first
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
