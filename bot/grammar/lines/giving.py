"""How people say in idioms that a lead changed hands: `in our lap`, `thanks to`, `registered a deal for`."""

from bot.grammar.lines.choice import Choice
from bot.grammar.lines.lists import phrases, words
from bot.grammar.lines.vocabulary import GAVE
from bot.grammar.lines.words import Phrases, Sheet
from scoring.vocabulary import Direction

WE = words("we i we've i've ive weve")
ADVERBS = words("just also have has kindly finally already had is are r were was been")
RECEIVED = words("got received had have receive gained")
ARTICLES = words("a an another the new warm hot good great nice our one potential promising big small possible")
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
CAME = words("came come comes coming arrived heard found")
_FAR = 40  # words


def source_length(sheet: Sheet, end: int) -> int:
    """How many words before the partner say that it came from there: `thanks to Nova`; 0 if none do."""
    spans = (len(phrase) for phrase in _SOURCES if sheet.says(end - len(phrase), *phrase))
    return next((length for length in spans if end >= length and sheet.are_free(end - length, end)), 0)


def opens(sheet: Sheet, at: int) -> bool:
    """Whether only `we`, adverbs and used words stand before a verb."""
    return at < _FAR and all(
        bool(sheet.uses[place]) or sheet.words[place].is_mark or sheet.keys[place] in WE or sheet.keys[place] in ADVERBS
        for place in range(at)
    )


def use_subject(sheet: Sheet, at: int) -> bool:
    """Mark `we have` before a verb; whether a `we` stood there."""
    place = at - 1
    while sheet.key(place) in ADVERBS and sheet.is_free(place):
        place -= 1
    has_we = sheet.key(place) in WE and sheet.is_free(place)
    first = place if has_we else place + 1
    for each in range(first, at):
        sheet.use("direction" if has_we else "glue", each)
    return has_we


def take_recipient(sheet: Sheet, choice: Choice) -> Direction | None:
    """The direction that is said by to whom it went: `our way`, `in their lap`; marked with the verb before it."""
    for phrases_, direction in ((_TO_US, Direction.IN), (_TO_THEM, Direction.OUT)):
        for at in sheet.where(phrases_.starts):
            phrase = phrases_.at(sheet, at)
            if phrase is None or not sheet.are_free(at, at + len(phrase)) or sheet.words[at].quoted:
                continue
            sheet.use("direction", at, at + len(phrase))
            verb = _dropped_at(sheet, choice, at)
            if verb is not None:
                use_subject(sheet, verb)
                sheet.use("direction", verb)
            return direction
    return None


def _dropped_at(sheet: Sheet, choice: Choice, at: int) -> int | None:
    """The verb of what was dropped in our lap: just before it, behind the partner, or in front."""
    places = (at - 1, choice.last if choice.found else -1, sheet.after(0))
    for first in places:
        place = first
        while sheet.key(place) in ADVERBS | WE and sheet.is_free(place):
            place += 1
        if 0 <= place < at and sheet.key(place) in _DROPPED and sheet.is_free(place):
            return place
    return None


def _who_gave(sheet: Sheet, choice: Choice, at: int) -> Direction | None:
    """Who did it, by what stands before a verb: the partner, or we; None where something else does."""
    before = at - 1
    while sheet.key(before) in ADVERBS and sheet.is_free(before):
        before -= 1
    if choice.found and choice.first <= before < choice.last:
        for place in range(before + 1, at):
            sheet.use("glue", place)
        return Direction.IN
    return Direction.OUT if use_subject(sheet, at) or opens(sheet, at) else None


def take_registered(sheet: Sheet, choice: Choice) -> Direction | None:
    """`Nova registered a deal for X`, `we registered X with Nova`; the words marked."""
    for at in sheet.where(_REGISTERED):
        if not sheet.is_free(at) or (sheet.words[at].is_capital and at):
            continue
        direction = _who_gave(sheet, choice, at)
        end = at + 1
        while sheet.key(end) in ARTICLES and sheet.is_free(end):
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


def take_particle(sheet: Sheet, choice: Choice) -> Direction | None:
    """`Nova pinged across Rao Dental`: any verb of the past with a particle between the partner and a name; marked."""
    at = choice.last
    is_verb = choice.found and sheet.is_free(at) and sheet.key(at).endswith("ed") and not sheet.words[at].is_capital
    if not is_verb or sheet.key(at + 1) not in ("across", "over", "along", "through") or at + 2 >= len(sheet):
        return None
    if not sheet.words[at + 2].is_capital or not sheet.are_free(at, at + 2):
        return None
    sheet.use("direction", at, at + 2)
    return Direction.IN


def take_opening(sheet: Sheet, choice: Choice) -> Direction | None:
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
    if any(sheet.key(at + 1) in ARTICLES | _DEALS or at == last for at in sheet.where(_REGISTERED)):
        return True
    gave = sheet.where(GAVE | _DROPPED)
    if gave and opens(sheet, gave[0]) and sheet.key(sheet.before(first)) in ("to", "onto") and gave[0] + 2 < first:
        return all(sheet.words[at].is_capital for at in (gave[0] + 1, gave[0] + 2))
    for idioms in (_TO_US, _TO_THEM):
        if any(idioms.at(sheet, at) and gave and gave[0] < at for at in sheet.where(idioms.starts)):
            return True
    before = sheet.before(first)
    if source_length(sheet, first) or sheet.key(before) in ("via", "through", "from", "by"):
        return any(at < before for at in sheet.where(CAME | RECEIVED))
    return False
