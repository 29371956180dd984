"""Share buttons and one-line summaries between messages."""

from datetime import date

from bot.actions.activity.entries import Entry, RatingEntry
from bot.actions.partner_values import SaveResult
from bot.formatting import (
    DIRECTION_TEXTS,
    KIND_NAMES,
    count_of_kind,
    format_day,
    format_money,
    format_rvi,
    number_words,
)
from bot.scores.models import Promise, ScoredPartner
from bot.slack.action_ids import (
    LOG_TOUCH,
    OPEN_CARD,
    OUTCOME,
    RESUME_PARTNER,
    WORK_OUT_TERMS,
)
from bot.slack.blocks import (
    MAX_VIEW_BLOCKS,
    Block,
    Message,
    actions,
    bold,
    button,
    context,
    escape_clip,
    menu,
    section,
)
from bot.workspace.team import Team
from scoring.rvi import Score
from scoring.vocabulary import Kind, Outcome, Side

MAX_MEDIUM = 80
OPEN_OUTCOMES = (Outcome.INTRODUCED, Outcome.MET)


def open_card_button(partner_id: int) -> Block:
    """Build the button that opens a partner's card."""
    return button("Open card", OPEN_CARD, str(partner_id))


def log_touch_button(partner_id: int) -> Block:
    """Build the button that opens the touch form for a partner."""
    return button("Log a touch", LOG_TOUCH, str(partner_id), style="primary")


def entry_text(entry: Entry, partner: str, currency: str, today: date) -> str:
    """Format a ledger row on one line: `referral from *Acme* · Northwind · £5,000 · won · 2 Nov`."""
    if entry.kind == Kind.ATTEMPT:
        return _attempt_words(entry, partner, today)
    one = KIND_NAMES[entry.kind][0] if entry.medium is None else escape_clip(entry.medium, MAX_MEDIUM)
    if entry.count > 1:
        one = count_of_kind(entry.count, entry.kind) if entry.medium is None else f"{one} × {entry.count:,}"
    parts = [
        f"{one} {DIRECTION_TEXTS[entry.direction]} {bold(partner)}",
        escape_clip(entry.title, 300),
        format_money(entry.value, currency) if entry.value is not None else "",
        str(entry.outcome) if entry.outcome else "",
        format_day(entry.occurred_on, today),
        escape_clip(entry.note, 300) if entry.note else "",
    ]
    return " · ".join(part for part in parts if part)


def _attempt_words(entry: Entry, partner: str, today: date) -> str:
    """Return `Tried to reach *Acme*: call · no answer · today`."""
    parts = [
        escape_clip(entry.medium, MAX_MEDIUM) if entry.medium else "",
        escape_clip(entry.title, 300) if entry.title else "",
        format_day(entry.occurred_on, today),
    ]
    return f"Tried to reach {bold(partner)}: {' · '.join(part for part in parts if part)}"


def rating_text(rated: RatingEntry, partner: str) -> str:
    """Format a trust rating on one line: `your trust in *Acme* is 4 of 5`."""
    name = bold(partner)
    whose = f"your trust in {name}" if rated.side == Side.OURS else f"the trust {name} has in us"
    return f"{whose} is {rated.level} of 5"


def outcome_menu(activity_id: int, now: Outcome | None = Outcome.INTRODUCED) -> Block:
    """Build the menu of outcomes that a referral could move to."""
    steps = [step for step in Outcome if step != now]
    return menu("Update outcome…", OUTCOME, [(str(step).capitalize(), f"{activity_id}:{step}") for step in steps])


def rvi_change_text(before: Score, after: Score) -> str:
    """Show the RVI before and after, and their side if it moved too."""
    if after.ours.rvi is None:
        return "No RVI yet: rate your trust in them with `/trust`."
    if after.ours.rvi == before.ours.rvi:
        first = f"RVI stays {format_rvi(after)}"
    else:
        was = "none" if before.ours.rvi is None else str(before.ours.rvi) if after.provisional else format_rvi(before)
        first = f"RVI {was} → {number_words(after)}"
    if after.theirs.rvi != before.theirs.rvi and after.theirs.rvi is not None:
        was = "none" if before.theirs.rvi is None else str(before.theirs.rvi)
        first += f" · seen from their side {was} → {after.theirs.rvi}"
    return first


def saved_message(done: SaveResult, what: str, *more: Block) -> Message:
    """Confirm a change to a partner's record. `what` says how; `more` are buttons for next steps."""
    text = f":white_check_mark: {bold(done.name)} {what}"
    return Message(text, [section(text), actions(*more, open_card_button(done.partner_id))])


def terms_button(partner_id: int) -> Block:
    """Build the button that opens the terms calculator for a partner."""
    return button("Calculate terms", WORK_OUT_TERMS, str(partner_id))


def pause_message(done: SaveResult, what: str) -> Message:
    """Confirm that a partnership was paused or ended, with a button to resume it."""
    return saved_message(done, what, button("Resume", RESUME_PARTNER, str(done.partner_id)))


def add_to_calendar_link(link: str) -> str:
    """Link a promise to a calendar entry."""
    return f"<{link}|Add to calendar>"


def theirs_words(promise: Promise, today: date) -> str:
    """Return `They promised by 3 Mar: the list of guests`, with a note once it is late."""
    by = f" by {format_day(promise.due_on, today)}" if promise.due_on else ""
    late = promise.due_on is not None and promise.due_on < today
    return f"They promised{by}: {escape_clip(promise.text, 300)}{' · late: ask for an update' if late else ''}"


def sponsor_text(scored: ScoredPartner) -> str:
    """Say that who backed the partnership there cannot be reached any more."""
    sponsor = scored.people.gone_sponsor
    if sponsor is None:
        return "nobody there backs it any more."
    name, day = escape_clip(sponsor.name, 120), scored.now.day
    if sponsor.left_on and sponsor.left_on <= day:
        return f"{name} left on {format_day(sponsor.left_on, day)}. Ask who takes over."
    return f"mail to {name} comes back. Ask whether they left."


def one_person_text(scored: ScoredPartner) -> str:
    """Say that one knows only one person there."""
    name = escape_clip(scored.people.only_person or "one person", 120)
    return f"every touch of the last six months was with {name}. Get to know somebody else there."


def workspace_note(team: Team) -> list[Block]:
    """Say which workspace it is, where people have one DM and one Home for several: those of an organisation."""
    return [context(f"Workspace: {bold(team.name)}")] if team.enterprise_id and team.name else []


def with_workspace(view: Block, team: Team) -> Block:
    """Return a view that says which workspace it is, where that is needed."""
    return {**view, "blocks": [*workspace_note(team), *view["blocks"]][:MAX_VIEW_BLOCKS]}
