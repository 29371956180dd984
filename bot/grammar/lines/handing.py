"""Who sent a lead to whom: by the word before the partner, and by verbs as `sent us`, `we introduced`."""

import re
from itertools import pairwise

from bot.grammar.lines.choice import Choice
from bot.grammar.lines.contact import in_topic
from bot.grammar.lines.lists import phrases, words
from bot.grammar.lines.vocabulary import GAVE, LEAD_NOUNS
from bot.grammar.lines.words import Sheet
from scoring.vocabulary import Direction

_PREPOSITIONS: dict[str, Direction | None] = {
    **dict.fromkeys(("from", "by", "via", "through"), Direction.IN),
    **dict.fromkeys(("to", "for", "towards", "toward"), Direction.OUT),
    **dict.fromkeys(("with", "w/")),
}
_WE = words("we i we've i've ive weve")
_ADVERBS = words("just also have has kindly finally already had")
_RECEIVED = words("got received had have receive gained")
_ARTICLES = words("a an another the new warm hot good great nice our one potential promising big small possible")
_TO_US = phrases("to us, to me, from them, our way, my way, → us, -> us, => us, into us, over us")
_WHOM: dict[tuple[str, ...], Direction] = {
    **dict.fromkeys(_TO_US, Direction.IN),
    **dict.fromkeys((("to", "them"), ("from", "us"), ("their", "way")), Direction.OUT),
}
_CAME = words("came come comes coming arrived")
_COMING = _CAME | words("in over through just has have which who also again direct straight")
_FAR = 40  # words
_BEHIND_US = phrases(
    "in touch with, up with, up w, in with, in on, in w, up to, to, with, w, w/, into, onto, over, on to, onto"
)

_INTRODUCED = words("introduced intro'd introd connected intro'ed")
_SENT = words("sent gave passed sended")
_MEETINGS = words("meeting mtg call intro introduction")
_WORTH = re.compile(r"[£$€][0-9][0-9.,]*(?:k|m)?|[0-9][0-9.,]*(?:k|m)")
_HANDING = _SENT | words(
    "introduced intro'd introd connected intro'ed referred recommended passed sent gave referral lead got"
)


def take_direction(sheet: Sheet, choice: Choice) -> Direction | None:
    """The direction that is said, the words that say it marked; None where none does."""
    if len(sheet) == 1 and (alone := _PREPOSITIONS.get(sheet.key(0))):
        sheet.use("direction", 0)
        return alone
    if sheet.says(choice.first - 2, "new", "partner"):
        sheet.use("glue", choice.first - 2, choice.first)
    direction = None
    said = False
    before = sheet.before(choice.first)
    if choice.found and sheet.key(before) in _PREPOSITIONS and sheet.is_free(before):
        direction = _PREPOSITIONS[sheet.key(before)]
        said = direction is not None
        sheet.use("direction" if said else "glue", before)
        if sheet.key(before) == "by" and sheet.key(before - 1) in (
            "referred",
            "sent",
            "introduced",
            "recommended",
            "intro'd",
            "passed",
        ):
            sheet.use("direction", before - 1)
    if said:
        _use_coming(sheet, sheet.before(before))
    verbal = _take_verb(sheet, choice, is_from=direction is Direction.IN)
    _take_lead_nouns(sheet)
    return verbal if verbal and not said else direction or verbal


def _use_coming(sheet: Sheet, last: int) -> None:
    """Mark the `came in` that only leads to `from`."""
    at = last
    while sheet.key(at) in _COMING and sheet.is_free(at):
        at -= 1
    if any(sheet.keys[place] in _CAME for place in range(at + 1, last + 1)):
        sheet.use("glue", at + 1, last + 1)


def _take_verb(sheet: Sheet, choice: Choice, *, is_from: bool) -> Direction | None:
    for at in sheet.where(GAVE | _RECEIVED, _before_us(sheet)):
        key = sheet.keys[at]
        if sheet.uses[at] or sheet.words[at].quoted:
            continue
        if (
            key in _RECEIVED
            and sheet.key(at + 1) not in _RECEIVED
            and _opens(sheet, at)
            and (is_from or sheet.key(at + 1) in _ARTICLES | LEAD_NOUNS)
        ):
            _use_subject(sheet, at)
            sheet.use("direction", at)
            return Direction.IN if not _goes_out(sheet, choice) else None
        if (key in GAVE or sheet.key(at + 1) in ("us", "me")) and (direction := _handed(sheet, choice, at)):
            return direction
    return _to_us(sheet)


def _before_us(sheet: Sheet) -> list[int]:
    """Where any verb of the past stands before `us`: whatever they did to us with a lead, they gave it."""
    return [
        at - 1
        for at in sheet.where(("us", "me"))
        if at and sheet.key(at - 1).endswith("ed") and len(sheet.key(at - 1)) > 4
    ]


def _goes_out(sheet: Sheet, choice: Choice) -> bool:
    return sheet.key(sheet.before(choice.first)) in ("to", "for")


def _opens(sheet: Sheet, at: int) -> bool:
    """Whether only `we`, adverbs and used words stand before a verb."""
    return at < _FAR and all(
        bool(sheet.uses[place])
        or sheet.words[place].is_mark
        or sheet.keys[place] in _WE
        or sheet.keys[place] in _ADVERBS
        for place in range(at)
    )


def _use_subject(sheet: Sheet, at: int) -> bool:
    """Mark `we have` before a verb; whether a `we` stood there."""
    place = at - 1
    while sheet.key(place) in _ADVERBS and sheet.is_free(place):
        place -= 1
    has_we = sheet.key(place) in _WE and sheet.is_free(place)
    first = place if has_we else place + 1
    for each in range(first, at):
        sheet.use("direction" if has_we else "glue", each)
    return has_we


def _handed(sheet: Sheet, choice: Choice, at: int) -> Direction | None:
    """Who gave, by a verb of giving; None where it is none, as `passed` at the end, which declines."""
    following = sheet.key(at + 1)
    before = at - 1
    while sheet.key(before) in _ADVERBS and sheet.is_free(before):
        before -= 1
    after_partner = choice.found and choice.first <= before < choice.last
    is_ours = sheet.key(before) in _WE
    is_bare = _opens(sheet, at) and not after_partner
    if following in ("us", "me"):
        _use_subject(sheet, at)
        sheet.use("direction", at, at + 2)
        _use_behind(sheet, at + 2)
        return Direction.IN
    if is_ours or (is_bare and sheet.after(at + 1) < len(sheet) and _names_after(sheet, choice, at)):
        _use_subject(sheet, at)
        sheet.use("direction", at, at + 1)
        if following in ("them", "over", "up", "along", "across", "on"):
            sheet.use("direction", at + 1)
        leading = sheet.before(sheet.before(choice.first))
        if sheet.key(leading) in ("on", "over", "across", "along") and sheet.is_free(leading) and leading > at:
            sheet.use("direction", leading)
        _use_behind(sheet, choice.last)
        return Direction.OUT
    if after_partner and sheet.after(at + 1) < len(sheet) and not _opens_lead(sheet, choice, at):
        for each in range(before + 1, at):
            sheet.use("glue", each)
        sheet.use("direction", at)
        if following in ("over", "on", "through", "across", "up", "along", "in") and not sheet.words[at + 1].is_capital:
            sheet.use("direction", at + 1)
        _to_us(sheet)
        return Direction.IN
    return None


def _opens_lead(sheet: Sheet, choice: Choice, at: int) -> bool:
    """Whether the word begins a lead's name: `from Acme Passed Pawns Chess`, where `from` has said who gave."""
    is_name = sheet.words[at].is_capital and sheet.words[at + 1].is_capital
    return is_name and at == choice.last and bool(sheet.uses[choice.first - 1]) and choice.first > 0


def _names_after(sheet: Sheet, choice: Choice, at: int) -> bool:
    """Whether the partner is who got it: `sent Nova X`, `sent X to Nova`."""
    return bool(choice.found) and choice.first > at


def _use_behind(sheet: Sheet, at: int) -> None:
    """Mark what leads from whom to the lead: `us to X`, `Nova in touch with X`."""
    for phrase in _BEHIND_US:
        if sheet.says(at, *phrase) and sheet.are_free(at, at + len(phrase)):
            sheet.use("direction", at, at + len(phrase))
            return


def _to_us(sheet: Sheet) -> Direction | None:
    for at in sheet.where({pair[0] for pair in _WHOM}):
        direction = _WHOM.get((sheet.keys[at], sheet.key(at + 1)))
        if direction and sheet.are_free(at, at + 2):
            sheet.use("direction", at, at + 2)
            return direction
    return None


def _take_lead_nouns(sheet: Sheet) -> None:
    """Mark `a new lead:` where it only says what the line is anyhow; `2 leads` and `Lead Pipes` stay."""
    for at in sheet.where(LEAD_NOUNS):
        noun = sheet.keys[at]
        if (
            sheet.uses[at]
            or sheet.words[at].quoted
            or noun not in LEAD_NOUNS
            or noun in ("leads", "intros", "clients", "prospects", "referrals", "introductions")
        ):
            continue
        first = at
        while first > 0 and sheet.is_free(first - 1) and sheet.keys[first - 1] in _ARTICLES:
            first -= 1
        opens = first == 0 or bool(sheet.uses[first - 1]) or sheet.words[first - 1].is_mark
        closes = (
            at + 1 >= len(sheet)
            or bool(sheet.uses[at + 1])
            or sheet.words[at + 1].is_mark
            or (first < at and opens)
            or sheet.key(at + 1) in ("to", "called")
        )
        if sheet.words[at].is_capital and not (at == 0 or sheet.key(at + 1) == ":"):
            continue
        if (
            opens
            and closes
            and (noun not in ("intro", "introduction") or sheet.key(at + 1) in ("to", ":") or first < at)
        ):
            sheet.use("glue", first, at + 1)
            if sheet.key(at + 1) in ("to", "called", "for", "is") and sheet.is_free(at + 1):
                sheet.use("glue", at + 1)


def referral_verb(sheet: Sheet) -> tuple[int, int] | None:
    """Where a touch says that a lead changed hands: `referred X to us`, `introduced us to X`, `sent us a lead`."""
    for at in sheet.where(_HANDING):
        if (
            not sheet.uses[at]
            and not sheet.words[at].quoted
            and not in_topic(sheet, at)
            and (length := _handing(sheet, at))
        ):
            return at, at + length
    return None


def _is_valued_lead(sheet: Sheet, at: int) -> bool:
    """Whether a name with what it is worth stands at a place: `Rao Dental 3k`, and no `Christmas cards`."""
    named = at < len(sheet) and sheet.words[at].is_capital and not sheet.words[at].is_mark
    return named and any(_WORTH.fullmatch(key) for key in sheet.keys[at + 1 : at + 7])


def _is_meeting_with_lead(sheet: Sheet, at: int) -> bool:
    """Whether a meeting with somebody named stands at a place: `a meeting with Quayside Hotels`."""
    while sheet.key(at) in _ARTICLES | {"first"}:
        at += 1
    is_meeting = sheet.key(at) in _MEETINGS and sheet.key(at + 1) in ("with", "w/", "to") and at + 2 < len(sheet)
    return is_meeting and sheet.words[at + 2].is_capital


def _handing(sheet: Sheet, at: int) -> int:
    """How many words say that a lead changed hands; 0 if none do."""
    key, following, before = sheet.keys[at], sheet.key(at + 1), sheet.key(at - 1)
    behind = sheet.keys[at + 1 : at + 9]
    names_lead = any(word in LEAD_NOUNS for word in behind[:6])
    is_to_us = any(pair == ("to", "us") for pair in pairwise(behind))
    opens = at == 0 or bool(sheet.uses[at - 1])
    if key in ("referral", "lead"):
        return int((opens or sheet.words[at - 1].is_mark) and following in ("from", ":", "-", "–"))
    if key in _INTRODUCED and following == "us" and sheet.key(at + 2) in ("to", "with"):
        return 3
    if following == "us" and (key == "referred" or (key in ("sent", "gave", "passed") and names_lead)):
        return 2
    if key == "got" and following in ("us", "me") and _is_meeting_with_lead(sheet, at + 2):
        return 2
    if following == "us" and key in _SENT and _is_valued_lead(sheet, at + 2):
        return 2
    if key in ("referred", "recommended") and is_to_us:
        return 1
    if key in ("passed", "sent") and is_to_us and names_lead:
        return 1
    if key == "referred" and before in ("they", "he", "she") and following:
        return 1
    return int(key in ("referred", "intro'd", "introduced") and (at == 0 or before in ("we", "i")) and "to" in behind)
