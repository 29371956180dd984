"""`/tend`: the team's own side. And the help with a mistyped verb, which `/partner` shares."""

from collections.abc import Iterable

from bot.grammar.errors import UsageError, shown, usage
from bot.grammar.requests import TendRequest, TendVerb
from bot.grammar.tokens import read_words

TEND_FORM = "/tend help|settings [KEY [VALUE]]|digest|status|import"

_LIKENESS = 60  # percent; below it a suggestion is a riddle


def read_tend(text: str) -> TendRequest:
    """`[help [TOPIC]|settings [KEY [VALUE…]]|digest|status|import]`; nothing typed is help. Raises UsageError."""
    with usage(TEND_FORM):
        typed = read_words(text)
        if not typed.tokens:
            return TendRequest()
        first, *rest = typed.tokens
        if first.word not in list(TendVerb):
            raise unknown_verb(first.text, TendVerb)
        verb = TendVerb(first.word)
        if rest and verb in (TendVerb.DIGEST, TendVerb.STATUS, TendVerb.IMPORT):
            extra = typed.phrase(rest) or ""
            raise UsageError(extra, f"Nothing can follow {shown(verb.value)}; I read {shown(extra)}.")
        return TendRequest(verb=verb, key=typed.phrase(rest[:1]), value=typed.phrase(rest[1:]))


def unknown_verb(word: str, verbs: Iterable[str]) -> UsageError:
    """The error for a verb that is none of `verbs`, with the closest of them if one is close."""
    from rapidfuzz import process

    verbs = list(verbs)
    closest = process.extractOne(word.casefold(), verbs, score_cutoff=_LIKENESS)
    end = f"did you mean “{closest[0]}”?" if closest else f"I know {', '.join(verbs[:-1])} and {verbs[-1]}."
    return UsageError(word, f"I do not know {shown(word)}; {end}")
