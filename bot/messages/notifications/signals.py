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
from bot.messages.common import one_person_text, sponsor_text
from bot.messages.outlook import fall_text
from bot.scores.models import ScoredPartner
from bot.slack.blocks import escape_clip
from scoring.balance import Lopsided, find_lopsided, give_share
from scoring.explain import Change
from scoring.signals import Reason, Signal
from scoring.vocabulary import Direction, Side

SHORT_LABELS = {
    Reason.DISTRUST: "low trust",
    Reason.WEAKENING: "weakening",
    Reason.QUIET: "quiet",
    Reason.PROMISE: "promise overdue",
    Reason.SPONSOR_LEFT: "their sponsor left",
    Reason.ROLLING_OFF: "about to weaken",
    Reason.LOPSIDED: "one-sided",
    Reason.ONE_PERSON: "hangs on one person",
    Reason.REVIEW: "review due",
    Reason.PAPER: "on paper only",
    Reason.INCOMPLETE: "incomplete",
    Reason.UNOWNED: "no owner",
}
_STILL = {
    Reason.DISTRUST: "trust still low",
    Reason.PROMISE: "promise still overdue",
    Reason.SPONSOR_LEFT: "still no sponsor there",
    Reason.REVIEW: "review still due",
}
"""Where *still* does not go first."""


def signal_sentence(
    reason: Reason, scored: ScoredPartner, cause: Change | None, told_on: date | None = None, *, short: bool = False
) -> str:
    """Say one reason in full: `*Quiet*: no contact for 34 days; …`. One told before is *still* so.

    With `short`, the rhythm is only its usual days, and what a button beside it says is left out.
    """
    said = f"*{SHORT_LABELS[reason].capitalize()}*"
    if told_on:
        said = f"*{_still(reason).capitalize()}* (mentioned {_on(told_on, scored.now.day)})"
    words = (_IN_SHORT if short else {}).get(reason, _SENTENCES[reason])(scored, cause)
    return f"{said}: {words}"


def _still(reason: Reason) -> str:
    return _STILL.get(reason) or f"still {SHORT_LABELS[reason]}"


def _on(day: date, today: date) -> str:
    """`on 24 Nov`, `yesterday`."""
    text = format_day(day, today)
    return f"on {text}" if text[0].isdigit() else text


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
    names = [_still(one.reason) if one.reason in again else SHORT_LABELS[one.reason] for one in others]
    return f"{told} Also: {', '.join(names)}." if names else told


def _is_said_by(reason: Reason, item: NudgeItem) -> bool:
    """Return whether another of the item's signals says it already: distrust includes one-sidedness."""
    return reason == Reason.LOPSIDED and any(one.reason == Reason.DISTRUST for one in item.signals)


def quiet_text(scored: ScoredPartner, _cause: Change | None = None) -> str:
    last = scored.now.facts.last_touch_on
    since = f"you last spoke {_on(last, scored.now.day)}" if last else "nothing is logged yet"
    quiet = scored.now.quiet_days
    keeps = f"you aim to speak every {count(scored.cadence_days, 'day')}"
    if scored.rhythm:
        usual = format_rhythm(scored.rhythm, quiet)
        keeps = usual if scored.keeps_rhythm else f"{keeps}. {usual[0].upper()}{usual[1:]}"
    return f"no contact for {count(quiet, 'day')}; {since}, and {keeps}."


def _quiet_in_short(scored: ScoredPartner, _cause: Change | None) -> str:
    last, quiet = scored.now.facts.last_touch_on, count(scored.now.quiet_days, "day")
    rhythm = scored.rhythm if scored.rhythm and scored.rhythm <= scored.cadence_days else None
    usual = format_interval(rhythm) if rhythm else f"every {count(scored.cadence_days, 'day')}"
    if last is None:
        return f"no contact for {quiet}; nothing is logged yet."
    speak = "usually speak" if rhythm else "aim to speak"
    return f"no contact for {quiet}; you last spoke {_on(last, scored.now.day)}, and {speak} {usual}."


def change_text(scored: ScoredPartner, cause: Change | None) -> str:
    """Return `RVI 1.50 → 1.00, good → weak in 30 days: 2 events turned 12 months old (−0.50).`"""
    old, new = scored.before.ours, scored.now.ours
    bands = f", {old.band} → {new.band}" if old.band != new.band else ""
    why = f": {format_main_causes(cause)}" if cause else ""
    return f"RVI {old.rvi} → {new.rvi}{bands} in 30 days{why}."


def one_sided_text(scored: ScoredPartner, _cause: Change | None = None) -> str:
    share = give_share(scored.now.facts.tally)
    assert share is not None  # a lopsided partner has one
    if find_lopsided(scored.now.facts.tally) == Lopsided.THEY_TAKE:
        return f"we do {format_percent(share)} of the giving. Ask for something in return."
    return f"they do {format_percent(1 - share)} of the giving. Give something back."


def promise_text(scored: ScoredPartner, _cause: Change | None = None) -> str:
    late = [one for one in scored.promises if one.due_on and one.due_on < scored.now.day]
    first = late[0]  # only asked of a partner that waits for one
    by = f" {_on(first.due_on, scored.now.day)}" if first.due_on else ""
    more = f" ({len(late) - 1} more)" if len(late) > 1 else ""
    days = (scored.now.day - first.due_on).days if first.due_on else 0
    ago = f", {days:,} days ago" if days > 1 else ""  # one is yesterday
    return f"“{escape_clip(first.text, 150)}” was due{by}{ago}{more}."


def _distrust_text(scored: ScoredPartner, _cause: Change | None) -> str:
    ours, theirs = (scored.now.view(side).trust for side in Side)
    low = [f"we trust them {format_number(ours.level)} of 5"] if ours.level is not None else []
    if theirs.level is not None and not theirs.estimated:
        low.append(f"they trust us {format_number(theirs.level)} of 5")
    return f"{', '.join(low)}, and it is one-sided. Talk it through with them, or part ways."


def _paper_text(scored: ScoredPartner, _cause: Change | None) -> str:
    return "no activity that counts and nothing won in 12 months. Revive it, pause it or end it."


def falling_text(scored: ScoredPartner, _cause: Change | None = None) -> str:
    step = scored.next_fall
    assert step is not None  # only asked of a partner that falls
    return f"without new activity, RVI {fall_text(step, Side.OURS, scored.now.day)}."


def _sponsor_text(scored: ScoredPartner, _cause: Change | None) -> str:
    return sponsor_text(scored)


def _one_person_text(scored: ScoredPartner, _cause: Change | None) -> str:
    return one_person_text(scored)


def _review_in_short(scored: ScoredPartner, _cause: Change | None) -> str:
    return f"{' · '.join(scored.due_reviews)}."


def _review_text(scored: ScoredPartner, _cause: Change | None) -> str:
    return f"{' · '.join(scored.due_reviews)}. Prepare it with `/partner review`."


def _incomplete_text(scored: ScoredPartner, _cause: Change | None) -> str:
    return f"the record doesn't say {', '.join(scored.missing_fields)}."


def _unowned_text(_scored: ScoredPartner, _cause: Change | None) -> str:
    return "it has no owner."


_SENTENCES = {
    Reason.DISTRUST: _distrust_text,
    Reason.WEAKENING: change_text,
    Reason.QUIET: quiet_text,
    Reason.PROMISE: promise_text,
    Reason.SPONSOR_LEFT: _sponsor_text,
    Reason.ROLLING_OFF: falling_text,
    Reason.LOPSIDED: one_sided_text,
    Reason.ONE_PERSON: _one_person_text,
    Reason.REVIEW: _review_text,
    Reason.PAPER: _paper_text,
    Reason.INCOMPLETE: _incomplete_text,
    Reason.UNOWNED: _unowned_text,
}
_IN_SHORT = {Reason.QUIET: _quiet_in_short, Reason.REVIEW: _review_in_short}


def call_reason(item: NudgeItem) -> str | None:
    """Return something to call about that is of value to them. None if the record knows of nothing."""
    today, occasion = item.scored.now.day, item.occasion
    is_owed = any(signal.reason == Reason.PROMISE for signal in item.signals)
    if occasion.lead:
        return lead_words(occasion.lead, today)
    if item.promise and not is_owed:
        return f"You promised: {escape_clip(item.promise.text, 150)}"
    if item.chase and item.chase.due_on:
        by = format_day(item.chase.due_on, today)
        return f"They promised by {by}: {escape_clip(item.chase.text, 150)}. Ask how it's going"
    if occasion.coming:
        return f"Coming up on {format_day(occasion.coming.occurred_on, today)}: {topic_words(occasion.coming)}"
    if item.wiifm:
        return f"What matters to them: {escape_clip(item.wiifm, 200)}"
    if occasion.topic:
        return f"Last time: {topic_words(occasion.topic)} ({format_day(occasion.topic.occurred_on, today)})"
    return None


def lead_words(lead: Entry, today: date) -> str:
    """Suggest an open lead as something to talk about."""
    name, since = escape_clip(lead.title, 120), format_day(lead.occurred_on, today)
    if lead.direction == Direction.OUT:
        return f"{name}, whom you sent them ({since}), is still open. Ask how it's going"
    return f"{name}, whom they sent you ({since}), is still open. Tell them where it stands"


def topic_words(entry: Entry) -> str:
    """Return what a row was about, in its own words."""
    return f"“{escape_clip(entry.title or entry.note or KIND_NAMES[entry.kind][0], 120)}”"
