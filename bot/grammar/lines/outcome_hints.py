"""Words about a lead that sound like what came of it though no outcome is known by them: `walked away`, `paid up`."""

from collections.abc import Sequence

from bot.grammar.lines.lists import words
from bot.grammar.lines.vocabulary import GAVE, NEGATIONS
from bot.grammar.lines.words import Phrases, Sheet

_PAST = words(
    "got fell walked paid went came took said made bought told became began broke chose died fought hit kept left let "
    "lost put quit ran sank shut slid sold spent stuck struck threw withdrew blew bit caught drew gave grew hung "
    "handed led meant rose shot shook stood swung tore wound won beat bet built did done gone taken fallen bitten"
)
_CUES = Phrases.of(
    "green light, thumbs up, over the line, in the bag, on board, off the table, dead in the water, no luck, nothing "
    "doing, go ahead, all signed, sealed, bagged, happy days, good to go, up and running, live now, now live, all go, "
    "ours now, theirs now, not to be, bit the dust, no dice, no deal, no joy, not proceeding, no longer interested, "
    "gone quiet, gone silent, gone live, goes ahead, going ahead, a yes, a no, a win, a client now, a customer now, "
    "client now, customer now, now a client, now a customer, wants in, wants out, on hold, on ice, on pause, verbal, "
    "verbally, po received, po in, po issued, in legal, bottled it, ghosted, bust, kaput, toast, done and dusted"
)
# Words in -ed that say what somebody is or needs, or how the lead came.
_NO_EVENTS = GAVE | words(
    "based named located interested qualified married retired used limited united associated established focused "
    "worried excited needed wanted linked related specialised specialized called owned experienced advanced trusted "
    "unlimited certified listed integrated combined allied chartered registered dedicated estimated expected planned "
    "supposed delayed asked discussed mentioned"
)
_LEADING = words(
    "they have has had it's its is are was were been be it he she who which just now finally sadly unfortunately "
    "already we've they've also then but all deal they're he's she's apparently actually since"
)


def hint_at(sheet: Sheet, places: Sequence[int], *, is_sure: bool = False) -> int | None:
    """Where the words that sound like an outcome begin among those of a lead, behind its name; None if nowhere.

    `is_sure`: only such as are no part of any name, as the outcome is known by others.
    """
    named = [at for at in places if not sheet.words[at].is_mark]
    if not named:
        return None
    has_capitals = sheet.words[named[0]].is_capital
    for number, at in enumerate(named[1:], 1):
        if not (_is_cue(sheet, at) or (not is_sure and _sounds(sheet, at, has_capitals=has_capitals))):
            continue
        while number > 1 and sheet.keys[named[number - 1]] in _LEADING:
            number -= 1
        start = named[number]
        if sheet.keys[start] in NEGATIONS or sheet.keys[named[number - 1]] in NEGATIONS:
            return None
        return start
    return None


def _is_cue(sheet: Sheet, at: int) -> bool:
    word = sheet.words[at]
    is_small = not word.is_capital or word.text.isupper()
    return is_small and not word.quoted and word.key in _CUES.starts and _CUES.at(sheet, at) is not None


def _sounds(sheet: Sheet, at: int, *, has_capitals: bool) -> bool:
    word = sheet.words[at]
    if word.quoted or not word.key:
        return False
    if word.is_capital or not (word.key in _PAST or word.key.endswith("ed")):
        return False
    if at + 1 < len(sheet) and sheet.words[at + 1].is_capital:
        return False  # a part of a name
    if word.key in _PAST:
        return True
    is_past = word.key.endswith("ed") and len(word.key) > 4 and word.key not in _NO_EVENTS
    return is_past and (has_capitals or sheet.key(at - 1) in _LEADING or sheet.words[at - 1].is_mark)
