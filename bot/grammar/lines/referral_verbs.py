"""Where a sentence about a partner says that a lead changed hands, so that it is a referral and no touch."""

import re
from itertools import pairwise

from bot.grammar.lines.contact import in_topic
from bot.grammar.lines.giving import ARTICLES
from bot.grammar.lines.lists import words
from bot.grammar.lines.vocabulary import GAVE, LEAD_NOUNS
from bot.grammar.lines.words import Sheet

_INTRODUCED = words("introduced intro'd introd connected intro'ed")
_SENT = words("sent gave passed sended")
_MEETINGS = words("meeting mtg call intro introduction")
_WORTH = re.compile(r"[£$€][0-9][0-9.,]*(?:k|m)?|[0-9][0-9.,]*(?:k|m)")
_HANDING = _SENT | words(
    "introduced intro'd introd connected intro'ed referred recommended passed sent gave referral lead got"
)


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
    while sheet.key(at) in ARTICLES | {"first"}:
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


def new_partner(sheet: Sheet) -> int:
    """How many words in front say that a new partner follows: `our new partner`; 0 if none do."""
    at = 0
    while sheet.key(at) in ARTICLES - {"new"}:
        at += 1
    return at + 2 if sheet.says(at, "new", "partner") else 0


def tells_of_new(sheet: Sheet) -> bool:
    """Whether a new partner gave or got a lead: `New partner Blackwood Law sent us Bramble Foods`."""
    start = new_partner(sheet)
    return start > 0 and any(
        at > start and (sheet.key(at + 1) in ("us", "me", "over") or sheet.words[at + 1].is_capital)
        for at in sheet.where(GAVE)
        if at + 1 < len(sheet)
    )
