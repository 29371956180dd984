"""How names are compared: without case, accents or spaces, and in no other way."""

import unicodedata
from functools import lru_cache

_INVISIBLE = ("Cf", "Cc", "Zs", "Zl", "Zp")  # format and control characters, and every kind of space

_JAPANESE_MARKS = "\u3099\u309a"


def name_key(name: str) -> str:
    """The form in which two spellings of one name are equal; empty for a name with no visible character.

    Case is folded, accents and spaces are dropped. Punctuation stays: "A&B" and "AB" are two names.
    """
    # Turkish writes an i without a dot, whose capital is everyone's I: the one letter that folding leaves apart.
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold().replace("\u0131", "i"))
    return "".join(map(_kept, letters))


@lru_cache(maxsize=4096)
def _kept(letter: str) -> str:
    return "" if _is_accent(letter) or unicodedata.category(letter) in _INVISIBLE else letter


def _is_accent(letter: str) -> bool:
    """Marks above and below letters; those of Japanese make another letter, as a bar makes P an R."""
    return unicodedata.combining(letter) != 0 and letter not in _JAPANESE_MARKS
