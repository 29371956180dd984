"""A sheet of the words of an entry, on which each stage marks those that it used; and fixed phrases on it."""

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from bot.grammar.lines.lists import phrases, words
from bot.grammar.lines.split import DIGITS, EMOJI_NAME, QUOTES, Word, has_words, split_words

_FAR = 60  # words between brackets
_SENTENCE_ENDS = words(". ! ? … ... !! ??")
_EXCLAMATIONS = words("! ? !! ?? …?")
_CLOSERS = {"(": ")", "[": "]", "{": "}", **QUOTES}


class Phrases:
    """Fixed phrases, found by their first word."""

    def __init__(self, phrases: Iterable[tuple[str, ...]]) -> None:
        by_first: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for phrase in sorted(phrases, key=len, reverse=True):
            by_first[phrase[0]].append(phrase)
        self._by_first = dict(by_first)
        self.starts = frozenset(by_first)

    @classmethod
    def of(cls, text: str) -> "Phrases":
        """The phrases between the commas of a text."""
        return cls(phrases(text))

    def at(self, sheet: "Sheet", at: int) -> tuple[str, ...] | None:
        """The longest of the phrases that stands at a place."""
        phrases = self._by_first.get(sheet.key(at))
        return next((each for each in phrases if sheet.says(at, *each)), None) if phrases else None


class Sheet:
    """The words of one entry, and what each was used for. The only thing that stages of reading change."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = split_words(text)
        self.keys = [word.key for word in self.words]
        self.uses: list[str] = [""] * len(self.words)
        self._count = len(self.words)
        self._places: dict[str, list[int]] = defaultdict(list)
        for at, key in enumerate(self.keys):
            self._places[key].append(at)
        self.numeric = [
            at for at, key in enumerate(self.keys) if not key.isalpha() and any(each in DIGITS for each in key)
        ]
        self._is_shouted = not any(each.islower() for each in text)
        self._line_starts = _line_starts(self.words, text)
        self._before, self._after = _neighbours(self.words)

    def __len__(self) -> int:
        return len(self.words)

    def use(self, field: str, first: int, last: int | None = None) -> None:
        """Mark the words from `first` up to, not including, `last` as used by a field."""
        for at in range(first, first + 1 if last is None else last):
            if not self.uses[at]:
                self.uses[at] = field

    def release(self, first: int, last: int) -> None:
        """Give words back to the kept text."""
        for at in range(first, last):
            self.uses[at] = ""

    def is_free(self, at: int) -> bool:
        """Whether there is a word at a place that nothing has used."""
        return 0 <= at < len(self.words) and not self.uses[at]

    def are_free(self, first: int, last: int) -> bool:
        """Whether nothing has used any of the words."""
        return not any(self.uses[first:last])

    def where(self, keys: Collection[str], *more: Sequence[int]) -> list[int]:
        """The places of these words, and of more, in order."""
        places = {at for key in self._places.keys() & keys for at in self._places[key]}
        return sorted(places.union(*more))

    def distinct(self) -> Iterable[str]:
        """Every word once."""
        return self._places.keys()

    def before(self, at: int) -> int:
        """The place of the word before, over marks; -1 if there is none."""
        return self._before[at]

    def after(self, at: int) -> int:
        """The place of the word at or after a place, over marks; the length if there is none."""
        return self._after[at] if at < len(self.words) else len(self.words)

    def key(self, at: int) -> str:
        """The key at a place; empty beyond the ends."""
        return self.keys[at] if 0 <= at < self._count else ""

    def is_initials(self, at: int) -> bool:
        """Whether a word is written in capitals among others that are not: `IT`, `US`; it is no small word then."""
        word = self.words[at]
        return len(word.text) > 1 and word.text.isupper() and not word.is_mark and not self._is_shouted

    def begins_line(self, at: int) -> bool:
        """Whether a line begins with the word."""
        return at in self._line_starts

    def says(self, at: int, *phrase: str) -> bool:
        """Whether these words stand at a place."""
        return at >= 0 and tuple(self.keys[at : at + len(phrase)]) == phrase

    def spelled(self, first: int, last: int) -> str:
        """The words as typed, whatever used them."""
        return " ".join(self.text[self.words[first].start : self.words[last - 1].end].split()) if last > first else ""

    def kept(self, first: int = 0, last: int | None = None) -> str:
        """What nobody used between two places, as typed, with its lines."""
        last = len(self.words) if last is None else last
        pieces: list[str] = []
        at = first
        while at < last:
            if self.uses[at]:
                at += 1
                continue
            end = at
            while end < last and not self.uses[end]:
                end += 1
            if piece := self.piece(at, end):
                gap = "\n" if pieces and self._breaks(at) else " "
                pieces.append((gap if pieces else "") + piece)
            at = end
        return "".join(pieces)

    def piece(self, first: int, last: int) -> str:
        """The text between two places without the marks that only joined it to something else, its lines trimmed."""
        start = first
        while (
            first < last
            and self.words[first].is_mark
            and not self._pairs(first, range(first + 1, min(first + _FAR, last)))
        ):
            first += 1
        if first == last:  # nothing but marks: those stay that say something by themselves
            telling = [at for at in range(start, last) if self.tells(at)]
            first, last = (telling[0], telling[-1] + 1) if telling else (last, last)
        while first < last and self.words[last - 1].is_mark and not self._ends_piece(first, last - 1):
            last -= 1
        if not any(has_words(self.words[at].text) or self.tells(at) for at in range(first, last)):
            return ""
        lines = (
            " ".join(line.split()) for line in self.text[self.words[first].start : self.words[last - 1].end].split("\n")
        )
        return "\n".join(line for line in lines if line)

    def _pairs(self, at: int, places: Iterable[int]) -> bool:
        """Whether an opening mark is closed at one of the places."""
        closers = _CLOSERS.get(self.words[at].text, "")
        return bool(closers) and any(self.words[each].text in closers for each in places)

    def _ends_piece(self, first: int, at: int) -> bool:
        """Whether the last mark ends a sentence, or closes what was opened in the piece."""
        mark = self.words[at].text
        return (
            mark in _SENTENCE_ENDS
            or self.tells(at)
            or any(mark in _CLOSERS.get(self.words[each].text, "") for each in range(max(first, at - _FAR), at))
        )

    def tells(self, at: int) -> bool:
        """Whether a mark says something by itself: an emoji, or `!!!` that ends no word."""
        word = self.words[at]
        if not word.is_mark:
            return False
        if word.text in _EXCLAMATIONS:
            before = self.words[at - 1] if at else None
            return before is None or before.end < word.start or (before.text in _EXCLAMATIONS and self.tells(at - 1))
        return bool(EMOJI_NAME.fullmatch(word.text)) or any(unicodedata.category(each) == "So" for each in word.text)

    def _breaks(self, at: int) -> bool:
        """Whether a line ended among the used words before a place, or just before it."""
        while at > 0:
            if self.begins_line(at):
                return True
            at -= 1
            if not self.uses[at]:
                return False
        return False

    def free_words(self, first: int = 0, last: int | None = None) -> list[int]:
        """The places of words (no marks) that nobody used."""
        last = len(self.words) if last is None else last
        return [at for at in range(first, last) if not self.uses[at] and not self.words[at].is_mark]


def _line_starts(words: Sequence[Word], text: str) -> frozenset[int]:
    """The places of words with which lines begin."""
    if "\n" not in text:
        return frozenset((0,))
    later = (at for at in range(1, len(words)) if "\n" in text[words[at - 1].end : words[at].start])
    return frozenset((0, *later))


def _neighbours(words: Sequence[Word]) -> tuple[list[int], list[int]]:
    """For each place that of the last word before it, and that of the first word at or after it."""
    before, after = [-1] * (len(words) + 1), [len(words)] * (len(words) + 1)
    for at, word in enumerate(words):
        before[at + 1] = before[at] if word.is_mark else at
    for at in range(len(words) - 1, -1, -1):
        after[at] = after[at + 1] if words[at].is_mark else at
    return before, after
