"""What a touch was, by the word that says it: a call, a coffee, an article; `call` and not what was spoken of on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.grammar.lines.day_names import DayPhrase
from bot.grammar.lines.lists import words
from bot.grammar.lines.vocabulary import (
    COLLABORATION,
    CROSS_PROMOTION,
    EVENTS,
    MEETING_NOUNS,
    MEETING_VERBS,
    QUALITIES,
    TWO_WORD_MEDIA,
    TWO_WORD_WORKS,
)
from bot.grammar.lines.words import Sheet
from scoring.vocabulary import Kind

# Behind these words stands what was spoken of, not what was done.
TOPICS = words(
    "about re re: regarding discussed discussing discuss covering covered planning mentioned asked wants want "
    "wanted said says agenda agenda: topics around concerning their that because explained reviewed agreed on through"
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
        "grabbed",
        "enjoyed",
        "drank",
        "drinked",
        "ate",
        "eating",
        "eaten",
        "was",
        "were",
        "made",
        "quick",
        "great",
        "good",
        *QUALITIES,
    )
)
_TO_THE_MEDIUM = words(
    "had have having did just we i a an got did went for grabbed took done enjoyed drank drinked drunk ate eaten "
    "eating was were made makes make"
)
_LEADING = FILLING | _TO_THE_MEDIUM
_TO_THE_NAME = words("with to from at for w/ w by via over")
_MANNERS = words("intro catch-up catchup check-in checkin kickoff kick-off zoom teams demo")
_VISITS = words("popped nipped swung dropped stopped called came looked")
_CONTACTS = frozenset(
    (
        *MEETING_NOUNS,
        *MEETING_VERBS,
        *COLLABORATION,
        *CROSS_PROMOTION,
        *EVENTS,
        *TOPICS,
        "follow",
        *_VISITS,
        *(pair[0] for pair in (*TWO_WORD_MEDIA, *TWO_WORD_WORKS)),
    )
)
_MORE = words("site zoom teams review board business conference linkedin")
_WORKS = COLLABORATION.keys() | CROSS_PROMOTION.keys() | EVENTS
FAR_BACK = 40  # words; no clause is longer
_BOUND = {"caught": ("up",), "bumped": ("into",)}  # verbs that say what was done with these words only
_INTO = words("in into by round around past over")
# What may stand before what was done and not change it: `just got off a call`, `jumped on a quick zoom`.
_LIGHT = words(
    "off on out up in joint own released published recorded launched hopped jumped hop jump come came took taken for "
    "over to at by via write wrote sent did do the this that some them him her us me with and so also back then again "
    "still managed finally great nice"
)
_LENGTHS = words("min mins minute minutes hour hours hr hrs half")
_WANTING = words(
    "want wants wanted need needs needed asked asking missed miss skip skipped no not never book booking wanting "
    "about hoping hope owe owes tried trying due let's will would should could might may can must next another until "
    "before after cancelled without if"
)


@dataclass(frozen=True, slots=True)
class Contact:
    """What was done. `first` and `last` are the places of the word that says it; both 0 where none does."""

    kind: Kind = Kind.MEETING
    medium: str | None = None
    first: int = 0
    last: int = 0
    is_event: bool = False  # it sounds like an event
    is_verb: bool = False
    kept: int = 0  # words in front that say more than the medium does, and stay in the note: `site` of a visit


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
        return Contact(Kind.MEETING, more or medium, at, at + 2 + bool(more), kept=not more and key in _MORE)
    if key in _VISITS and following in _INTO and not (key == "called" and following != "in"):
        return Contact(Kind.MEETING, "visit", at, at + 2 + (sheet.key(at + 2) in ("on", "to")), is_verb=True)
    if key in MEETING_VERBS and following in _BOUND.get(key, (following,)):
        if key == "wrote" and following in ("a", "an", "the", "our", "joint"):
            return None
        return Contact(
            Kind.MEETING,
            MEETING_VERBS[key],
            at,
            at + 1 + (key in ("caught", "met") and following == "up"),
            is_verb=True,
        )
    if key in _WORKS and any(
        MEETING_NOUNS.get(sheet.key(place), "email") not in ("email", "mail", "message") and sheet.is_free(place)
        for place in (at + 1, at + 2)
    ):
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


def use_contact(sheet: Sheet, contact: Contact, days: Sequence[DayPhrase] = ()) -> None:
    """Mark the words of a contact, and those that only lead to it: `had a … call with`."""
    sheet.use("medium", contact.first + contact.kept, contact.last)
    before = contact.first - 1
    while sheet.key(before) in ("a", "an", "the", "over", "by", "via", "at", "during", "for", "on") and sheet.is_free(
        before
    ):
        sheet.use("glue", before)
        before -= 1
    at = contact.first
    while at > 0 and sheet.uses[at - 1] in ("", "glue") and sheet.keys[at - 1] in _LEADING:
        at -= 1
    is_after_day = any(day.last == at for day in days)
    if at == 0 or sheet.words[at - 1].is_mark or sheet.uses[at - 1] or sheet.begins_line(at) or is_after_day:
        for place in range(at, contact.first):
            if sheet.keys[place] in _TO_THE_MEDIUM or sheet.keys[place] in (
                "our",
                "the",
                "another",
                "my",
                "quick",
                "brief",
            ):
                sheet.use("glue", place)


def tells_medium(sheet: Sheet, contact: Contact) -> bool:
    """Whether a noun within the note says what was done: `just got off a call`, `team dinner`; not `they want a call`.

    One word that describes it may stand between: `joint lunch`, `cadence call`.
    """
    if contact.is_verb or contact.is_event or in_topic(sheet, contact.first):
        return False
    others, at = 0, contact.first - 1
    while at >= 0 and not sheet.words[at].is_mark and not sheet.begins_line(at + 1):
        key = sheet.keys[at]
        if key in _WANTING:
            return False
        others += not (sheet.uses[at] or key in FILLING or key in _LIGHT or key in _LENGTHS or key.isdigit())
        at -= 1
    return others <= 1


def take_occasion(sheet: Sheet, contact: Contact) -> str | None:
    """The medium behind a verb that leaves it open, its words marked: `met Nova for coffee`."""
    if contact.medium not in ("meeting", "visit"):
        return None
    for at in sheet.where(("for", "over")):
        noun = at + 1
        while sheet.key(noun) in FILLING | {"some"}:
            noun += 1
        if at < contact.last or not sheet.are_free(at, noun + 1) or in_topic(sheet, at):
            continue
        if sheet.key(noun) in MEETING_NOUNS and not (noun + 1 < len(sheet) and sheet.words[noun + 1].is_capital):
            sheet.use("medium", at, noun + 1)
            return MEETING_NOUNS[sheet.key(noun)]
    return None


def glue_names(sheet: Sheet, first: int, last: int) -> None:
    """Mark the words that lead from what was done to the partner's name."""
    at = sheet.before(first)
    if sheet.key(at) in _TO_THE_NAME | {"@"} and sheet.is_free(at):
        sheet.use("glue", at)
        if sheet.key(at - 1) in ("up", "over", "out") and sheet.is_free(at - 1) and (at < 2 or sheet.uses[at - 2]):
            sheet.use("glue", at - 1)


def in_topic(sheet: Sheet, at: int) -> bool:
    """Whether a topic stands before a place in the same clause."""
    for place in range(at - 1, max(at - FAR_BACK, 0) - 1, -1):
        if sheet.words[place].is_mark and sheet.words[place].text in (",", ".", ";", "-", "–", "—", "!", "\n", "("):
            return False
        if sheet.keys[place] == "planning" and sheet.key(at + 1) in MEETING_NOUNS:
            continue
        if sheet.keys[place] in TOPICS and sheet.keys[place] not in ("on", "their", "through"):
            return True
    return False
