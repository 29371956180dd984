"""The DM to an owner, and the same list on request."""

from bot.actions.nudge import Item, Nudge
from bot.messages.blocks import Block, Message, actions, brief, button, context, esc, header, menu, section
from bot.messages.confirm import OPEN_CARD
from bot.messages.signals import SHORT, reason_to_call, sentences
from bot.messages.words import band_words, count

LOG_TOUCH = "log_touch"
SNOOZE = "snooze"
SNOOZES = (("Snooze 3 days", 3), ("Snooze 1 week", 7), ("Snooze 2 weeks", 14), ("Snooze 30 days", 30))
MOST_ITEMS = 15
MOST_ALOUD = 3
MOST_UNOWNED = 10


def nudge(found: Nudge) -> Message:
    """Everything an owner should hear today, worst first, in one message."""
    if not found.items:
        told = unowned(found)
        return Message(told, [section(told)])
    number = count(len(found.items), "partner")
    names = ", ".join(
        f"{esc(item.scored.partner.name)} ({SHORT[item.signals[0].reason]})" for item in found.items[:MOST_ALOUD]
    )
    more = f" and {len(found.items) - MOST_ALOUD} more" if len(found.items) > MOST_ALOUD else ""
    blocks: list[Block] = [header(f"{number} to look after today")]
    blocks += items(found.items)
    if found.unowned:
        blocks.append(section(unowned(found)))
    return Message(f"{number} to look after today: {names}{more}", blocks)


def unowned(found: Nudge) -> str:
    """For stewards: partners without anybody to tell."""
    names = ", ".join(f"*{brief(one.name, 80)}*" for one in found.unowned[:MOST_UNOWNED])
    more = f" and {len(found.unowned) - MOST_UNOWNED} more" if len(found.unowned) > MOST_UNOWNED else ""
    return f":bust_in_silhouette: Nobody tends {names}{more}. `/partner edit` gives them an owner."


def items(found: tuple[Item, ...], most: int = MOST_ITEMS) -> list[Block]:
    """The items as blocks, with a line that counts those that did not fit."""
    blocks: list[Block] = []
    for item in found[:most]:
        blocks += item_blocks(item)
    if len(found) > most:
        blocks.append(context(f"and {count(len(found) - most, 'more partner')}: `/partner due` lists them."))
    return blocks


def item_blocks(item: Item) -> list[Block]:
    """One partner: why, a reason to call, and what one click can do."""
    partner = item.scored.partner
    told = [f"*{brief(partner.name, 120)}*  {band_words(item.scored.now.ours)}"]
    told += [f"• {text}" for text in sentences(item.signals, item.scored, item.cause)]
    told.append(f":bulb: A reason to call: {reason_to_call(item)}")
    return [
        section("\n".join(told)),
        actions(
            button("Log a touch", LOG_TOUCH, str(partner.id), style="primary"),
            snooze_menu(partner.id),
            button("Open card", OPEN_CARD, str(partner.id)),
        ),
    ]


def snooze_menu(partner_id: int) -> Block:
    return menu("Snooze", SNOOZE, [(text, f"{partner_id}:{days}") for text, days in SNOOZES])


def due(found: Nudge) -> Message:
    """The same list when somebody asks for it, also when there is nothing on it."""
    if not found.is_empty:
        return nudge(found)
    text = ":seedling: None of your partners needs you today."
    return Message(text, [section(text)])
