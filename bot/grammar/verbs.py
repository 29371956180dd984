"""What is wrong with a verb, or behind it: the same for `/partner` and `/tend`."""

from collections.abc import Iterable

from bot.grammar.errors import UsageError, shown

_LIKENESS = 60  # percent; below it a suggestion is a riddle


def unknown_verb(word: str, verbs: Iterable[str]) -> UsageError:
    """The error for a verb that is none of `verbs`, with the closest of them if one is close."""
    from rapidfuzz import process

    verbs = list(verbs)
    closest = process.extractOne(word.casefold(), verbs, score_cutoff=_LIKENESS)
    end = f"did you mean “{closest[0]}”?" if closest else f"I know {', '.join(verbs[:-1])} and {verbs[-1]}."
    return UsageError(word, f"I do not know {shown(word)}; {end}")


def nothing_follows(verb: str, extra: str) -> UsageError:
    """The error for words after a verb that takes none."""
    return UsageError(extra, f"Nothing can follow {shown(verb)}; I read {shown(extra)}.")
