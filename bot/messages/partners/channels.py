"""Messages about linked channels, including the notice that the partner reads."""

from collections.abc import Sequence

from bot.actions.partners.channels import LinkedChannel, UnlinkResult
from bot.messages.common import open_card_button
from bot.messages.forms import build_form, input_block
from bot.slack import callback_ids
from bot.slack.blocks import Block, Message, actions, bold, context, section


def link_notice() -> Message:
    """Build the notice for the channel. Both sides read it, so it names nobody and judges nothing."""
    text = (
        ":seedling: Tend now notes on which days each side posts in this channel, so that we don't lose touch. "
        "It never keeps what is written, who wrote it or how often."
    )
    return Message(text, [section(text)])


def link_form(partner_id: int, name: str, channel_id: str | None) -> Block:
    """Build the form that asks for the channel."""
    element: Block = {"type": "conversations_select", "filter": {"include": ["public", "private"]}}
    if channel_id:
        element["initial_conversation"] = channel_id
    about = context(
        "Messages there count as a touch, at most one a day. Tend keeps only the day and whether it was you or them, "
        "never what is written. It announces this in the channel, so invite it first: `/invite @Tend`."
    )
    return build_form(
        f"{callback_ids.LINK_CHANNEL}:{partner_id}",
        "Link a channel",
        "Link and announce",
        [section(bold(name)), about, input_block("channel", "Which channel?", element, False)],
    )


def linked_message(done: LinkedChannel) -> Message:
    """Confirm that messages in the channel count from now on."""
    text = (
        f":link: Messages in <#{done.channel_id}> now count as contact with {bold(done.partner)}. I have "
        "told the channel. `/partner unlink` stops it."
    )
    return Message(text, [section(text), actions(open_card_button(done.partner_id))])


def unlinked_message(done: UnlinkResult) -> Message:
    """Confirm that messages in the channels no longer count."""
    text = f":white_check_mark: {format_channels(done.channel_ids)} no longer counted for {bold(done.partner)}."
    return Message(text, [section(text), actions(open_card_button(done.partner_id))])


def format_channels(ids: Sequence[str]) -> str:
    """Return channels as the subject of a sentence, with its verb: `<#C1>, <#C2> are`."""
    return f"{', '.join(f'<#{one}>' for one in ids)} {'is' if len(ids) == 1 else 'are'}"
