"""Show what to know before one speaks with a partner, on one screen."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.actions.contact_people import last_spoken_with
from bot.actions.notifications.nudge import NudgeItem
from bot.actions.notifications.occasions import Occasion
from bot.actions.overview import Card
from bot.formatting import and_list, format_day, format_sum, number_words
from bot.messages.common import entry_text, log_touch_button, open_card_button, theirs_words
from bot.messages.notifications.signals import call_reason
from bot.messages.partners.people import last_spoke_line
from bot.slack.action_ids import VERB
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
    section,
    with_distinct_labels,
)
from scoring.vocabulary import Direction, Side
from storage.partners.snapshots import PartnerSnapshot

MAX_ROWS = 3
MAX_MET = 20
MAX_NAMES = 3
NOTHING = "_Nothing open._"


def brief_message(found: Card, occasion: Occasion) -> Message:
    """Build the brief for the one person who asked for it."""
    blocks = brief_blocks(found, occasion)
    return Message(escape(_title(found)), [*blocks, context("Only you see this.")])


def brief_blocks(found: Card, occasion: Occasion) -> list[Block]:
    """Build the brief: the last talk, promises and introductions both ways, both RVIs and one thing to offer."""
    one, today = found.scored, found.scored.now.day
    blocks: list[Block] = [header(_title(found)), section(f"*Last talked about*\n{_last_talk(found, occasion)}")]
    ours = [f"• {escape_clip(promise.text, 300)}{_by(promise.due_on, found)}" for promise in one.promises[:MAX_ROWS]]
    theirs = [f"• {theirs_words(promise, today)}" for promise in one.promised_us[:MAX_ROWS]]
    blocks.append(section(f"*We promised*\n{_lines(ours)}\n*They promised*\n{_lines(theirs)}"))
    blocks.append(section(f"*Open introductions*\n{_introductions(found)}"))
    blocks.append(
        section(
            f"*RVI, ours*: {number_words(one.now)}. {format_sum(one.now, Side.OURS)}\n"
            f"*RVI, theirs*: {number_words(one.now, Side.THEIRS)}. {format_sum(one.now, Side.THEIRS)}"
        )
    )
    blocks.append(section(f":bulb: *One thing to offer*\n{_offer(found, occasion)}"))
    id = str(one.partner.id)
    people = button("People", f"{VERB}:people", f"people:{id}")
    blocks.append(actions(log_touch_button(one.partner.id), people, open_card_button(one.partner.id)))
    return blocks


def _title(found: Card) -> str:
    return f"Before you speak with {found.scored.partner.name}"


def meeting_brief(found: Card, occasion: Occasion, times: Sequence[datetime]) -> Message:
    """Build the brief of the meetings with a partner that start soon, in the person's own zone."""
    title = _meeting_title([found.scored.partner.name], times)
    return Message(title, [section(f"*{title}*"), *brief_message(found, occasion).blocks])


def meeting_message(met: Sequence[tuple[PartnerSnapshot, Sequence[datetime]]]) -> Message:
    """Build the message before a meeting with several partners, from which each one's brief can be opened.

    The times of each begin with that of the meeting with all of them.
    """
    title = _meeting_title([partner.name for partner, _ in met], met[0][1][:1])
    rows = [
        section(f"{bold(partner.name)}{_again(times[1:])}", button("Brief", f"{VERB}:brief", f"brief:{partner.id}"))
        for partner, times in met[:MAX_MET]
    ]
    return Message(title, with_distinct_labels([section(f"*{title}*"), *rows]))


def _meeting_title(names: Sequence[str], times: Sequence[datetime]) -> str:
    return escape(f"You meet {and_list(names, MAX_NAMES)} at {_clock_times(times)}")


def _again(times: Sequence[datetime]) -> str:
    return f" · again at {_clock_times(times)}" if times else ""


def _clock_times(times: Sequence[datetime]) -> str:
    return and_list([f"{time:%H:%M}" for time in times], MAX_NAMES)


def _last_talk(found: Card, occasion: Occasion) -> str:
    one, today = found.scored, found.scored.now.day
    told = []
    if person := last_spoken_with(found.people):
        told.append(last_spoke_line(person, today))
    topic = occasion.topic
    if topic is not None:
        told.append(entry_text(topic, one.partner.name, found.team.currency, today))
    elif found.entries:
        told.append(entry_text(found.entries[0], one.partner.name, found.team.currency, today))
    return "\n".join(told) or "_No touch yet._"


def _by(due_on: date | None, found: Card) -> str:
    return f" by {format_day(due_on, found.scored.now.day)}" if due_on else ""


def _lines(lines: list[str]) -> str:
    return "\n".join(lines) or NOTHING


def _introductions(found: Card) -> str:
    """List the open referrals, theirs to us first."""
    today, name = found.scored.now.day, found.scored.partner.name
    rows = sorted(found.open_referrals, key=lambda entry: entry.direction != Direction.IN)
    return _lines([f"• {entry_text(entry, name, found.team.currency, today)}" for entry in rows])


def _offer(found: Card, occasion: Occasion) -> str:
    item = NudgeItem(
        scored=found.scored,
        signals=(),
        cause=None,
        promise=next(iter(found.scored.promises), None),
        wiifm=found.values["wiifm_them"],
        occasion=occasion,
    )
    return call_reason(item) or "_The record doesn't say what matters to them. Ask, and add it with Edit._"
