"""Parse `/partner what-if`: a band and a day, or the terms."""

from datetime import date

from bot.grammar.day_detection import unquoted_text
from bot.grammar.days import read_day
from bot.grammar.errors import UsageError, quote
from bot.grammar.names import find_name, match_leading_name, match_whole_name
from bot.grammar.partner_requests import TermsRequest, WhatIfRequest
from bot.grammar.requests import CommandContext
from bot.grammar.tokens import ParsedText, Tokens
from scoring.vocabulary import BAND_ORDER, Band

_TERMS_WORD = "terms"
_DAY_KEYWORDS = ("by", "on", "until", "till")


def read_what_if(typed: ParsedText, tokens: Tokens, reading: CommandContext) -> WhatIfRequest | TermsRequest:
    """Parse `terms [PARTNER]`, or `PARTNER [BAND] [by DAY]`. Raise UsageError or UnknownPartner."""
    match = find_name(typed, tokens, reading.known)
    if tokens[0].word == _TERMS_WORD and (match is None or match.rest):
        partner = match_whole_name(typed, tokens[1:], reading.known) if tokens[1:] else None
        return TermsRequest(partner=partner)
    match = match or match_leading_name(typed, tokens, reading.known, _before_band)
    rest = list(match.rest)
    index = next((index for index, token in enumerate(rest) if token.word in _DAY_KEYWORDS), len(rest))
    until = _read_future_day(rest[index:], reading.today) if index < len(rest) else None
    words = [token.word for token in rest[:index] if token.word not in ("to", "be", "reach", "hold")]
    if len(words) > 1 or (words and words[0] not in BAND_ORDER[1:]):
        extra = typed.phrase(rest[:index]) or ""
        raise UsageError(extra, f"Name a band after the partner ({', '.join(BAND_ORDER[1:])}); I read {quote(extra)}.")
    if until and not words:
        raise UsageError(unquoted_text(rest[index:]), "Say which band it should be in on that day.")
    band = Band(words[0]) if words else None
    return WhatIfRequest(partner=match.name, band=band, until=until)


def _read_future_day(tokens: Tokens, today: date) -> date:
    """Return the day after `by`. Raise UsageError if there is none or it is past."""
    if len(tokens) == 1:
        raise UsageError(tokens[0].text, f"There is no day after {quote(tokens[0].text)}.")
    text = unquoted_text(tokens[1:])
    day = read_day(text, today, prefer_past=False)
    if day < today:
        raise UsageError(text, f"{quote(text)} is in the past.")
    return day


def _before_band(tokens: Tokens) -> int:
    """Guess: the name ends before a band or `by`; without either it is the whole text."""
    ends = (index for index in range(1, len(tokens)) if tokens[index].word in (*BAND_ORDER, *_DAY_KEYWORDS))
    return next(ends, len(tokens))
