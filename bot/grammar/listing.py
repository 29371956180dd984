"""Parse `/partner list` and `/partner due`."""

from dataclasses import replace

from bot.grammar.errors import UsageError
from bot.grammar.names import match_whole_name
from bot.grammar.partner_requests import DueRequest, ListRequest
from bot.grammar.requests import CommandContext
from bot.grammar.tokens import ParsedText, Tokens
from scoring.vocabulary import BAND_ORDER, Band, Status

LIST_FORM = f"/partner list [VERTICAL…] [@OWNER|mine] [{'|'.join(Status)}|all] [{'|'.join(BAND_ORDER)}] [quiet]"
DUE_FORM = "/partner due [@OWNER|PARTNER]"
_MINE_WORDS = ("mine", "me", "my")
_TODAY_WORDS = ("today", "now")


def read_list(typed: ParsedText, tokens: Tokens) -> ListRequest:
    """Parse `[VERTICAL…] [@OWNER|mine] [STATUS|all] [BAND] [quiet]`, in any order."""
    owner, tokens = take_owner(tokens)
    request = ListRequest(owner=owner)
    for end in (0, -1):
        while tokens and (narrowed := _apply_filter(request, tokens[end].word)):
            request, tokens = narrowed, (tokens[1:] if end == 0 else tokens[:-1])
    if len(tokens) > 1 and tokens[0].word.rstrip(":") == "vertical":
        tokens = tokens[1:]
    return replace(request, vertical=typed.phrase(tokens))


def _apply_filter(request: ListRequest, word: str) -> ListRequest | None:
    """Return the request with the filter that a word names. None if it names none, or one already set."""
    if word in list(Status) and request.status is None:
        return replace(request, status=Status(word))
    if word in BAND_ORDER and request.band is None:
        return replace(request, band=Band(word))
    if word == "quiet" and not request.is_quiet:
        return replace(request, is_quiet=True)
    if word in _MINE_WORDS and not request.is_mine and request.owner is None:
        return replace(request, is_mine=True)
    if word == "all" and not request.everyone:
        return replace(request, everyone=True)
    return None


def read_due(typed: ParsedText, tokens: Tokens, reading: CommandContext) -> DueRequest:
    """Parse `[@OWNER|PARTNER]`, or `mine`, which is the default. Raise UsageError or UnknownPartner."""
    owner, rest = take_owner(tokens)
    if len(rest) == 1 and rest[0].word in (*_MINE_WORDS, *_TODAY_WORDS) and not reading.known([rest[0].text]):
        rest = []
    if owner and rest:
        raise UsageError(typed.phrase(rest) or "", "Name a person or a partner, not both.")
    return DueRequest(owner=owner, partner=match_whole_name(typed, rest, reading.known) if rest else None)


def take_owner(tokens: Tokens) -> tuple[str | None, Tokens]:
    """Return the user id of the only mention, and the other words without a preceding `owner`. Raise UsageError for
    two.
    """
    mentions = [index for index, token in enumerate(tokens) if token.user]
    if not mentions:
        return None, tokens
    if len(mentions) > 1:
        raise UsageError(tokens[mentions[1]].text, "A partner has one owner; please name one person.")
    index = mentions[0]
    before = index - 1 if index and tokens[index - 1].word.rstrip(":") == "owner" else index
    return tokens[index].user, [*tokens[:before], *tokens[index + 1 :]]
