"""Parse `/tend`."""

import re

from bot.grammar.errors import add_form
from bot.grammar.requests import TendRequest, TendVerb
from bot.grammar.tokens import tokenize
from bot.grammar.verbs import extra_words_error, unknown_verb_error

_EQUALS = re.compile(r"^(\s*settings\s+\w+)\s*=\s*", re.IGNORECASE)
TEND_FORM = "/tend help|settings [KEY [VALUE]]|digest|import|export|status|calendar|mail"


def without_equals(text: str) -> str:
    """Rewrite `settings KEY=VALUE` as `settings KEY VALUE`."""
    return _EQUALS.sub(r"\1 ", text, count=1)


def read_tend(text: str) -> TendRequest:
    """Parse `[help [TOPIC]|settings [KEY [VALUE…]]|digest|import|export [@PERSON|PARTNER…]|status|calendar|mail]`.

    Empty text means help. Raise UsageError.
    """
    with add_form(TEND_FORM):
        typed = tokenize(without_equals(text))
        if not typed.tokens:
            return TendRequest()
        first, *rest = typed.tokens
        if first.word not in list(TendVerb):
            raise unknown_verb_error(first.text, TendVerb)
        verb = TendVerb(first.word)
        if rest and verb in (TendVerb.DIGEST, TendVerb.STATUS, TendVerb.CALENDAR, TendVerb.MAIL, TendVerb.IMPORT):
            raise extra_words_error(verb, typed.phrase(rest) or "")
        if verb is TendVerb.EXPORT:
            user = rest[0].user if len(rest) == 1 else None
            return TendRequest(verb=verb, user=user, key=None if user else typed.phrase(rest))
        return TendRequest(verb=verb, key=typed.phrase(rest[:1]), value=typed.phrase(rest[1:]))
