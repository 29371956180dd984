"""What more would do for a partnership, in words."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction

from bot.actions.economics.what_if import WhatIf, Wish
from bot.formatting import KIND_NAMES, count, day_words, plain_number, rvi_words
from bot.forms.inputs import Day
from bot.grammar import PartnerRequest
from bot.messages.common import log_touch, work_out_terms
from bot.messages.forms import form, input_block
from bot.slack import action_ids, callback_ids
from bot.slack.blocks import Block, Message, actions, context, esc, header, option, section
from bot.workspace.team import Team
from scoring.rvi import Score
from scoring.vocabulary import BAND_ORDER, Band, Direction, Side
from scoring.what_if import Need

NO_TRUST = "no trust is rated, so there is no RVI."
WAYS = {Direction.JOINT: "together", Direction.IN: "from them", Direction.OUT: "to them"}
WHOSE = {Side.OURS: "Ours", Side.THEIRS: "Seen from their side"}
OF_TRUST = {Side.OURS: "our trust in them", Side.THEIRS: "their trust in us"}


def what_if(found: WhatIf) -> Message:
    """What was asked first; then one more of each, and what holds and lifts the bands."""
    one, now = found.scored, found.scored.now
    name = one.partner.name
    blocks: list[Block] = [
        header(f"{name}: what if…"),
        context(" · ".join(f"{WHOSE[side]}: {rvi_words(now, side)}" for side in Side)),
    ]
    if now.ours.rvi is None and now.theirs.rvi is None:
        blocks.append(section("There is no RVI to move yet: rate trust first, with `/trust`."))
    else:
        told = [_wished(found.wish, now.day)] if found.wish else []
        told += [_one_more(found), _holding(found)]
        blocks += [section(text) for text in told]
        blocks.append(context(_counted(found)))
    blocks.append(actions(log_touch(one.partner.id), work_out_terms(one.partner.id)))
    return Message(f"{esc(name)}: what if…", blocks)


def _wished(wish: Wish, today: date) -> str:
    by = day_words(wish.by, today)
    title = f"*{str(wish.band).capitalize()} {'on ' if wish.by != today else ''}{by}*"
    return "\n".join([title, *_by_side(lambda side: _wish(wish.needs[side], wish.then, side))])


def _wish(need: Need | None, then: Score, side: Side) -> str:
    if need is None:
        return NO_TRUST
    return f"{_more(need.reach)} by then; with nothing new it is {rvi_words(then, side)}."


def _by_side(told: Callable[[Side], str]) -> list[str]:
    """One line for each side; one for both where they say the same."""
    ours, theirs = (told(side) for side in Side)
    if ours == theirs:
        return [f"• Both sides: {ours}"]
    return [f"• {WHOSE[Side.OURS]}: {ours}", f"• {WHOSE[Side.THEIRS]}: {theirs}"]


def _one_more(found: WhatIf) -> str:
    now = found.scored.now
    told = ["*One more…*"]
    for kind, way, after in found.more:
        told.append(f"• {KIND_NAMES[kind][0]} {WAYS[way]}: {_moved(now, after)}")
    for side, after in found.trust:
        old, new = (plain_number(score.view(side).trust.level or Fraction(0)) for score in (now, after))
        told.append(f"• point of {OF_TRUST[side]}, {old} → {new}: {_moved(now, after)}")
    return "\n".join(told)


def _moved(now: Score, after: Score) -> str:
    """`ours 1.25 → 1.50 good · theirs 0.75 weak → 1.00 good`."""
    sides = (("ours", Side.OURS), ("theirs", Side.THEIRS))
    moved = [_move(name, now, after, side) for name, side in sides if now.view(side).rvi != after.view(side).rvi]
    return " · ".join(moved) or "moves nothing today"


def _move(name: str, now: Score, after: Score, side: Side) -> str:
    old, new = now.view(side), after.view(side)
    was = rvi_words(now, side) if old.band != new.band and not now.provisional else str(old.rvi)
    return f"{name} {was} → {rvi_words(after, side)}"


def _holding(found: WhatIf) -> str:
    today = found.scored.now.day
    return "\n".join(["*To hold and to rise*", *_by_side(lambda side: _hold_and_rise(found, side, today))])


def _hold_and_rise(found: WhatIf, side: Side, today: date) -> str:
    hold, rise = found.holds[side], found.rises[side]
    if hold is None:
        return NO_TRUST
    lifts = f" {_more(rise.reach).capitalize()} today would make it *{rise.band}*." if rise else ""
    return _held(hold, found.last_day, today) + lifts


def _held(need: Need, last: date, today: date) -> str:
    if need.band == BAND_ORDER[0]:
        return "it is weak, and can fall no further."
    if need.short_on is None:
        return f"it stays *{need.band}* until {day_words(last, today)} with nothing new."
    longer = f"; {need.hold} keep it so until {day_words(last, today)}" if need.hold > need.first else ""
    keep = "keeps" if need.first == 1 else "keep"
    return f"{_more(need.first)} before {day_words(need.short_on, today)} {keep} it *{need.band}*{longer}."


def _more(number: int) -> str:
    return count(number, "more activity that counts", "more activities that count") if number else "nothing more"


def _counted(found: WhatIf) -> str:
    now = found.scored.now
    lowest = {"good": "1", "growing": "above 2", "strong": "3"}
    return (
        f"The fewest = band ({', '.join(f'{band} {at}' for band, at in lowest.items())}) × "
        f"{count(now.months, 'month')} ÷ trust − what there is, rounded up. "
        "Ours counts what they do for us and what we do together, theirs what we do for them and "
        "together. A call or a meeting keeps contact, and does not count."
    )


def what_if_form(asked: PartnerRequest, team: Team, today: date) -> Block:
    """Which partner, and what band on what day, if one is in mind."""
    partner: Block = {"type": "external_select", "min_query_length": 0}
    bands: Block = {
        "type": "static_select",
        "options": [option(str(band).capitalize(), band) for band in BAND_ORDER if band != Band.WEAK],
    }
    return form(
        callback_ids.WHAT_IF,
        "What if…",
        "Work it out",
        [
            input_block(action_ids.PARTNER_MENU, "Partner", partner, False),
            input_block("band", "To be…", bands, True, "Empty: what holds today's band, and what lifts it"),
            input_block("by", "On", Day().element(asked.until or today, team), True),
        ],
    )
