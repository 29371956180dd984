"""What was mended, promised after all, or forgotten."""

from collections.abc import Sequence
from datetime import date

from bot.actions.activity.edit_entry import Edited
from bot.actions.activity.entries import Entry, RatingEntry
from bot.actions.activity.use_leftover import Promised
from bot.actions.partners.spellings import Spellings
from bot.messages.activity.confirm import change_of, promise_words
from bot.messages.common import entry_text, open_card_button, rating_text, rvi_change_text
from bot.scores.models import Promise
from bot.slack.action_ids import EDIT_ENTRY, EDIT_PROMISE, EDIT_RATING, UNDO_PROMISE, UNDO_UPDATE
from bot.slack.blocks import Message, actions, bold, button, escape_clip, section


def edited(done: Edited, currency: str, today: date, more: Sequence[str] = ()) -> Message:
    """Say what changed in a record, with *Undo*."""
    told = _what(done, currency, today)
    if not done.changes:
        text = f"Nothing was changed: {told}"
        return Message(text, [section(text), actions(open_card_button(done.partner_id))])
    changed = ", ".join(f"{one.field} {change_of(one)}" for one in done.changes)
    text = f":white_check_mark: Changed: {told}\n{changed}\n{rvi_change_text(done.before, done.after)}"
    text = "\n".join((text, *more))
    buttons = [button("Undo", UNDO_UPDATE, str(done.update_id))]
    if isinstance(done.what, Entry):
        buttons.append(button("Edit", EDIT_ENTRY, str(done.what.id)))
    elif isinstance(done.what, RatingEntry):
        buttons.append(button("Edit", EDIT_RATING, str(done.what.id)))
    else:
        buttons.append(button("Edit", EDIT_PROMISE, str(done.what.id)))
    return Message(text, [section(text), actions(*buttons, open_card_button(done.partner_id))])


def _what(done: Edited, currency: str, today: date) -> str:
    if isinstance(done.what, Entry):
        return entry_text(done.what, done.partner, currency, today)
    if isinstance(done.what, RatingEntry):
        return rating_text(done.what, done.partner)
    return f"{bold(done.partner)}: {promise_words(done.what, today)}"


def promised(step_id: int, partner_id: int, partner: str, asked: Promised, today: date) -> Message:
    """Say that what stayed in a record's text is a promise now."""
    step = Promise(step_id, asked.what, asked.due_on, "", asked.side)
    text = f":white_check_mark: {bold(partner)}: {promise_words(step, today)}"
    id = str(step_id)
    ways = [button("Undo", UNDO_PROMISE, id), button("Edit", EDIT_PROMISE, id), open_card_button(partner_id)]
    return Message(text, [section(text), actions(*ways)])


def forgotten(done: Spellings) -> Message:
    """Say that a spelling no longer means its partner."""
    left = ", ".join(f"“{escape_clip(one.text, 80)}”" for one in done.known)
    text = f":white_check_mark: Forgotten for {bold(done.partner)}." + (f" Still known: {left}." if left else "")
    return Message(text, [section(text), actions(open_card_button(done.partner_id))])
