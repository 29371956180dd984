"""Detect that a note reports a promise as kept: *sent the deck* fulfils *send the deck*. When in doubt, say no."""

import re

from scoring.vocabulary import Promiser

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
# Words of what did not happen, or not yet. With one of them nothing counts as done.
_NOT_DONE = frozenset({
    "not", "never", "no", "haven't", "havent", "hasn't", "hasnt", "didn't", "didnt", "won't", "wont", "will",
    "shall", "i'll", "we'll", "they'll", "going", "need", "needs", "must", "should", "would", "could", "can",
    "promised", "promise", "promises", "forgot", "forget", "tomorrow", "later", "todo", "if", "when", "before",
    "until", "still", "almost", "nearly", "cancelled", "postponed", "asked", "asks", "wants",
})  # fmt: skip
_EMPTY = frozenset({
    "a", "an", "the", "to", "of", "in", "on", "at", "by", "for", "with", "from", "about", "into", "over", "up",
    "out", "and", "or", "it", "this", "that", "these", "those", "them", "him", "her", "us", "me", "i", "we",
    "they", "he", "she", "you", "our", "their", "my", "your", "his", "its", "again", "also", "then", "now",
    "today", "yesterday", "next", "last", "week", "month", "monday", "tuesday", "wednesday", "thursday",
    "friday", "saturday", "sunday", "is", "was", "are", "were", "be", "been", "has", "have", "had", "do",
    "does", "did", "some", "all", "both", "via", "per", "as", "just", "already",
})  # fmt: skip
_PAST = {
    "sent": "send", "gave": "give", "given": "give", "made": "make", "wrote": "write", "written": "write",
    "met": "meet", "spoke": "speak", "spoken": "speak", "told": "tell", "took": "take", "taken": "take",
    "brought": "bring", "got": "get", "found": "find", "did": "do", "done": "do", "paid": "pay",
    "sold": "sell", "put": "put", "set": "set",
    "left": "leave", "kept": "keep", "held": "hold", "ran": "run", "rang": "ring", "showed": "show", "shown": "show",
    "chose": "choose", "drew": "draw", "built": "build", "came": "come", "went": "go", "shared": "share",
    "fixed": "fix", "cut": "cut", "read": "read", "forwarded": "forward", "bought": "buy", "lent": "lend",
}  # fmt: skip
_THEIRS = frozenset({
    "they", "she", "he", "received", "got", "arrived", "came",
})  # fmt: skip
_HANDED_OVER = frozenset({
    "send", "share", "email", "mail", "forward", "give", "deliver", "pass", "hand", "introduc", "post", "upload",
})  # fmt: skip


def fulfils(note: str, promise: str, side: Promiser) -> bool:
    """Return whether a note says that this side kept a promise.

    The note must have the promise's verb in the past tense and all its other telling words. For a promise without a
    verb it must have all its words and a verb of handing over.
    """
    said = [word.casefold().replace("’", "'") for word in _WORD.findall(note)]
    if _NOT_DONE.intersection(said) or (side == Promiser.THEM) != bool(_THEIRS.intersection(said)):
        return False
    wanted = [word.casefold() for word in _WORD.findall(promise)]
    # A promise may start with "we'll", which says nothing about what.
    wanted = [word for word in wanted if word not in _EMPTY and word.replace("’", "'") not in _NOT_DONE]
    if not wanted:
        return False
    done = {stem for word in said if (stem := _done(word))}
    there = {_stem(word) for word in said if word not in _EMPTY} | done
    verb, *rest = [_stem(word) for word in wanted]
    if verb in done:
        return bool(rest) and there.issuperset(rest)
    # "The deck by Friday" has no verb, so the note must say it was handed over.
    return bool(_HANDED_OVER.intersection(done)) and verb not in _VERBS and there.issuperset([verb, *rest])


def _done(word: str) -> str | None:
    """Return the stem of a verb in the past tense, or None for any other word."""
    if word in _PAST:
        return _stem(_PAST[word])
    return _cut(word[:-2]) if word.endswith("ed") and len(word) > 4 else None


def _stem(word: str) -> str:
    if word in _PAST:
        word = _PAST[word]
    elif word.endswith("ing") and len(word) > 5:
        return _cut(word[:-3])
    elif word.endswith("ed") and len(word) > 4:
        return _cut(word[:-2])
    elif word.endswith("s") and not word.endswith("ss") and len(word) > 3:
        word = word[:-1]
    return _cut(word)


def _cut(stem: str) -> str:
    """Cut to the common stem of *introduce* and *introduc-ed*, or *plan* and *plann-ed*."""
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "ls":
        stem = stem[:-1]
    if stem.endswith("i"):
        stem = f"{stem[:-1]}y"
    return stem.removesuffix("e")


_VERBS = frozenset(_cut(verb) for verb in _PAST.values())
