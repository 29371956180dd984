"""Whether words that are no day were meant as one: "yesterdy" must be refused, "pricing" is part of a title.

Each word is told apart: *sure* (friday, november, yesterday, a full date, or a slip of one), *faint* (a number, next,
week, payday), *small* (the, of) or *other*. Sure words make a day of the whole phrase. Faint ones do so only when no
other word stands beside them: "on 5" and "on next wek" are slips, "on 5 habits of founders" and "on next steps" are
titles.
"""

import re
from collections.abc import Sequence
from datetime import date

from bot.grammar.days import MONTH_NAMES, MONTHS, WEEKDAY_NAMES, WEEKDAYS, find_day, unreadable_day
from bot.grammar.tokens import Token, Tokens

LONGEST_DAY = 4  # words

_NAMED = ("today", "yesterday", "tomorrow")
_SURE = frozenset((*WEEKDAYS, *MONTHS, *_NAMED, "ago"))
_UNITS = ("day", "days", "week", "weeks", "month", "months", "year", "years", "fortnight", "weekend")
_FAINT = frozenset(("last", "next", "this", *_UNITS))
_SMALL = frozenset(("the", "of", "a", "an", "in", "at", "and", "before", "after"))
# Short ones have too many honest neighbours: march and match, june and tune, may and way.
_SLIPS = tuple(name for name in (*_NAMED, *WEEKDAY_NAMES, *MONTH_NAMES) if len(name) > 5 or name == "today")

_BARE_DAY = re.compile(
    rf"(?:the )?day before yesterday|(?:the )?day after tomorrow|today|yesterday|tomorrow"
    rf"|(?:last|next|this) (?i:{'|'.join(sorted(WEEKDAYS, key=len, reverse=True))})"
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
    """The tokens before the last `on` (or another of `keywords`), and the day that stands after it to the end.

    A few days need no keyword, because people leave it out: "… yesterday", "… last friday". All the tokens and None
    where there is no such day. Raises UsageError for one that cannot be (31 Feb).
    """
    at = _day_at(tokens, keywords)
    if at is not None and (day := find_day(spelled(tokens[at + 1 :]), today, prefer_past=prefer_past)):
        return tokens[:at], day
    if bare := _bare_day(tokens):
        return tokens[:-bare], find_day(spelled(tokens[-bare:]), today, prefer_past=prefer_past)
    return tokens, None


def _bare_day(tokens: Tokens) -> int:
    """How many words at the end are a day without a keyword; 0 if they are a part of what is told.

    A capital makes it a name (USA Today), and a word that leads to it belongs to it (the news of yesterday).
    """
    for length in (4, 3, 2, 1):
        before, words = tokens[:-length], [token.text for token in tokens[-length:]]
        if len(words) < length or any(token.quoted for token in tokens[-length:]):
            continue
        if before and _BARE_DAY.fullmatch(" ".join(words)):
            return 0 if before[-1].word in _LEADING else length
    return 0


def refuse_unread_day(tokens: Tokens, keywords: Sequence[str]) -> None:
    """Raises UsageError if the words after the last `on` were meant as a day; they are known not to be one."""
    at = _day_at(tokens, keywords)
    if at is not None and looks_like_day([token.text for token in tokens[at + 1 :]]):
        raise unreadable_day(spelled(tokens[at + 1 :]))


def _day_at(tokens: Tokens, keywords: Sequence[str]) -> int | None:
    """Where the last of the keywords stands, if 1 to 4 words follow it."""
    for at in range(len(tokens) - 2, -1, -1):
        if tokens[at].word in keywords:
            return at if len(tokens) - at - 1 <= LONGEST_DAY else None
    return None


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
