"""Explain an RVI: how it adds up and why it moved."""

from datetime import date

from bot.actions.overview import Explanation
from bot.formatting import count, early_words, format_cause, format_change, format_day, format_none_won, format_sum
from bot.slack.action_ids import VERB
from bot.slack.blocks import Block, Message, actions, button, context, divider, escape, header, section
from scoring.explain import Change
from scoring.vocabulary import Side


def explanation_message(found: Explanation) -> Message:
    """Show how both sides' RVIs add up, the all-time average, and what changed."""
    one, today = found.scored, found.scored.now.day
    blocks: list[Block] = [header(f"{one.partner.name}: how the RVI adds up")]
    for side, title, change in (
        (Side.OURS, "Our side", found.change),
        (Side.THEIRS, "Their side", found.reverse_change),
    ):
        view = one.now.view(side)
        literal = ""
        if view.literal is not None:
            literal = f"\nAveraged over all {count(one.now.age_months, 'month')} instead: {view.literal}"
        blocks.append(
            section(f"*{title}*: {format_sum(one.now, side)}{literal}\n{_causes_text(change, found.since, today)}")
        )
    if one.now.provisional and one.now.ours.rvi is not None:
        blocks.append(
            section(f":seedling: {_capital(early_words(one.now))}: the first months of a partnership show little.")
        )
    if none_won := format_none_won(one.now):
        blocks.append(section(f":grey_question: {none_won} in the last 12 months: the RVI counts them all the same."))
    blocks.append(divider())
    blocks.append(
        context(
            "The Relationship Value Index (RVI) is activities per month over the last 12 months × trust (1 to 5). "
            "Under 1 weak · 1 to 2 good · up to 3 growing · from 3 strong."
        )
    )
    blocks.append(actions(button("What if…", f"{VERB}:what-if", f"what-if:{one.partner.id}")))
    return Message(f"{escape(one.partner.name)}: {format_sum(one.now, Side.OURS)}", blocks)


def _causes_text(change: Change, since: date, today: date) -> str:
    if change.effect is None:
        return f"Since {format_day(since, today)}: one of the two days has no RVI, so there is nothing to compare."
    if not change.causes:
        return f"No change since {format_day(since, today)}."
    told = "\n".join(f"• {format_cause(cause)}" for cause in change.causes)
    return f"Since {format_day(since, today)} {format_change(change.effect)}:\n{told}"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
