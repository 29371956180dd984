"""Whose review is due, and whose soon."""

from datetime import date

from bot.actions.reviews.brief import Due
from bot.formatting import count, day_words
from bot.scores.query import Scored
from bot.slack.blocks import Block, Message, and_more_block, bold, button, context, mention, section

PREPARE = "prepare_review"
MOST_LISTED = 15


def due(found: Due, user_id: str) -> Message:
    """Whose review is due, the soonest first, each with a button that prepares it."""
    own = sum(one.partner.owner == user_id for one, _ in found.due)
    yours = f", {own} of them yours" if own and own < len(found.due) else ""
    is_ = "is" if len(found.due) == 1 else "are"
    title = f"{count(len(found.due), 'review')} {is_} due{yours}" if found.due else "No review is due"
    blocks: list[Block] = [section(f"*{title}*")]
    blocks += [_row(one, on, found.today) for one, on in found.due[:MOST_LISTED]]
    blocks += and_more_block(found.due, MOST_LISTED, ": these come first.")
    room = MOST_LISTED - len(found.due)
    if found.soon and room > 0:
        blocks.append(context(f"*In the next 30 days*: {len(found.soon)}"))
        blocks += [_row(one, on, found.today) for one, on in found.soon[:room]]
        blocks += and_more_block(found.soon, room, ".")
    if not found.due and not found.soon:
        blocks.append(
            context("`/partner review PARTNER` prepares one any day; `/partner review all` is the quarterly.")
        )
    return Message(title, blocks)


def _row(one: Scored, on: date, today: date) -> Block:
    why = " · ".join(one.reviews) if one.reviews else f"due {day_words(on, today)}"
    late = (today - on).days
    since = f" · {count(late, 'day')} late" if one.reviews and late > 0 else ""
    told = f"{bold(one.partner.name)} · {why}{since} · {mention(one.partner.owner)}"
    return section(told, button("Prepare", PREPARE, str(one.partner.id)))
