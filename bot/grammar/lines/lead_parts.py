"""What in the words of a lead is not its name: who brought it, what the lead is, and what is told of it."""

from collections.abc import Sequence

from bot.grammar.lines.lists import phrases, words
from bot.grammar.lines.vocabulary import ENDINGS_OF_FIRMS, GAVE
from bot.grammar.lines.words import Sheet

_DESCRIBED = phrases("sole trader, freelancer, freelance, landlord, landlady, homeowner, start-up, startup, founder")
_OPENINGS = phrases(
    "heads up, fyi, good news, great news, big news, exciting news, bad news, sad news, quick one, quick update, "
    "update, just in, hot off the press, breaking, ok, so, hey, hi, hi all, hi team, hey team, hello, btw, also, "
    "right, um, er, yo"
)
_NOTE_MARKS = words(", - – —")
_JOINING = words("and or of the de la von van der & plus then")
_MAX_NAME = 12  # words
_MAX_PERSON = 2  # words
# With these begins a clause that tells of the lead: behind one word of its name, or behind two.
_TELLING = words(
    "they they're they've they'd they'll theyre theyve theyll he's he'll she's she'll who who's whose want wants "
    "wanting need needs needing require requires looking interested keen hoping wondering asking asked asks seeking "
    "would could should might wanna gonna"
)
_PERHAPS_TELLING = words(
    "he she it's its i i'm i've we we're we've there's there will can may must is are was were has have had does did "
    "didn't isn't about re re: regarding asap urgent urgently based because since worth via currently just also very "
    "really not no thinking thinks said says mentioned potential possibly probably maybe likely"
)


def is_person_of_partner(sheet: Sheet, run: Sequence[int]) -> bool:
    """Whether the words name who gave the lead: `Jan from Nova passed on …`."""
    at = run[-1] + 2
    if run[0] and sheet.uses[run[0] - 1] == "partner" and sheet.uses[at - 1 : at] == ["direction"]:
        return sheet.words[run[0] - 1].folded.endswith("'s") and run[-1] - run[0] < _MAX_PERSON
    if run[-1] - run[0] > 1 or not sheet.words[run[0]].is_capital or sheet.key(at - 1) not in ("from", "at", "of"):
        return False
    while at < len(sheet) and sheet.uses[at] in ("partner", "glue"):
        at += 1
    return at > run[-1] + 2 and at < len(sheet) and sheet.uses[at] == "direction" and sheet.key(at) in GAVE


def is_opening(sheet: Sheet, run: Sequence[int]) -> bool:
    """Whether the words only open the message: `heads up`, `good news`."""
    keys = tuple(sheet.keys[at] for at in run if not sheet.words[at].is_mark)
    return keys in _OPENINGS


def described(sheet: Sheet, run: Sequence[int]) -> int:
    """How many words in front say what the lead is and not how it is called: `sole trader Jim Hale`."""
    for phrase in _DESCRIBED:
        end = len(phrase)
        if len(run) > end and sheet.says(run[0], *phrase) and sheet.words[run[end]].is_capital:
            return 0 if sheet.words[run[0]].is_capital else end
    return 0


def turns_to_note(sheet: Sheet, run: Sequence[int], at: int) -> bool:
    """Whether a mark ends the name and words tell of it: `Mr Hale, needs a will`; not `Larkin, Webb & Co`."""
    if sheet.words[at].text not in _NOTE_MARKS or at + 1 >= len(sheet) or len(run) > _MAX_NAME:
        return False
    following = sheet.words[at + 1]
    tells = following.key.replace("'", "").isalpha() and not following.is_capital and following.key not in _JOINING
    is_dash = sheet.words[at].text != "," and sheet.words[at - 1].end < sheet.words[at].start
    named = next((place for place in run if not sheet.words[place].is_mark), None)
    return tells and named is not None and (sheet.words[named].is_capital or is_dash)


def begins_telling(sheet: Sheet, run: Sequence[int], at: int) -> bool:
    """Whether words about the lead begin behind its name: `bluebell bakery they want a quote`, `Rao Dental urgent`."""
    word = sheet.words[at]
    if len(run) > 2 * _MAX_NAME or word.is_mark or word.is_capital or word.quoted or sheet.words[at - 1].is_mark:
        return False
    named = [place for place in run if not sheet.words[place].is_mark]
    if not named or len(named) > _MAX_NAME or not word.key.replace("'", "").rstrip(":").isalpha():
        return False
    if len(named) > 1 and _is_closed_name(sheet, named, at):
        return True
    if not _is_plain(sheet, at + 1):
        return False
    is_perhaps = word.key in _PERHAPS_TELLING and len(named) > 1 and not _has_capital_behind(sheet, at)
    return word.key in _TELLING or is_perhaps


def _is_plain(sheet: Sheet, at: int) -> bool:
    """Whether a free word without a capital stands at a place."""
    return at < len(sheet) and sheet.is_free(at) and not sheet.words[at].is_capital and not sheet.words[at].is_mark


def _is_closed_name(sheet: Sheet, named: Sequence[int], at: int) -> bool:
    """Whether every word before a place has its capital and none behind it does: the name ends there."""
    if sheet.keys[at] in _JOINING | ENDINGS_OF_FIRMS or sheet.key(at - 1) in _JOINING:
        return False
    return all(
        sheet.words[place].is_capital or sheet.keys[place] in _JOINING for place in named
    ) and not _has_capital_behind(sheet, at)


def _has_capital_behind(sheet: Sheet, at: int) -> bool:
    while at < len(sheet) and sheet.is_free(at) and not sheet.words[at].is_mark:
        if sheet.words[at].is_capital:
            return True
        at += 1
    return False
