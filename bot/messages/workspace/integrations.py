"""Messages about integrations: the list, a new token, and what one recorded."""

from collections.abc import Sequence
from datetime import date

from bot.actions.workspace.integrations import MAX_INTEGRATION_NAME, IntegrationInfo, IntegrationRecords, NewIntegration
from bot.formatting import format_day
from bot.messages.common import entry_text, rating_text
from bot.messages.forms import build_form, input_block
from bot.slack import action_ids, callback_ids
from bot.slack.action_ids import UNDO_ACTIVITY, UNDO_TRUST
from bot.slack.blocks import Block, Message, actions, bold, button, context, escape_clip, mention, option, section

TITLE = "Integrations"
ABOUT = "Other programs that read and record here: a CRM, a form, an assistant. Each has its own token."
RECORD_ONLY = "record"
RIGHTS = (("read", "Record, and read scores and ratings"), (RECORD_ONLY, "Record only: no scores, no ratings"))


def settings_block() -> Block:
    """Build the settings section for people who can manage integrations."""
    return section(f"*{TITLE}*\n{ABOUT}", button("Integrations", action_ids.INTEGRATIONS, "all"))


def list_message(found: Sequence[IntegrationInfo], today: date, url: str | None) -> Message:
    """List integrations, each with buttons to see its records and to revoke it."""
    blocks: list[Block] = [section(f"*{TITLE}*\n{ABOUT}")]
    for one in found:
        used = f"last used {format_day(one.last_used_on, today)}" if one.last_used_on else "not used yet"
        made = f"created by {mention(one.created_by)} {format_day(one.created_on, today)}"
        rights = "" if one.reads_scores else " · records only"
        blocks.append(section(f"{bold(one.name)} · `{one.prefix}…` · {made} · {used}{rights}"))
        id = str(one.id)
        see, end = (
            button("What it recorded", f"{action_ids.INTEGRATION_WROTE}:{id}", id),
            button("Revoke", f"{action_ids.REVOKE_INTEGRATION}:{id}", id, style="danger"),
        )
        blocks.append(actions(see, end))
    where = f"`{url}/api/v1`" if url else "`/api/v1` at the address of `tend web`"
    blocks.append(actions(button("New integration", action_ids.MAKE_INTEGRATION, "new", style="primary")))
    blocks.append(context(f"The API is at {where}; `/api/docs` describes it. Assistants connect to `/mcp`."))
    return Message(TITLE, blocks)


def new_integration_form() -> Block:
    """Ask for the integration's name."""
    element: Block = {"type": "plain_text_input", "max_length": MAX_INTEGRATION_NAME}
    hint = "e.g. CRM or My assistant; shown on what it records. The next step shows its token, once."
    rights = [option(text, value) for value, text in RIGHTS]
    choice: Block = {"type": "static_select"}
    return build_form(
        callback_ids.INTEGRATION,
        "New integration",
        "Create token",
        [
            input_block("name", "What is it called?", element, False, hint),
            input_block("rights", "What may it do?", {**choice, "options": rights, "initial_option": rights[0]}, False),
        ],
    )


def token_view(done: NewIntegration) -> Block:
    """Show the token once, in a window that is not stored."""
    view = build_form(
        callback_ids.INTEGRATION,
        "New integration",
        "",
        [
            section(f"The token of {bold(done.integration.name)}. Copy it now: it is shown only once and not stored."),
            section(f"```{done.token}```"),
            context(
                f"Anyone who has it can {_may(done.integration)} in this workspace. Give it only to that program: as a "
                "bearer token of the API or of `/mcp`, or as `TEND_TOKEN` of `tend mcp`."
            ),
        ],
    )
    del view["submit"]
    view["close"]["text"] = "I have copied it"
    return view


def created_message(done: NewIntegration) -> Message:
    """Confirm a new integration, without its token."""
    text = (
        f":white_check_mark: {bold(done.integration.name)} (`{done.integration.prefix}…`) can now "
        f"{_may(done.integration)} here."
    )
    return Message(text, [section(text), actions(button("Integrations", action_ids.INTEGRATIONS, "all"))])


def _may(integration: IntegrationInfo) -> str:
    return "read and record" if integration.reads_scores else "record"


def revoked_message(name: str) -> Message:
    """Confirm that a token was revoked."""
    text = f":wastebasket: {bold(name)} can no longer read or record here. What it recorded stays."
    return Message(text, [section(text), actions(button("Integrations", action_ids.INTEGRATIONS, "all"))])


def records_message(found: IntegrationRecords, currency: str, today: date) -> Message:
    """List an integration's latest records, each with an undo button."""
    title = f"What {bold(found.name)} recorded last"
    blocks: list[Block] = [section(title)]
    for name, entry in found.entries:
        undo = button("Undo", f"{UNDO_ACTIVITY}:{entry.id}", str(entry.id))
        blocks.append(section(entry_text(entry, name, currency, today), undo))
    for name, rated in found.ratings:
        undo = button("Undo", f"{UNDO_TRUST}:{rated.id}", str(rated.id))
        blocks.append(section(rating_text(rated, name), undo))
    if not (found.entries or found.ratings):
        blocks.append(context("Nothing, or all of it was undone."))
    return Message(escape_clip(title, 200), blocks)
