"""Show what more activity or trust would do for a partnership."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction

from bot.actions.economics.what_if import TargetBand, WhatIf
from bot.formatting import KIND_NAMES, count, format_day, format_number, format_rvi
from bot.forms.inputs import Day
from bot.grammar import WhatIfRequest
from bot.messages.common import log_touch_button, terms_button
from bot.messages.forms import build_form, input_block
from bot.slack import action_ids, callback_ids
from bot.slack.blocks import Block, Message, actions, context, escape, header, option, section
from bot.workspace.team import Team
from scoring.rvi import Score
from scoring.vocabulary import BAND_ORDER, Band, Direction, Side
from scoring.what_if import Need

NO_TRUST = "no trust rating yet, so no RVI."
DIRECTION_TEXTS = {Direction.JOINT: "together", Direction.IN: "from them", Direction.OUT: "to them"}
SIDE_LABELS = {Side.OURS: "Our side", Side.THEIRS: "Their side"}
TRUST_LABELS = {Side.OURS: "our trust in them", Side.THEIRS: "their trust in us"}


def what_if_message(found: WhatIf) -> Message:
    """Answer what was asked, then show one more of each, and what keeps or raises the bands."""
    one, now = found.scored, found.scored.now
    name = one.partner.name
    blocks: list[Block] = [
        header(f"{name}: what if…"),
        context(" · ".join(f"{SIDE_LABELS[side]}: {format_rvi(now, side)}" for side in Side)),
    ]
    if now.ours.rvi is None and now.theirs.rvi is None:
        blocks.append(section("There is no RVI to move yet: rate trust first, with `/trust`."))
    else:
        told = [_target_text(found.target, now.day)] if found.target else []
        told += [_one_more_text(found), _hold_text(found)]
        blocks += [section(text) for text in told]
        blocks.append(context(_counting_note(found)))
    blocks.append(actions(log_touch_button(one.partner.id), terms_button(one.partner.id)))
    return Message(f"{escape(name)}: what if…", blocks)


def _target_text(wish: TargetBand, today: date) -> str:
    by = format_day(wish.by, today)
    title = f"*{str(wish.band).capitalize()} {'on ' if wish.by != today else ''}{by}*"
    return "\n".join([title, *_side_lines(lambda side: _need_text(wish.needs[side], wish.then, side))])


def _need_text(need: Need | None, then: Score, side: Side) -> str:
    if need is None:
        return NO_TRUST
    return f"{_count_more(need.reach)} by then; with no new activity it will be {format_rvi(then, side)}."


def _side_lines(told: Callable[[Side], str]) -> list[str]:
    """Write one line per side, or one for both if they are the same."""
    ours, theirs = (told(side) for side in Side)
    if ours == theirs:
        return [f"• Both sides: {ours}"]
    return [f"• {SIDE_LABELS[Side.OURS]}: {ours}", f"• {SIDE_LABELS[Side.THEIRS]}: {theirs}"]


def _one_more_text(found: WhatIf) -> str:
    now = found.scored.now
    told = ["*One more…*"]
    for kind, way, after in found.more:
        told.append(f"• {KIND_NAMES[kind][0]} {DIRECTION_TEXTS[way]}: {_rvi_change_text(now, after)}")
    for side, after in found.trust:
        old, new = (format_number(score.view(side).trust.level or Fraction(0)) for score in (now, after))
        told.append(f"• point of {TRUST_LABELS[side]}, {old} → {new}: {_rvi_change_text(now, after)}")
    return "\n".join(told)


def _rvi_change_text(now: Score, after: Score) -> str:
    """Return `ours 1.25 → 1.50 good · theirs 0.75 weak → 1.00 good`, or that nothing moves."""
    sides = (("ours", Side.OURS), ("theirs", Side.THEIRS))
    moved = [
        _side_change_text(name, now, after, side) for name, side in sides if now.view(side).rvi != after.view(side).rvi
    ]
    return " · ".join(moved) or "moves nothing today"


def _side_change_text(name: str, now: Score, after: Score, side: Side) -> str:
    old, new = now.view(side), after.view(side)
    was = format_rvi(now, side) if old.band != new.band and not now.provisional else str(old.rvi)
    return f"{name} {was} → {format_rvi(after, side)}"


def _hold_text(found: WhatIf) -> str:
    today = found.scored.now.day
    return "\n".join(["*To keep or raise the band*", *_side_lines(lambda side: _hold_and_rise(found, side, today))])


def _hold_and_rise(found: WhatIf, side: Side, today: date) -> str:
    hold, rise = found.holds[side], found.rises[side]
    if hold is None:
        return NO_TRUST
    lifts = f" {_count_more(rise.reach).capitalize()} today would make it *{rise.band}*." if rise else ""
    return _held_text(hold, found.last_day, today) + lifts


def _held_text(need: Need, last: date, today: date) -> str:
    if need.band == BAND_ORDER[0]:
        return "it is weak and can't fall further."
    if need.falls_short_on is None:
        return f"it stays *{need.band}* until {format_day(last, today)} with no new activity."
    longer = f"; {need.hold} keep it so until {format_day(last, today)}" if need.hold > need.first else ""
    keep = "keeps" if need.first == 1 else "keep"
    return f"{_count_more(need.first)} before {format_day(need.falls_short_on, today)} {keep} it *{need.band}*{longer}."


def _count_more(number: int) -> str:
    return count(number, "more activity that counts", "more activities that count") if number else "nothing more"


def _counting_note(found: WhatIf) -> str:
    now = found.scored.now
    lowest = {"good": "1", "growing": "above 2", "strong": "3"}
    return (
        f"Activities needed = band ({', '.join(f'{band} {at}' for band, at in lowest.items())}) × "
        f"{count(now.months, 'month')} ÷ trust − activities so far, rounded up. "
        "Our side counts what they do for us and what we do together; their side, what we do for them and "
        "together. Calls and meetings keep you in touch but don't count."
    )


def what_if_form(request: WhatIfRequest, team: Team, today: date) -> Block:
    """Ask for the partner and, optionally, a band and a day."""
    partner: Block = {"type": "external_select", "min_query_length": 0}
    bands: Block = {
        "type": "static_select",
        "options": [option(str(band).capitalize(), band) for band in BAND_ORDER if band != Band.WEAK],
    }
    return build_form(
        callback_ids.WHAT_IF,
        "What if…",
        "Calculate",
        [
            input_block(action_ids.PARTNER_MENU, "Partner", partner, False),
            input_block("band", "Target band", bands, True, "Leave empty to see what keeps or raises today's band"),
            input_block("by", "On", Day().element(request.until or today, team), True),
        ],
    )
