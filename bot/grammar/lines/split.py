"""A text as words and marks with their places."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.grammar.lines.lists import words
from storage.name_key import fold

_RUN = re.compile(r"\S+")
_BOTH = re.compile(r"([^\W\d_]{3,})/([^\W\d_]{3,}[,.:;]?)")
EMOJI_NAME = re.compile(r":[a-z0-9_+'-]+:")
_OPENING = "([{\"“”„«»'‘’`*_~•·>=|\\:;,!?…–—→"
_CLOSING = ")]}\"“”„«»'‘’`*_~,.;:!?…–—=|\\→-"
QUOTES = {'"': '"', "“": '”“"', "”": '”"', "„": '“”"', "«": "»"}
_DASHES = words("- – — -- → -> => • | / ~ *")
DIGITS = frozenset("0123456789£$€")


class Word(NamedTuple):
    """A word or a mark: what was typed, its place, and `key`, the word as it is compared (empty for one in quotes).

    `is_capital`: whether it begins with a capital, as names do; a word of digits does not count.
    """

    text: str
    start: int
    end: int
    key: str
    is_mark: bool = False
    quoted: bool = False
    is_capital: bool = False

    @property
    def folded(self) -> str:
        """The key even of a word in quotes."""
        return self.key or fold(self.text)


def _word(text: str, start: int) -> Word:
    return Word(text, start, start + len(text), fold(text), is_capital=_is_capital(text))


def _is_capital(text: str) -> bool:
    if text[0].isalpha():
        return text[0].isupper()
    return next((each for each in text if each.isalpha()), "").isupper()


def has_words(text: str) -> bool:
    """Whether a text has a letter or a digit, and is no emoji."""
    return any(each.isalnum() for each in EMOJI_NAME.sub("", text))


def split_words(text: str) -> tuple[Word, ...]:
    """The words and marks of a text. Marks around a word stand alone: `(won),` is four."""
    found: list[Word] = []
    known: dict[str, list[Word]] = {}  # a long text says most of its words again
    for match in _RUN.finditer(text):
        run, at = match[0], match.start()
        parts = known.get(run)
        if parts is None:
            parts = known[run] = [_word(run, 0)] if run.isalnum() else list(_parts(run, 0))
        for part in parts:
            found.append(Word(part[0], part[1] + at, part[2] + at, *part[3:]))
    return tuple(_quote(found, text))


def _parts(run: str, start: int) -> Iterator[Word]:
    if both := _BOTH.fullmatch(run):  # Acme/Nova
        yield from _parts(both[1], start)
        yield Word("/", start + len(both[1]), start + len(both[1]) + 1, "/", is_mark=True)
        yield from _parts(both[2], start + len(both[1]) + 1)
        return
    at = run.find("=")
    if 0 < at < len(run) - 1 and "/" not in run:  # us=4, but no address
        yield from _parts(run[:at], start)
        yield Word("=", start + at, start + at + 1, "=", is_mark=True)
        yield from _parts(run[at + 1 :], start + at + 1)
        return
    if EMOJI_NAME.fullmatch(run) or not any(each.isalnum() or each in "&+£$€" for each in run):
        yield from _marks(run, start)
        return
    first, last = 0, len(run)
    while first < last and (run[first] in _OPENING or (run[first] == "-" and run[first + 1 : first + 2] not in DIGITS)):
        first += 1
    while last > first and run[last - 1] in _CLOSING:
        last -= 1
    if run[first:last] == "":
        yield from _marks(run, start)
        return
    yield from _marks(run[:first], start)
    yield _word(run[first:last], start + first)
    yield from _marks(run[last:], start + last)


def _marks(run: str, start: int) -> Iterator[Word]:
    """Marks one by one; an emoji, a dash or points stay together."""
    if not run:
        return
    stays = run in _DASHES or EMOJI_NAME.fullmatch(run) or not run.isascii() or run[0] == run[-1] == "."
    if len(run) > 1 and stays and not any(each in QUOTES for each in run):
        yield Word(run, start, start + len(run), run, is_mark=True)
        return
    for at, mark in enumerate(run):
        yield Word(mark, start + at, start + at + 1, mark, is_mark=True)


def _quote(words: list[Word], text: str) -> list[Word]:
    """The words with those between quotation marks on one line marked as quoted."""
    at = 0
    while at < len(words):
        closers = QUOTES.get(words[at].text) if words[at].is_mark else None
        end = _closed(words, at, closers, text) if closers else None
        if end is None:
            at += 1
            continue
        for inside in range(at + 1, end):
            words[inside] = words[inside]._replace(quoted=True, key="")
        words[at], words[end] = (words[each]._replace(key='"') for each in (at, end))
        at = end + 1
    return words


def _closed(words: Sequence[Word], at: int, closers: str, text: str) -> int | None:
    """Where the quotation that opens at a mark is closed: on the same line, and within twenty words."""
    for end in range(at + 1, min(at + 40, len(words))):
        if "\n" in text[words[end - 1].end : words[end].start]:
            return None
        if words[end].is_mark and words[end].text in closers:
            return end if end > at + 1 else None
    return None
