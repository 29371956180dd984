"""What is recorded of a partner, each with the way to take it back; and what taking back did."""

from datetime import date

from bot.actions.activity.entries import Entry
from bot.actions.activity.undo import PAGE, Record, Records, Undone
from bot.formatting import day_words
from bot.messages.activity.confirm import UNDO_ACTIVITY, UNDO_TRUST, VERB, moved_words, open_card, what_words
from bot.slack.blocks import Block, Message, actions, bold, brief, button, clip, confirmed, context, mention, section
from scoring.vocabulary import Side

TAKE_BACK = "take_back"
PAGE_OF_RECORDS = "page_of_records"
LONGEST = 600
HOW_FAR = "What is taken back counts no more; the record of it is kept, struck out."


def take_back(partner_id: int) -> Block:
    """The button that shows what can be taken back."""
    return button("Take back…", TAKE_BACK, f"{partner_id}:0")


def records(found: Records, currency: str, today: date) -> Message:
    """A page of what is recorded of a partner, with *Undo* at what the reader may take back."""
    if not found.found:
        text = f"Nothing is recorded of {bold(found.name)}{' before that' if found.offset else ''}."
        return Message(text, [section(text)])
    title = f"What is recorded of {bold(found.name)}, the latest first"
    blocks = [section(title), *(_record(one, found.name, currency, today) for one in found.found)]
    if not all(one.mine for one in found.found):
        blocks.append(context("What others recorded, they, a steward or a workspace admin take back."))
    id, turns = found.partner_id, []
    if found.more:
        turns.append(button("Older", f"{PAGE_OF_RECORDS}:older", f"{id}:{found.offset + PAGE}"))
    if found.offset:
        turns.append(button("Newer", f"{PAGE_OF_RECORDS}:newer", f"{id}:{max(0, found.offset - PAGE)}"))
    return Message(title, [*blocks, actions(*turns, open_card(id))])


def _record(one: Record, name: str, currency: str, today: date) -> Block:
    if isinstance(one.what, Entry):
        told, action = what_words(one.what, name, currency, today), UNDO_ACTIVITY
    else:
        whose = f"trust in {bold(name)}" if one.what.side == Side.OURS else f"trust of {bold(name)} in us"
        told, action = f"{whose}: {one.what.level} of 5 · {day_words(one.day, today)}", UNDO_TRUST
    text = f"{clip(told, LONGEST)} · by {mention(one.by)}"
    if not one.mine:
        return section(text)
    undo = button("Undo", f"{action}:{one.what.id}", str(one.what.id))
    return section(text, confirmed(undo, "Take it back?", HOW_FAR, "Take it back"))


def undone(done: Undone, *, may_end: bool) -> Message:
    """What taking back did, and what becomes of a partner that was added only for what was taken back."""
    if done.already:
        text = f"That was undone already; nothing changed for {bold(done.partner)}."
        return Message(text, [section(text)])
    moved = moved_words(done.before, done.after)
    text = f":leftwards_arrow_with_hook: Undone for {bold(done.partner)}. {moved}"
    if done.bare is None:
        return Message(text, [section(text)])
    text += f"\n{bold(done.partner)} stays a partner, with nothing recorded."
    if not may_end:
        text += f" Added by mistake? A steward can end it: `/partner end {brief(done.partner, 120)}`."
        return Message(text, [section(text), actions(open_card(done.bare))])
    end = button("End it", f"{VERB}:end", f"end:{done.bare}")
    return Message(text, [section(text), actions(end, open_card(done.bare))])
