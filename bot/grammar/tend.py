"""`/tend`: the team's own side. And the help with a mistyped verb, which `/partner` shares."""

from collections.abc import Iterable

from bot.grammar.errors import UsageError, shown, usage
from bot.grammar.requests import TendRequest, TendVerb
from bot.grammar.tokens import read_words

TEND_FORM = "/tend help|settings [KEY [VALUE]]|digest|import|export|status|calendar"

_LIKENESS = 60  # percent; below it a suggestion is a riddle


def read_tend(text: str) -> TendRequest:
    """`[help [TOPIC]|settings [KEY [VALUE…]]|digest|import|export [@PERSON|PARTNER…]|status|calendar]`.

    Nothing typed is help. Raises UsageError.
    """
    with usage(TEND_FORM):
        typed = read_words(text)
        if not typed.tokens:
            return TendRequest()
        first, *rest = typed.tokens
        if first.word not in list(TendVerb):
            raise unknown_verb(first.text, TendVerb)
        verb = TendVerb(first.word)
        if rest and verb in (TendVerb.DIGEST, TendVerb.STATUS, TendVerb.CALENDAR, TendVerb.IMPORT):
            extra = typed.phrase(rest) or ""
            raise UsageError(extra, f"Nothing can follow {shown(verb.value)}; I read {shown(extra)}.")
        if verb is TendVerb.EXPORT:
            user = rest[0].user if len(rest) == 1 else None
            return TendRequest(verb=verb, user=user, key=None if user else typed.phrase(rest))
        return TendRequest(verb=verb, key=typed.phrase(rest[:1]), value=typed.phrase(rest[1:]))


def unknown_verb(word: str, verbs: Iterable[str]) -> UsageError:
    """The error for a verb that is none of `verbs`, with the closest of them if one is close."""
    from rapidfuzz import fuzz, process

    verbs = list(verbs)
    closest = process.extractOne(word.casefold(), verbs, scorer=fuzz.ratio, score_cutoff=_LIKENESS)
    end = f"did you mean “{closest[0]}”?" if closest else f"I know {', '.join(verbs[:-1])} and {verbs[-1]}."
    return UsageError(word, f"I do not know {shown(word)}; {end}")
