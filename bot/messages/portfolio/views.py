"""Show verticals and stakeholders, with the next action on a button."""

from fractions import Fraction

from bot.actions.portfolio.verticals import VerticalReport, VerticalSummary
from bot.actions.portfolio.views import Stakeholders
from bot.formatting import count, format_money, format_percent
from bot.slack import action_ids
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    and_more_block,
    bold,
    button,
    context,
    escape_clip,
    header,
    menu,
    more_line,
    section,
)
from scoring.vocabulary import Status
from storage.partners.snapshots import PartnerSnapshot

MAX_VERTICALS = 15
MAX_WITH_BUTTON = 8
MAX_NAMED = 5
MAX_MENU_OPTIONS = 100
MAX_NAME_LENGTH = 80


def verticals_message(found: VerticalReport, currency: str) -> Message:
    """Show each vertical's results, the empty ones, and the share of partners outside our industry."""
    title = f"{count(len(found.occupied), 'vertical')} with partners, {len(found.empty)} without"
    blocks: list[Block] = [header(title)]
    if not found.occupied and not found.empty:
        title = "No verticals yet. Add the lines of business where you want partners, or a partner with `/partner add`."
        blocks = [section(title)]
    if found.occupied:
        rows = [f"• {_vertical_line(one, currency)}" for one in found.occupied[:MAX_VERTICALS]]
        blocks.append(section("\n".join([*rows, *more_line(found.occupied, MAX_VERTICALS)])))
    for one in found.empty[:MAX_WITH_BUTTON]:
        add = button("Add a partner", action_ids.ADD_TO_VERTICAL, str(one.id))
        blocks.append(section(f"{bold(one.name or '', MAX_NAME_LENGTH)}: no partners yet", add))
    blocks += and_more_block(found.empty, MAX_WITH_BUTTON, " without partners")
    if found.occupied:
        blocks.append(
            context(
                _industry_text(found),
                "Active partners, last 12 months. RVI: Relationship Value Index. ROI: (won − cost) / cost.",
            )
        )
    named = [(one.name, str(one.id)) for one in (*found.occupied, *found.empty) if one.name][:MAX_MENU_OPTIONS]
    choices = [button("Add a vertical", action_ids.NAME_VERTICAL)]
    blocks.append(
        actions(*choices, *([menu("Set a cadence for…", action_ids.VERTICAL_CADENCE, named)] if named else []))
    )
    return Message(title, blocks)


def _vertical_line(one: VerticalSummary, currency: str) -> str:
    known = f" (cost known for {one.costed})" if 0 < one.costed < one.partners else ""
    parts = [
        bold(one.name, MAX_NAME_LENGTH) if one.name else "_no vertical_",
        f"{count(one.partners, 'partner')}, {one.producing} producing",
        f"median RVI {'–' if one.median_rvi is None else one.median_rvi}",
        f"{format_money(one.value_won, currency)} won",
        f"ROI {'–' if one.roi is None else format_percent(one.roi)}{known}",
        f"every {count(one.cadence_days, 'day')}" if one.cadence_days else "",
    ]
    return " · ".join(part for part in parts if part)


def _industry_text(found: VerticalReport) -> str:
    said = found.outside + found.inside
    if not said:
        return "No partner says yet whether it is outside our industry. Set it with Open card ▸ Edit."
    are = "is" if found.outside == 1 else "are"
    share = format_percent(Fraction(found.outside, said))
    of = f"{found.outside:,} of {count(said, 'partner')} {are} outside our industry: {share}"
    return f"{of} ({found.unknown_industry} unknown)" if found.unknown_industry else of


def vertical_created_message(vertical_id: int, name: str) -> Message:
    """Confirm a new vertical and offer to add its first partner."""
    text = f":white_check_mark: Added the vertical {bold(name)}. It has no partners yet."
    return Message(
        text, [section(text), actions(button("Add a partner", action_ids.ADD_TO_VERTICAL, str(vertical_id)))]
    )


def cadence_message(name: str, days: int | None) -> Message:
    every = f"every {count(days, 'day')}" if days else "the team's usual one"
    text = f":white_check_mark: The cadence of {bold(name)} is now {every}, except for partners with their own."
    return Message(text, [section(text)])


def stakeholders_message(found: Stakeholders) -> Message:
    """Show the eight stakeholder groups and who in each is or could be a partner."""
    empty = [kind for kind, of in found.kinds if not of]
    title = f"{len(empty)} of {count(len(found.kinds), 'stakeholder group')} with no partner or prospect"
    blocks: list[Block] = [header(title)]
    for kind, of in found.kinds:
        told = ", ".join(_stakeholder_line(one) for one in of[:MAX_NAMED]) or "nobody yet"
        text = " ".join([f"*{kind.capitalize()}*: {told}", *more_line(of, MAX_NAMED)])
        blocks.append(section(text, button("Add a prospect", action_ids.ADD_PROSPECT, kind)))
    if found.prospects:
        blocks.append(section(f"*{count(len(found.prospects), 'prospect')}*"))
    for one in found.prospects[:MAX_WITH_BUTTON]:
        text = f"{escape_clip(one.name, 120)} · {escape_clip(one.stakeholder or 'no stakeholder group', 40)}"
        blocks.append(section(text, button("Make active", action_ids.TAKE_IN, str(one.id))))
    blocks += and_more_block(found.prospects, MAX_WITH_BUTTON, " prospects: `/partner list prospect`")
    return Message(title, blocks)


def _stakeholder_line(one: PartnerSnapshot) -> str:
    word = {"introducer": "introducer", "both": "partner and introducer"}.get(one.role, "partner")
    if one.status != Status.ACTIVE:
        word = f"{one.status}, {word}" if one.role != "partner" else one.status
    return f"{escape_clip(one.name, MAX_NAME_LENGTH)} ({word})"
