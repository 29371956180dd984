"""Which partner a line is about: known names wherever they stand, beginnings of names, and what may be a new one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.grammar.lines.day_names import MONTHS, WEEKDAYS, DayPhrase
from bot.grammar.lines.lists import words
from bot.grammar.lines.names import ENDINGS, Hit, KnownName, NameKind, Names
from bot.grammar.lines.values import Found, How
from bot.grammar.lines.vocabulary import (
    COLLABORATION,
    CROSS_PROMOTION,
    ENDINGS_OF_FIRMS,
    EVENTS,
    GAVE,
    LEAD_NOUNS,
    MEETING_NOUNS,
    MEETING_VERBS,
    OUTCOME_WORDS,
    QUALITIES,
    SMALL,
    TWO_WORD_MEDIA,
)
from bot.grammar.lines.words import Phrases, Sheet
from storage.name_key import name_words

BEFORE_NAMES = words(
    "with from to for at w/ @ by met saw of called rang phoned emailed visited ringing calling phoning "
    "emailing reach contact seeing meeting chasing phone ring gave sent introduced messaged texted and via w "
    "told showed via trust onto through thru frm ex send sending give chase ask tell show invite ping owe promised "
    "promise thank update remind mail brief call email text message intro introduce"
)
OBJECTS = words("about re discussed regarding discussing mentioned concerning around versus vs like than")
_FIELD_WORDS = frozenset(
    (
        *(*MEETING_NOUNS, *MEETING_VERBS, *COLLABORATION, *CROSS_PROMOTION, *EVENTS, *GAVE, *LEAD_NOUNS, *QUALITIES),
        *(*WEEKDAYS, *MONTHS, *SMALL),
        *(phrase[0] for phrase in (*OUTCOME_WORDS, *TWO_WORD_MEDIA)),
    )
) | words(
    "strategic today yesterday tomorrow next last talk speak w/ w just log record note trust touch event great booked "
    "scheduled tried left no got received ran hosted held joint had up out all guest case planned cancelled canceled "
    "postponed follow todo action please add phone video re: hi hey hello thanks good our now still again back more "
    "i'll we'll they'll i'm i've we've i'd we'd let's it's he'll she'll they're we're one two three four five some "
    "time update work need needs see check"
)
LEAD_IN = _FIELD_WORDS
_PROMISING = Phrases.of("promised, will, agreed to, offered to, owes, have promised, has promised, got us, got me")
_SCHEME = re.compile(r"^(?:https?://)?(?:www\.)?(?=[^/]*\.)", re.IGNORECASE)
MIN_BEGINNING = 3  # letters
_JOINTS = (",", "and", "&", "+", "/", "plus")
_BEHIND_NAMES = words("and & + / plus joint today yesterday")


@dataclass(frozen=True, slots=True)
class Place:
    """Words that name a partner: the longest name or beginning that stands there, and whose it can be."""

    first: int
    last: int
    names: tuple[KnownName, ...]
    is_whole: bool
    rank: int = 0  # 0 in front, 1 where a name is expected, 2 anywhere, 3 where something is spoken of
    is_sure: bool = True  # a beginning of several words, or with a capital
    promises: bool = False  # it stands in front as who promised or gave something

    @property
    def how(self) -> How:
        """How the name was told."""
        if not self.is_whole:
            return How.BEGINNING
        if self.rank > 2 and self.names[0].kind is not NameKind.SPELLING:
            return How.MENTIONED
        return How.LEARNED if self.names[0].kind is NameKind.SPELLING else How.EXACT


def found_at(sheet: Sheet, place: Place) -> Found:
    """The partner of a place that can only be one's."""
    name = place.names[0]
    return Found(id=name.partner_id, name=name.partner, typed=sheet.spelled(place.first, place.last), how=place.how)


def find_places(sheet: Sheet, names: Names) -> list[Place]:
    """Every place where a name or the beginning of one stands, from left to right, none within another."""
    atoms, words_of, ends = _atoms(sheet)
    found: list[Place] = []
    end = 0
    for atom, at in enumerate(words_of):
        if at < end or atoms[atom] == "\n" or (atom and words_of[atom - 1] == at and atoms[atom - 1] != "\n"):
            continue
        if not names.may_begin(atoms[atom]) or sheet.words[at].is_mark or sheet.uses[at]:
            continue
        place = _place_at(sheet, names, at, (atoms, words_of, ends), atom)
        if place is not None:
            found.append(place)
            end = place.last
    return found


def _atoms(sheet: Sheet) -> tuple[list[str], list[int], list[bool]]:
    """The words of names in the line, in which word of the line each stands, and whether that ends with it."""
    atoms: list[str] = []
    words_of: list[int] = []
    ends: list[bool] = []
    for at, word in enumerate(sheet.words):
        if at and sheet.begins_line(at):
            atoms.append("\n")
            words_of.append(at)
            ends.append(False)
        if word.key.isalnum():
            atoms.append(word.key)
            words_of.append(at)
            ends.append(True)
            continue
        parts: tuple[str, ...] = () if word.is_mark else name_words(_SCHEME.sub("", word.text))
        parts = ("and",) if word.text == "+" else parts
        if word.is_mark and word.text not in ("-", "–", "—", "+", "`", "'", "’"):
            parts = ("\n",) if word.key != '"' else ()
        for number, part in enumerate(parts):
            atoms.append(part)
            words_of.append(at)
            ends.append(number == len(parts) - 1)
    return atoms, words_of, ends


def _place_at(
    sheet: Sheet, names: Names, at: int, line: tuple[list[str], list[int], list[bool]], atom: int
) -> Place | None:
    atoms, words_of, ends = line
    whole, beginning = names.reach(atoms, atom, ends)
    if whole is None and ends[atom] and sheet.words[at].folded.endswith("'s"):
        bare = [*atoms[:atom], atoms[atom][:-1], *atoms[atom + 1 : atom + 2]]
        whole, begun = names.reach(bare[atom:], 0, ends[atom : atom + 2])
        if whole is None and beginning is None and sheet.words[at].is_capital and begun and begun.length == 1:
            is_own = len(begun.names) == 1 and len(bare[atom]) >= MIN_BEGINNING
            return Place(at, at + 1, begun.names, False) if is_own else None
    if whole is None and (owner := _possessive(sheet, names, at, line, atom)):
        return owner
    if (
        beginning
        and (whole is None or beginning.length > whole.length)
        and _is_telling(sheet, words_of, atom, beginning)
    ):
        last = words_of[atom + beginning.length - 1] + 1
        skipped = name_words(beginning.names[0].text)[0] == "the" and atoms[atom] != "the"
        known = name_words(beginning.names[0].text)[beginning.length + skipped :][:1]
        if sheet.key(last) == "co" and known == ("company",):  # as people shorten it
            last += 1
        sure = beginning.length > 1 or sheet.words[at].is_capital
        return Place(at, last, beginning.names, False, is_sure=sure)
    if whole is None:
        return None
    last = words_of[atom + whole.length - 1] + 1
    if sheet.key(last) in ENDINGS and sheet.keys[last - 1] not in ENDINGS:
        last += 1
    return Place(at, last, whole.names, True)


def _possessive(
    sheet: Sheet, names: Names, at: int, line: tuple[list[str], list[int], list[bool]], atom: int
) -> Place | None:
    """A name with its last word in the genitive: `Hexley Data's office`."""
    atoms, words_of, ends = line
    for end in range(atom, min(atom + 6, len(atoms))):
        if atoms[end] == "\n":
            return None
        if ends[end] and sheet.words[words_of[end]].folded.endswith("'s"):
            bare = [*atoms[atom:end], atoms[end][:-1]]
            whole, _ = names.reach(bare, 0, ends[atom : end + 1])
            if whole and whole.length == len(bare):
                return Place(at, words_of[end] + 1, whole.names, True)
            return None
    return None


def _is_telling(sheet: Sheet, words_of: Sequence[int], atom: int, beginning: Hit) -> bool:
    """Whether a beginning of a name is one, and no word of every day: `met` does not mean Met Office Services."""
    places = sorted({words_of[each] for each in range(atom, atom + beginning.length)})
    keys = [sheet.words[place].folded for place in places]
    if len(keys) == 1 and (keys[0] in _FIELD_WORDS or len(keys[0]) < MIN_BEGINNING or keys[0].isdigit()):
        return False
    return keys[-1] not in SMALL and keys[-1] not in ("&", "+") and not all(key in SMALL for key in keys)


def ranked(sheet: Sheet, places: Sequence[Place], days: Sequence[DayPhrase]) -> list[Place]:
    """The places with their rank: a name in front, behind a word that names follow, or anywhere."""
    in_days = {at for phrase in days for at in range(phrase.first, phrase.last)}
    lead_in_end = 0
    while lead_in_end < len(sheet):
        word = sheet.words[lead_in_end]
        if not (word.is_mark or word.key in LEAD_IN or lead_in_end in in_days or sheet.uses[lead_in_end] == "plan"):
            break
        if word.key in OBJECTS:
            break
        lead_in_end += 1
    found: list[Place] = []
    for place in places:
        before = sheet.key(place.first - 1)
        if before != "@":
            before = sheet.key(sheet.before(place.first)) if sheet.before(place.first) >= 0 else ""
        if place.first <= lead_in_end and before != "about":
            rank = 0
        elif before in BEFORE_NAMES or _stands_alone(sheet, place):
            rank = 1
        else:
            rank = 3 if before in OBJECTS else 2
        found.append(replace(place, rank=rank, promises=rank == 0 and _PROMISING.at(sheet, place.last) is not None))
    return found


def _stands_alone(sheet: Sheet, place: Place) -> bool:
    """Whether nothing else stands in the last clause: `Rao Dental won, pine`."""
    return sheet.after(place.last) >= len(sheet) and sheet.key(place.first - 1) in (",", "-", "–", "—", ";")


def best(places: Sequence[Place]) -> Place | None:
    """The place that names the partner: whole names where names stand, then beginnings of names there, then any."""
    order = {(True, 0): 0, (True, 1): 1, (False, 0): 2, (False, 1): 3, (True, 2): 4, (True, 3): 5, (False, 2): 6}
    fitting = [
        place
        for place in places
        if (place.is_whole, place.rank) in order and (place.rank < 2 or place.is_whole or place.is_sure)
    ]
    return min(
        fitting, key=lambda place: (not place.promises, order[place.is_whole, place.rank], place.first), default=None
    )


def joined(sheet: Sheet, chosen: Place, places: Sequence[Place]) -> list[Place]:
    """The partner's place and those of others that are joined to it by and, & or a comma, from left to right."""
    found = [chosen]
    by_start = {place.first: place for place in places}
    by_end = {place.last: place for place in places}
    while before := by_end.get(_joint(sheet, found[0].first, -1)):
        is_named = before.is_whole or before.is_sure or sheet.key(before.last) != ","
        if before.rank > 1 or not is_named:
            break
        found.insert(0, before)
    while following := by_start.get(_joint(sheet, found[-1].last, 1)):
        is_named = following.is_whole or following.is_sure or not chosen.is_whole
        goes_on = sheet.key(following.first - 1) != "," or sheet.key(following.last) in _JOINTS
        if not is_named and not (goes_on and _closes(sheet, following.last)):
            break
        found.append(following)
    return found


def _joint(sheet: Sheet, start: int, step: int) -> int:
    """Where the words end that join one name to another, from its end or its beginning on; -1 if there are none."""
    at = start
    while sheet.key(at if step > 0 else at - 1) in _JOINTS and abs(at - start) < 2:
        at += step
    return at if at != start else -1


def _closes(sheet: Sheet, at: int) -> bool:
    """Whether a name can end before a place: nothing follows, or a mark, or what was done: no `best practice`."""
    if at >= len(sheet) or sheet.words[at].is_mark or sheet.begins_line(at):
        return True
    return sheet.keys[at] in MEETING_NOUNS or sheet.keys[at] in _BEHIND_NAMES


def longer_name(sheet: Sheet, place: Place, *, until: frozenset[str]) -> int:
    """Where a longer name that is unknown would end that begins with a known one; its own end if there is none.

    `Smith Brothers Ltd call` beside a partner Smith: words with capitals up to one that says what was done.
    """
    at = place.last
    while at < len(sheet) and _goes_on(sheet, at, until):
        at += 1
    while at > place.last and sheet.keys[at - 1] in ("and", "&"):
        at -= 1
    return at


def _goes_on(sheet: Sheet, at: int, until: frozenset[str]) -> bool:
    word = sheet.words[at]
    if word.is_mark or word.quoted or sheet.begins_line(at) or sheet.uses[at]:
        return False
    if word.key in ("&", "and"):
        return at + 1 < len(sheet) and sheet.words[at + 1].is_capital and sheet.words[at + 1].key not in until
    return word.key not in until and not word.text[0].isdigit() and (word.is_capital or word.key in ENDINGS_OF_FIRMS)
