"""Verticals and stakeholders, a partner's history, and what does not fit: with the next action on a button."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from babel.dates import format_datetime

from bot.actions.partners.history import History, PastChange
from bot.actions.portfolio.verticals import Verticals, VerticalSum
from bot.actions.portfolio.views import Stakeholders
from bot.formatting import LOCALE, count, money, percent
from bot.forms.partner_fields import FIELDS
from bot.messages.activity.confirm import open_card
from bot.messages.activity.undo import take_back
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    and_more,
    and_more_block,
    bold,
    brief,
    button,
    context,
    esc,
    header,
    mention,
    menu,
    section,
)
from scoring.vocabulary import Status
from storage.partners.snapshots import Standing

ADD_TO_VERTICAL = "add_to_vertical"
NAME_VERTICAL = "name_vertical"
VERTICAL_CADENCE = "vertical_cadence"
ADD_PROSPECT = "add_prospect"
TAKE_IN = "take_in"
PAGE_OF_HISTORY = "page_of_history"

MOST_VERTICALS = 15
MOST_WITH_BUTTON = 8
MOST_NAMED = 5
MENU_OPTIONS = 100
LINES_A_BLOCK = 5
NAME = 80


def verticals(found: Verticals, currency: str) -> Message:
    """Each vertical measured, those with nobody in them, and how far we look outside our own industry."""
    title = f"{count(len(found.held), 'vertical')} with partners, {len(found.empty)} with nobody"
    blocks: list[Block] = [header(title)]
    if not found.held and not found.empty:
        title = "Name the lines of business in which you want partners, or add the first with `/partner add`."
        blocks = [section(title)]
    if found.held:
        rows = [f"• {_vertical(one, currency)}" for one in found.held[:MOST_VERTICALS]]
        blocks.append(section("\n".join([*rows, *and_more(found.held, MOST_VERTICALS)])))
    for one in found.empty[:MOST_WITH_BUTTON]:
        add = button("Add a partner", ADD_TO_VERTICAL, str(one.id))
        blocks.append(section(f"{bold(one.name or '', NAME)}: nobody yet", add))
    blocks += and_more_block(found.empty, MOST_WITH_BUTTON, " with nobody")
    if found.held:
        blocks.append(context(_industry(found), "In 12 months, of active partners. ROI: (won − cost) / cost."))
    named = [(one.name, str(one.id)) for one in (*found.held, *found.empty) if one.name][:MENU_OPTIONS]
    choices = [button("Name a vertical", NAME_VERTICAL)]
    blocks.append(actions(*choices, *([menu("Set a cadence for…", VERTICAL_CADENCE, named)] if named else [])))
    return Message(title, blocks)


def _vertical(one: VerticalSum, currency: str) -> str:
    known = f" (cost known of {one.costed})" if 0 < one.costed < one.partners else ""
    parts = [
        bold(one.name, NAME) if one.name else "_no vertical_",
        f"{count(one.partners, 'partner')}, {one.producing} producing",
        f"median RVI {'–' if one.median_rvi is None else one.median_rvi}",
        f"{money(one.value_won, currency)} won",
        f"ROI {'–' if one.roi is None else percent(one.roi)}{known}",
        f"every {count(one.cadence_days, 'day')}" if one.cadence_days else "",
    ]
    return " · ".join(part for part in parts if part)


def _industry(found: Verticals) -> str:
    said = found.outside + found.inside
    if not said:
        return "Of no partner it is said whether they are outside our own industry: Open card ▸ Edit."
    are = "is" if found.outside == 1 else "are"
    share = percent(Fraction(found.outside, said))
    of = f"{found.outside:,} of {count(said, 'partner')} {are} outside our own industry: {share}"
    return f"{of} ({found.unsaid} not said)" if found.unsaid else of


def vertical_named(vertical_id: int, name: str) -> Message:
    """A vertical was named; it wants somebody in it."""
    text = f":white_check_mark: {bold(name)} is one of our verticals. Nobody is in it yet."
    return Message(text, [section(text), actions(button("Add a partner", ADD_TO_VERTICAL, str(vertical_id)))])


def cadence_set(name: str, days: int | None) -> Message:
    every = f"every {count(days, 'day')}" if days else "as usual"
    text = f":white_check_mark: We speak with {bold(name)} {every}, but for those with a cadence of their own."
    return Message(text, [section(text)])


def stakeholders(found: Stakeholders) -> Message:
    """The eight kinds of people with a stake in our business, and who of them is or could be a partner."""
    empty = [kind for kind, of in found.kinds if not of]
    title = f"{len(empty)} of {count(len(found.kinds), 'kind')} of stakeholders have no candidate"
    blocks: list[Block] = [header(title)]
    for kind, of in found.kinds:
        told = ", ".join(_stakeholder(one) for one in of[:MOST_NAMED]) or "nobody yet"
        text = " ".join([f"*{kind.capitalize()}*: {told}", *and_more(of, MOST_NAMED)])
        blocks.append(section(text, button("Add a prospect", ADD_PROSPECT, kind)))
    if found.prospects:
        blocks.append(section(f"*{count(len(found.prospects), 'prospect')}*"))
    for one in found.prospects[:MOST_WITH_BUTTON]:
        text = f"{brief(one.name, 120)} · {brief(one.stakeholder or 'no stakeholder', 40)}"
        blocks.append(section(text, button("They are in", TAKE_IN, str(one.id))))
    blocks += and_more_block(found.prospects, MOST_WITH_BUTTON, " prospects: `/partner list prospect`")
    return Message(title, blocks)


def _stakeholder(one: Standing) -> str:
    word = {"introducer": "introducer", "both": "partner and introducer"}.get(one.role, "partner")
    if one.status != Status.ACTIVE:
        word = f"{one.status}, {word}" if one.role != "partner" else one.status
    return f"{brief(one.name, NAME)} ({word})"


def history(found: History, page: int) -> Message:
    """A page of a partner's changes, with the ways to older and newer ones. `page` is how many a page holds."""
    name = brief(found.name, 120)
    if not found.changes:
        text = f"Nothing was changed in the record of *{name}*{' before that' if found.offset else ''}."
        return Message(text, [section(text), actions(take_back(found.partner_id))])
    told = history_lines(found.changes)
    blocks: list[Block] = [header(f"{found.name}: who changed what")]
    for start in range(0, len(told), LINES_A_BLOCK):
        blocks.append(section("\n".join(f"• {line}" for line in told[start : start + LINES_A_BLOCK])))
    turns = []
    if found.more:
        turns.append(button("Older", f"{PAGE_OF_HISTORY}:older", f"{found.partner_id}:{found.offset + page}"))
    if found.offset:
        newer = max(0, found.offset - page)
        turns.append(button("Newer", f"{PAGE_OF_HISTORY}:newer", f"{found.partner_id}:{newer}"))
    blocks.append(actions(*turns, take_back(found.partner_id), open_card(found.partner_id)))
    return Message(f"{esc(found.name)}: who changed what", blocks)


def history_lines(changes: Sequence[PastChange]) -> list[str]:
    """Each change on one line: `22 Nov 2026, 10:14 · @ana · *Vertical*: law → tax`."""
    return [_history_line(one) for one in changes]


def _history_line(one: PastChange) -> str:
    at = format_datetime(one.at, "d MMM yyyy, HH:mm", locale=LOCALE)
    about = f"{brief(one.about, NAME)}: " if one.about else ""
    old, new = (_historic(one.field, value) for value in (one.old, one.new))
    moved = " → ".join(value for value in (old, new or "_nothing_") if value)
    return f"{at} · {mention(one.by)} · {about}{bold(one.field, NAME)}: {moved}"


def _historic(field: str, value: str | None) -> str | None:
    """An owner stands there by id; all else is words that people wrote."""
    if not value:
        return None
    return mention(value) if field == FIELDS["owner"].label else brief(value, 150)


def fit_warnings(values: Mapping[str, Any]) -> tuple[str, ...]:
    """What speaks against a partnership as its record stands; `values` by the names of `bot.forms.partner_fields`.

    No shape of a fit; two firms after the same money; an overlap of interests without a watertight boundary.
    """
    overlaps = values.get("overlap") not in (None, "", "none")
    warnings = (
        (not values.get("fit"), "No shape of a fit is chosen: say how the two are more together than alone."),
        (
            values.get("same_customer"),
            "Both are after the same customer's same money: look outside our own industry, or for another customer.",
        ),
        (
            overlaps and not values.get("boundary"),
            "Interests overlap, and the boundary is not in writing: agree on who keeps off what.",
        ),
        (
            overlaps and values.get("boundary") and not values.get("boundary_review_on"),
            "The boundary has no day on which to look at it again.",
        ),
    )
    return tuple(words for wrong, words in warnings if wrong)
