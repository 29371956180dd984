"""Why a partner needs attention, and a reason to call that helps them."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.actions.activity.entries import Entry
from bot.actions.notifications.nudge import NudgeItem
from bot.formatting import (
    KIND_NAMES,
    count,
    format_day,
    format_interval,
    format_main_causes,
    format_number,
    format_percent,
    format_rhythm,
)
from bot.messages.outlook import fall_text
from bot.scores.models import ScoredPartner
from bot.slack.blocks import escape_clip
from scoring.balance import Lopsided, find_lopsided, give_share
from scoring.explain import Change
from scoring.signals import Reason, Signal
from scoring.vocabulary import Direction, Side

SHORT_LABELS = {
    Reason.DISTRUST: "distrust",
    Reason.WEAKENING: "weakening",
    Reason.QUIET: "quiet",
    Reason.PROMISE: "promise overdue",
    Reason.ROLLING_OFF: "about to weaken",
    Reason.LOPSIDED: "one-sided",
    Reason.REVIEW: "review due",
    Reason.PAPER: "on paper only",
    Reason.INCOMPLETE: "incomplete",
    Reason.UNOWNED: "no owner",
}


def signal_sentence(
    reason: Reason, scored: ScoredPartner, cause: Change | None, told_on: date | None = None, *, short: bool = False
) -> str:
    """Say one reason in full: `*Quiet*: 34 days without a word; …`. One told before is *still* so.

    With `short`, the rhythm is only its usual days.
    """
    said = SHORT_LABELS[reason].capitalize()
    if told_on:
        said = f"Still {SHORT_LABELS[reason]}, as I said on {format_day(told_on, scored.now.day)}"
    words = _quiet_in_short(scored) if short and reason == Reason.QUIET else _SENTENCES[reason](scored, cause)
    return f"*{said}*: {words}"


def signal_sentences(
    found: Sequence[Signal], scored: ScoredPartner, cause: Change | None, told: Mapping[Reason, date] | None = None
) -> list[str]:
    """Return a sentence for each reason, worst first, with the day of those that were `told` before.

    Distrust includes one-sidedness, which is then left out.
    """
    reasons = [signal.reason for signal in found]
    said = [one for one in reasons if one != Reason.LOPSIDED or Reason.DISTRUST not in reasons]
    return [signal_sentence(reason, scored, cause, (told or {}).get(reason)) for reason in said]


def fact(item: NudgeItem) -> str:
    """Say in one sentence what there is to say of a partner: what we owe or the worst in full, the others by name."""
    found = [one for one in item.signals if not _is_said_by(one.reason, item)]
    worst, *others = sorted(found, key=lambda one: one.reason != Reason.PROMISE)
    again = dict(item.again)
    told = signal_sentence(worst.reason, item.scored, item.cause, again.get(worst.reason), short=True)
    names = [f"still {SHORT_LABELS[one.reason]}" if one.reason in again else SHORT_LABELS[one.reason] for one in others]
    return f"{told} Also: {', '.join(names)}." if names else told


def _is_said_by(reason: Reason, item: NudgeItem) -> bool:
    """Return whether another of the item's signals says it already: distrust includes one-sidedness."""
    return reason == Reason.LOPSIDED and any(one.reason == Reason.DISTRUST for one in item.signals)


def quiet_text(scored: ScoredPartner, _cause: Change | None = None) -> str:
    last = scored.now.facts.last_touch_on
    since = f"the last touch was {format_day(last, scored.now.day)}" if last else "no touch is logged yet"
    quiet = scored.now.quiet_days
    keeps = f"your cadence is every {count(scored.cadence_days, 'day')}"
    if scored.rhythm:
        usual = format_rhythm(scored.rhythm, quiet)
        keeps = usual if scored.keeps_rhythm else f"{keeps}. {usual[0].upper()}{usual[1:]}"
    return f"{count(quiet, 'day')} without a word; {since}, {keeps}."


def _quiet_in_short(scored: ScoredPartner) -> str:
    last, quiet = scored.now.facts.last_touch_on, count(scored.now.quiet_days, "day")
    rhythm = scored.rhythm if scored.rhythm and scored.rhythm <= scored.cadence_days else None
    usual = format_interval(rhythm) if rhythm else f"every {count(scored.cadence_days, 'day')}"
    if last is None:
        return f"{quiet} without a word; no touch is logged yet."
    speak = "usually speak" if rhythm else "mean to speak"
    return f"{quiet} without a word; you last spoke on {format_day(last, scored.now.day)}, and {speak} {usual}."


def change_text(scored: ScoredPartner, cause: Change | None) -> str:
    """Return `RVI 1.50 → 1.00, good → weak in 30 days: 2 events rolled out of the 12 months (−0.50).`"""
    old, new = scored.before.ours, scored.now.ours
    bands = f", {old.band} → {new.band}" if old.band != new.band else ""
    why = f": {format_main_causes(cause)}" if cause else ""
    return f"RVI {old.rvi} → {new.rvi}{bands} in 30 days{why}."


def one_sided_text(scored: ScoredPartner, _cause: Change | None = None) -> str:
    share = give_share(scored.now.facts.tally)
    assert share is not None  # a lopsided partner has one
    if find_lopsided(scored.now.facts.tally) == Lopsided.THEY_TAKE:
        return f"{format_percent(share)} of the one-way activities came from us. Ask for something in return."
    return f"{format_percent(1 - share)} of the one-way activities came from them. Give something back."


def promise_text(scored: ScoredPartner, _cause: Change | None = None) -> str:
    late = [one for one in scored.promises if one.due_on and one.due_on < scored.now.day]
    first = late[0]  # only asked of a partner that waits for one
    by = format_day(first.due_on, scored.now.day) if first.due_on else ""
    more = f" ({len(late) - 1} more)" if len(late) > 1 else ""
    ago = count((scored.now.day - first.due_on).days, "day") if first.due_on else ""
    return f"you promised “{escape_clip(first.text, 150)}” by {by}, {ago} ago{more}."


def _distrust_text(scored: ScoredPartner, _cause: Change | None) -> str:
    ours, theirs = (scored.now.view(side).trust for side in Side)
    low = f"our trust in them is {format_number(ours.level)}" if ours.level is not None else ""
    if theirs.level is not None and not theirs.estimated:
        low = " and ".join(part for part in (low, f"theirs in us {format_number(theirs.level)}") if part)
    return f"it is one-sided, and trust is low ({low} of 5). Talk about it, or end it."


def _paper_text(scored: ScoredPartner, _cause: Change | None) -> str:
    return "no activity that counts and nothing won in 12 months. Revive it, pause it or end it."


def falling_text(scored: ScoredPartner, _cause: Change | None = None) -> str:
    step = scored.next_fall
    assert step is not None  # only asked of a partner that falls
    return f"without new activity, RVI {fall_text(step, Side.OURS, scored.now.day)}."


def _review_text(scored: ScoredPartner, _cause: Change | None) -> str:
    return f"{' · '.join(scored.due_reviews)}. `/partner review` prepares it."


def _incomplete_text(scored: ScoredPartner, _cause: Change | None) -> str:
    return f"the record does not say {', '.join(scored.missing_fields)}."


def _unowned_text(_scored: ScoredPartner, _cause: Change | None) -> str:
    return "it has no owner."


_SENTENCES = {
    Reason.DISTRUST: _distrust_text,
    Reason.WEAKENING: change_text,
    Reason.QUIET: quiet_text,
    Reason.PROMISE: promise_text,
    Reason.ROLLING_OFF: falling_text,
    Reason.LOPSIDED: one_sided_text,
    Reason.REVIEW: _review_text,
    Reason.PAPER: _paper_text,
    Reason.INCOMPLETE: _incomplete_text,
    Reason.UNOWNED: _unowned_text,
}


def call_reason(item: NudgeItem) -> str | None:
    """Return something to call about that is of value to them. None if the record knows of nothing."""
    today, occasion = item.scored.now.day, item.occasion
    is_owed = any(signal.reason == Reason.PROMISE for signal in item.signals)
    if occasion.lead:
        return lead_words(occasion.lead, today)
    if item.promise and not is_owed:
        return f"you promised: {escape_clip(item.promise.text, 150)}"
    if item.chase and item.chase.due_on:
        by = format_day(item.chase.due_on, today)
        return f"they promised by {by}: {escape_clip(item.chase.text, 150)}. Ask how it stands"
    if occasion.coming:
        return f"coming up on {format_day(occasion.coming.occurred_on, today)}: {topic_words(occasion.coming)}"
    if item.wiifm:
        return f"what matters to them: {escape_clip(item.wiifm, 200)}"
    if occasion.topic:
        return f"last time it was about {topic_words(occasion.topic)} ({format_day(occasion.topic.occurred_on, today)})"
    return None


def lead_words(lead: Entry, today: date) -> str:
    """Suggest an open lead as something to talk about."""
    name, since = escape_clip(lead.title, 120), format_day(lead.occurred_on, today)
    if lead.direction == Direction.OUT:
        return f"{name}, whom you sent them ({since}), is still open. Ask how it goes"
    return f"{name}, whom they sent you ({since}), is still open. Tell them where it stands"


def topic_words(entry: Entry) -> str:
    """Return what a row was about, in its own words."""
    return f"“{escape_clip(entry.title or entry.note or KIND_NAMES[entry.kind][0], 120)}”"
