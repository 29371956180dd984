"""Linked channels, in words: to whoever links one, and in the channel itself, where the partner reads."""

from collections.abc import Sequence

from bot.actions.partners.channels import LinkedChannel, UnlinkResult
from bot.messages.common import open_card_button
from bot.messages.forms import build_form, input_block
from bot.slack import callback_ids
from bot.slack.blocks import Block, Message, actions, bold, context, section


def link_notice() -> Message:
    """What the channel is told. Both sides read it, so it names nobody and judges nothing."""
    text = (
        ":seedling: Tend now notes on which days each side writes in this channel, so that neither loses touch with "
        "the other. It keeps the day and the side; never what is written, by whom or how often."
    )
    return Message(text, [section(text)])


def link_form(partner_id: int, name: str, channel_id: str | None) -> Block:
    """Which channel is theirs?"""
    element: Block = {"type": "conversations_select", "filter": {"include": ["public", "private"]}}
    if channel_id:
        element["initial_conversation"] = channel_id
    about = context(
        "Messages there count as a touch, at most one a day. Only the day and the side are kept, never what is "
        "written. Tend says so in the channel, and has to be in it: `/invite @Tend`."
    )
    return build_form(
        f"{callback_ids.LINK_CHANNEL}:{partner_id}",
        "Link a channel",
        "Link and say so there",
        [section(bold(name)), about, input_block("channel", "Which channel?", element, False)],
    )


def linked_message(done: LinkedChannel) -> Message:
    """It counts from now on."""
    text = (
        f":link: Messages in <#{done.channel_id}> now count as contact with {bold(done.partner)}; the channel was "
        "told. `/partner unlink` ends it."
    )
    return Message(text, [section(text), actions(open_card_button(done.partner_id))])


def unlinked_message(done: UnlinkResult) -> Message:
    """It counts no more."""
    text = f":white_check_mark: {format_channels(done.channel_ids)} no longer counted for {bold(done.partner)}."
    return Message(text, [section(text), actions(open_card_button(done.partner_id))])


def format_channels(ids: Sequence[str]) -> str:
    """`<#C1>, <#C2>`."""
    return f"{', '.join(f'<#{one}>' for one in ids)} {'is' if len(ids) == 1 else 'are'}"
