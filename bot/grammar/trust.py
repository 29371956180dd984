"""`/trust`: a rating of 1 to 5, on either side."""

import re

from bot.grammar.errors import UsageError, shown, usage
from bot.grammar.names import MARKS, Named, find_name, name_first
from bot.grammar.requests import Reading, Trust
from bot.grammar.tokens import Token, Tokens, Typed, read_words
from scoring.vocabulary import Side

TRUST_FORM = "/trust PARTNER 1-5 [us|them] [NOTE…]"

_SIDES = {"us": Side.OURS, "ours": Side.OURS, "them": Side.THEIRS, "theirs": Side.THEIRS}
_WORDS = ("one", "two", "three", "four", "five")
_LEVELS = {str(level): level for level in range(1, 6)} | {word: level for level, word in enumerate(_WORDS, 1)}
_OF_FIVE = (("of", "5"), ("of", "five"), ("out", "of", "5"), ("out", "of", "five"))
_TOWARDS = ("for", "in", "to", "with")
_NUMBER = re.compile(r"[-+]?[0-9]+(?:[.,/][0-9]+)?")


def read_trust(text: str, reading: Reading) -> Trust:
    """`PARTNER 1-5 [us|them] [NOTE…]`; the side may stand before the number. Raises UsageError, UnknownPartner."""
    with usage(TRUST_FORM):
        typed = read_words(text)
        if not typed.tokens:
            return Trust(partner=None)
        named = _named(typed, reading)
        rest, side = _take_side(named.rest)
        level = _level(rest[0]) if rest else None
        rest = _after_level(rest[1:])
        if side is None:
            rest, side = _take_side(rest)
        return Trust(partner=named.name, level=level, side=side or Side.OURS, note=typed.phrase(rest))


def _named(typed: Typed, reading: Reading) -> Named:
    """The partner and what is said of it; also where the number stands first: `4 Acme Legal`."""
    tokens = typed.tokens
    named = find_name(typed, tokens, reading.known)
    if named is None and len(tokens) > 1 and _level_of(tokens[0]):
        after = tokens[2:] if tokens[1].word in _TOWARDS and len(tokens) > 2 else tokens[1:]
        later = find_name(typed, after, reading.known)
        if later is None and _before_number(tokens) == len(tokens):
            later = name_first(typed, after, reading.known, _before_number)
        named = Named(later.name, [tokens[0], *later.rest]) if later else None
    return named or name_first(typed, tokens, reading.known, _before_number)


def _take_side(tokens: Tokens) -> tuple[Tokens, Side | None]:
    side = _SIDES.get(tokens[0].word) if tokens else None
    return (tokens[1:] if side else tokens), side


def _level(token: Token) -> int:
    """4, four, 4/5."""
    level = _level_of(token)
    if level is None:
        problem = f"Trust goes from 1 (weak) to 5 (strongest); I read {shown(token.text)}."
        raise UsageError(token.text, problem)
    return level


def _level_of(token: Token) -> int | None:
    return _LEVELS.get(token.word.rstrip(MARKS).removesuffix("/5"))


def _after_level(tokens: Tokens) -> Tokens:
    """What follows the level, without an `of 5`."""
    for said in _OF_FIVE:
        if tuple(token.word.rstrip(MARKS) for token in tokens[: len(said)]) == said:
            return tokens[len(said) :]
    return tokens


def _before_number(tokens: Tokens) -> int:
    """The guess: the name ends where a number or a side stands; without one it is all there is."""
    ends = (at for at in range(1, len(tokens)) if _NUMBER.fullmatch(tokens[at].word) or tokens[at].word in _SIDES)
    return next(ends, len(tokens))
