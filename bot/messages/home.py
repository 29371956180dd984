"""The App Home: one's own partners, those that need something first."""

from bot.actions.notifications.nudge import Nudge
from bot.actions.overview import Listing
from bot.formatting import count
from bot.messages.activity.confirm import OPEN_CARD
from bot.messages.listing import line
from bot.messages.notifications.nudge import items, rest
from bot.slack.blocks import Block, actions, and_more_block, button, divider, esc, header, section

OPEN_FORM = "open_form"
MOST_ITEMS = 10
MOST_OTHERS = 25


def unable(why: str) -> Block:
    """The Home of somebody who may not use Tend, or when it can't be read."""
    return {"type": "home", "blocks": [section(f":warning: {esc(why)}")]}


def home(due: Nudge, mine: Listing) -> Block:
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
        blocks += items(due.pressing, MOST_ITEMS)
        blocks += rest(due)
        blocks.append(divider())
    acting = {item.scored.partner.id for item in due.pressing}
    others = [one for one in mine.scored if one.partner.id not in acting]
    blocks += [section(line(one), button("Open", OPEN_CARD, str(one.partner.id))) for one in others[:MOST_OTHERS]]
    blocks += and_more_block(others, MOST_OTHERS, ": `/partner list` shows them.")
    return {"type": "home", "blocks": blocks}
