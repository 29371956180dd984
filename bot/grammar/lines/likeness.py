"""Known names that are like one that was typed. They are only ever suggested."""

from collections.abc import Sequence

from bot.grammar.lines.names import KnownName, Names
from storage.name_key import name_words

CLOSE_ENOUGH = 79
MOST_CLOSE = 3
_MOST_LOOKED_AT = 50
_LEAST_TELLING = 4  # letters of a name's beginning, or of a word in it


def close_names(names: Names, guesses: Sequence[str]) -> list[tuple[KnownName, int]]:
    """The likest names, each with the place of the guess that it is like, the likest first; one a partner."""
    best: dict[int, tuple[float, KnownName, int]] = {}
    for place, guess in enumerate(guesses):
        for name in _worth_a_look(guess, names.all):
            alike = likeness(guess, name.text)
            if alike < CLOSE_ENOUGH:
                continue
            rank = alike + _closeness("".join(name_words(guess)), "".join(name_words(name.text))) - place / 100
            if name.partner_id not in best or rank > best[name.partner_id][0]:
                best[name.partner_id] = (rank, name, place)
    return [(name, place) for _, name, place in sorted(best.values(), key=lambda each: -each[0])[:MOST_CLOSE]]


def _worth_a_look(typed: str, known: Sequence[KnownName]) -> list[KnownName]:
    """The names that share enough with what was typed: of ten thousand, `likeness` would take a second."""
    from rapidfuzz import process, utils  # 3 MB, for who mistypes a name

    found = process.extract(
        typed, [name.text for name in known], processor=utils.default_process, limit=_MOST_LOOKED_AT
    )
    return [known[place] for _, _, place in found]


def likeness(typed: str, known: str) -> float:
    """How like a known name is to what was typed; from `CLOSE_ENOUGH` on it may have been meant.

    A slip or two, the first words of a longer name, one of its words, or the name with more behind it.
    """
    typed_words, known_words = name_words(typed), name_words(known)
    if not typed_words or not known_words:
        return 0
    length = min(len(typed_words), len(known_words))
    whole, wanted = "".join(typed_words), "".join(known_words)
    alike = max(
        _closeness(whole, wanted),
        _closeness("".join(typed_words[:length]), "".join(known_words[:length])) - 0.5,
        _closeness("".join(sorted(typed_words)), "".join(sorted(known_words))) - 0.5,
    )
    if len(whole) >= _LEAST_TELLING and alike < CLOSE_ENOUGH:
        if wanted.startswith(whole):
            return CLOSE_ENOUGH
        if len(typed_words) == 1 and whole in known_words:
            return CLOSE_ENOUGH
    return alike


def is_slip(typed: str, known: str) -> bool:
    """Whether one word is another with a slip or two."""
    return _closeness(typed, known) >= CLOSE_ENOUGH


def _closeness(one: str, other: str) -> float:
    """Percent of letters that are right, two that are swapped being one slip; the first letter is seldom the slip."""
    from rapidfuzz.distance import OSA  # 3 MB, for who mistypes a name

    return 100 * OSA.normalized_similarity(one, other) + (5 if one[:1] == other[:1] else 0)
