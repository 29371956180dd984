"""Parse `/referral`, `/event` and `/touch`."""

from collections.abc import Collection
from datetime import date

from bot.grammar.day_detection import reject_unread_day, take_day
from bot.grammar.errors import UsageError, add_form, quote
from bot.grammar.money import count_money_words, is_sure_amount, read_money, reject_split_number
from bot.grammar.names import NameGuess, PartnerMatch, first_word, match_after_direction
from bot.grammar.requests import CommandContext, EventRequest, ReferralRequest, TouchRequest
from bot.grammar.tokens import ParsedText, Token, Tokens, tokenize
from scoring.vocabulary import Direction, Kind, Outcome

REFERRAL_FORM = "/referral [from|to] PARTNER LEAD… [MONEY] [won|lost|met|introduced|declined] [on DAY] [strategic]"
EVENT_FORM = "/event [from|to|with] PARTNER TITLE… [on DAY]"
TOUCH_FORM = "/touch [from|to|with] PARTNER [call|meeting|mail|collab|promo|…] NOTE… [on DAY] [next: STEP by DAY]"

_OUTCOMES = {outcome.value: outcome for outcome in Outcome} | {"intro": Outcome.INTRODUCED}
_WORTH_WORDS = ("about", "around", "for", "worth")  # between a lead and its amount
_DAY_KEYWORDS = ("on",)
_NEXT = "next:"
# People write both "by friday" and "on friday" for a promise.
_DUE_KEYWORDS = ("by", "on")
_MEDIA = {
    Kind.MEETING: "call meeting mail email coffee lunch dinner visit chat demo video dm message",
    Kind.COLLABORATION: "collab collaboration article blog swap podcast",
    Kind.CROSS_PROMOTION: "promo promotion mailshot newsletter cross-promo cross-promotion",
}
_MEDIUM_SYNONYMS = {
    "called": "call", "phoned": "call", "rang": "call", "emailed": "email", "mailed": "mail", "met": "meeting",
    "messaged": "message", "visited": "visit", "calls": "call", "chatted": "chat",
}  # fmt: skip
KIND_OF_MEDIUM = {medium: kind for kind, media in _MEDIA.items() for medium in media.split()}


def read_referral(text: str, reading: CommandContext) -> ReferralRequest:
    """Parse `[from|to] PARTNER LEAD… [MONEY] [OUTCOME] [on DAY] [strategic]`. The last parts may be in any order.

    Each part is taken once; a second amount or outcome belongs to the lead. Raise UsageError or UnknownPartner.
    """
    with add_form(REFERRAL_FORM):
        typed = tokenize(text)
        partner, direction, rest = _match_partner(typed, reading, Direction.IN, later=("from", "to", "with"))
        if direction is Direction.JOINT:
            raise UsageError(
                "with", "A referral is sent: “from” where they sent it to you, “to” where you sent it to them."
            )
        value: int | None = None
        outcome: Outcome | None = None
        day: date | None = None
        strategic = False
        while rest:
            ended = [*rest[:-1], rest[-1].ending(",.;!")]
            keyword = ended[-1].word
            if outcome is None and keyword in _OUTCOMES:
                rest, outcome = rest[:-1], _OUTCOMES[keyword]
            elif not strategic and keyword == "strategic":
                rest, strategic = rest[:-1], True
            elif day is None and (day_taken := take_day(rest, _DAY_KEYWORDS, reading.today))[1]:
                rest, day = day_taken
            elif value is None and (count := count_money_words(ended, reading.currency)):
                rest, value = _take_money(ended, count, reading.currency)
            else:
                rest = [*rest[:-1], rest[-1].ending(",;")]
                break
        if day is None:
            reject_unread_day(rest, _DAY_KEYWORDS)
        if value is None:
            _refuse_stray_amount(typed, rest, reading.currency)
        return ReferralRequest(
            partner=partner,
            direction=direction,
            lead=typed.phrase(rest),
            value=value,
            outcome=outcome or Outcome.INTRODUCED,
            occurred_on=day or reading.today,
            strategic=strategic,
        )


def read_event(text: str, reading: CommandContext) -> EventRequest:
    """Parse `[from|to|with] PARTNER TITLE… [on DAY]`. Raise UsageError or UnknownPartner."""
    with add_form(EVENT_FORM):
        typed = tokenize(text)
        partner, direction, rest = _match_partner(typed, reading, Direction.JOINT, later=("with",))
        rest, day = _take_occurred_on(rest, reading.today)
        return EventRequest(partner=partner, title=typed.phrase(rest), occurred_on=day, direction=direction)


def read_touch(text: str, reading: CommandContext) -> TouchRequest:
    """Parse `[from|to|with] PARTNER [KIND] NOTE… [on DAY] [next: STEP by DAY]`. Raise UsageError or UnknownPartner."""
    with add_form(TOUCH_FORM):
        typed = tokenize(text)
        # "Zed moved to Acme" is a note about Zed; "call to Acme" is a call.
        later = ("from", "to", "with") if typed.tokens and _medium(typed.tokens[0]) else ("with",)
        partner, direction, rest = _match_partner(typed, reading, Direction.JOINT, _before_medium, later)
        rest, step, step_due_on = _take_step(typed, rest, reading.today)
        rest, day = _take_occurred_on(rest, reading.today)
        medium = _medium(rest[0]) if rest else None
        rest = rest[1:] if medium else rest
        return TouchRequest(
            partner=partner,
            kind=KIND_OF_MEDIUM[medium] if medium else Kind.MEETING,
            direction=direction,
            note=typed.phrase(rest),
            occurred_on=day,
            step=step,
            step_due_on=step_due_on,
            medium=medium,
        )


def _match_partner(
    typed: ParsedText,
    reading: CommandContext,
    default: Direction,
    guess: NameGuess = first_word,
    later: Collection[str] = (),
) -> tuple[str | None, Direction, Tokens]:
    """Return the partner, the direction and the rest of the words. Raise UnknownPartner."""
    match match_after_direction(typed, typed.tokens, reading.known, guess, later):
        case PartnerMatch(name, rest, direction):
            return name, direction or default, rest
        case direction:
            return None, direction or default, ()


def _medium(token: Token) -> str | None:
    """Return the kind of contact that a word names: `call`, `called`."""
    name = token.word.rstrip(",:;.")
    name = _MEDIUM_SYNONYMS.get(name, name)
    return name if name in KIND_OF_MEDIUM else None


def _before_medium(tokens: Tokens) -> int:
    """Guess for `/touch`: the name ends before a word like `call`, if there is one."""
    return next((index for index in range(1, len(tokens)) if _medium(tokens[index])), 1)


def _take_money(rest: Tokens, count: int, currency: str) -> tuple[Tokens, int]:
    reject_split_number(rest, count)
    value = read_money(" ".join(token.text for token in rest[-count:]), currency)
    rest = rest[:-count]
    return (rest[:-1] if rest and rest[-1].word in _WORTH_WORDS else rest), value


def _refuse_stray_amount(typed: ParsedText, rest: Tokens, currency: str) -> None:
    """Raise UsageError if words follow an amount: the amount was meant as a separate part."""
    index = next((index for index, token in enumerate(rest[:-1]) if is_sure_amount(token, currency)), None)
    if index is not None:
        after = typed.phrase(rest[index + 1 :]) or ""
        raise UsageError(
            after,
            f"I do not know what {quote(after)} means after {quote(rest[index].text)}. "
            "Write the amount after the lead. Quote a lead whose name has a number.",
        )


def _take_occurred_on(rest: Tokens, today: date) -> tuple[Tokens, date]:
    """Return the words before `on DAY`, and the day (default: today). Raise UsageError for an unreadable day."""
    rest, day = take_day(rest, _DAY_KEYWORDS, today)
    if day is None:
        reject_unread_day(rest, _DAY_KEYWORDS)
    return rest, day or today


def _take_step(typed: ParsedText, rest: Tokens, today: date) -> tuple[Tokens, str | None, date | None]:
    """Return the words before the last `next:`, the promise, and its due day."""
    index = next((index for index in range(len(rest) - 1, -1, -1) if rest[index].word.startswith(_NEXT)), None)
    if index is None:
        return rest, None, None
    step_tokens = list(rest[index + 1 :])
    if rest[index].word != _NEXT:  # next:call
        step_tokens.insert(0, rest[index].without(len(_NEXT)))
    step, due = take_day(step_tokens, _DUE_KEYWORDS, today, prefer_past=False)
    if due is None:
        reject_unread_day(step, _DUE_KEYWORDS)
    if not step:
        raise UsageError(rest[index].text, "Nothing follows “next:”; write what was promised, or leave it out.")
    return rest[:index], typed.phrase(step), due
