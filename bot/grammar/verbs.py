"""Errors about a verb or the words after it, shared by `/partner` and `/tend`."""

from collections.abc import Iterable, Sequence

from bot.grammar.errors import UsageError, quote

_MIN_SIMILARITY = 68  # percent; below it a suggestion would confuse
_SYNONYMS = {
    "new": "add", "create": "add", "remove": "end", "delete": "end", "stop": "end", "rename": "edit", "change": "edit",
    "update": "edit", "owner": "edit", "snooze": "pause", "why": "explain", "card": "show", "view": "show",
    "log": "history", "whatif": "what-if", "what": "what-if", "forecast": "what-if", "config": "settings",
    "setup": "settings", "set": "settings", "report": "digest",
}  # fmt: skip


def unknown_verb_error(word: str, verbs: Iterable[str]) -> UsageError:
    """Return the error for an unknown verb, with the closest of `verbs` if one is similar."""
    verbs = list(verbs)
    closest = find_close_verb(word, verbs)
    end = f"did you mean “{closest}”?" if closest else f"I know {', '.join(verbs[:-1])} and {verbs[-1]}."
    return UsageError(word, f"I don't know {quote(word)}; {end}")


def find_close_verb(word: str, verbs: Sequence[str]) -> str | None:
    """Return the verb that a synonym or a mistyped word probably means."""
    from rapidfuzz import fuzz, process

    word = word.casefold()
    if _SYNONYMS.get(word) in verbs:
        return _SYNONYMS[word]
    closest = process.extractOne(word, verbs, scorer=fuzz.ratio, score_cutoff=_MIN_SIMILARITY)
    return closest[0] if closest else None


def extra_words_error(verb: str, extra: str) -> UsageError:
    """Return the error for words after a verb that takes none."""
    return UsageError(extra, f"Nothing can follow {quote(verb)}; I read {quote(extra)}.")
