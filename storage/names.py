"""How names are compared: without case, accents or spaces, and in no other way."""

import unicodedata

_INVISIBLE = ("Cf", "Cc", "Zs", "Zl", "Zp")  # format and control characters, and every kind of space


def name_key(name: str) -> str:
    """The form in which two spellings of one name are equal; empty for a name with no visible character.

    Case is folded, accents and spaces are dropped. Punctuation stays: "A&B" and "AB" are two names.
    """
    # Turkish writes an i without a dot, whose capital is everyone's I: the one letter that folding leaves apart.
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold().replace("\u0131", "i"))
    return "".join(c for c in letters if not unicodedata.combining(c) and unicodedata.category(c) not in _INVISIBLE)
