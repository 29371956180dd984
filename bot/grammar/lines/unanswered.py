"""Where a line says in any words that nobody was reached: a negation beside a word of answering, a machine, silence."""

from collections.abc import Collection

from bot.grammar.lines.lists import words
from bot.grammar.lines.vocabulary import MEETING_NOUNS
from bot.grammar.lines.words import Phrases, Sheet

NEGATIVES = words(
    "no not never nobody noone no-one none nothing without unable failed cannot cant can't couldn't couldnt didn't "
    "didnt doesn't doesnt don't dont won't wont wasn't wasnt weren't isn't isnt aren't hasn't hasnt haven't havent "
    "hadn't"
)
_ANSWERS = words(
    "answer answers answered answering ans reply replies replied replying response respond responded responding "
    "responsive revert reverts reverted reaction reach reached reachable through join joined joining pick picked "
    "picking lift lifted lifting show showed shown showing turn turned luck joy dice word call contact connect "
    "connected connecting happen happened call called rang phoned contactable available attend attended bite nibble"
)
_MEETING = words("speak talk meet see chat visit")
_PERSONS = words("to with up them him her anyone anybody anymore yet again today either face face-to-face properly")
_BETWEEN = words(
    "is are was were to of get got getting ever one any an a even yet still one has have had really been be able hold "
    "them him her up for manage managed chance time quite actually"
)
_BEHIND = words(
    "up round over when the a my our his her their its it call calls phone phones mobile line bell to on at from them "
    "him her me us since till until now yet again all today this that day morning afternoon so far either of any "
    "anyone anybody just here there side end back in by when i we called rang tried email emails message messages "
    "mail mails getting hold reaching calling ringing through"
)
_BEHIND_ALL = _BEHIND | MEETING_NOUNS.keys() | {"for"}
_FOLLOWED = words("since till until yet again today from because when")
_REACH = 5  # words between a negation and what was not done
_SILENCE = Phrases.of(
    "lvm, answerphone, ansaphone, ansafone, answerfone, answering machine, answer phone, answer machine, phone tag, "
    "switched off, radio silence, crickets, got stood up, was stood up, been stood up, ghosted, flaked, busy signal, "
    "busy tone, wrong number, dead line, line dead, line was dead, blanked me, blanked us, left hanging, aired me, "
    "rings and rings, rang and rang, ringing out, rings out, just rings, went unanswered, ringing off, rang off, had "
    "to sack, had to bin, had to skip, had to miss, had to bail, had to call off, had to pull, had to scrap, ghosting "
    "us, ghosting me, bailed, blew me off, blew us off, blew me out, blew us out, knocked on the head, mailbox full, "
    "mailbox is full, inbox full, fobbed me off, left word, left my number, left our number, left my name, "
    "left my card, left my details"
)
_HINDERED = Phrases.of("stuck in, stuck on, stuck at, ran late, running late, overran, double booked, double-booked")
_PRESENT = words("in there home about around joined came")
_MESSAGES = words("message msg vm voicemail note text")
_NOTHING = words("nada zilch crickets")
_AWAY = words("ooo oof n/a")
_ENGAGED = words("engaged busy")
_LINES = words("line number phone mobile")


def unanswered_at(sheet: Sheet, at: int) -> bool:
    """Whether a place says that nobody was reached: `not picking up`, `nobody joined`, `her answerphone`."""
    if _SILENCE.at(sheet, at) is not None:
        return True
    if sheet.key(at) in _ENGAGED:
        return _opens(sheet, at) and sheet.key(at + 1) in ("all", "again", "still", "every", "")
    if sheet.key(at) in _AWAY | _NOTHING:
        return _opens(sheet, at)
    if sheet.key(at) == "left":
        return _left_message(sheet, at)
    return sheet.key(at) in NEGATIVES and _not_answered(sheet, at)


STARTS = NEGATIVES | _SILENCE.starts | _ENGAGED | _AWAY | _NOTHING | {"left"}


def _opens(sheet: Sheet, at: int) -> bool:
    """Whether a clause begins with the word, or a line was busy."""
    return at == 0 or bool(sheet.uses[at - 1]) or sheet.words[at - 1].is_mark or sheet.key(at - 1) in _LINES | {"was"}


def _not_answered(sheet: Sheet, at: int) -> bool:
    """Whether a word of answering follows a negation, and nothing behind it says what was not answered."""
    place = at + 1
    while place <= at + _REACH and sheet.key(place) in _BETWEEN:
        place += 1
    if sheet.key(place) in _MEETING and sheet.key(place - 1) not in ("no", "without", "nothing"):
        return _ends_denial(sheet, place + 1, _PERSONS)
    if _says_hold(sheet, place):
        return _ends_denial(sheet, place, _BEHIND_ALL)
    if sheet.key(place) not in _ANSWERS and not (_denies_persons(sheet, at) and sheet.key(place) in _PRESENT):
        return False
    return _ends_denial(sheet, place + 1, _BEHIND_ALL)


def _says_hold(sheet: Sheet, place: int) -> bool:
    """Whether `get hold of them` stands just before a place."""
    return any(sheet.key(at) == "hold" and sheet.key(at - 1).startswith("get") for at in range(place - 3, place))


def _ends_denial(sheet: Sheet, place: int, passed: Collection[str]) -> bool:
    """Whether the clause ends behind words that may be passed over; then it denies all contact."""
    while place < len(sheet) and not sheet.uses[place] and sheet.key(place) in passed:
        if sheet.key(place) in _FOLLOWED:
            return True
        place += 1
    return place >= len(sheet) or bool(sheet.uses[place]) or sheet.words[place].is_mark or sheet.begins_line(place)


def is_denied(sheet: Sheet, at: int) -> bool:
    """Whether a contact is denied by the words before it: `didn't get to speak`, `never managed to meet`."""
    place = at - 1
    while place >= at - _REACH and sheet.key(place) in _BETWEEN and sheet.key(place) not in NEGATIVES:
        place -= 1
    return sheet.key(place) in NEGATIVES and sheet.is_free(place)


def _denies_persons(sheet: Sheet, at: int) -> bool:
    return sheet.key(at) in ("nobody", "noone", "no-one") or sheet.says(at, "no", "one")


def _left_message(sheet: Sheet, at: int) -> bool:
    """Whether something was left for somebody: `left WhatsApp message`, `left her a long voicemail`."""
    for place in range(at + 1, min(at + _REACH + 2, len(sheet))):
        if sheet.words[place].is_mark or sheet.uses[place]:
            return False
        if sheet.key(place) in _MESSAGES:
            return True
    return False


def opens_negated(sheet: Sheet) -> bool:
    """Whether the first clause of what stayed denies something, or was in the way: then it may be no contact at all."""
    free = sheet.free_words()
    if not free or sheet.words[free[0]].quoted:
        return False
    end = free[0]
    while end < len(sheet) and not (sheet.words[end].is_mark and sheet.words[end].text in ",.;-–—!("):
        end += 1
    return any(
        not sheet.uses[at] and (sheet.keys[at] in NEGATIVES or _HINDERED.at(sheet, at)) for at in range(free[0], end)
    )
