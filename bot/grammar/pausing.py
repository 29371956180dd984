"""Parse `/partner pause` and `/partner end`: until when, and why."""

from datetime import date

from bot.grammar.day_detection import MAX_DAY_WORDS, looks_like_day, unquoted_text
from bot.grammar.days import find_day, unreadable_day_error
from bot.grammar.errors import UsageError, quote
from bot.grammar.lines.day_phrases import find_days
from bot.grammar.lines.words import Sheet
from bot.grammar.names import match_leading_name
from bot.grammar.partner_requests import EndRequest, PauseRequest
from bot.grammar.requests import CommandContext
from bot.grammar.tokens import ParsedText, Tokens

_UNTIL_WORDS = ("until", "till", "til", "’til", "'til", "untill")
_LONGEST_STRETCH = 4  # words: a couple of weeks
_REASON_WORDS = ("because", "reason", "reason:")


def read_pause(typed: ParsedText, tokens: Tokens, reading: CommandContext) -> PauseRequest:
    """Parse `PARTNER [until DAY|for 2 weeks] [REASON…]`, or the reason first. Raise UsageError or UnknownPartner."""
    match = match_leading_name(typed, tokens, reading.known, _before_reason)
    reason, until = _take_until(match.rest, reading.today)
    return PauseRequest(partner=match.name, until=until, reason=_read_reason(typed, reason))


def read_end(typed: ParsedText, tokens: Tokens, reading: CommandContext) -> EndRequest:
    """Parse `PARTNER [REASON…]`. Raise UnknownPartner."""
    match = match_leading_name(typed, tokens, reading.known, _before_reason)
    return EndRequest(partner=match.name, reason=_read_reason(typed, match.rest))


def _take_until(tokens: Tokens, today: date) -> tuple[Tokens, date | None]:
    """Return the words around the last `until DAY`, and the day: the longest readable one, not before today."""
    if (stretch := _take_stretch(tokens, today)) is not None:
        return stretch
    index = next((index for index in range(len(tokens) - 1, -1, -1) if tokens[index].word in _UNTIL_WORDS), None)
    if index is None:
        return tokens, None
    after = tokens[index + 1 :]
    for length in range(min(MAX_DAY_WORDS, len(after)), 0, -1):
        text = unquoted_text(after[:length])
        # "until january" means its first day
        day = find_day(f"1 {text}", today, prefer_past=False) if text.isalpha() else None
        day = day or find_day(text, today, prefer_past=False)
        if day is not None and day < today:
            raise UsageError(text, f"A pause cannot end in the past; I read {quote(text)}.")
        if day is not None:
            return [*tokens[:index], *after[length:]], day
    # "waiting until budgets clear" is a reason; "until budgets clear" alone wanted a day.
    if index == 0 or not after or looks_like_day([token.text for token in after[:MAX_DAY_WORDS]]):
        raise unreadable_day_error(unquoted_text(after[:MAX_DAY_WORDS]))
    return tokens, None


def _take_stretch(tokens: Tokens, today: date) -> tuple[Tokens, date] | None:
    """Return the words around `for 2 weeks` or `for the next two weeks`, and the day on which that is over."""
    for index in (index for index, token in enumerate(tokens) if token.word == "for"):
        start = index + 1
        while start < len(tokens) and tokens[start].word in ("the", "next", "another"):
            start += 1
        for length in range(_LONGEST_STRETCH, 1, -1):
            text = " ".join(("in", *(token.word.rstrip(",.;!") for token in tokens[start : start + length])))
            phrase = next(iter(find_days(Sheet(text), today)), None)
            if phrase and phrase.coming and (phrase.first, phrase.last) == (0, length + 1):
                return [*tokens[:index], *tokens[start + length :]], phrase.coming
    return None


def _read_reason(typed: ParsedText, tokens: Tokens) -> str | None:
    return typed.phrase(tokens[1:] if tokens and tokens[0].word in _REASON_WORDS else tokens)


def _before_reason(tokens: Tokens) -> int:
    """Guess: the name ends before `until` or `because`; without either it is the whole text."""
    ends = (index for index in range(1, len(tokens)) if tokens[index].word in (*_UNTIL_WORDS, *_REASON_WORDS))
    return next(ends, len(tokens))
