"""When two spellings are one lead: compared as names are, company endings aside."""

from storage.name_key import name_key

# Only what is hardly ever a word of a name itself: a *spa* is.
_ENDINGS = frozenset({
    "ltd", "limited", "llp", "llc", "inc", "incorporated", "corp", "corporation", "co", "company", "plc",
    "gmbh", "ag", "kg", "sa", "sarl", "srl", "bv", "nv", "ab", "oy", "aps", "pty", "pte",
})  # fmt: skip
_AND = frozenset({"&", "and", "und", "et", "y"})
_MARKS = ".,;:!?\"'’‘“”()[]"


def lead_key(title: str) -> str:
    """The form in which two spellings of one lead are equal; empty where there is nothing to compare.

    `Harrow & Vale Ltd.`, `harrow and vale` and `Harrow & Vale & Co Limited` are one. A name that is all ending stays.
    """
    words = [word for part in title.split() if (word := _bare(part))]
    kept = list(words)
    while len(kept) > 1 and (kept[-1] in _ENDINGS or kept[-1] in _AND):
        kept.pop()
    return "".join("&" if word in _AND else word for word in kept)


def _bare(part: str) -> str:
    """One word, folded, without marks around it and dots in it: `S.A.` is `sa`."""
    folded = name_key(part).strip(_MARKS)
    return "".join(letter for letter in folded if letter not in _MARKS)
