"""Parse `/partner`: one form per verb."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from itertools import pairwise

from bot.grammar.costs import read_cost
from bot.grammar.day_detection import unquoted_text
from bot.grammar.days import read_day
from bot.grammar.errors import UsageError, add_form, quote
from bot.grammar.lines.lists import words
from bot.grammar.lines.names import ENDINGS
from bot.grammar.listing import DUE_FORM, LIST_FORM, read_due, read_list, take_owner
from bot.grammar.names import (
    PUNCTUATION,
    PartnerMatch,
    UnknownPartner,
    find_name,
    is_whole_name,
    match_leading_name,
    match_whole_name,
    possible_splits,
)
from bot.grammar.partner_requests import (
    VIEW_VERBS,
    AddRequest,
    AskRequest,
    ExplainRequest,
    IdeaRequest,
    IssueRequest,
    LinkRequest,
    MergeRequest,
    PartnerRequest,
    PartnerVerb,
    ReviewRequest,
    ShowRequest,
    UnlinkRequest,
    bare_request,
)
from bot.grammar.pausing import read_end, read_pause
from bot.grammar.requests import CommandContext
from bot.grammar.tokens import ParsedText, Tokens, tokenize
from bot.grammar.verbs import extra_words_error, find_close_verb, unknown_verb_error
from bot.grammar.what_if import read_what_if

# Only the most used verbs. The rest is in the help, as a full list would hide what to write.
PARTNER_FORM = "/partner add|show|list|edit|due|explain|review|… [PARTNER]"
FORMS = {
    PartnerVerb.ADD: "/partner add NAME… [vertical VERTICAL…] [owner @PERSON] [since DAY]",
    PartnerVerb.LIST: LIST_FORM,
    PartnerVerb.DUE: DUE_FORM,
    PartnerVerb.EXPLAIN: "/partner explain PARTNER [since DAY]",
    PartnerVerb.PAUSE: "/partner pause PARTNER [until DAY] [REASON…]",
    PartnerVerb.END: "/partner end PARTNER [REASON…]",
    PartnerVerb.COST: "/partner cost PARTNER MONEY|HOURS WHAT… [on DAY]",
    PartnerVerb.REVIEW: "/partner review PARTNER|all",
    PartnerVerb.WHAT_IF: "/partner what-if PARTNER [BAND [by DAY]], or /partner what-if terms [PARTNER]",
    PartnerVerb.LINK: "/partner link PARTNER [#CHANNEL]",
    PartnerVerb.UNLINK: "/partner unlink PARTNER [#CHANNEL]",
    PartnerVerb.MERGE: "/partner merge PARTNER into PARTNER",
    PartnerVerb.ISSUE: "/partner issue PARTNER WHAT…",
    PartnerVerb.IDEA: "/partner idea PARTNER WHAT…",
    PartnerVerb.ASK: "/partner ask PARTNER [CONTACT…]",
}

# Verbs that may be the first for a new partner.
NEW_PARTNER_VERBS = (PartnerVerb.COST, PartnerVerb.ISSUE, PartnerVerb.IDEA, PartnerVerb.ASK, PartnerVerb.LINK)

# Lines of business that nobody's name ends with behind a comma, however they are written.
_VERTICALS = words(
    "accountants accounting solicitors lawyers brokers architects surveyors consultants recruiters recruitment "
    "insurers insurance advisers advisors designers developers marketing agencies banks finance property software"
)
_ADD_KEYWORDS = ("vertical", "owner", "since")


def read_partner(text: str, reading: CommandContext) -> PartnerRequest | None:
    """Parse `VERB [PARTNER…] …`. The verb may follow a known partner; a partner without a verb is shown.

    Return None for empty text. Raise UsageError or UnknownPartner.
    """
    with add_form(PARTNER_FORM):
        typed = tokenize(text)
        if not typed.tokens:
            return None
        verb, rest = _take_verb(typed.tokens)
        if verb is None:
            match = find_name(typed, typed.tokens, reading.known)
            if match and not match.rest:
                return ShowRequest(partner=match.name)
            if match and _verb_of_one(match.rest):
                return read_partner(_verb_first(typed, len(typed.tokens) - len(match.rest)), reading)
            raise _no_verb_error(typed, match)
    with add_form(FORMS.get(verb, f"/partner {verb}" if verb in VIEW_VERBS else f"/partner {verb} PARTNER")):
        try:
            return _read_verb(verb, typed, rest, reading)
        except UnknownPartner as unknown:
            unknown.for_new = verb in NEW_PARTNER_VERBS
            raise


def _read_verb(verb: PartnerVerb, typed: ParsedText, rest: Tokens, reading: CommandContext) -> PartnerRequest:
    if verb is PartnerVerb.ADD:
        return _read_add(typed, rest, reading.today)
    if verb is PartnerVerb.LIST:
        return read_list(typed, rest)
    if verb in VIEW_VERBS and rest:
        raise extra_words_error(verb, typed.phrase(rest) or "")
    if not rest:
        return bare_request(verb)
    if verb in _READERS:
        return _READERS[verb](typed, rest, reading)
    return bare_request(verb, match_whole_name(typed, rest, reading.known))


def _take_verb(tokens: Tokens) -> tuple[PartnerVerb | None, Tokens]:
    """Return the verb at the start of `tokens`, and the rest."""
    word = tokens[0].word
    if word == "whatif":
        return PartnerVerb.WHAT_IF, tokens[1:]
    if word == "what" and len(tokens) > 1 and tokens[1].word == "if":
        return PartnerVerb.WHAT_IF, tokens[2:]
    return (PartnerVerb(word), tokens[1:]) if word in list(PartnerVerb) else (None, tokens)


def _verb_of_one(tokens: Tokens) -> PartnerVerb | None:
    """Return the verb at the start of `tokens` if it applies to one partner."""
    verb, _ = _take_verb(tokens)
    return None if verb in (PartnerVerb.ADD, PartnerVerb.LIST, PartnerVerb.DUE, *VIEW_VERBS) else verb


def _verb_first(typed: ParsedText, length: int) -> str:
    """Return the text with its first `length` words, a name, moved behind the following verb."""
    verb, rest = _take_verb(typed.tokens[length:])
    name = [token.ending(PUNCTUATION) for token in typed.tokens[:length]]
    return " ".join([verb or "", *(typed.source[token.start : token.end] for token in (*name, *rest))])


def _no_verb_error(typed: ParsedText, match: PartnerMatch | None) -> UsageError | UnknownPartner:
    """Return the error for a text without a verb: a mistyped verb, or an unknown name."""
    tokens = typed.tokens
    if match and tokens[0].quoted:
        extra = typed.phrase(match.rest) or ""
        return UsageError(extra, f"I do not know what {quote(extra)} means after the partner's name.")
    end = next((index for index in range(1, len(tokens)) if _verb_of_one(tokens[index:])), len(tokens))
    if match is None and end == len(tokens) and find_close_verb(tokens[0].text, list(PartnerVerb)):
        return unknown_verb_error(tokens[0].text, PartnerVerb)
    return UnknownPartner(possible_splits(typed, tokens, end), for_new=False, no_verb=True)


def _read_add(typed: ParsedText, tokens: Tokens, today: date) -> AddRequest:
    """Parse `NAME… [vertical VERTICAL…] [owner @PERSON] [since DAY]`, the parts in any order. After a quoted name the
    vertical needs no keyword. A mention is always the owner.
    """
    owner, tokens = take_owner(tokens)
    starts = [index for index, token in enumerate(tokens) if index and token.word.rstrip(":") in _ADD_KEYWORDS]
    bounds = [*starts, len(tokens)]
    name = tokens[: bounds[0]]
    name = [*name[:-1], name[-1].ending(",;")] if name else name
    parts: dict[str, Tokens] = {}
    if len(name) > 1 and name[0].quoted:
        name, parts["vertical"] = name[:1], name[1:]
    elif starts == [] or tokens[starts[0]].word.rstrip(":") != "vertical":
        name, parts = _take_vertical(name, parts)
    for start, end in pairwise(bounds):
        part = tokens[start].word.rstrip(":")
        if part in parts:
            raise UsageError(tokens[start].text, f"The {part} is given twice.")
        if end == start + 1:
            raise UsageError(tokens[start].text, f"There is nothing after {quote(tokens[start].text)}.")
        parts[part] = tokens[start + 1 : end]
    if "owner" in parts:
        owner_text = typed.phrase(parts["owner"]) or ""
        raise UsageError(owner_text, f"Name the owner with an @, as in @ana; I read {quote(owner_text)}.")
    since = typed.phrase(parts.get("since", ()))
    return AddRequest(
        partner=typed.phrase(name),
        vertical=typed.phrase(parts.get("vertical", ())),
        owner=owner,
        since=read_day(since, today) if since else None,
    )


def _take_vertical(name: Tokens, parts: dict[str, Tokens]) -> tuple[Tokens, dict[str, Tokens]]:
    """Split a vertical off a name: `, accountants` or `- accountants`. A firm's name may have commas of its own."""
    for at in range(len(name) - 1, 0, -1):
        dash = name[at].word in ("-", "–", "—") and at < len(name) - 1
        if not dash and not name[at - 1].text.endswith(","):
            continue
        vertical = name[at + 1 :] if dash else name[at:]
        before = [*name[: at - 1], name[at - 1].ending(",")] if not dash else name[:at]
        plain_words = all(token.text[:1].islower() or token.word in _VERTICALS for token in vertical)
        if plain_words and before and vertical[-1].word.rstrip(".") not in ENDINGS:
            return before, {**parts, "vertical": vertical}
    return name, parts


def _read_explain(typed: ParsedText, tokens: Tokens, reading: CommandContext) -> ExplainRequest:
    """Parse `PARTNER [since DAY]`."""
    since = next((index for index in range(len(tokens) - 1, 0, -1) if tokens[index].word == "since"), None)
    if since is None or is_whole_name(typed, tokens, reading.known):
        return ExplainRequest(partner=match_whole_name(typed, tokens, reading.known))
    partner = match_whole_name(typed, tokens, reading.known, since)
    day = read_day(unquoted_text(tokens[since + 1 :]), reading.today)
    return ExplainRequest(partner=partner, since=day)


def _read_review(typed: ParsedText, tokens: Tokens, reading: CommandContext) -> ReviewRequest:
    """Parse `PARTNER`, or `all` if no partner has that name."""
    if [token.word for token in tokens] == ["all"] and not reading.known(["all"]):
        return ReviewRequest(everyone=True)
    return ReviewRequest(partner=match_whole_name(typed, tokens, reading.known))


def _read_issue(
    request_type: type[IssueRequest | IdeaRequest], typed: ParsedText, tokens: Tokens, reading: CommandContext
) -> PartnerRequest:
    """Parse `PARTNER WHAT…`."""
    match = match_leading_name(typed, tokens, reading.known)
    return request_type(partner=match.name, what=typed.phrase(match.rest))


def _read_ask(typed: ParsedText, tokens: Tokens, reading: CommandContext) -> AskRequest:
    """Parse `PARTNER [CONTACT…]`."""
    match = match_leading_name(typed, tokens, reading.known)
    return AskRequest(partner=match.name, contact=typed.phrase(match.rest))


def _read_merge(typed: ParsedText, tokens: Tokens, reading: CommandContext) -> MergeRequest:
    """Parse `PARTNER into PARTNER`. If a name contains "into", choose the split that leaves two known names."""
    places = [index for index in range(1, len(tokens) - 1) if tokens[index].word == "into" and not tokens[index].quoted]
    if not places:
        raise UsageError("", "Which partner should be merged into which?")
    sides = ((index, (tokens[:index], tokens[index + 1 :])) for index in places)
    known_splits = (index for index, names in sides if all(is_whole_name(typed, name, reading.known) for name in names))
    index = next(known_splits, places[0])
    partner, into = (
        match_whole_name(typed, tokens, reading.known, index),
        match_whole_name(typed, tokens[index + 1 :], reading.known),
    )
    return MergeRequest(partner=partner, into=into)


def _read_channel(
    request_type: type[LinkRequest | UnlinkRequest], typed: ParsedText, tokens: Tokens, reading: CommandContext
) -> PartnerRequest:
    """Parse `PARTNER [#CHANNEL]`. The channel may also come first."""
    channels = [token for token in tokens if token.channel]
    if len(channels) > 1:
        raise UsageError(channels[1].text, "Name one channel, please.")
    rest = [token for token in tokens if not token.channel]
    if not rest:
        raise UsageError("", "Which partner?")
    if odd := next((token for token in rest[1:] if token.text.startswith("#")), None):
        raise UsageError(
            odd.text, f"I don't know the channel {quote(odd.text)}; choose it from Slack's list as you type."
        )
    name = match_whole_name(typed, rest, reading.known)
    return request_type(partner=name, channel=channels[0].channel if channels else None)


_READERS: Mapping[PartnerVerb, Callable[[ParsedText, Tokens, CommandContext], PartnerRequest]] = {
    PartnerVerb.DUE: read_due,
    PartnerVerb.EXPLAIN: _read_explain,
    PartnerVerb.PAUSE: read_pause,
    PartnerVerb.END: read_end,
    PartnerVerb.COST: read_cost,
    PartnerVerb.REVIEW: _read_review,
    PartnerVerb.WHAT_IF: read_what_if,
    PartnerVerb.LINK: partial(_read_channel, LinkRequest),
    PartnerVerb.UNLINK: partial(_read_channel, UnlinkRequest),
    PartnerVerb.MERGE: _read_merge,
    PartnerVerb.ISSUE: partial(_read_issue, IssueRequest),
    PartnerVerb.IDEA: partial(_read_issue, IdeaRequest),
    PartnerVerb.ASK: _read_ask,
}
