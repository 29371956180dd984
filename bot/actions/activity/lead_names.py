"""Compare names of leads, ignoring company endings."""

from functools import lru_cache

from storage.name_key import name_key

# Only endings that are hardly ever part of a name, so not *spa*.
_ENDINGS = frozenset({
    "ltd", "limited", "llp", "llc", "inc", "incorporated", "corp", "corporation", "co", "company", "plc",
    "gmbh", "ag", "kg", "sa", "sarl", "srl", "bv", "nv", "ab", "oy", "aps", "pty", "pte",
})  # fmt: skip
_AND = frozenset({"&", "and", "und", "et", "y"})
_MIN_TELLING = 4  # letters of a word that tells leads apart
_MARKS = ".,;:!?\"'’‘“”()[]"


def lead_key(title: str) -> str:
    """Return the key by which leads' names are compared. Empty if there is nothing to compare.

    `Harrow & Vale Ltd.`, `harrow and vale` and `Harrow & Vale & Co Limited` are equal. A name of only endings stays.
    """
    return "".join("&" if word in _AND else word for word in _name_words(title))


def begins_lead(typed: str, title: str) -> bool:
    """Return whether what was typed is a beginning of a lead's longer name, word by word: `Wharfside` of its hotel."""
    begun, whole = _name_words(typed), _name_words(title)
    is_telling = any(len(word) >= _MIN_TELLING for word in begun)
    return is_telling and len(begun) < len(whole) and whole[: len(begun)] == begun


def goes_on_from(typed: str, title: str) -> bool:
    """Return whether what was typed begins as a lead's name and tells more in small words: `Wharfside are keen`."""
    said, whole = _name_words(typed), _name_words(title)
    shared = next((at for at, pair in enumerate(zip(said, whole, strict=False)) if pair[0] != pair[1]), 0)
    is_telling = any(len(word) >= _MIN_TELLING for word in said[:shared])
    return is_telling and len(said) - shared > 1 and not any(word[:1].isupper() for word in typed.split()[shared:])


@lru_cache(maxsize=1 << 12)
def _name_words(title: str) -> tuple[str, ...]:
    """Return the folded words of a name without company endings."""
    words = [word for part in title.split() if (word := _bare(part))]
    kept = list(words)
    while len(kept) > 1 and (kept[-1] in _ENDINGS or kept[-1] in _AND):
        kept.pop()
    return tuple(kept)


def _bare(part: str) -> str:
    """Fold a word and strip its punctuation: `S.A.` becomes `sa`."""
    folded = name_key(part).strip(_MARKS)
    return "".join(letter for letter in folded if letter not in _MARKS)
