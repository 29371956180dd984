"""`/tend`: the team's own side."""

import re

from bot.grammar.errors import usage
from bot.grammar.requests import TendRequest, TendVerb
from bot.grammar.tokens import read_words
from bot.grammar.verbs import nothing_follows, unknown_verb

_EQUALS = re.compile(r"^(\s*settings\s+\w+)\s*=\s*", re.IGNORECASE)
TEND_FORM = "/tend help|settings [KEY [VALUE]]|digest|import|export|status|calendar"


def without_equals(text: str) -> str:
    """The text with `settings KEY=VALUE` as `settings KEY VALUE`."""
    return _EQUALS.sub(r"\1 ", text, count=1)


def read_tend(text: str) -> TendRequest:
    """`[help [TOPIC]|settings [KEY [VALUE…]]|digest|import|export [@PERSON|PARTNER…]|status|calendar]`.

    Nothing typed is help. Raises UsageError.
    """
    with usage(TEND_FORM):
        typed = read_words(without_equals(text))
        if not typed.tokens:
            return TendRequest()
        first, *rest = typed.tokens
        if first.word not in list(TendVerb):
            raise unknown_verb(first.text, TendVerb)
        verb = TendVerb(first.word)
        if rest and verb in (TendVerb.DIGEST, TendVerb.STATUS, TendVerb.CALENDAR, TendVerb.IMPORT):
            raise nothing_follows(verb, typed.phrase(rest) or "")
        if verb is TendVerb.EXPORT:
            user = rest[0].user if len(rest) == 1 else None
            return TendRequest(verb=verb, user=user, key=None if user else typed.phrase(rest))
        return TendRequest(verb=verb, key=typed.phrase(rest[:1]), value=typed.phrase(rest[1:]))
