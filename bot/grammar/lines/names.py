"""The names that partners go by, built once for a workspace and looked up at any place of a line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.grammar.likeness import CloseName, NameList
from bot.grammar.lines.lists import words
from storage.name_key import name_words

ENDINGS = words("ltd limited llp llc inc plc gmbh ag sa bv pty corp")
_MAX_MEANT = 6  # partners of one beginning that are offered
_MIN_JOINED = 6  # letters of a name that may be typed without its spaces


class NameKind(StrEnum):
    """What a name is to its partner."""

    NAME = "name"
    ALIAS = "alias"
    SPELLING = "spelling"  # what somebody meant when they typed it


@dataclass(frozen=True, slots=True)
class KnownName:
    """One name of a partner; `partner` is what the partner is called."""

    text: str
    partner_id: int
    partner: str
    kind: NameKind = NameKind.NAME


@dataclass(slots=True)
class _Node:
    """What begins with the words that lead here: partners whose name goes on, and those whose name ends here."""

    under: dict[int, KnownName] = field(default_factory=dict)
    here: dict[int, KnownName] = field(default_factory=dict)
    further: dict[str, "_Node"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hit:
    """How far a name reaches from a place, in words of names, and whose it may be."""

    length: int
    names: tuple[KnownName, ...]
    is_whole: bool


class Names:
    """All names of a workspace. Building takes a few microseconds a name; a look takes as long as the name it finds."""

    def __init__(self, names: Iterable[KnownName] = ()) -> None:
        self.all = tuple(names)
        self._root = _Node()
        self._similar: NameList | None = None  # prepared at the first typo
        self._joined: dict[str, dict[int, KnownName]] = {}
        shortened: list[tuple[tuple[str, ...], KnownName]] = []
        for name in self.all:
            words = name_words(name.text)
            if not words:
                continue
            self._put(words, name)
            joined = "".join(words)
            if len(words) > 1 and len(joined) >= _MIN_JOINED:
                self._joined.setdefault(joined, {})[name.partner_id] = name
            if words[0] == "the" and len(words) > 2:
                shortened.append((words[1:], name))
        for words, name in shortened:
            if not self._ends(words):
                self._put(words, name)

    def _put(self, words: Sequence[str], name: KnownName) -> None:
        node = self._root
        for word in words:
            node = node.further.setdefault(word, _Node())
            if len(node.under) <= _MAX_MEANT:
                node.under.setdefault(name.partner_id, name)
        node.here.setdefault(name.partner_id, name)

    def _ends(self, words: Sequence[str]) -> bool:
        node: _Node | None = self._root
        for word in words:
            node = node.further.get(word) if node else None
        return bool(node and node.here)

    def close_to(self, guesses: Sequence[str]) -> list[tuple[CloseName, str]]:
        """The names that are likest to any of the guesses, the likest first, each with what its partner is called."""
        own = {name.partner_id: name.partner for name in self.all}
        if self._similar is None:
            self._similar = NameList((name.text, name.partner_id) for name in self.all)
        close = self._similar.close_to(guesses)
        return [(each, own[each.partner_id]) for each in close]

    def known(self, spellings: Sequence[str]) -> str | None:
        """Of these spellings the first that is one partner's whole name, or all of its beginning: as given."""
        for spelling in spellings:
            words = name_words(spelling)
            if words and (hit := self._hit(words)) and len(hit.names) == 1:
                return spelling
        return None

    def partner_called(self, spelling: str) -> KnownName | None:
        """The one partner that a spelling names, by its whole name or all of a beginning that only it has."""
        words = name_words(spelling)
        hit = self._hit(words) if words else None
        return hit.names[0] if hit and len(hit.names) == 1 else None

    def _hit(self, words: Sequence[str]) -> Hit | None:
        whole, beginning = self.reach(words, 0, [True] * len(words))
        return next((hit for hit in (whole, beginning) if hit and hit.length == len(words)), None)

    def may_begin(self, word: str) -> bool:
        """Whether any name begins with a word, or is it when written without spaces; `novas` may be Nova's."""
        return (
            word in self._root.further or word in self._joined or (word[-1:] == "s" and word[:-1] in self._root.further)
        )

    def reach(self, words: Sequence[str], at: int, ends: Sequence[bool]) -> tuple[Hit | None, Hit | None]:
        """The longest whole name that stands at a place, and the longest beginning of one.

        `ends` says of each word whether something typed ends with it: of `north-west` only the second does.
        """
        node = self._root
        whole = beginning = None
        for place in range(at, len(words)):
            following = node.further.get(words[place])
            if following is None:
                break
            node = following
            if ends[place]:
                length = place + 1 - at
                if node.here:
                    whole = Hit(length, tuple(node.here.values()), True)
                beginning = Hit(length, tuple(node.under.values()), False)
        if whole is None and ends[at] and (joined := self._joined.get(words[at])):
            whole = Hit(1, tuple(joined.values()), True)
        return whole, beginning
