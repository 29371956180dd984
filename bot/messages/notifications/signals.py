"""Why a partner needs attention, and a reason to call that helps them."""

from collections.abc import Sequence

from bot.actions.notifications.nudge import Item
from bot.formatting import KIND_NAMES, count, day_words, main_causes, percent, plain_number, rhythm_words
from bot.messages.outlook import fall_words
from bot.scores.query import Scored
from bot.slack.blocks import brief
from scoring.balance import Lopsided, give_share, lopsided
from scoring.explain import Change
from scoring.signals import Reason, Signal
from scoring.vocabulary import Side

SHORT = {
    Reason.DISTRUST: "distrust",
    Reason.WEAKENING: "weakening",
    Reason.QUIET: "quiet",
    Reason.PROMISE: "promise overdue",
    Reason.ROLLING_OFF: "about to weaken",
    Reason.LOPSIDED: "one-sided",
    Reason.REVIEW: "review due",
    Reason.PAPER: "on paper only",
    Reason.INCOMPLETE: "incomplete",
    Reason.UNOWNED: "nobody tends it",
}


def sentence(reason: Reason, scored: Scored, cause: Change | None) -> str:
    """One reason, said in full: `*Quiet*: 34 days without a word; …`."""
    return f"*{SHORT[reason].capitalize()}*: {_SENTENCES[reason](scored, cause)}"


def sentences(found: Sequence[Signal], scored: Scored, cause: Change | None) -> list[str]:
    """All reasons, worst first. Distrust says already that it is one-sided."""
    reasons = [signal.reason for signal in found]
    said = [one for one in reasons if one != Reason.LOPSIDED or Reason.DISTRUST not in reasons]
    return [sentence(reason, scored, cause) for reason in said]


def quiet_words(scored: Scored, _cause: Change | None = None) -> str:
    last = scored.now.facts.last_touch_on
    since = f"the last touch was {day_words(last, scored.now.day)}" if last else "there was no touch yet"
    quiet = scored.now.quiet_days
    keeps = f"you keep to every {count(scored.cadence_days, 'day')}"
    if scored.rhythm:
        usual = rhythm_words(scored.rhythm, quiet)
        keeps = usual if scored.keeps_rhythm else f"{keeps}. {usual[0].upper()}{usual[1:]}"
    return f"{count(quiet, 'day')} without a word; {since}, {keeps}."


def change_words(scored: Scored, cause: Change | None) -> str:
    """`RVI 1.50 → 1.00, good → weak in 30 days: 2 events rolled out of the 12 months (−0.50).`"""
    old, new = scored.before.ours, scored.now.ours
    bands = f", {old.band} → {new.band}" if old.band != new.band else ""
    why = f": {main_causes(cause)}" if cause else ""
    return f"RVI {old.rvi} → {new.rvi}{bands} in 30 days{why}."


def one_sided_words(scored: Scored, _cause: Change | None = None) -> str:
    share = give_share(scored.now.facts.tally)
    assert share is not None  # a lopsided partner has one
    if lopsided(scored.now.facts.tally) == Lopsided.THEY_TAKE:
        return f"{percent(share)} of what was done one way came from us. Ask for something in return."
    return f"{percent(1 - share)} of what was done one way came from them. Give something back."


def promise_words(scored: Scored, _cause: Change | None = None) -> str:
    late = [one for one in scored.promises if one.due_on and one.due_on < scored.now.day]
    first = late[0]  # only asked of a partner that waits for one
    by = day_words(first.due_on, scored.now.day) if first.due_on else ""
    more = f" ({len(late) - 1} more)" if len(late) > 1 else ""
    return f"“{brief(first.what, 150)}” was promised by {by}{more}."


def _distrust(scored: Scored, _cause: Change | None) -> str:
    ours, theirs = (scored.now.view(side).trust for side in Side)
    low = f"our trust in them is {plain_number(ours.level)}" if ours.level is not None else ""
    if theirs.level is not None and not theirs.estimated:
        low = " and ".join(part for part in (low, f"theirs in us {plain_number(theirs.level)}") if part)
    return f"it is one-sided, and trust is low ({low} of 5). Talk about it, or end it."


def _paper(scored: Scored, _cause: Change | None) -> str:
    return "nothing that counts and nothing won in 12 months. Revive it, pause it or end it."


def falling_words(scored: Scored, _cause: Change | None = None) -> str:
    step = scored.falls
    assert step is not None  # only asked of a partner that falls
    return f"with nothing new, RVI {fall_words(step, Side.OURS, scored.now.day)}."


def _review(scored: Scored, _cause: Change | None) -> str:
    return f"{' · '.join(scored.reviews)}. `/partner review` prepares it."


def _incomplete(scored: Scored, _cause: Change | None) -> str:
    return f"the record does not say {', '.join(scored.missing)}."


def _unowned(_scored: Scored, _cause: Change | None) -> str:
    return "Nobody tends it."


_SENTENCES = {
    Reason.DISTRUST: _distrust,
    Reason.WEAKENING: change_words,
    Reason.QUIET: quiet_words,
    Reason.PROMISE: promise_words,
    Reason.ROLLING_OFF: falling_words,
    Reason.LOPSIDED: one_sided_words,
    Reason.REVIEW: _review,
    Reason.PAPER: _paper,
    Reason.INCOMPLETE: _incomplete,
    Reason.UNOWNED: _unowned,
}


def reason_to_call(item: Item) -> str:
    """Something to call about that is of value to *them*."""
    if item.promise:
        return f"you promised: {brief(item.promise.what, 150)}"
    if item.wiifm:
        return f"what they want from this: {brief(item.wiifm, 200)}"
    name = KIND_NAMES[item.offer][0]
    return f"offer {'an' if name[0] in 'aeiou' else 'a'} {name}: it is what we have given them least"
