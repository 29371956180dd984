"""What is recorded of a partner, each with the way to take it back; and what taking back did."""

from datetime import date

from bot.actions.activity.amendments import PutBack
from bot.actions.activity.entries import Entry, RatingEntry
from bot.actions.activity.undo import PAGE_SIZE, RecordPage, UndoableRecord, UndoResult
from bot.actions.last_record import UndoneLast
from bot.actions.partner_values import SaveResult
from bot.formatting import format_day
from bot.messages.common import entry_text, open_card_button, rating_text, rvi_change_text
from bot.slack import action_ids
from bot.slack.action_ids import UNDO_ACTIVITY, UNDO_TRUST, VERB
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    bold,
    button,
    clip,
    context,
    escape_clip,
    mention,
    section,
    short,
    with_confirm,
)
from scoring.vocabulary import Side

MAX_TEXT_LENGTH = 600
MAX_CHANGES = 10
MAX_PEOPLE = 3
UNDO_EXPLANATION = "What you undo no longer counts. It stays in the history, marked as undone."


def undo_list_button(partner_id: int) -> Block:
    """Build the button that lists what can be taken back."""
    return button("Take back…", action_ids.TAKE_BACK, f"{partner_id}:0")


def records_message(found: RecordPage, currency: str, today: date) -> Message:
    """Show a page of what is recorded of a partner, with *Undo* at what the reader may take back."""
    if not found.records:
        text = f"Nothing is recorded for {bold(found.name)}{' before that' if found.offset else ''}."
        return Message(text, [section(text)])
    title = f"What's recorded for {bold(found.name)}, latest first"
    blocks = [section(title)]
    for one in found.records:
        blocks += _record_blocks(one, found.name, currency, today)
    if not all(one.can_undo for one in found.records):
        blocks.append(context("Only the person who recorded something, a steward or a workspace admin can undo it."))
    id, turns = found.partner_id, []
    if found.has_more:
        turns.append(button("Older", f"{action_ids.PAGE_OF_RECORDS}:older", f"{id}:{found.offset + PAGE_SIZE}"))
    if found.offset:
        turns.append(button("Newer", f"{action_ids.PAGE_OF_RECORDS}:newer", f"{id}:{max(0, found.offset - PAGE_SIZE)}"))
    return Message(title, [*blocks, actions(*turns, open_card_button(id))])


def _record_blocks(one: UndoableRecord, name: str, currency: str, today: date) -> list[Block]:
    if isinstance(one.entry, Entry):
        told, action = entry_text(one.entry, name, currency, today), UNDO_ACTIVITY
    else:
        whose = f"trust in {bold(name)}" if one.entry.side == Side.OURS else f"trust of {bold(name)} in us"
        told, action = f"{whose}: {one.entry.level} of 5 · {format_day(one.day, today)}", UNDO_TRUST
    by = "counted by itself" if one.is_automatic else f"by {mention(one.recorded_by)}"
    people = escape_clip(", ".join(name for _, name in one.people), 200)
    text = " · ".join(part for part in (clip(told, MAX_TEXT_LENGTH), people, by) if part)
    if not one.can_undo:
        return [section(text)]
    undo = button("Undo", f"{action}:{one.entry.id}", f"{one.entry.id}:{one.version}")
    shown = section(text, with_confirm(undo, "Undo it?", UNDO_EXPLANATION, "Undo it"))
    never = [
        button(f"Never count {short(name, 40)}", f"{action_ids.NEVER_COUNT}:{one.entry.id}:{person_id}", str(person_id))
        for person_id, name in one.people[:MAX_PEOPLE]
        if one.is_automatic
    ]
    return [shown, actions(*never)] if never else [shown]


def undone_message(done: UndoResult, *, may_end: bool, action: str = UNDO_ACTIVITY) -> Message:
    """Say what taking back did, and what becomes of a partner that was added only for what was taken back."""
    if done.changes:
        return _changed_message(done, action)
    if done.was_undone:
        text = f"That was already undone; nothing changed for {bold(done.partner)}."
        return Message(text, [section(text)])
    moved = rvi_change_text(done.before, done.after)
    text = f":leftwards_arrow_with_hook: Undone for {bold(done.partner)}. {moved}"
    if done.empty_partner_id is None:
        return Message(text, [section(text)])
    text += f"\n{bold(done.partner)} stays a partner, with nothing recorded."
    if not may_end:
        text += f" Added by mistake? A steward can end it: `/partner end {escape_clip(done.partner, 120)}`."
        return Message(text, [section(text), actions(open_card_button(done.empty_partner_id))])
    end = button("End it", f"{VERB}:end", f"end:{done.empty_partner_id}")
    return Message(text, [section(text), actions(end, open_card_button(done.empty_partner_id))])


def _changed_message(done: UndoResult, action: str) -> Message:
    """Say what others changed since, which would be undone as well."""
    changes = [
        f"• {mention(one.by)} set {escape_clip(one.field, 60)} to {escape_clip(one.new or 'nothing', 150)}"
        for one in reversed(done.changes[:MAX_CHANGES])
    ]
    text = f"Nothing was undone: others have changed this record of {bold(done.partner)} since.\n" + "\n".join(changes)
    undo = button("Undo it all the same", action, done.version)
    return Message(text, [section(text), actions(with_confirm(undo, "Undo it?", UNDO_EXPLANATION, "Undo it"))])


def undone_last(done: UndoneLast | None, currency: str, today: date, *, may_end: bool) -> Message:
    """Say that somebody's last record was taken back, which one it was, and what that did."""
    if done is None:
        text = "There's nothing to undo: nothing you recorded in the last 24 hours still counts."
        return Message(text, [section(text)])
    if isinstance(done.done, PutBack):
        return put_back(done.done)
    if isinstance(done.done, UndoResult):
        action = UNDO_TRUST if isinstance(done.what, RatingEntry) else UNDO_ACTIVITY
        told = undone_message(done.done, may_end=may_end, action=action)
        if done.done.changes:
            return told
        text = f"{told.text}\n{last_words(done, done.done.partner, currency, today)}"
        return Message(text, [section(text), *told.blocks[1:]])
    name, what = (
        (done.done.name, f"the promise “{escape_clip(done.done.changed[0], 200)}”")
        if isinstance(done.done, SaveResult)
        else (done.done.partner, "the cost")
    )
    text = f":leftwards_arrow_with_hook: Undone for {bold(name)}: {what}."
    return Message(text, [section(text)])


def last_words(done: UndoneLast, partner: str, currency: str, today: date) -> str:
    """Return what was taken back, struck out."""
    if isinstance(done.what, Entry):
        return f"~{entry_text(done.what, partner, currency, today)}~"
    return f"~{rating_text(done.what, partner)}~" if isinstance(done.what, RatingEntry) else ""


def put_back(done: PutBack) -> Message:
    """Say that a change was taken back, and what holds again."""
    if done.already:
        text = f"That was already undone; nothing changed for {bold(done.partner)}."
        return Message(text, [section(text)])
    told = ", ".join(f"{one.field} {escape_clip(one.new or 'nothing', 150)}" for one in done.changes)
    text = f":leftwards_arrow_with_hook: Undone for {bold(done.partner)}. {rvi_change_text(done.before, done.after)}"
    text += f"\nBack to: {told}" if told else ""
    return Message(text, [section(text), actions(open_card_button(done.partner_id))])
