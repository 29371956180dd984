"""`/trust`: a rating of 1 to 5, on either side."""

import re

from bot.grammar.errors import UsageError, shown, usage
from bot.grammar.partner_names import name_first
from bot.grammar.requests import Reading, Trust
from bot.grammar.tokens import Token, Tokens, read_words
from scoring.words import Side

TRUST_FORM = "/trust PARTNER 1-5 [us|them] [NOTE…]"

_SIDES = {"us": Side.OURS, "ours": Side.OURS, "them": Side.THEIRS, "theirs": Side.THEIRS}
_LEVELS = ("1", "2", "3", "4", "5")
_NUMBER = re.compile(r"[-+]?[0-9]+(?:[.,/][0-9]+)?")


def read_trust(text: str, reading: Reading) -> Trust:
    """`PARTNER 1-5 [us|them] [NOTE…]`; the side may stand before the number. Raises UsageError, UnknownPartner."""
    with usage(TRUST_FORM):
        typed = read_words(text)
        if not typed.tokens:
            return Trust(partner=None)
        named = name_first(typed, typed.tokens, reading.known, _before_number)
        rest, side = _take_side(named.rest)
        level = _level(rest[0]) if rest else None
        rest = rest[1:]
        if side is None:
            rest, side = _take_side(rest)
        return Trust(partner=named.name, level=level, side=side or Side.OURS, note=typed.phrase(rest))


def _take_side(tokens: Tokens) -> tuple[Tokens, Side | None]:
    side = _SIDES.get(tokens[0].word) if tokens else None
    return (tokens[1:] if side else tokens), side


def _level(token: Token) -> int:
    if token.word not in _LEVELS:
        problem = f"Trust goes from 1 (weak) to 5 (strongest); I read {shown(token.text)}."
        raise UsageError(token.text, problem)
    return int(token.word)


def _before_number(tokens: Tokens) -> int:
    """The guess: the name ends where a number or a side stands; without one it is all there is."""
    ends = (at for at in range(1, len(tokens)) if _NUMBER.fullmatch(tokens[at].word) or tokens[at].word in _SIDES)
    return next(ends, len(tokens))
