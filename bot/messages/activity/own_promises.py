"""What somebody promised partners and has still to do."""

from collections.abc import Sequence
from datetime import date

from bot.actions.activity.promises import OwnPromise
from bot.formatting import count, format_day
from bot.slack.action_ids import PROMISE_KEPT
from bot.slack.blocks import Block, Message, and_more_block, bold, button, escape_clip, section

_MAX_LISTED = 20


def own_promises(found: Sequence[OwnPromise], today: date) -> Message:
    """List the promises that are open, soonest due first, each with *Done*."""
    if not found:
        text = ":seedling: None of your promises is open, so nothing is due to any partner."
        return Message(text, [section(text)])
    title = f"You owe partners {count(len(found), 'thing')}"
    blocks: list[Block] = [section(f"*{title}*")]
    blocks += [_line(each, today) for each in found[:_MAX_LISTED]]
    blocks += and_more_block(found, _MAX_LISTED, "")
    named = "; ".join(f"{each.partner}: {each.promise.text}" for each in found[:3])
    return Message(f"{title}: {escape_clip(named, 300)}", blocks)


def _line(each: OwnPromise, today: date) -> Block:
    promise = each.promise
    day = f"due {format_day(promise.due_on, today)}" if promise.due_on else "no due day"
    late = " :alarm_clock:" if promise.due_on and promise.due_on < today else ""
    text = f"{bold(each.partner)}: {escape_clip(promise.text, 300)} ({day}){late}"
    return section(text, button("Done", f"{PROMISE_KEPT}:{promise.id}", str(promise.id)))
