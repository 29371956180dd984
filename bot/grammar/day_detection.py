"""Detect whether unreadable words were meant as a day: "yesterdy" must be rejected, "pricing" is part of a title.

Each word is classified as *sure* (friday, november, yesterday, a full date, or a typo of one), *faint* (a number, next,
week, payday), *small* (the, of) or *other*. One sure word makes the whole phrase a day. Faint words do so only without
any other word: "on 5" and "on next wek" are typos, "on 5 habits of founders" and "on next steps" are titles.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from bot.grammar.days import COUNT_PATTERN, MONTH_NAMES, MONTHS, WEEKDAY_NAMES, WEEKDAYS, find_day, unreadable_day_error
from bot.grammar.errors import UsageError, quote
from bot.grammar.tokens import Token, Tokens

MAX_DAY_WORDS = 4  # words
_PUNCTUATION = ",.;!?"
# A day without a year that was nearly a year ago and will soon come again is ambiguous.
_MAX_DAYS_PAST, _MAX_DAYS_AHEAD = 300, 65  # days
_CONTINUATIONS = frozenset(("about", "at", "for", "in", "over", "via", "with"))

_NAMED_DAYS = ("today", "yesterday", "tomorrow")
_DAY_WORDS = frozenset((*WEEKDAYS, *MONTHS, *_NAMED_DAYS, "ago"))
_UNITS = ("day", "days", "week", "weeks", "month", "months", "year", "years", "fortnight", "weekend")
_WEAK_DAY_WORDS = frozenset(("last", "next", "this", *_UNITS))
_FILLER_WORDS = frozenset(("the", "of", "a", "an", "in", "at", "and", "before", "after"))
# Short names resemble too many common words: march and match, june and tune, may and way.
_MISSPELLABLE_WORDS = tuple(
    name for name in (*_NAMED_DAYS, *WEEKDAY_NAMES, *MONTH_NAMES) if len(name) > 5 or name == "today"
)


def _alternatives(names: Iterable[str]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


_WEEKDAY, _MONTH, _NUMBER_OF_DAY = _alternatives(WEEKDAYS), _alternatives(MONTHS), "[0-9]{1,2}(?:st|nd|rd|th)?"
_DATE = (
    rf"(?i:(?:(?:{_WEEKDAY}),? )?(?:{_NUMBER_OF_DAY}(?: of)?[ -]?(?:{_MONTH})|(?:{_MONTH})\.? {_NUMBER_OF_DAY})"
    r"(?:,?[ -](?:19|20)[0-9]{2})?)|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{1,2}([/.])[0-9]{1,2}\1[0-9]{4}"
)
_BARE_DAY = re.compile(
    rf"(?:the )?day before yesterday|(?:the )?day after tomorrow|today|yesterday|tomorrow"
    rf"|(?:last|next|this) (?i:{_WEEKDAY})|(?:last|next) (?:week|month)"
    rf"|{COUNT_PATTERN} (?:day|week|month)s? ago|in {COUNT_PATTERN} (?:day|week)s?|{_DATE}"
)
_LEADING = frozenset(
    (
        *("about", "after", "and", "as", "before", "between", "by", "for", "from", "in"),
        *("like", "of", "or", "since", "than", "the", "to", "until", "vs", "with"),
    )
)

_FULL_DATE = re.compile(r"[0-9]{1,4}([-/.])[0-9]{1,2}\1[0-9]{1,4}")
_NUMBER = re.compile(r"[0-9][0-9.,:/-]*(?:st|nd|rd|th)?")
_JOINED_DAY = re.compile(r"[0-9]{1,2}[-/.]?([^\W\d_]+)(?:[-/.]?[0-9]+)?|([^\W\d_]+)[-/.]?[0-9]{1,2}")


def looks_like_day(words: Sequence[str]) -> bool:
    """Return whether the words (at least one) were meant as a day, readable or not."""
    kinds = [_word_kind(word.casefold().strip(",.;!?")) for word in " ".join(words).split()]
    return "sure" in kinds or ("faint" in kinds and "other" not in kinds)


def take_day(
    tokens: Tokens, keywords: Sequence[str], today: date, *, prefer_past: bool = True
) -> tuple[Tokens, date | None]:
    """Return the tokens without the last `on` (or another of `keywords`) and its day, and the day.

    The day extends to the end, or to a word like `with` that begins another part. Most days need no keyword, as people
    leave it out: "… yesterday", "… 2 Nov", or in front, "yesterday …". Without a day return all tokens and None. Raise
    UsageError for an impossible day (31 Feb) and for an ambiguous year.
    """
    index = _day_at(tokens, keywords)
    if index is not None:
        for length in _lengths(tokens[index + 1 :]):
            if day := _read_day(tokens[index + 1 : index + 1 + length], today, prefer_past):
                return [*tokens[:index], *tokens[index + 1 + length :]], day
    if bare := _bare_day(tokens, coming=not prefer_past):
        return tokens[:-bare], _read_day(tokens[-bare:], today, prefer_past)
    if bare := _leading_day(tokens):
        return tokens[bare:], _read_day(tokens[:bare], today, prefer_past)
    return tokens, None


def _read_day(tokens: Tokens, today: date, prefer_past: bool) -> date | None:
    text = unquoted_text(tokens).rstrip(_PUNCTUATION)
    day = find_day(text, today, prefer_past=prefer_past)
    if day is None or not prefer_past or (today - day).days < _MAX_DAYS_PAST:
        return day
    coming = find_day(text, today, prefer_past=False)
    if coming is not None and today < coming < today + timedelta(days=_MAX_DAYS_AHEAD):
        problem = f"The day {quote(text)} could be {day} or {coming}; please write it with its year."
        raise UsageError(text, problem)
    return day


def _lengths(tokens: Tokens) -> Iterator[int]:
    """Return the possible numbers of words in a day after the keyword: all, or those before a word that begins another
    part.
    """
    if len(tokens) <= MAX_DAY_WORDS:
        yield len(tokens)
    for length in range(min(MAX_DAY_WORDS, len(tokens) - 1), 0, -1):
        if tokens[length].word in _CONTINUATIONS and any(
            _word_kind(token.word.strip(_PUNCTUATION)) == "sure" for token in tokens[:length]
        ):
            yield length


def _bare_day(tokens: Tokens, *, coming: bool) -> int:
    """Return how many words at the end are a day without a keyword; 0 if they belong to the text.

    A capital makes it a name (USA Today), and a leading word ties it to the text (the news of yesterday). With `coming`
    a weekday is enough: "send the deck friday".
    """
    for length in range(min(MAX_DAY_WORDS, len(tokens)), 0, -1):
        before, day_tokens = tokens[:-length], tokens[-length:]
        if any(token.quoted for token in day_tokens):
            continue
        text = unquoted_text(day_tokens).rstrip(_PUNCTUATION)
        if _BARE_DAY.fullmatch(text) or (coming and before and text in WEEKDAYS):
            return 0 if before and before[-1].word in _LEADING else length
    return 0


def _leading_day(tokens: Tokens) -> int:
    """Return how many words at the start are a day followed by more text: "yesterday call with Jane"."""
    for length in range(min(MAX_DAY_WORDS, len(tokens) - 1), 0, -1):
        day_tokens = tokens[:length]
        if not any(token.quoted for token in day_tokens) and _BARE_DAY.fullmatch(
            unquoted_text(day_tokens).rstrip(_PUNCTUATION)
        ):
            return length
    return 0


def reject_unread_day(tokens: Tokens, keywords: Sequence[str]) -> None:
    """Raise UsageError if the words after the last `on` were meant as a day. The caller knows they are not a readable
    day.
    """
    index = _day_at(tokens, keywords)
    if index is not None and looks_like_day([token.text for token in tokens[index + 1 : index + 1 + MAX_DAY_WORDS]]):
        raise unreadable_day_error(unquoted_text(tokens[index + 1 :]))


def _day_at(tokens: Tokens, keywords: Sequence[str]) -> int | None:
    """Return the index of the last keyword that words follow."""
    return next((index for index in range(len(tokens) - 2, -1, -1) if tokens[index].word in keywords), None)


def unquoted_text(tokens: Sequence[Token]) -> str:
    """Return the text of the words without quotation marks: `"last friday"` → `last friday`."""
    return " ".join(token.text for token in tokens)


def _word_kind(word: str) -> str:
    if word in _DAY_WORDS or _FULL_DATE.fullmatch(word) or _is_slip(word):
        return "sure"
    if glued := _JOINED_DAY.fullmatch(word):  # 2nov, 31-feb; not 5g, b2b, q3
        letters = glued[1] or glued[2]
        if letters in MONTHS or _is_slip(letters):
            return "sure"
    if word in _WEAK_DAY_WORDS or _NUMBER.fullmatch(word) or word.endswith("day"):
        return "faint"
    if word in _FILLER_WORDS or not word:
        return "small"
    return "faint" if _is_near(word, ("week", "weeks", "month", "months")) else "other"


def _is_slip(word: str) -> bool:
    """Return whether the word is one letter away from a day's name, or two from a long one ("tommorow", "wendsday")."""
    return _is_near(word, _MISSPELLABLE_WORDS)


def _is_near(word: str, names: Sequence[str]) -> bool:
    from rapidfuzz.distance import OSA

    # People get the first letter right. Requiring it keeps "remember" from matching December.
    return any(
        word[:1] == name[0] and OSA.distance(word, name, score_cutoff=2) <= (2 if len(name) > 7 else 1)
        for name in names
    )
