"""Integrations: which programs may read and record by the API, a new one with its token, and what one recorded."""

from collections.abc import Sequence
from datetime import date

from bot.actions.workspace.integrations import MAX_INTEGRATION_NAME, IntegrationInfo, IntegrationRecords, NewIntegration
from bot.formatting import format_day
from bot.messages.common import entry_text, rating_text
from bot.messages.forms import build_form, input_block
from bot.slack import action_ids, callback_ids
from bot.slack.action_ids import UNDO_ACTIVITY, UNDO_TRUST
from bot.slack.blocks import Block, Message, actions, bold, button, context, escape_clip, mention, section

TITLE = "Integrations"
ABOUT = "Other programs that read and record here: a CRM, a form, an automation tool. Each has a token of its own."


def settings_block() -> Block:
    """What the settings say of them, to those who may change them."""
    return section(f"*{TITLE}*\n{ABOUT}", button("Integrations", action_ids.INTEGRATIONS, "all"))


def list_message(found: Sequence[IntegrationInfo], today: date, url: str | None) -> Message:
    """All of them, each with the way to see what it wrote, and to end it."""
    blocks: list[Block] = [section(f"*{TITLE}*\n{ABOUT}")]
    for one in found:
        used = f"last used {format_day(one.last_used_on, today)}" if one.last_used_on else "not used yet"
        made = f"made by {mention(one.created_by)} {format_day(one.created_on, today)}"
        blocks.append(section(f"{bold(one.name)} · `{one.prefix}…` · {made} · {used}"))
        id = str(one.id)
        see, end = (
            button("What it recorded", f"{action_ids.INTEGRATION_WROTE}:{id}", id),
            button("Revoke", f"{action_ids.REVOKE_INTEGRATION}:{id}", id, style="danger"),
        )
        blocks.append(actions(see, end))
    where = f"`{url}/api/v1`" if url else "`/api/v1` at the address of `tend web`"
    blocks.append(actions(button("New integration", action_ids.MAKE_INTEGRATION, "new", style="primary")))
    blocks.append(context(f"The API is at {where}; `/api/v1/openapi.json` describes it."))
    return Message(TITLE, blocks)


def new_integration_form() -> Block:
    """What is it called?"""
    element: Block = {"type": "plain_text_input", "max_length": MAX_INTEGRATION_NAME}
    hint = "e.g. CRM; what it records says so. The next step shows its token, once."
    return build_form(
        callback_ids.INTEGRATION,
        "New integration",
        "Make the token",
        [input_block("name", "What is it?", element, False, hint)],
    )


def token_view(done: NewIntegration) -> Block:
    """The token, once: in a window that nothing keeps."""
    view = build_form(
        callback_ids.INTEGRATION,
        "New integration",
        "",
        [
            section(
                f"The token of {bold(done.integration.name)}. Copy it now: it is kept nowhere and shown only here."
            ),
            section(f"```{done.token}```"),
            context("Whoever has it reads and records in this workspace. Pass it to that program alone."),
        ],
    )
    del view["submit"]
    view["close"]["text"] = "I have copied it"
    return view


def created_message(done: NewIntegration) -> Message:
    """That there is a new one, without the token."""
    text = (
        f":white_check_mark: {bold(done.integration.name)} (`{done.integration.prefix}…`) may read and record here now."
    )
    return Message(text, [section(text), actions(button("Integrations", action_ids.INTEGRATIONS, "all"))])


def revoked_message(name: str) -> Message:
    """That a token is of no use any more."""
    text = f":wastebasket: {bold(name)} can't read or record here any more. What it recorded stays."
    return Message(text, [section(text), actions(button("Integrations", action_ids.INTEGRATIONS, "all"))])


def records_message(found: IntegrationRecords, currency: str, today: date) -> Message:
    """What one recorded last, each with the way back."""
    title = f"What {bold(found.name)} recorded last"
    blocks: list[Block] = [section(title)]
    for name, entry in found.entries:
        undo = button("Undo", f"{UNDO_ACTIVITY}:{entry.id}", str(entry.id))
        blocks.append(section(entry_text(entry, name, currency, today), undo))
    for name, rated in found.ratings:
        undo = button("Undo", f"{UNDO_TRUST}:{rated.id}", str(rated.id))
        blocks.append(section(rating_text(rated, name), undo))
    if not (found.entries or found.ratings):
        blocks.append(context("Nothing that still stands."))
    return Message(escape_clip(title, 200), blocks)
