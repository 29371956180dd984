"""Show a partner's history: who changed what."""

from collections.abc import Sequence

from babel.dates import format_datetime

from bot.actions.partners.history import HistoryEntry, HistoryPage
from bot.formatting import LOCALE
from bot.forms.partner_fields import FIELDS
from bot.messages.activity.undo import undo_list_button
from bot.messages.common import open_card_button
from bot.slack import action_ids
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    bold,
    button,
    escape,
    escape_clip,
    header,
    mention,
    section,
)

LINES_PER_BLOCK = 5
MAX_NAME_LENGTH = 80


def history_message(found: HistoryPage, page: int) -> Message:
    """Show a page of a partner's changes with buttons to page on. `page` is the page size."""
    name = escape_clip(found.name, 120)
    if not found.changes:
        text = f"No {'earlier ' if found.offset else ''}changes to the record of *{name}*."
        return Message(text, [section(text), actions(undo_list_button(found.partner_id))])
    told = history_lines(found.changes)
    blocks: list[Block] = [header(f"{found.name}: who changed what")]
    for start in range(0, len(told), LINES_PER_BLOCK):
        blocks.append(section("\n".join(f"• {line}" for line in told[start : start + LINES_PER_BLOCK])))
    turns = []
    if found.has_more:
        turns.append(
            button("Older", f"{action_ids.PAGE_OF_HISTORY}:older", f"{found.partner_id}:{found.offset + page}")
        )
    if found.offset:
        newer = max(0, found.offset - page)
        turns.append(button("Newer", f"{action_ids.PAGE_OF_HISTORY}:newer", f"{found.partner_id}:{newer}"))
    blocks.append(actions(*turns, undo_list_button(found.partner_id), open_card_button(found.partner_id)))
    return Message(f"{escape(found.name)}: who changed what", blocks)


def history_lines(changes: Sequence[HistoryEntry]) -> list[str]:
    """Format each change on one line: `22 Nov 2026, 10:14 · @ana · *Vertical*: law → tax`."""
    return [_history_line(one) for one in changes]


def _history_line(one: HistoryEntry) -> str:
    at = format_datetime(one.changed_at, "d MMM yyyy, HH:mm", locale=LOCALE)
    about = f"{escape_clip(one.about, MAX_NAME_LENGTH)}: " if one.about else ""
    old, new = (_historic_value(one.field, value) for value in (one.old, one.new))
    moved = " → ".join(value for value in (old, new or "_nothing_") if value)
    return f"{at} · {mention(one.changed_by)} · {about}{bold(one.field, MAX_NAME_LENGTH)}: {moved}"


def _historic_value(field: str, value: str | None) -> str | None:
    """Format a stored value. An owner is stored by id, everything else as text."""
    if not value:
        return None
    return mention(value) if field == FIELDS["owner"].label else escape_clip(value, 150)
