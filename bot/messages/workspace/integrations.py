"""Integrations: which programs may read and record by the API, a new one with its token, and what one recorded."""

from collections.abc import Sequence
from datetime import date

from bot.actions.workspace.integrations import LONGEST, Listed, Made, Written
from bot.formatting import day_words
from bot.messages.activity.confirm import UNDO_ACTIVITY, UNDO_TRUST, rating_words, what_words
from bot.messages.forms import form, input_block
from bot.slack.blocks import Block, Message, actions, bold, brief, button, context, mention, section

OPEN = "integrations"
MAKE = "make_integration"
REVOKE = "revoke_integration"
WRITTEN = "integration_wrote"
FORM = "integration"
TITLE = "Integrations"
ABOUT = "Other programs that read and record here: a CRM, a form, an automation tool. Each has a token of its own."


def in_settings() -> Block:
    """What the settings say of them, to those who may change them."""
    return section(f"*{TITLE}*\n{ABOUT}", button("Integrations", OPEN, "all"))


def listing(found: Sequence[Listed], today: date, url: str | None) -> Message:
    """All of them, each with the way to see what it wrote, and to end it."""
    blocks: list[Block] = [section(f"*{TITLE}*\n{ABOUT}")]
    for one in found:
        used = f"last used {day_words(one.last_used_on, today)}" if one.last_used_on else "not used yet"
        made = f"made by {mention(one.by)} {day_words(one.on, today)}"
        blocks.append(section(f"{bold(one.name)} · `{one.prefix}…` · {made} · {used}"))
        id = str(one.id)
        see, end = (
            button("What it recorded", f"{WRITTEN}:{id}", id),
            button("Revoke", f"{REVOKE}:{id}", id, style="danger"),
        )
        blocks.append(actions(see, end))
    where = f"`{url}/api/v1`" if url else "`/api/v1` at the address of `tend web`"
    blocks.append(actions(button("New integration", MAKE, "new", style="primary")))
    blocks.append(context(f"The API is at {where}; `/api/v1/openapi.json` describes it."))
    return Message(TITLE, blocks)


def make_form() -> Block:
    """What is it called?"""
    element: Block = {"type": "plain_text_input", "max_length": LONGEST}
    hint = "e.g. CRM; what it records says so. The next step shows its token, once."
    return form(FORM, "New integration", "Make the token", [input_block("name", "What is it?", element, False, hint)])


def made(done: Made) -> Block:
    """The token, once: in a window that nothing keeps."""
    view = form(
        FORM,
        "New integration",
        "",
        [
            section(f"The token of {bold(done.made.name)}. Copy it now: it is kept nowhere and shown only here."),
            section(f"```{done.token}```"),
            context("Whoever has it reads and records in this workspace. Pass it to that program alone."),
        ],
    )
    del view["submit"]
    view["close"]["text"] = "I have copied it"
    return view


def was_made(done: Made) -> Message:
    """That there is a new one, without the token."""
    text = f":white_check_mark: {bold(done.made.name)} (`{done.made.prefix}…`) may read and record here now."
    return Message(text, [section(text), actions(button("Integrations", OPEN, "all"))])


def revoked(name: str) -> Message:
    """That a token is of no use any more."""
    text = f":wastebasket: {bold(name)} can't read or record here any more. What it recorded stays."
    return Message(text, [section(text), actions(button("Integrations", OPEN, "all"))])


def written(found: Written, currency: str, today: date) -> Message:
    """What one recorded last, each with the way back."""
    title = f"What {bold(found.name)} recorded last"
    blocks: list[Block] = [section(title)]
    for name, entry in found.entries:
        undo = button("Undo", f"{UNDO_ACTIVITY}:{entry.id}", str(entry.id))
        blocks.append(section(what_words(entry, name, currency, today), undo))
    for name, rated in found.ratings:
        undo = button("Undo", f"{UNDO_TRUST}:{rated.id}", str(rated.id))
        blocks.append(section(rating_words(rated, name), undo))
    if not (found.entries or found.ratings):
        blocks.append(context("Nothing that still stands."))
    return Message(brief(title, 200), blocks)
