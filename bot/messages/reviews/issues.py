"""Issues and ideas: what was noted, what became of it, and those that are open."""

from collections.abc import Sequence
from datetime import date

from bot.actions.reviews.issues import Kind, Matter, Noted
from bot.formatting import count, day_words
from bot.messages.activity.confirm import open_card
from bot.slack.blocks import Block, Message, actions, bold, brief, button, context, mention, section

NOTE_ISSUE = "note_issue"
NOTE_IDEA = "note_idea"
RESOLVED = "issue_resolved"
DONE = "idea_done"
DROP = "idea_dropped"
SIGNS = {Kind.ISSUE: ":warning:", Kind.IDEA: ":bulb:"}
MOST = 3
"""How many of each kind are shown; the rest are counted."""


def noted(found: Noted) -> Message:
    """An issue or idea is in the record: what can become of it."""
    kind = found.matter.kind
    text = f":white_check_mark: Noted for {bold(found.partner)}, {kind}: {brief(found.matter.what, 500)}"
    return Message(text, [section(text), actions(*_buttons(found.matter), open_card(found.partner_id))])


def settled(found: Noted) -> Message:
    """What became of it."""
    one = found.matter
    who = f"{brief(one.what, 300)} → {brief(one.settled_how or '', 300)}"
    if found.already:
        when = f" on {day_words(one.settled_on)}" if one.settled_on else ""
        text = f"That {one.kind} of {bold(found.partner)} was settled{when} by {mention(one.settled_by)}: {who}"
    else:
        text = f":white_check_mark: {bold(found.partner)}, {one.kind}: {who}"
    return Message(text, [section(text), actions(open_card(found.partner_id))])


def matters_blocks(open_matters: Sequence[Matter], today: date | None = None) -> list[Block]:
    """Open issues first, then ideas, the oldest first, each with its buttons; nothing where there are none."""
    blocks: list[Block] = []
    for kind in Kind:
        found = [one for one in open_matters if one.kind == kind and one.is_open]
        for one in found[:MOST]:
            told = section(f"{SIGNS[kind]} {str(kind).capitalize()}, {day_words(one.opened_on, today)}: {_what(one)}")
            buttons = _buttons(one)
            if len(buttons) == 1:
                blocks.append({**told, "accessory": buttons[0]})
            else:
                blocks += [told, actions(*buttons)]
        if len(found) > MOST:
            blocks.append(context(f"and {count(len(found) - MOST, f'more open {kind}')}"))
    return blocks


def _what(one: Matter) -> str:
    return f"{brief(one.what, 400)} ({mention(one.by)})"


def _buttons(one: Matter) -> list[Block]:
    id = str(one.id)
    if one.kind == Kind.ISSUE:
        return [button("Resolved", RESOLVED, id)]
    return [button("Done", DONE, id), button("Drop", DROP, id)]
