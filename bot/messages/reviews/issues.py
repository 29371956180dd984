"""Messages about issues and ideas."""

from collections.abc import Sequence
from datetime import date

from bot.actions.reviews.issues import Issue, IssueKind, IssueResult
from bot.formatting import count, format_day
from bot.messages.common import open_card_button
from bot.slack import action_ids
from bot.slack.blocks import Block, Message, actions, bold, button, context, escape_clip, mention, section

SIGNS = {IssueKind.ISSUE: ":warning:", IssueKind.IDEA: ":bulb:"}
MAX_ISSUES = 3
"""How many of each kind are shown; the rest are counted."""


def issue_message(found: IssueResult) -> Message:
    """Confirm a new issue or idea, with buttons to settle it."""
    kind = found.issue.kind
    text = f":white_check_mark: Added the {kind} for {bold(found.partner)}: {escape_clip(found.issue.text, 500)}"
    return Message(text, [section(text), actions(*_issue_buttons(found.issue), open_card_button(found.partner_id))])


def settled_message(found: IssueResult) -> Message:
    """Show how an issue or idea was settled."""
    one = found.issue
    who = f"{escape_clip(one.text, 300)} → {escape_clip(one.resolution or '', 300)}"
    if found.was_settled:
        when = f" on {format_day(one.settled_on)}" if one.settled_on else ""
        text = (
            f"That {one.kind} for {bold(found.partner)} was already settled{when} by {mention(one.settled_by)}: {who}"
        )
    else:
        text = f":white_check_mark: {bold(found.partner)}, {one.kind}: {who}"
    return Message(text, [section(text), actions(open_card_button(found.partner_id))])


def issue_blocks(open_matters: Sequence[Issue], today: date | None = None) -> list[Block]:
    """List open issues, then ideas, oldest first, each with its buttons."""
    blocks: list[Block] = []
    for kind in IssueKind:
        found = [one for one in open_matters if one.kind == kind and one.is_open]
        for one in found[:MAX_ISSUES]:
            told = section(
                f"{SIGNS[kind]} {str(kind).capitalize()}, {format_day(one.opened_on, today)}: {_issue_line(one)}"
            )
            buttons = _issue_buttons(one)
            if len(buttons) == 1:
                blocks.append({**told, "accessory": buttons[0]})
            else:
                blocks += [told, actions(*buttons)]
        if len(found) > MAX_ISSUES:
            blocks.append(context(f"and {count(len(found) - MAX_ISSUES, f'more open {kind}')}"))
    return blocks


def _issue_line(one: Issue) -> str:
    return f"{escape_clip(one.text, 400)} ({mention(one.opened_by)})"


def _issue_buttons(one: Issue) -> list[Block]:
    id = str(one.id)
    if one.kind == IssueKind.ISSUE:
        return [button("Resolved", action_ids.ISSUE_RESOLVED, id)]
    return [button("Done", action_ids.IDEA_DONE, id), button("Drop", action_ids.IDEA_DROPPED, id)]
