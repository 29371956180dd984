"""A number taken apart: the sum it is made of, and why it moved."""

from datetime import date

from bot.actions.overview import Explanation
from bot.formatting import count, early_words, format_cause, format_change, format_day, format_sum
from bot.slack.action_ids import VERB
from bot.slack.blocks import Block, Message, actions, button, context, divider, escape, header, section
from scoring.explain import Change
from scoring.vocabulary import Side


def explanation_message(found: Explanation) -> Message:
    """The sum, both sides, the literal reading beside it, and the causes of the change."""
    one, today = found.scored, found.scored.now.day
    blocks: list[Block] = [header(f"{one.partner.name}: the RVI taken apart")]
    for side, title, change in ((Side.OURS, "Ours", found.change), (Side.THEIRS, "Theirs", found.reverse_change)):
        view = one.now.view(side)
        literal = ""
        if view.literal is not None:
            literal = f"\nRead literally, over the full {count(one.now.age_months, 'month')}: {view.literal}"
        blocks.append(
            section(f"*{title}*: {format_sum(one.now, side)}{literal}\n{_causes_text(change, found.since, today)}")
        )
    if one.now.provisional and one.now.ours.rvi is not None:
        blocks.append(
            section(f":seedling: {_capital(early_words(one.now))}: the first months of a partnership show little.")
        )
    blocks.append(divider())
    blocks.append(
        context(
            "The RVI is our reading of the article's formula: what was done in 12 months, by the month, × trust. "
            "Under 1 weak · 1 to 2 good · up to 3 growing · from 3 strong."
        )
    )
    blocks.append(actions(button("What if…", f"{VERB}:what-if", f"what-if:{one.partner.id}")))
    return Message(f"{escape(one.partner.name)}: {format_sum(one.now, Side.OURS)}", blocks)


def _causes_text(change: Change, since: date, today: date) -> str:
    if change.effect is None:
        return f"Since {format_day(since, today)}: no RVI on one of the two days, so nothing to compare."
    if not change.causes:
        return f"Since {format_day(since, today)}: nothing moved it."
    told = "\n".join(f"• {format_cause(cause)}" for cause in change.causes)
    return f"Since {format_day(since, today)} {format_change(change.effect)}:\n{told}"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
