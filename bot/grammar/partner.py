"""`/partner`: the partner record, one small form per verb."""

from collections.abc import Callable
from datetime import date
from itertools import pairwise

from bot.grammar.costs import read_cost
from bot.grammar.day_words import LONGEST_DAY, looks_like_day, spelled
from bot.grammar.days import find_day, read_day, unreadable_day
from bot.grammar.errors import UsageError, shown, usage
from bot.grammar.partner_names import UnknownPartner, find_name, name_first, split_at
from bot.grammar.requests import TERMS, PartnerRequest, PartnerVerb, Reading
from bot.grammar.tend import unknown_verb
from bot.grammar.tokens import Tokens, Typed, read_words
from scoring.words import BAND_ORDER, Band, Status

# The rest is in the help; all of them would hide what to write.
PARTNER_FORM = "/partner add|show|list|edit|due|explain|review|… [PARTNER]"
FORMS = {
    PartnerVerb.ADD: "/partner add NAME… [vertical VERTICAL…] [owner @PERSON] [since DAY]",
    PartnerVerb.LIST: f"/partner list [VERTICAL…] [@OWNER] [{'|'.join(Status)}]",
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
# Views of all partners: nothing can follow.
VIEWS = (
    PartnerVerb.PRUNE,
    PartnerVerb.VERTICALS,
    PartnerVerb.STAKEHOLDERS,
    PartnerVerb.CANDIDATES,
    PartnerVerb.CONCENTRATION,
    PartnerVerb.SERVED,
)

_PARTS = ("vertical", "owner", "since")
_UNTIL = ("until", "till")
_BY = ("by", "on", *_UNTIL)
_BECAUSE = ("because", "reason", "reason:")


def read_partner(text: str, reading: Reading) -> PartnerRequest:
    """`VERB [PARTNER…] …`; a known partner without a verb is shown. Raises UsageError, UnknownPartner."""
    with usage(PARTNER_FORM):
        typed = read_words(text)
        if not typed.tokens:
            return PartnerRequest(verb=None)
        first, rest = typed.tokens[0], typed.tokens[1:]
        if first.word in list(PartnerVerb):
            verb = PartnerVerb(first.word)
        elif (named := find_name(typed, typed.tokens, reading.known)) and not named.rest:
            return PartnerRequest(verb=PartnerVerb.SHOW, partner=named.name)
        else:
            raise unknown_verb(first.text, PartnerVerb)
    with usage(FORMS.get(verb, f"/partner {verb}" if verb in VIEWS else f"/partner {verb} PARTNER")):
        if verb is PartnerVerb.ADD:
            return _read_add(typed, rest, reading.today)
        if verb is PartnerVerb.LIST:
            return _read_list(typed, rest)
        if verb in VIEWS and rest:
            extra = typed.phrase(rest) or ""
            raise UsageError(extra, f"Nothing can follow {shown(verb.value)}; I read {shown(extra)}.")
        if not rest:
            return PartnerRequest(verb=verb)
        readers: dict[PartnerVerb, _Reader] = {
            PartnerVerb.EXPLAIN: _read_explain,
            PartnerVerb.PAUSE: _read_pause,
            PartnerVerb.END: _read_end,
            PartnerVerb.COST: read_cost,
            PartnerVerb.REVIEW: _read_review,
            PartnerVerb.WHAT_IF: _read_what_if,
            PartnerVerb.LINK: _read_channel(PartnerVerb.LINK),
            PartnerVerb.UNLINK: _read_channel(PartnerVerb.UNLINK),
            PartnerVerb.MERGE: _read_merge,
            PartnerVerb.ISSUE: _read_and_more(PartnerVerb.ISSUE),
            PartnerVerb.IDEA: _read_and_more(PartnerVerb.IDEA),
            PartnerVerb.ASK: _read_and_more(PartnerVerb.ASK),
        }
        if verb in readers:
            return readers[verb](typed, rest, reading)
        return PartnerRequest(verb=verb, partner=_whole_name(typed, rest, reading))


_Reader = Callable[[Typed, Tokens, Reading], PartnerRequest]


def _read_add(typed: Typed, tokens: Tokens, today: date) -> PartnerRequest:
    """`NAME… [vertical VERTICAL…] [owner @PERSON] [since DAY]`, the parts in any order; after a quoted name the
    vertical needs no keyword, and a mention is the owner wherever it stands."""
    owner, tokens = _take_owner(tokens)
    starts = [at for at, token in enumerate(tokens) if at and token.word.rstrip(":") in _PARTS]
    bounds = [*starts, len(tokens)]
    name = tokens[: bounds[0]]
    parts: dict[str, Tokens] = {}
    if len(name) > 1 and name[0].quoted:
        name, parts["vertical"] = name[:1], name[1:]
    for start, end in pairwise(bounds):
        part = tokens[start].word.rstrip(":")
        if part in parts:
            raise UsageError(tokens[start].text, f"The {part} is given twice.")
        if end == start + 1:
            raise UsageError(tokens[start].text, f"There is nothing after {shown(tokens[start].text)}.")
        parts[part] = tokens[start + 1 : end]
    if "owner" in parts:
        who = typed.phrase(parts["owner"]) or ""
        raise UsageError(who, f"Name the owner with an @, as in @ana; I read {shown(who)}.")
    since = typed.phrase(parts.get("since", ()))
    return PartnerRequest(
        verb=PartnerVerb.ADD,
        partner=typed.phrase(name),
        vertical=typed.phrase(parts.get("vertical", ())),
        owner=owner,
        since=read_day(since, today) if since else None,
    )


def _read_list(typed: Typed, tokens: Tokens) -> PartnerRequest:
    """`[VERTICAL…] [@OWNER] [STATUS]`, in any order."""
    owner, tokens = _take_owner(tokens)
    status = None
    for at in (0, -1):
        if tokens and status is None and tokens[at].word in list(Status):
            status = Status(tokens[at].word)
            tokens = tokens[1:] if at == 0 else tokens[:-1]
    if len(tokens) > 1 and tokens[0].word.rstrip(":") == "vertical":
        tokens = tokens[1:]
    return PartnerRequest(verb=PartnerVerb.LIST, vertical=typed.phrase(tokens), owner=owner, status=status)


def _take_owner(tokens: Tokens) -> tuple[str | None, Tokens]:
    """The id of the one mention, and the other words without an `owner` before it. Raises UsageError for two."""
    mentions = [at for at, token in enumerate(tokens) if token.user]
    if not mentions:
        return None, tokens
    if len(mentions) > 1:
        raise UsageError(tokens[mentions[1]].text, "A partner has one owner; please name one person.")
    at = mentions[0]
    before = at - 1 if at and tokens[at - 1].word.rstrip(":") == "owner" else at
    return tokens[at].user, [*tokens[:before], *tokens[at + 1 :]]


def _whole_name(typed: Typed, tokens: Tokens, reading: Reading, length: int | None = None) -> str:
    """The partner that the first `length` of the tokens (all, if not given) name, and nothing else.

    No shorter name will do: "Acme Legl" must not show Acme. Raises UnknownPartner, UsageError.
    """
    words = tokens[:length]
    named = find_name(typed, words, reading.known)
    if words[0].quoted and len(words) > 1 and named:
        extra = typed.phrase(words[1:]) or ""
        raise UsageError(extra, f"I do not know what {shown(extra)} means after the partner's name.")
    if named is None or named.rest:
        raise UnknownPartner((split_at(typed, tokens, 1 if words[0].quoted else len(words)),))
    return named.name


def _read_explain(typed: Typed, tokens: Tokens, reading: Reading) -> PartnerRequest:
    """`PARTNER [since DAY]`."""
    since = next((at for at in range(len(tokens) - 1, 0, -1) if tokens[at].word == "since"), None)
    named = find_name(typed, tokens, reading.known)
    if since is None or (named and not named.rest):
        return PartnerRequest(verb=PartnerVerb.EXPLAIN, partner=_whole_name(typed, tokens, reading))
    partner = _whole_name(typed, tokens, reading, since)
    day = read_day(spelled(tokens[since + 1 :]), reading.today)
    return PartnerRequest(verb=PartnerVerb.EXPLAIN, partner=partner, since=day)


def _read_pause(typed: Typed, tokens: Tokens, reading: Reading) -> PartnerRequest:
    """`PARTNER [until DAY] [REASON…]`, or the reason first."""
    named = name_first(typed, tokens, reading.known, _before_reason)
    reason, until = _take_until(named.rest, reading.today)
    return PartnerRequest(verb=PartnerVerb.PAUSE, partner=named.name, until=until, reason=_reason(typed, reason))


def _read_end(typed: Typed, tokens: Tokens, reading: Reading) -> PartnerRequest:
    """`PARTNER [REASON…]`."""
    named = name_first(typed, tokens, reading.known, _before_reason)
    return PartnerRequest(verb=PartnerVerb.END, partner=named.name, reason=_reason(typed, named.rest))


def _read_review(typed: Typed, tokens: Tokens, reading: Reading) -> PartnerRequest:
    """`PARTNER`, or `all` where no partner is called so."""
    if [token.word for token in tokens] == ["all"] and not reading.known(["all"]):
        return PartnerRequest(verb=PartnerVerb.REVIEW, everyone=True)
    return PartnerRequest(verb=PartnerVerb.REVIEW, partner=_whole_name(typed, tokens, reading))


def _read_what_if(typed: Typed, tokens: Tokens, reading: Reading) -> PartnerRequest:
    """`terms [PARTNER]`, or `PARTNER [BAND] [by DAY]`."""
    named = find_name(typed, tokens, reading.known)
    if tokens[0].word == TERMS and (named is None or named.rest):
        partner = _whole_name(typed, tokens[1:], reading) if tokens[1:] else None
        return PartnerRequest(verb=PartnerVerb.WHAT_IF, partner=partner, what=TERMS)
    named = named or name_first(typed, tokens, reading.known, _before_band)
    rest, until = list(named.rest), None
    at = next((at for at, token in enumerate(rest) if token.word in _BY), len(rest))
    if at < len(rest):
        until = _coming_day(rest[at:], reading.today)
    words = [token.word for token in rest[:at] if token.word not in ("to", "be", "reach", "hold")]
    if len(words) > 1 or (words and words[0] not in BAND_ORDER[1:]):
        extra = typed.phrase(rest[:at]) or ""
        raise UsageError(extra, f"After the partner goes a band ({', '.join(BAND_ORDER[1:])}); I read {shown(extra)}.")
    if until and not words:
        raise UsageError(spelled(rest[at:]), "Say which band it should be in on that day.")
    band = Band(words[0]) if words else None
    return PartnerRequest(verb=PartnerVerb.WHAT_IF, partner=named.name, band=band, until=until)


def _coming_day(tokens: Tokens, today: date) -> date:
    """The day after a `by`. Raises UsageError for none, and for one that is past."""
    if len(tokens) == 1:
        raise UsageError(tokens[0].text, f"There is no day after {shown(tokens[0].text)}.")
    text = spelled(tokens[1:])
    day = read_day(text, today, prefer_past=False)
    if day < today:
        raise UsageError(text, f"That day is past; I read {shown(text)}.")
    return day


def _before_band(tokens: Tokens) -> int:
    """The guess: the name ends before a band or `by`; without them it is all there is."""
    ends = (at for at in range(1, len(tokens)) if tokens[at].word in (*BAND_ORDER, *_BY))
    return next(ends, len(tokens))


def _read_and_more(verb: PartnerVerb) -> _Reader:
    def read(typed: Typed, tokens: Tokens, reading: Reading) -> PartnerRequest:
        """`PARTNER WHAT…`: what stands between, an idea, or whom to ask."""
        named = name_first(typed, tokens, reading.known)
        return PartnerRequest(verb=verb, partner=named.name, what=typed.phrase(named.rest))

    return read


def _read_merge(typed: Typed, tokens: Tokens, reading: Reading) -> PartnerRequest:
    """`PARTNER into PARTNER`. Where a name has an "into" of its own, the one that leaves two known names counts."""
    places = [at for at in range(1, len(tokens) - 1) if tokens[at].word == "into" and not tokens[at].quoted]
    if not places:
        raise UsageError("", "Which partner should become part of which?")
    sides = ((at, (tokens[:at], tokens[at + 1 :])) for at in places)
    known = (at for at, names in sides if all(_is_known(typed, name, reading) for name in names))
    at = next(known, places[0])
    partner = _whole_name(typed, tokens, reading, at)
    return PartnerRequest(verb=PartnerVerb.MERGE, partner=partner, into=_whole_name(typed, tokens[at + 1 :], reading))


def _is_known(typed: Typed, tokens: Tokens, reading: Reading) -> bool:
    named = find_name(typed, tokens, reading.known)
    return named is not None and not named.rest


def _read_channel(verb: PartnerVerb) -> _Reader:
    def read(typed: Typed, tokens: Tokens, reading: Reading) -> PartnerRequest:
        """`PARTNER [#CHANNEL]`, the channel also in front."""
        channels = [token for token in tokens if token.channel]
        if len(channels) > 1:
            raise UsageError(channels[1].text, "Name one channel, please.")
        rest = [token for token in tokens if not token.channel]
        if not rest:
            raise UsageError("", "Which partner?")
        if odd := next((token for token in rest[1:] if token.text.startswith("#")), None):
            raise UsageError(odd.text, f"I know no channel {shown(odd.text)}; choose it from Slack's list as you type.")
        name = _whole_name(typed, rest, reading)
        return PartnerRequest(verb=verb, partner=name, channel=channels[0].channel if channels else None)

    return read


def _take_until(tokens: Tokens, today: date) -> tuple[Tokens, date | None]:
    """The words around the last `until DAY`, and the day: the longest that can be read, not before today."""
    at = next((at for at in range(len(tokens) - 1, -1, -1) if tokens[at].word in _UNTIL), None)
    if at is None:
        return tokens, None
    after = tokens[at + 1 :]
    for length in range(min(LONGEST_DAY, len(after)), 0, -1):
        text = spelled(after[:length])
        day = find_day(text, today, prefer_past=False)
        if day is not None and day < today:
            raise UsageError(text, f"A pause cannot end in the past; I read {shown(text)}.")
        if day is not None:
            return [*tokens[:at], *after[length:]], day
    # "waiting until budgets clear" is a reason; "until budgets clear" alone wanted a day.
    if at == 0 or not after or looks_like_day([token.text for token in after[:LONGEST_DAY]]):
        raise unreadable_day(spelled(after[:LONGEST_DAY]))
    return tokens, None


def _reason(typed: Typed, tokens: Tokens) -> str | None:
    return typed.phrase(tokens[1:] if tokens and tokens[0].word in _BECAUSE else tokens)


def _before_reason(tokens: Tokens) -> int:
    """The guess: the name ends before `until` or `because`; without them it is all there is."""
    ends = (at for at in range(1, len(tokens)) if tokens[at].word in (*_UNTIL, *_BECAUSE))
    return next(ends, len(tokens))
