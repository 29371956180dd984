"""What in the words of a lead is not its name: who brought it, what the lead is, and what is told of it."""

from collections.abc import Sequence

from bot.grammar.lines.lists import phrases, words
from bot.grammar.lines.vocabulary import GAVE
from bot.grammar.lines.words import Sheet

_DESCRIBED = phrases("sole trader, freelancer, freelance, landlord, landlady, homeowner, start-up, startup, founder")
_NOTE_MARKS = words(", - – —")
_JOINING = words("and or of the de la von van der & plus then")
_MAX_NAME = 12  # words


def is_person_of_partner(sheet: Sheet, run: Sequence[int]) -> bool:
    """Whether the words name who gave the lead: `Jan from Nova passed on …`."""
    at = run[-1] + 2
    if run[-1] - run[0] > 1 or not sheet.words[run[0]].is_capital or sheet.key(at - 1) not in ("from", "at", "of"):
        return False
    while at < len(sheet) and sheet.uses[at] in ("partner", "glue"):
        at += 1
    return at > run[-1] + 2 and at < len(sheet) and sheet.uses[at] == "direction" and sheet.key(at) in GAVE


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
