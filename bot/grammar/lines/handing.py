"""Who sent a lead to whom: by the word before the partner, and by verbs as `sent us`, `we introduced`."""

from bot.grammar.lines.choice import Choice
from bot.grammar.lines.giving import (
    ADVERBS,
    ARTICLES,
    CAME,
    RECEIVED,
    WE,
    opens,
    source_length,
    take_opening,
    take_particle,
    take_recipient,
    take_registered,
    use_subject,
)
from bot.grammar.lines.lists import phrases, words
from bot.grammar.lines.vocabulary import GAVE, LEAD_NOUNS, OUTCOME_WORDS
from bot.grammar.lines.words import Sheet
from scoring.vocabulary import Direction

_PREPOSITIONS: dict[str, Direction | None] = {
    **dict.fromkeys(("from", "by", "via", "through", "thru", "frm", "ex"), Direction.IN),
    **dict.fromkeys(("to", "for", "towards", "toward", "onto"), Direction.OUT),
    **dict.fromkeys(("with", "w/")),
}
_COMING = CAME | words("in over through just has have which who also again direct straight about of us")
_PARTICLES = words("over on through across up along in off")
_BEHIND_US = phrases(
    "in touch with, up with, up w, in with, in on, in w, up to, to, with, w, w/, into, onto, over, on to, onto"
)


def take_direction(sheet: Sheet, choice: Choice) -> Direction | None:
    """The direction that is said, the words that say it marked; None where none does."""
    if len(sheet) == 1 and (alone := _PREPOSITIONS.get(sheet.key(0))):
        sheet.use("direction", 0)
        return alone
    direction = None
    said = False
    before = sheet.before(choice.first)
    if choice.found and (length := source_length(sheet, choice.first)):
        direction, said, before = Direction.IN, True, choice.first - length
        sheet.use("direction", before, choice.first)
    elif choice.found and sheet.key(before) in _PREPOSITIONS and sheet.is_free(before):
        direction = _PREPOSITIONS[sheet.key(before)]
        said = direction is not None
        sheet.use("direction" if said else "glue", before)
        if sheet.key(before) == "by":
            _use_passive(sheet, before - 1, choice.last)
    if said:
        _use_coming(sheet, sheet.before(before))
        _use_in_or_out(sheet, before - 1)
    verbal = _take_verb(sheet, choice, is_from=direction is Direction.IN)
    _take_lead_nouns(sheet)
    return verbal if verbal and not said else direction or verbal


def _use_passive(sheet: Sheet, at: int, behind: int) -> None:
    """Mark the verb before `by`, and what leads from the partner to the lead: `tipped off by Nova about X`."""
    first = at - (sheet.key(at) in _PARTICLES)
    if sheet.key(first) not in GAVE or not sheet.are_free(first, at + 1) or first < 0:
        return
    sheet.use("direction", first, at + 1)
    use_subject(sheet, first)
    if sheet.key(behind) in ("about", "to", "on", "with") and sheet.is_free(behind) and first == 0:
        sheet.use("direction", behind)


def _use_in_or_out(sheet: Sheet, at: int) -> None:
    """Mark the particle before a preposition: `in from Nova`, `out to Nova`."""
    if sheet.key(at) in ("in", "out", "over", "across") and sheet.is_free(at) and not sheet.words[at].is_capital:
        sheet.use("glue", at)


def _use_coming(sheet: Sheet, last: int) -> None:
    """Mark the `came in` that only leads to `from`."""
    at = last
    while sheet.key(at) in _COMING and sheet.is_free(at):
        at -= 1
    if any(sheet.keys[place] in CAME for place in range(at + 1, last + 1)):
        sheet.use("glue", at + 1, last + 1)


def _take_verb(sheet: Sheet, choice: Choice, *, is_from: bool) -> Direction | None:
    for find in (take_registered, take_opening, take_particle):
        if direction := find(sheet, choice):
            return direction
    for at in sheet.where(GAVE | RECEIVED, _before_us(sheet)):
        key = sheet.keys[at]
        if sheet.uses[at] or sheet.words[at].quoted:
            continue
        if (
            key in RECEIVED
            and sheet.key(at + 1) not in RECEIVED
            and opens(sheet, at)
            and (is_from or sheet.key(at + 1) in ARTICLES | LEAD_NOUNS)
        ):
            use_subject(sheet, at)
            sheet.use("direction", at)
            return Direction.IN if not _goes_out(sheet, choice) else None
        if (key, *sheet.keys[at + 1 : at + 3]) in OUTCOME_WORDS:
            continue  # `turned us down`
        if (key in GAVE or sheet.key(at + 1) in ("us", "me")) and (direction := _handed(sheet, choice, at)):
            return direction
    return take_recipient(sheet, choice)


def _before_us(sheet: Sheet) -> list[int]:
    """Where any verb of the past stands before `us`: whatever they did to us with a lead, they gave it."""
    return [
        at - 1
        for at in sheet.where(("us", "me"))
        if at and sheet.key(at - 1).endswith("ed") and len(sheet.key(at - 1)) > 4
    ]


def _goes_out(sheet: Sheet, choice: Choice) -> bool:
    return sheet.key(sheet.before(choice.first)) in ("to", "for")


def _handed(sheet: Sheet, choice: Choice, at: int) -> Direction | None:
    """Who gave, by a verb of giving; None where it is none, as `passed` at the end, which declines."""
    following = sheet.key(at + 1)
    before = at - 1
    while sheet.key(before) in ADVERBS and sheet.is_free(before):
        before -= 1
    after_partner = choice.found and choice.first <= before < choice.last
    is_ours = sheet.key(before) in WE
    is_bare = opens(sheet, at) and not after_partner
    if following in ("us", "me"):
        use_subject(sheet, at)
        sheet.use("direction", at, at + 2)
        _use_behind(sheet, at + 2)
        return Direction.IN
    if is_ours or (is_bare and sheet.after(at + 1) < len(sheet) and _names_after(sheet, choice, at)):
        use_subject(sheet, at)
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
        _use_particle(sheet, at)
        take_recipient(sheet, choice)
        return Direction.IN
    return None


def _use_particle(sheet: Sheet, verb: int) -> None:
    """Mark the particle of a verb that stands behind the lead: `put Rao Dental forward`."""
    for at in sheet.where(("forward", "over", "across", "through")):
        closes = at + 1 >= len(sheet) or bool(sheet.uses[at + 1]) or sheet.words[at + 1].is_mark
        if at > verb + 1 and sheet.is_free(at) and closes and not sheet.words[at].is_capital:
            if sheet.words[at - 1].is_capital:
                sheet.use("direction", at)
            return


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
        while first > 0 and sheet.is_free(first - 1) and sheet.keys[first - 1] in ARTICLES:
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
