"""Who sent a lead to whom: by the word before the partner, and by verbs as `sent us`, `we introduced`."""

from bot.grammar.lines.choice import Choice
from bot.grammar.lines.lists import phrases, words
from bot.grammar.lines.vocabulary import GAVE, LEAD_NOUNS
from bot.grammar.lines.words import Phrases, Sheet
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
_TO_US = Phrases.of(
    "to us, to me, from them, our way, my way, → us, -> us, => us, into us, over us, in our lap, in my lap, "
    "in our laps, into our lap, into my lap, at us, at me, to the table, on our desk, on my desk, onto our desk, "
    "across our desk, across my desk, in our inbox, in my inbox, in our direction, in my direction, our direction, "
    "my direction, to our door, to our attention, on our radar, under our nose, for us, on our plate"
)
_TO_THEM = Phrases.of(
    "to them, from us, their way, in their lap, into their lap, at them, on their desk, across their desk, "
    "in their inbox, in their direction, their direction, to their door, to their attention"
)
_SOURCES = phrases("thanks to, courtesy of, by way of, off the back of, on the back of, out of, down to, care of")
# They give only where it is said to whom: `dropped X in our lap`, but not `dropped X`.
_DROPPED = words(
    "dropped landed plonked dumped fed delivered plopped left flung fell came turned served flagged sourced"
)
_REGISTERED = words("registered reg'd regged registering")
_DEALS = words("deal deals opportunity opportunities opp opps lead leads account")
_TO_LEAD = Phrases.of(
    "opened the door to, opened the door at, opened the door with, opened a door at, opened a door to, opened doors "
    "at, opened the door for us at, opened the door for us with, made an intro to, made the intro to, did an intro to, "
    "made an introduction to, made the introduction to, got us in with, got us in front of, got us talking to, "
    "got me in front of, got us into, vouched for us with, vouched for us to, vouched for us at, "
    "name dropped us to, name-dropped us to, set us up with, set me up with"
)
_CAME = words("came come comes coming arrived heard found")
_COMING = _CAME | words("in over through just has have which who also again direct straight about of us")
_PARTICLES = words("over on through across up along in off")
_FAR = 40  # words
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
    if choice.found and (length := _source(sheet, choice.first)):
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
    verbal = _take_verb(sheet, choice, is_from=direction is Direction.IN)
    _take_lead_nouns(sheet)
    return verbal if verbal and not said else direction or verbal


def _source(sheet: Sheet, end: int) -> int:
    """How many words before the partner say that it came from there: `thanks to Nova`; 0 if none do."""
    spans = (len(phrase) for phrase in _SOURCES if sheet.says(end - len(phrase), *phrase))
    return next((length for length in spans if end >= length and sheet.are_free(end - length, end)), 0)


def _use_passive(sheet: Sheet, at: int, behind: int) -> None:
    """Mark the verb before `by`, and what leads from the partner to the lead: `tipped off by Nova about X`."""
    first = at - (sheet.key(at) in _PARTICLES)
    if sheet.key(first) not in GAVE or not sheet.are_free(first, at + 1) or first < 0:
        return
    sheet.use("direction", first, at + 1)
    _use_subject(sheet, first)
    if sheet.key(behind) in ("about", "to", "on", "with") and sheet.is_free(behind) and first == 0:
        sheet.use("direction", behind)


def _use_coming(sheet: Sheet, last: int) -> None:
    """Mark the `came in` that only leads to `from`."""
    at = last
    while sheet.key(at) in _COMING and sheet.is_free(at):
        at -= 1
    if any(sheet.keys[place] in _CAME for place in range(at + 1, last + 1)):
        sheet.use("glue", at + 1, last + 1)


def _take_verb(sheet: Sheet, choice: Choice, *, is_from: bool) -> Direction | None:
    for find in (_registered, _leads_to):
        if direction := find(sheet, choice):
            return direction
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
    return _to_us(sheet, choice)


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
        _to_us(sheet, choice)
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


def _to_us(sheet: Sheet, choice: Choice) -> Direction | None:
    """The direction that is said by to whom it went: `our way`, `in their lap`; marked with the verb before it."""
    for phrases_, direction in ((_TO_US, Direction.IN), (_TO_THEM, Direction.OUT)):
        for at in sheet.where(phrases_.starts):
            phrase = phrases_.at(sheet, at)
            if phrase is None or not sheet.are_free(at, at + len(phrase)) or sheet.words[at].quoted:
                continue
            sheet.use("direction", at, at + len(phrase))
            verb = _dropped_at(sheet, choice, at)
            if verb is not None:
                _use_subject(sheet, verb)
                sheet.use("direction", verb)
            return direction
    return None


def _dropped_at(sheet: Sheet, choice: Choice, at: int) -> int | None:
    """The verb of what was dropped in our lap: just before it, behind the partner, or in front."""
    places = (at - 1, choice.last if choice.found else -1, sheet.after(0))
    for first in places:
        place = first
        while sheet.key(place) in _ADVERBS | _WE and sheet.is_free(place):
            place += 1
        if 0 <= place < at and sheet.key(place) in _DROPPED and sheet.is_free(place):
            return place
    return None


def _who_gave(sheet: Sheet, choice: Choice, at: int) -> Direction | None:
    """Who did it, by what stands before a verb: the partner, or we; None where something else does."""
    before = at - 1
    while sheet.key(before) in _ADVERBS and sheet.is_free(before):
        before -= 1
    if choice.found and choice.first <= before < choice.last:
        for place in range(before + 1, at):
            sheet.use("glue", place)
        return Direction.IN
    return Direction.OUT if _use_subject(sheet, at) or _opens(sheet, at) else None


def _registered(sheet: Sheet, choice: Choice) -> Direction | None:
    """`Nova registered a deal for X`, `we registered X with Nova`; the words marked."""
    for at in sheet.where(_REGISTERED):
        if not sheet.is_free(at) or (sheet.words[at].is_capital and at):
            continue
        direction = _who_gave(sheet, choice, at)
        end = at + 1
        while sheet.key(end) in _ARTICLES and sheet.is_free(end):
            end += 1
        is_deal = sheet.key(end) in _DEALS and sheet.is_free(end)
        if direction is None or not (is_deal or sheet.is_free(end)):
            continue
        if is_deal:
            end += 1 + (sheet.key(end + 1) in ("for", "with", "on", "at", ":", "-") and sheet.is_free(end + 1))
        sheet.use("direction", at, end)
        whom = next((place for place in sheet.where(("with",)) if sheet.key(place + 1) in ("us", "them")), None)
        if whom is not None and sheet.are_free(whom, whom + 2):
            sheet.use("direction", whom, whom + 2)
        return direction
    return None


def _leads_to(sheet: Sheet, choice: Choice) -> Direction | None:
    """`Nova opened the door to X`, `Nova got us in front of X`."""
    for at in sheet.where(_TO_LEAD.starts):
        phrase = _TO_LEAD.at(sheet, at)
        if phrase and sheet.are_free(at, at + len(phrase)) and (direction := _who_gave(sheet, choice, at)):
            sheet.use("direction", at, at + len(phrase))
            return direction
    return None


def tells_lead(sheet: Sheet, first: int, last: int) -> bool:
    """Whether a sentence says in other words that a lead came from or went to the partner between two places."""
    if not any(sheet.words[at].is_capital for at in range(len(sheet)) if not first <= at < last):
        return False
    if any(_TO_LEAD.at(sheet, at) for at in sheet.where(_TO_LEAD.starts)):
        return True
    if any(sheet.key(at + 1) in _ARTICLES | _DEALS or at == last for at in sheet.where(_REGISTERED)):
        return True
    gave = sheet.where(GAVE | _DROPPED)
    for idioms in (_TO_US, _TO_THEM):
        if any(idioms.at(sheet, at) and gave and gave[0] < at for at in sheet.where(idioms.starts)):
            return True
    before = sheet.before(first)
    if _source(sheet, first) or sheet.key(before) in ("via", "through", "from", "by"):
        return any(at < before for at in sheet.where(_CAME | _RECEIVED))
    return False


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
