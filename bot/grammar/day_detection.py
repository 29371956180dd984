"""Whether words that are no day were meant as one: "yesterdy" must be refused, "pricing" is part of a title.

Each word is told apart: *sure* (friday, november, yesterday, a full date, or a slip of one), *faint* (a number, next,
week, payday), *small* (the, of) or *other*. Sure words make a day of the whole phrase. Faint ones do so only when no
other word stands beside them: "on 5" and "on next wek" are slips, "on 5 habits of founders" and "on next steps" are
titles.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from bot.grammar.days import COUNT, MONTH_NAMES, MONTHS, WEEKDAY_NAMES, WEEKDAYS, find_day, unreadable_day
from bot.grammar.errors import UsageError, shown
from bot.grammar.tokens import Token, Tokens

LONGEST_DAY = 4  # words
_MARKS = ",.;!?"
# Of a day without a year that is nearly a year ago and soon comes round again nobody can tell which is meant.
_LONG_AGO, _SOON = 300, 65  # days
_GOING_ON = frozenset(("about", "at", "for", "in", "over", "via", "with"))

_NAMED = ("today", "yesterday", "tomorrow")
_SURE = frozenset((*WEEKDAYS, *MONTHS, *_NAMED, "ago"))
_UNITS = ("day", "days", "week", "weeks", "month", "months", "year", "years", "fortnight", "weekend")
_FAINT = frozenset(("last", "next", "this", *_UNITS))
_SMALL = frozenset(("the", "of", "a", "an", "in", "at", "and", "before", "after"))
# Short ones have too many honest neighbours: march and match, june and tune, may and way.
_SLIPS = tuple(name for name in (*_NAMED, *WEEKDAY_NAMES, *MONTH_NAMES) if len(name) > 5 or name == "today")


def _any_of(names: Iterable[str]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


_WEEKDAY, _MONTH, _NUMBER_OF_DAY = _any_of(WEEKDAYS), _any_of(MONTHS), "[0-9]{1,2}(?:st|nd|rd|th)?"
_DATE = (
    rf"(?i:(?:(?:{_WEEKDAY}),? )?(?:{_NUMBER_OF_DAY}(?: of)?[ -]?(?:{_MONTH})|(?:{_MONTH})\.? {_NUMBER_OF_DAY})"
    r"(?:,?[ -](?:19|20)[0-9]{2})?)|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{1,2}([/.])[0-9]{1,2}\1[0-9]{4}"
)
_BARE_DAY = re.compile(
    rf"(?:the )?day before yesterday|(?:the )?day after tomorrow|today|yesterday|tomorrow"
    rf"|(?:last|next|this) (?i:{_WEEKDAY})|(?:last|next) (?:week|month)"
    rf"|{COUNT} (?:day|week|month)s? ago|in {COUNT} (?:day|week)s?|{_DATE}"
)
_LEADING = frozenset(
    (
        *("about", "after", "and", "as", "before", "between", "by", "for", "from", "in"),
        *("like", "of", "or", "since", "than", "the", "to", "until", "vs", "with"),
    )
)

_FULL_DATE = re.compile(r"[0-9]{1,4}([-/.])[0-9]{1,2}\1[0-9]{1,4}")
_NUMBER = re.compile(r"[0-9][0-9.,:/-]*(?:st|nd|rd|th)?")
_GLUED = re.compile(r"[0-9]{1,2}[-/.]?([^\W\d_]+)(?:[-/.]?[0-9]+)?|([^\W\d_]+)[-/.]?[0-9]{1,2}")


def looks_like_day(words: Sequence[str]) -> bool:
    """Whether the words (at least one) were meant as a day, read or not."""
    kinds = [_kind(word.casefold().strip(",.;!?")) for word in " ".join(words).split()]
    return "sure" in kinds or ("faint" in kinds and "other" not in kinds)


def take_day(
    tokens: Tokens, keywords: Sequence[str], today: date, *, prefer_past: bool = True
) -> tuple[Tokens, date | None]:
    """The tokens without the last `on` (or another of `keywords`) and the day that stands after it, and that day.

    The day goes to the end, or to a word like `with` that begins something else. Most days need no keyword, because
    people leave it out: "… yesterday", "… 2 Nov", or in front, "yesterday …". All the tokens and None where there is no
    such day. Raises UsageError for one that cannot be (31 Feb), and for one whose year is anybody's guess.
    """
    at = _day_at(tokens, keywords)
    if at is not None:
        for length in _lengths(tokens[at + 1 :]):
            if day := _read(tokens[at + 1 : at + 1 + length], today, prefer_past):
                return [*tokens[:at], *tokens[at + 1 + length :]], day
    if bare := _bare_day(tokens, coming=not prefer_past):
        return tokens[:-bare], _read(tokens[-bare:], today, prefer_past)
    if bare := _leading_day(tokens):
        return tokens[bare:], _read(tokens[:bare], today, prefer_past)
    return tokens, None


def _read(tokens: Tokens, today: date, prefer_past: bool) -> date | None:
    text = spelled(tokens).rstrip(_MARKS)
    day = find_day(text, today, prefer_past=prefer_past)
    if day is None or not prefer_past or (today - day).days < _LONG_AGO:
        return day
    coming = find_day(text, today, prefer_past=False)
    if coming is not None and today < coming < today + timedelta(days=_SOON):
        problem = f"The day {shown(text)} could be {day} or {coming}; please write it with its year."
        raise UsageError(text, problem)
    return day


def _lengths(tokens: Tokens) -> Iterator[int]:
    """How many words after the keyword may be the day: all, or those before a word that begins something else."""
    if len(tokens) <= LONGEST_DAY:
        yield len(tokens)
    for length in range(min(LONGEST_DAY, len(tokens) - 1), 0, -1):
        if tokens[length].word in _GOING_ON and any(
            _kind(token.word.strip(_MARKS)) == "sure" for token in tokens[:length]
        ):
            yield length


def _bare_day(tokens: Tokens, *, coming: bool) -> int:
    """How many words at the end are a day without a keyword; 0 if they are a part of what is told.

    A capital makes it a name (USA Today), and a word that leads to it belongs to it (the news of yesterday). Of what is
    `coming` a weekday is enough: "send the deck friday".
    """
    for length in range(min(LONGEST_DAY, len(tokens)), 0, -1):
        before, words = tokens[:-length], tokens[-length:]
        if any(token.quoted for token in words):
            continue
        text = spelled(words).rstrip(_MARKS)
        if _BARE_DAY.fullmatch(text) or (coming and before and text in WEEKDAYS):
            return 0 if before and before[-1].word in _LEADING else length
    return 0


def _leading_day(tokens: Tokens) -> int:
    """How many words in front are a day, with more to come: "yesterday call with Jane"."""
    for length in range(min(LONGEST_DAY, len(tokens) - 1), 0, -1):
        words = tokens[:length]
        if not any(token.quoted for token in words) and _BARE_DAY.fullmatch(spelled(words).rstrip(_MARKS)):
            return length
    return 0


def refuse_unread_day(tokens: Tokens, keywords: Sequence[str]) -> None:
    """Raises UsageError if the words after the last `on` were meant as a day; they are known not to be one."""
    at = _day_at(tokens, keywords)
    if at is not None and looks_like_day([token.text for token in tokens[at + 1 : at + 1 + LONGEST_DAY]]):
        raise unreadable_day(spelled(tokens[at + 1 :]))


def _day_at(tokens: Tokens, keywords: Sequence[str]) -> int | None:
    """Where the last of the keywords stands that words follow."""
    return next((at for at in range(len(tokens) - 2, -1, -1) if tokens[at].word in keywords), None)


def spelled(tokens: Sequence[Token]) -> str:
    """The words without their quotation marks: `"last friday"` → `last friday`."""
    return " ".join(token.text for token in tokens)


def _kind(word: str) -> str:
    if word in _SURE or _FULL_DATE.fullmatch(word) or _is_slip(word):
        return "sure"
    if glued := _GLUED.fullmatch(word):  # 2nov, 31-feb; not 5g, b2b, q3
        letters = glued[1] or glued[2]
        if letters in MONTHS or _is_slip(letters):
            return "sure"
    if word in _FAINT or _NUMBER.fullmatch(word) or word.endswith("day"):
        return "faint"
    if word in _SMALL or not word:
        return "small"
    return "faint" if _near(word, ("week", "weeks", "month", "months")) else "other"


def _is_slip(word: str) -> bool:
    """Whether the word is one letter away from a day's name, or two from a long one ("tommorow", "wendsday")."""
    return _near(word, _SLIPS)


def _near(word: str, names: Sequence[str]) -> bool:
    from rapidfuzz.distance import OSA

    # People get the first letter right; asking for it keeps "remember" from being December.
    return any(
        word[:1] == name[0] and OSA.distance(word, name, score_cutoff=2) <= (2 if len(name) > 7 else 1)
        for name in names
    )
