"""Show paper partners one at a time, each with a decision to make, and the decisions at the end."""

from collections.abc import Sequence

from bot.actions.portfolio.prune import PruneState
from bot.formatting import count, format_day, list_first
from bot.messages.common import open_card_button
from bot.scores.models import ScoredPartner
from bot.slack import action_ids
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    bold,
    button,
    context,
    escape,
    escape_clip,
    header,
    mention,
    plain_text,
    section,
)

REASON = "reason"
MAX_REASON_LENGTH = 300
MAX_NAMED = 10


def prune_message(found: PruneState, stewards: Sequence[str], *, may_end: bool, told: str = "") -> Message:
    """Show the paper partner to decide on, or all decisions. `told` is the result of the last one."""
    if found.logo is None:
        return _done_message(found, told)
    one, title = found.logo, _title_text(found)
    blocks: list[Block] = [header(title)]
    if told:
        blocks.append(context(told))
    blocks.append(section(_reason_text(one, found.customer_benefit)))
    id = str(one.partner.id)
    choices = [button("Keep 90 days", action_ids.PRUNE_KEEP, id), button("Pause", action_ids.PRUNE_PAUSE, id)]
    if may_end:
        choices.append(button("End…", action_ids.PRUNE_ASK_END, id, style="danger"))
    if found.after:
        choices.append(button("Skip", action_ids.PRUNE_SKIP, id))
    blocks.append(actions(*choices, open_card_button(one.partner.id)))
    rest = f"{found.after:,} more after this one." if found.after else "This is the last one."
    blocks.append(context(rest if may_end else f"{rest} {who_may_end(stewards)}"))
    return Message(f"{title}: {escape(one.partner.name)}", blocks)


def who_may_end(stewards: Sequence[str]) -> str:
    """Say who can end a partnership, for those who can't."""
    named = ", ".join(mention(one) for one in stewards[:MAX_NAMED])
    return f"To end one, ask {named or 'a workspace admin'}: only admins and stewards can."


def ask_reason_message(one: ScoredPartner, *, problem: str = "") -> Message:
    """Ask why the partnership ends, in place of the paper partner, so the next one can follow there."""
    id, name = str(one.partner.id), escape_clip(one.partner.name, 120)
    field: Block = {
        "type": "input",
        "block_id": REASON,
        "label": plain_text("Why does it end?", 150),
        "optional": False,
        "element": {
            "type": "plain_text_input",
            "action_id": REASON,
            "max_length": MAX_REASON_LENGTH,
            "placeholder": plain_text("e.g. our customers got nothing from it", 150),
        },
    }
    told = [section(f":warning: {problem}")] if problem else []
    choices = actions(
        button("End the partnership", action_ids.PRUNE_END, id, style="danger"),
        button("Back", action_ids.PRUNE_BACK, id),
    )
    ends = section(f"The partnership with *{name}* will end. Its record and history stay, and one click resumes it.")
    return Message(f"Why does the partnership with {name} end?", [*told, ends, field, choices])


def _title_text(found: PruneState) -> str:
    return f"{found.logos} of {count(found.active, 'partner')} on paper only"


def _reason_text(one: ScoredPartner, customer_benefit: str | None) -> str:
    """Say why a partner is on paper only, since when, and what customers would lose."""
    today, last = one.now.day, one.now.facts.last_touch_on
    told = [
        f"{bold(one.partner.name)} · {escape_clip(one.partner.vertical or 'no vertical', 80)} · "
        f"owner {mention(one.partner.owner)}",
        f"• no activity that counts and nothing won in 12 months; "
        f"partner since {format_day(one.now.facts.start, today)} "
        f"({count(one.now.age_months, 'month')})",
        f"• last touch {format_day(last)} ({count(one.now.quiet_days, 'day')} ago)" if last else "• no touch yet",
        f"• for our customers: {escape_clip(customer_benefit, 300)}" if customer_benefit else "",
        "" if customer_benefit else "• nothing yet on how our customers benefit",
    ]
    return "\n".join(line for line in told if line)


def _done_message(found: PruneState, told: str) -> Message:
    decided = [
        f"• *{word}*: {list_first([escape_clip(name, 80) for name in names], MAX_NAMED)}"
        for word, names in (("Kept", found.kept), ("Paused", found.paused), ("Ended", found.ended))
        if names
    ]
    blocks: list[Block] = [context(told)] if told else []
    if not found.logos and not decided:
        title = ":seedling: No paper partners: each active partner is new or did something in the last 12 months."
        if not found.active:
            title = "There are no active partners yet. Add one with `/partner add`."
        return Message(title, [*blocks, section(title)])
    title = (
        f"{_title_text(found)}; {found.open or 'none'} left to decide on"
        if found.logos
        else "No paper partners are left"
    )
    blocks.append(section("\n".join([f"*{title}*", *(["Decided today:", *decided] if decided else [])])))
    if found.open:
        blocks.append(actions(button("Go through them", action_ids.PRUNE_SKIP, "")))
    return Message(title, blocks)
