"""How far a referral has come, by words outside the lead's name."""

from dataclasses import dataclass

from bot.grammar.lines.lists import words
from bot.grammar.lines.vocabulary import MAX_OUTCOME, NEGATIONS, OUTCOME_WORDS
from bot.grammar.lines.words import Sheet
from scoring.vocabulary import Outcome

_STARTS = frozenset(phrase[0] for phrase in OUTCOME_WORDS)
_BEING = words(
    "we has have just now is was they it's its got been already who which we've deal that actually finally sadly "
    "unfortunately both all they've he's she's they're theyve client customer prospect he she then but"
)
_LABELS = words("status outcome result stage")


@dataclass(frozen=True, slots=True)
class OutcomePhrase:
    """Words that say an outcome. `is_negated` where they say that it has not come yet."""

    first: int
    last: int
    outcome: Outcome
    is_negated: bool = False


def find_outcomes(sheet: Sheet) -> list[OutcomePhrase]:
    """Every word that may say an outcome, longest first; whether one is a part of a name is told later."""
    found: list[OutcomePhrase] = []
    end = 0
    for at in sheet.where(_STARTS):
        phrase = None if at < end or sheet.uses[at] else _at(sheet, at)
        if phrase:
            found.append(phrase)
            end = phrase.last
    return found


def _at(sheet: Sheet, at: int) -> OutcomePhrase | None:
    for length in range(MAX_OUTCOME, 0, -1):
        outcome = OUTCOME_WORDS.get(tuple(sheet.keys[at : at + length]))
        if outcome is not None and at + length <= len(sheet) and sheet.are_free(at, at + length):
            last = at + length
            if sheet.key(last) == "(" and outcome is Outcome.WON and sheet.key(last + 1) == "lost":
                continue
            before = [sheet.key(at - 1), sheet.key(at - 2)]
            return OutcomePhrase(
                at,
                last,
                outcome,
                any(word in NEGATIONS for word in before[:1]) or before[1] in ("not", "hasn't", "haven't"),
            )
    return None


def stands_as_outcome(sheet: Sheet, phrase: OutcomePhrase, end: int) -> bool:
    """Whether the words are an outcome where they stand: `won` at the end, not `Won Ton Kitchen`."""
    word = sheet.words[phrase.first]
    following = phrase.last
    closes = following >= end or bool(sheet.uses[following]) or sheet.words[following].is_mark
    if sheet.key(following - 1) == "with" and following - phrase.first > 1 and word.key in ("a", "meeting", "mtg"):
        named = following < end and sheet.words[following].is_capital
        return named and phrase.first > 0 and sheet.uses[phrase.first - 1] in ("direction", "glue")
    if word.text.isupper() and len(word.text) > 2 and phrase.last - phrase.first == 1:
        neighbours = [
            at
            for at in (phrase.first - 1, phrase.last)
            if 0 <= at < len(sheet) and sheet.is_free(at) and not sheet.words[at].is_mark
        ]
        if not all(sheet.words[at].text.isupper() for at in neighbours) or not neighbours:
            return True
    if not word.is_capital:
        return closes or _goes_on_as_note(sheet, phrase)
    opens = phrase.first == 0 or bool(sheet.uses[phrase.first - 1]) or sheet.words[phrase.first - 1].is_mark
    return closes and opens


def _goes_on_as_note(sheet: Sheet, phrase: OutcomePhrase) -> bool:
    """Whether what follows tells more of the outcome: `lost to a competitor`, or begins the lead: `won Bluebell`."""
    following = sheet.words[phrase.last]
    opens = phrase.first == 0 or bool(sheet.uses[phrase.first - 1]) or sheet.words[phrase.first - 1].is_mark
    if following.is_capital or following.quoted:
        before = sheet.before(phrase.first)
        return opens or (before >= 0 and sheet.words[before].is_capital)
    before = sheet.before(phrase.first)
    return (
        not opens
        or following.key in _NOTE_BEGINNINGS
        or (before >= 0 and bool(sheet.uses[before]) and _lead_stands_before(sheet, before))
    )


def _lead_stands_before(sheet: Sheet, at: int) -> bool:
    return any(not sheet.uses[place] and not sheet.words[place].is_mark for place in range(max(0, at - 20), at))


_NOTE_BEGINNINGS = words(
    "to for on by at in with after because as last this today yesterday them us it the over and so via from"
)


def before_outcome(sheet: Sheet, phrase: OutcomePhrase) -> int:
    """Where the words begin that only lead to the outcome: `has signed`, `we won`."""
    at = phrase.first
    while at > 0 and sheet.is_free(at - 1) and sheet.keys[at - 1] in _BEING and not sheet.is_initials(at - 1):
        at -= 1
    is_label = sheet.key(at - 1) in (":", "-") and sheet.key(at - 2) in _LABELS and sheet.are_free(at - 2, at)
    return at - 2 if is_label else at
