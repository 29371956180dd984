"""What is recorded of a partner, each with the way to take it back; and what taking back did."""

from datetime import date

from bot.actions.activity.amendments import PutBack
from bot.actions.activity.entries import Entry, Rated
from bot.actions.activity.undo import PAGE, Record, Records, Undone
from bot.actions.last_record import UndoneLast
from bot.actions.partner_values import Saved
from bot.formatting import day_words
from bot.messages.common import moved_words, open_card, rating_words, what_words
from bot.slack import action_ids
from bot.slack.action_ids import UNDO_ACTIVITY, UNDO_TRUST, VERB
from bot.slack.blocks import Block, Message, actions, bold, brief, button, clip, confirmed, context, mention, section
from scoring.vocabulary import Side

LONGEST = 600
HOW_FAR = "What is taken back counts no more; the record of it is kept, struck out."


def take_back(partner_id: int) -> Block:
    """The button that shows what can be taken back."""
    return button("Take back…", action_ids.TAKE_BACK, f"{partner_id}:0")


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
        turns.append(button("Older", f"{action_ids.PAGE_OF_RECORDS}:older", f"{id}:{found.offset + PAGE}"))
    if found.offset:
        turns.append(button("Newer", f"{action_ids.PAGE_OF_RECORDS}:newer", f"{id}:{max(0, found.offset - PAGE)}"))
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


def undone_last(done: UndoneLast | None, currency: str, today: date, *, may_end: bool) -> Message:
    """That somebody's last record was taken back: which it was, and what that did."""
    if done is None:
        text = "There is nothing of yours to undo: you recorded nothing in the last 24 hours that still stands."
        return Message(text, [section(text)])
    if isinstance(done.done, PutBack):
        return put_back(done.done)
    if isinstance(done.done, Undone):
        told = undone(done.done, may_end=may_end)
        text = f"{told.text}\n{last_words(done, done.done.partner, currency, today)}"
        return Message(text, [section(text), *told.blocks[1:]])
    name, what = (
        (done.done.name, f"the promise “{brief(done.done.changed[0], 200)}”")
        if isinstance(done.done, Saved)
        else (done.done.partner, "the cost")
    )
    text = f":leftwards_arrow_with_hook: Undone for {bold(name)}: {what}."
    return Message(text, [section(text)])


def last_words(done: UndoneLast, partner: str, currency: str, today: date) -> str:
    """What was taken back, struck out."""
    if isinstance(done.what, Entry):
        return f"~{what_words(done.what, partner, currency, today)}~"
    return f"~{rating_words(done.what, partner)}~" if isinstance(done.what, Rated) else ""


def put_back(done: PutBack) -> Message:
    """That a change was taken back, and what stands again."""
    if done.already:
        text = f"That was undone already; nothing changed for {bold(done.partner)}."
        return Message(text, [section(text)])
    told = ", ".join(f"{one.field} {brief(one.new or 'nothing', 150)}" for one in done.changes)
    text = f":leftwards_arrow_with_hook: Undone for {bold(done.partner)}. {moved_words(done.before, done.after)}"
    text += f"\nAgain: {told}" if told else ""
    return Message(text, [section(text), actions(open_card(done.partner_id))])
