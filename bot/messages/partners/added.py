"""A partner was added: what its record says, and what it does not yet."""

from bot.actions.partner_values import FieldValues, SaveResult
from bot.formatting import list_first
from bot.messages.common import open_card_button
from bot.slack import action_ids
from bot.slack.blocks import Message, actions, bold, button, section

WORTH_SAYING = (
    ("vertical", "their line of business"),
    ("wiifm_them", "what is in it for them"),
    ("wiifm_us", "what is in it for us"),
    ("fit", "how the two fit"),
)


def added(done: SaveResult, values: FieldValues) -> Message:
    """Confirm that a partner was added, with buttons to undo or go on."""
    empty = [words for name, words in WORTH_SAYING if not values.get(name)]
    told = f":white_check_mark: {bold(done.name)} was added."
    if empty:
        told += f" No rush for the rest ({list_first(empty, len(empty))}): the Home tab asks one question a week."
    id = str(done.partner_id)
    buttons = [open_card_button(done.partner_id), button("Undo", action_ids.REMOVE_PARTNER, id)]
    return Message(told, [section(told), actions(*buttons)])


def removed(done: SaveResult) -> Message:
    text = f":white_check_mark: {bold(done.name)} was removed, as if it had never been added."
    return Message(text, [section(text)])
