"""How to compare names: the one place that says which spellings are one name.

Case, accents, spaces, the kind of apostrophe and of dash, `&` or `and`, and letters such as Ł and Ø make no difference;
nothing else is folded.
"""

import re
import unicodedata
from functools import lru_cache

_INVISIBLE = ("Cf", "Cc", "Zs", "Zl", "Zp")  # format and control characters, and every kind of space

_JAPANESE_MARKS = "\u3099\u309a"

# Letters that Unicode does not decompose though people type the plain letter; and all kinds of apostrophe (curly,
# modifier, saltillo, grave, acute, prime, wide) and dash (hyphens, figure, en, em, bar, minus, wide).
_PLAIN = {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ŧ": "t", "\uff06": "&"}
_APOSTROPHES = "\u2018\u2019\u201b\u02bc\ua78b\ua78c`\u00b4\u2032\uff07"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"
_PLAIN_LETTERS = str.maketrans({**_PLAIN, **dict.fromkeys(_APOSTROPHES, "'"), **dict.fromkeys(_DASHES, "-")})
_ATOM = re.compile(r"[^\W_]+|&")
TWIN = "\x1f"  # no key of a name begins with it: control characters are dropped


def name_key(name: str) -> str:
    """Return the form in which spellings of one name are equal; empty for a name with no visible character.

    Punctuation stays: "A&B" and "AB" are two names, "A & B" and "A and B" one.
    """
    return "".join(map(_keep_letter, fold(name).replace("&", "and")))


def twin_key(name: str) -> str:
    """Return the key of a partner's name that another partner had first: only exactly this spelling finds it."""
    return TWIN + name


@lru_cache(maxsize=4096)
def _keep_letter(letter: str) -> str:
    return "" if _is_accent(letter) or unicodedata.category(letter) in _INVISIBLE else letter


def _is_accent(letter: str) -> bool:
    """Return whether it is a mark above or below a letter. Japanese marks are kept, as they change the letter."""
    return unicodedata.combining(letter) != 0 and letter not in _JAPANESE_MARKS


def fold(text: str) -> str:
    """Return the text in lower case without accents, with one kind of apostrophe and dash. Spaces stay."""
    if text.isascii():
        return text.lower().replace("`", "'")
    # Case folding keeps the Turkish dotless i apart, though its capital is the ordinary I.
    letters = unicodedata.normalize("NFKD", text.translate(_PLAIN_LETTERS)).casefold().replace("\u0131", "i")
    letters = unicodedata.normalize("NFKD", letters.translate(_PLAIN_LETTERS))
    return "".join(letter for letter in letters if not _is_accent(letter))


def name_words(text: str) -> tuple[str, ...]:
    """Return the words by which to find a name in a sentence: `O’Malley & Sons` → omalley, and, sons.

    Apostrophes are dropped, dashes and points separate words, `&` is `and`. Two different names may have the same
    words, so a lookup must handle several matches.
    """
    return tuple("and" if word == "&" else word for word in _ATOM.findall(fold(text).replace("'", "")))
