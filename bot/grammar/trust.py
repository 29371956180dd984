"""Parse `/trust`: a rating of 1 to 5, for either side."""

import re

from bot.grammar.errors import UsageError, add_form, quote
from bot.grammar.names import PUNCTUATION, PartnerMatch, find_name, match_leading_name
from bot.grammar.requests import CommandContext, TrustRequest
from bot.grammar.tokens import ParsedText, Token, Tokens, tokenize
from scoring.vocabulary import Side

TRUST_FORM = "/trust PARTNER 1-5 [us|them] [NOTE…]"

_SIDES = {"us": Side.OURS, "ours": Side.OURS, "them": Side.THEIRS, "theirs": Side.THEIRS}
_NUMBER_WORDS = ("one", "two", "three", "four", "five")
_LEVELS = {str(level): level for level in range(1, 6)} | {word: level for level, word in enumerate(_NUMBER_WORDS, 1)}
_SCALE_PHRASES = (("of", "5"), ("of", "five"), ("out", "of", "5"), ("out", "of", "five"))
_SIDE_PREPOSITIONS = ("for", "in", "to", "with")
_NUMBER = re.compile(r"[-+]?[0-9]+(?:[.,/][0-9]+)?")


def read_trust(text: str, reading: CommandContext) -> TrustRequest:
    """Parse `PARTNER 1-5 [us|them] [NOTE…]`. The side may come before the number. Raise UsageError or
    UnknownPartner.
    """
    with add_form(TRUST_FORM):
        typed = tokenize(text)
        if not typed.tokens:
            return TrustRequest(partner=None)
        match = _match_partner(typed, reading)
        rest, side = _take_side(match.rest)
        level = _read_level(rest[0]) if rest else None
        rest = _skip_scale(rest[1:])
        if side is None:
            rest, side = _take_side(rest)
        return TrustRequest(partner=match.name, level=level, side=side or Side.OURS, note=typed.phrase(rest))


def _match_partner(typed: ParsedText, reading: CommandContext) -> PartnerMatch:
    """Return the partner and the rest. The number may come first: `4 Acme Legal`."""
    tokens = typed.tokens
    match = find_name(typed, tokens, reading.known)
    if match is None and len(tokens) > 1 and _find_level(tokens[0]):
        after = tokens[2:] if tokens[1].word in _SIDE_PREPOSITIONS and len(tokens) > 2 else tokens[1:]
        later = find_name(typed, after, reading.known)
        if later is None and _before_number(tokens) == len(tokens):
            later = match_leading_name(typed, after, reading.known, _before_number)
        match = PartnerMatch(later.name, [tokens[0], *later.rest]) if later else None
    return match or match_leading_name(typed, tokens, reading.known, _before_number)


def _take_side(tokens: Tokens) -> tuple[Tokens, Side | None]:
    side = _SIDES.get(tokens[0].word) if tokens else None
    return (tokens[1:] if side else tokens), side


def _read_level(token: Token) -> int:
    """Read 4, four, 4/5."""
    level = _find_level(token)
    if level is None:
        problem = f"Trust goes from 1 (weak) to 5 (strongest); I read {quote(token.text)}."
        raise UsageError(token.text, problem)
    return level


def _find_level(token: Token) -> int | None:
    return _LEVELS.get(token.word.rstrip(PUNCTUATION).removesuffix("/5"))


def _skip_scale(tokens: Tokens) -> Tokens:
    """Return the words after the level, without `of 5`."""
    for phrase in _SCALE_PHRASES:
        if tuple(token.word.rstrip(PUNCTUATION) for token in tokens[: len(phrase)]) == phrase:
            return tokens[len(phrase) :]
    return tokens


def _before_number(tokens: Tokens) -> int:
    """Guess: the name ends before a number or a side; without either it is the whole text."""
    ends = (
        index
        for index in range(1, len(tokens))
        if _NUMBER.fullmatch(tokens[index].word) or tokens[index].word in _SIDES
    )
    return next(ends, len(tokens))
