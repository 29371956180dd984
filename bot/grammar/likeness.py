"""Known names that are like one that was typed or stands in a file. They are only ever suggested."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from storage.name_key import name_words

MIN_SIMILARITY = 79  # percent; from here on the known name may have been meant
MAX_SUGGESTIONS = 3
_MAX_CANDIDATES = 50
_MAX_LETTERS = 200  # of anything that is compared
MAX_PAIRS = 30_000_000
"""Of letters that one search compares: a tenth of a second. Ten thousand names of usual length take a fifth of that."""
_MAX_GUESSES = 12
_MIN_COMPARED = 12  # letters of a guess; with too many names for that, fewer guesses are looked for
_MIN_LETTERS = 4  # of a name's beginning, or of a word in it


class CloseName(NamedTuple):
    """A known name, whose it is, and the place of the guess that it is like."""

    name: str
    partner_id: int
    place: int


class NameList:
    """Known names with their partners' ids, prepared so that many can be looked for among them."""

    def __init__(self, known: Iterable[tuple[str, int]]) -> None:
        from rapidfuzz import utils  # 3 MB, needed only after a typo

        self._known = tuple(each for each in known if may_be_name(each[0]))
        self._plain = [utils.default_process(name) for name, _ in self._known]
        self._letters = sum(map(len, self._plain))

    def close_to(self, guesses: Sequence[str], limit: int = MAX_SUGGESTIONS) -> list[CloseName]:
        """Find the names most similar to any of the guesses, most similar first; one name a partner."""
        best: dict[int, tuple[float, CloseName]] = {}
        most = max(1, min(_MAX_GUESSES, MAX_PAIRS // (_MIN_COMPARED * self._letters or 1)))
        names = [(place, guess) for place, guess in enumerate(guesses) if may_be_name(guess)][:most]
        for place, guess in names:
            for name, partner_id in self._candidates(guess, MAX_PAIRS // len(names)):
                alike = similarity(guess, name)
                if alike < MIN_SIMILARITY:
                    continue
                # Similarity of the whole beats a name that only starts with a short typed word.
                rank = alike + _letter_similarity("".join(name_words(guess)), "".join(name_words(name))) - place / 100
                if partner_id not in best or rank > best[partner_id][0]:
                    best[partner_id] = (rank, CloseName(name, partner_id, place))
        return [close for _, close in sorted(best.values(), key=lambda each: -each[0])[:limit]]

    def _candidates(self, typed: str, most_pairs: int) -> list[tuple[str, int]]:
        """Return the names worth comparing: comparing all of ten thousand with `similarity` would take a second.

        Of a long text among many long names only the beginning counts, so that no search takes much longer.
        """
        from rapidfuzz import process, utils

        letters = max(_MIN_COMPARED, most_pairs // max(1, self._letters))
        found = process.extract(utils.default_process(typed)[:letters], self._plain, limit=_MAX_CANDIDATES)
        return [self._known[place] for _, _, place in found]


def may_be_name(text: str) -> bool:
    """Return whether it has letters or digits, and few enough that comparing them is worth it.

    One character may stand for many letters: U+FDFA is a sentence of eighteen.
    """
    return len(text) <= _MAX_LETTERS and 0 < sum(map(len, name_words(text))) <= _MAX_LETTERS


def similarity(typed: str, known: str) -> float:
    """Rate how similar a known name is to what was typed, in percent.

    Allow for a typo or two, the first words of a longer name, one of its words, or extra words after it.
    """
    typed_words, known_words = name_words(typed), name_words(known)
    if not typed_words or not known_words:
        return 0
    length = min(len(typed_words), len(known_words))
    whole, wanted = "".join(typed_words), "".join(known_words)
    alike = max(
        _letter_similarity(whole, wanted),
        _letter_similarity("".join(typed_words[:length]), "".join(known_words[:length])) - 0.5,
        _letter_similarity("".join(sorted(typed_words)), "".join(sorted(known_words))) - 0.5,
    )
    if len(whole) >= _MIN_LETTERS and alike < MIN_SIMILARITY:
        if wanted.startswith(whole):
            return MIN_SIMILARITY
        if len(typed_words) == 1 and whole in known_words:
            return MIN_SIMILARITY
    return alike


def is_typo(typed: str, known: str) -> bool:
    """Return whether one word is another with a typo or two."""
    return _letter_similarity(typed, known) >= MIN_SIMILARITY


def _letter_similarity(one: str, other: str) -> float:
    """Rate similarity by letters, in percent. A swap is one typo; the first letter is seldom wrong."""
    from rapidfuzz.distance import OSA  # 3 MB, needed only after a typo

    return 100 * OSA.normalized_similarity(one, other) + (5 if one[:1] == other[:1] else 0)
