"""List the reviews that are due now or soon."""

from datetime import date

from bot.actions.reviews.brief import DueReviews
from bot.formatting import count, format_day
from bot.scores.models import ScoredPartner
from bot.slack import action_ids
from bot.slack.blocks import Block, Message, and_more_block, bold, button, context, mention, section

MAX_LISTED = 15


def due_message(found: DueReviews, user_id: str) -> Message:
    """List due reviews, soonest first, each with a button that prepares it."""
    own = sum(one.partner.owner == user_id for one, _ in found.due)
    yours = f", {own} of them yours" if own and own < len(found.due) else ""
    is_ = "is" if len(found.due) == 1 else "are"
    title = f"{count(len(found.due), 'review')} {is_} due{yours}" if found.due else "No review is due"
    blocks: list[Block] = [section(f"*{title}*")]
    blocks += [_due_block(one, on, found.today) for one, on in found.due[:MAX_LISTED]]
    blocks += and_more_block(found.due, MAX_LISTED, ": these come first.")
    room = MAX_LISTED - len(found.due)
    if found.soon and room > 0:
        blocks.append(context(f"*In the next 30 days*: {len(found.soon)}"))
        blocks += [_due_block(one, on, found.today) for one, on in found.soon[:room]]
        blocks += and_more_block(found.soon, room, ".")
    if not found.due and not found.soon:
        blocks.append(
            context("`/partner review PARTNER` prepares one any day; `/partner review all` is the quarterly review.")
        )
    return Message(title, blocks)


def _due_block(one: ScoredPartner, on: date, today: date) -> Block:
    why = " · ".join(one.due_reviews) if one.due_reviews else f"due {format_day(on, today)}"
    late = (today - on).days
    since = f" · {count(late, 'day')} late" if one.due_reviews and late > 0 else ""
    told = f"{bold(one.partner.name)} · {why}{since} · {mention(one.partner.owner)}"
    return section(told, button("Prepare", action_ids.PREPARE_REVIEW, str(one.partner.id)))
