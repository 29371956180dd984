"""The App Home: one's own partners, those that need something first."""

from bot.actions.notifications.nudge import Nudge
from bot.actions.overview import PartnerListing
from bot.formatting import count
from bot.messages.listing import partner_line
from bot.messages.notifications.nudge import closing_blocks, items_blocks
from bot.slack.action_ids import OPEN_CARD, OPEN_FORM
from bot.slack.blocks import Block, actions, and_more_block, button, divider, escape, header, section

MAX_ITEMS = 10
MAX_OTHERS = 25


def unavailable_home(why: str) -> Block:
    """The Home of somebody who may not use Tend, or when it can't be read."""
    return {"type": "home", "blocks": [section(f":warning: {escape(why)}")]}


def home_view(due: Nudge, mine: PartnerListing) -> Block:
    """The Home as Slack takes it."""
    blocks: list[Block] = [
        header("Your partners"),
        actions(
            button("Referral", f"{OPEN_FORM}:referral", "/referral", style="primary"),
            button("Event", f"{OPEN_FORM}:event", "/event"),
            button("Touch", f"{OPEN_FORM}:touch", "/touch"),
            button("Trust", f"{OPEN_FORM}:trust", "/trust"),
            button("Add a partner", f"{OPEN_FORM}:partner", "/partner add"),
        ),
    ]
    if not mine.scored:
        blocks.append(
            section(
                "You tend no partner yet. Add the first one, or type `/referral`, `/event`, `/touch` or `/trust` "
                "in any channel: only you see the answer."
            )
        )
        return {"type": "home", "blocks": blocks}
    if not due.is_empty:
        blocks.append(section(f"*{count(len(due.items), 'partner')} to look after*"))
        blocks += items_blocks(due.urgent_items, MAX_ITEMS)
        blocks += closing_blocks(due)
        blocks.append(divider())
    acting = {item.scored.partner.id for item in due.urgent_items}
    others = [one for one in mine.scored if one.partner.id not in acting]
    blocks += [
        section(partner_line(one), button("Open", OPEN_CARD, str(one.partner.id))) for one in others[:MAX_OTHERS]
    ]
    blocks += and_more_block(others, MAX_OTHERS, ": `/partner list` shows them.")
    return {"type": "home", "blocks": blocks}
