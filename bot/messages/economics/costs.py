"""Show what a partnership costs and returns.

The return is a percentage, because it is what is left after the cost: +320% is £8,400 won for £2,000. "3.2×" would
read as 3.2 times the cost, which is £6,400.
"""

import math
from datetime import date
from fractions import Fraction

from bot.actions.economics.costs import CostEntry, CostResult, PartnerReturn
from bot.formatting import format_day, format_money, money_digits
from bot.forms.inputs import Day, Text
from bot.forms.partner_fields import MAX_TEXT_LENGTH
from bot.grammar import CostRequest
from bot.messages.common import open_card_button
from bot.messages.forms import build_form, input_block
from bot.slack import action_ids, callback_ids
from bot.slack.blocks import Block, Message, actions, bold, button, context, escape_clip, option, section
from bot.workspace.team import Team
from scoring.months import window_start
from scoring.roi import return_on_investment
from scoring.rvi import Score

NO_ROI = "–"


def format_roi(score: Score) -> str:
    """Format the ROI: `+320%`, `−100%`, or a dash if no cost is known."""
    found = return_on_investment(score.facts.value_won, score.facts.cost)
    return NO_ROI if found is None else _signed_percent(found)


def describe_roi(score: Score, currency: str, before: Score | None = None) -> str:
    """Return `ROI +320%: £8,400 won for £2,000` over twelve months, or say that there is none yet.

    With `before`: `ROI +400% → +320%: …` if the two differ.
    """
    won, cost = format_money(score.facts.value_won, currency), score.facts.cost
    now, was = format_roi(score), format_roi(before or score)
    moved = now if now == was else f"{was} → {now}"
    if cost:
        return f"ROI {moved}: {won} won for {format_money(cost, currency)}"
    return f"{'No ROI yet' if moved == NO_ROI else f'ROI {moved}'}: {won} won, no cost logged"


def _signed_percent(share: Fraction) -> str:
    hundredths = math.floor(abs(share) * 100 + Fraction(1, 2))
    sign = "" if not hundredths else "+" if share > 0 else "−"
    return f"{sign}{hundredths:,}%"


def format_minutes(minutes: int) -> str:
    """Return `2 h`, `45 min` or `1 h 30 min`."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours:,} h" if hours else "", f"{rest} min" if rest else ""]
    return " ".join(part for part in parts if part) or "0 min"


def format_cost(entry: CostEntry, currency: str) -> str:
    """Format one cost as money or time."""
    return format_money(entry.money, currency) if entry.money is not None else format_minutes(entry.minutes or 0)


def record_message(done: CostResult, currency: str) -> Message:
    """Confirm a cost, with the return before and after and a button to undo it."""
    entry, today = done.entry, done.after.score.day
    told = [
        f":white_check_mark: Recorded: {format_cost(entry, currency)} for {bold(done.partner)}"
        f" · {escape_clip(entry.what, 300)} · {format_day(entry.spent_on, today)}",
        *_return_change_lines(done.before, done.after, currency),
        _day_text(entry.spent_on, today),
    ]
    text = "\n".join(line for line in told if line)
    buttons = [button("Undo", action_ids.UNDO_COST, str(entry.id)), open_card_button(done.partner_id)]
    hint = context("ROI: (value won − costs) / costs, over 12 months.")
    return Message(text, [section(text), actions(*buttons), hint])


def undone_message(done: CostResult, currency: str) -> Message:
    """Confirm that a cost was undone."""
    name = escape_clip(done.partner, 120)
    if done.was_undone:
        text = f"That was already undone; nothing changed for *{name}*."
    else:
        moved = "\n".join(_return_change_lines(done.before, done.after, currency))
        what = f"{format_cost(done.entry, currency)} · {escape_clip(done.entry.what, 300)}"
        text = f":leftwards_arrow_with_hook: Undone for *{name}*: {what}\n{moved}"
    return Message(text, [section(text)])


def _return_change_lines(before: PartnerReturn, after: PartnerReturn, currency: str) -> list[str]:
    """Return the ROI before and after as a line, and a second one if some of our time has no price and is left out."""
    told = [describe_roi(after.score, currency, before.score)]
    if after.unpriced:
        told.append(
            f"{format_minutes(after.unpriced)} of our time is not included because it has no price: "
            "a steward can set an hourly rate with `/tend settings hourly_rate 80`."
        )
    return told


def _day_text(spent_on: date, today: date) -> str:
    if spent_on > today:
        return "That day is in the future: the cost counts from then on."
    if spent_on <= window_start(today):
        return "That is over 12 months ago: it is kept, but today's ROI does not count it."
    return ""


def cost_form(request: CostRequest, team: Team, today: date) -> Block:
    """Build the cost form, filled with what was understood."""
    menu: Block = {"type": "external_select", "min_query_length": 0}
    if request.partner:
        menu["initial_option"] = option(request.partner, request.partner)
    cost = ""
    if request.money is not None:
        cost = money_digits(request.money, team.currency)
    elif request.minutes is not None:
        cost = format_minutes(request.minutes)
    return build_form(
        callback_ids.COST,
        "What it cost us",
        "Record",
        [
            input_block(action_ids.PARTNER_MENU, "Partner", menu, False),
            input_block(
                "cost", "What did it cost?", Text(60).element(cost, team), False, "Money or hours, e.g. £200 or 2h"
            ),
            input_block(
                "what",
                "What was it for?",
                Text(MAX_TEXT_LENGTH).element(request.what, team),
                False,
                "e.g. Lunch at the fair",
            ),
            input_block("spent_on", "On", Day().element(request.on or today, team), False),
        ],
    )
