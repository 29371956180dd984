"""What a partnership costs and returns, in words.

The return is told in percent, because it is what is left after the cost: +320 % is £8,400 won for £2,000. "3.2×"
would be read as 3.2 times the cost, which is £6,400.
"""

import math
from datetime import date
from fractions import Fraction

from bot.actions.economics.costs import CostEntry, CostRecorded, Return
from bot.formatting import day_words, exact_money, money
from bot.forms.inputs import Day, Text
from bot.forms.partner_fields import LONGEST_TEXT
from bot.grammar import PartnerRequest
from bot.messages.activity.confirm import open_card
from bot.messages.forms import PARTNER_MENU, form, input_block
from bot.slack.blocks import Block, Message, actions, bold, brief, button, context, option, section
from bot.workspace.team import Team
from scoring.months import window_start
from scoring.roi import roi
from scoring.rvi import Score

UNDO_COST = "undo_cost"
FORM = "cost"
NO_RETURN = "–"


def roi_short(score: Score) -> str:
    """`+320 %`, `−100 %`, or a dash where no cost is known."""
    found = roi(score.facts.value_won, score.facts.cost)
    return NO_RETURN if found is None else _signed_percent(found)


def roi_words(score: Score, currency: str, before: Score | None = None) -> str:
    """`ROI +320 %: £8,400 won for £2,000`, over twelve months; a dash where no cost is known.

    With `before`: `ROI +400 % → +320 %: …` where the two differ.
    """
    won, cost = money(score.facts.value_won, currency), score.facts.cost
    now, was = roi_short(score), roi_short(before or score)
    moved = now if now == was else f"{was} → {now}"
    return f"ROI {moved}: {won} won for {money(cost, currency)}" if cost else f"ROI {moved}: {won} won, no cost known"


def _signed_percent(share: Fraction) -> str:
    hundredths = math.floor(abs(share) * 100 + Fraction(1, 2))
    sign = "" if not hundredths else "+" if share > 0 else "−"
    return f"{sign}{hundredths:,} %"


def time_words(minutes: int) -> str:
    """`2 h`, `45 min`, `1 h 30 min`."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours:,} h" if hours else "", f"{rest} min" if rest else ""]
    return " ".join(part for part in parts if part) or "0 min"


def amount_words(entry: CostEntry, currency: str) -> str:
    """The money or the time of one cost."""
    return money(entry.money, currency) if entry.money is not None else time_words(entry.minutes or 0)


def recorded(done: CostRecorded, currency: str) -> Message:
    """The confirmation, with the return before and after, and the way back."""
    entry, today = done.what, done.after.score.day
    told = [
        f":white_check_mark: Recorded: {amount_words(entry, currency)} for {bold(done.partner)}"
        f" · {brief(entry.what, 300)} · {day_words(entry.spent_on, today)}",
        *_moved(done.before, done.after, currency),
        _when(entry.spent_on, today),
    ]
    text = "\n".join(line for line in told if line)
    buttons = [button("Undo", UNDO_COST, str(entry.id)), open_card(done.partner_id)]
    hint = context("ROI: what is left of the value won after all costs, in % of the costs, over 12 months.")
    return Message(text, [section(text), actions(*buttons), hint])


def undone(done: CostRecorded, currency: str) -> Message:
    """What taking back did."""
    name = brief(done.partner, 120)
    if done.already:
        text = f"That was undone already; nothing changed for *{name}*."
    else:
        moved = "\n".join(_moved(done.before, done.after, currency))
        what = f"{amount_words(done.what, currency)} · {brief(done.what.what, 300)}"
        text = f":leftwards_arrow_with_hook: Undone for *{name}*: {what}\n{moved}"
    return Message(text, [section(text)])


def _moved(before: Return, after: Return, currency: str) -> list[str]:
    """The return before and after; and what is not in it, or why there is none."""
    told = [roi_words(after.score, currency, before.score)]
    if after.unpriced:
        told.append(
            f"{time_words(after.unpriced)} of our time without a price is not in it: "
            "a steward sets what an hour costs with `/tend settings hourly_rate 80`."
        )
    return told


def _when(spent_on: date, today: date) -> str:
    if spent_on > today:
        return "That day is still to come: it counts from then on."
    if spent_on <= window_start(today):
        return "That is over 12 months ago: it is kept, and the ROI of today does not count it."
    return ""


def cost_form(asked: PartnerRequest, team: Team, today: date) -> Block:
    """What it cost us, filled with what was understood."""
    menu: Block = {"type": "external_select", "min_query_length": 0}
    if asked.partner:
        menu["initial_option"] = option(asked.partner, asked.partner)
    cost = ""
    if asked.money is not None:
        cost = exact_money(asked.money, team.currency)
    elif asked.minutes is not None:
        cost = time_words(asked.minutes)
    return form(
        FORM,
        "What it cost us",
        "Record",
        [
            input_block(PARTNER_MENU, "Partner", menu, False),
            input_block(
                "cost", "What did it cost?", Text(60).element(cost, team), False, "Money or hours, e.g. £200 or 2h"
            ),
            input_block(
                "what",
                "What did it go into?",
                Text(LONGEST_TEXT).element(asked.what, team),
                False,
                "e.g. Lunch at the fair",
            ),
            input_block("spent_on", "On", Day().element(asked.on or today, team), False),
        ],
    )
