"""A partner's review: what it starts from, and what came of it."""

from datetime import date

from bot.actions.reviews.brief import Brief, Held
from bot.actions.reviews.hold import Done
from bot.actions.reviews.issues import Kind
from bot.formatting import arrow, cause_words, count, day_words, number_words, rvi_words, status_words
from bot.messages.common import open_card, theirs_words
from bot.messages.economics.costs import roi_words
from bot.messages.reviews.health import health
from bot.messages.reviews.issues import matters_blocks
from bot.scores.models import Scored
from bot.slack import action_ids
from bot.slack.action_ids import EDIT_PARTNER
from bot.slack.blocks import Block, Message, actions, bold, brief, button, context, esc, header, mention, section
from scoring.explain import Change

MOST_ROWS = 3
NAMES = {
    "strengths": "strengths",
    "weaknesses": "weaknesses",
    "benefits": "what came of it",
    "reasons": "why",
    "profit": "who earned what",
    "customer_benefit": "our customers' benefit",
}


def review(found: Brief, currency: str) -> Message:
    """All that a review starts from, on one screen; the last button opens the form."""
    one, today = found.scored, found.scored.now.day
    title = f"Review: {one.partner.name}"
    blocks: list[Block] = [header(title), context(_since(found), _who(one))]
    if found.last and found.last.answers:
        blocks.append(section(_last_words(found.last, today)))
    blocks.append(_numbers(found, currency))
    blocks.append(section(f"{_moved('Ours', found.ours)}\n{_moved('Theirs', found.theirs)}"))
    blocks.append(section(_health(found)))
    blocks.append(section(_wiifm(found)))
    blocks += [section(text) for text in (_outcome(found), _promises(found)) if text]
    blocks += _matters(found, today)
    id = str(one.partner.id)
    blocks.append(
        actions(
            button("Hold the review", action_ids.HOLD_REVIEW, id, style="primary"),
            button("Note an issue", action_ids.NOTE_ISSUE, id),
            button("Note an idea", action_ids.NOTE_IDEA, id),
            button("Rate trust", action_ids.RATE_TRUST, id),
            button("Edit", EDIT_PARTNER, id),
        )
    )
    return Message(f"{esc(title)}: {rvi_words(one.now)}", blocks)


def _since(found: Brief) -> str:
    today = found.scored.now.day
    day = day_words(found.since, today)
    due = f"{'was due' if found.next_on < today else 'due'} {day_words(found.next_on, today)}"
    if found.last:
        return f"Since the last review, {day}, by {mention(found.last.by)} · {due}"
    return f"No review was held yet, so this looks back to {day} · {due}"


def _who(one: Scored) -> str:
    status = status_words(one.partner.status, one.partner.paused_until_on, one.now.day)
    resting = f"*{status}* · " if status else ""
    return f"{resting}tended by {mention(one.partner.owner)} · {count(one.now.age_months, 'month')} old"


def _last_words(last: Held, today: date) -> str:
    said = [f"*{NAMES[name]}* {brief(last.answers[name], 250)}" for name in NAMES if name in last.answers]
    return f"Last held {day_words(last.on, today)} by {mention(last.by)}: " + " · ".join(said)


def _numbers(found: Brief, currency: str) -> Block:
    last = found.last
    return section(
        "",
        fields=[
            f"*RVI* {_stands(found.ours, last.rvi if last else None)}",
            f"*Seen from their side* {_stands(found.theirs, last.reverse_rvi if last else None)}",
            f"*In 12 months*\n{roi_words(found.scored.now, currency)}",
            f"*Open referrals*\n{found.open_referrals or 'none'}",
        ],
    )


def _stands(change: Change, shown: str | None) -> str:
    """Where a side stands and stood. What was `shown` then can differ: rows were undone, or recorded afterwards."""
    now, was = change.after.view(change.side), change.before.view(change.side).rvi
    head = number_words(change.after, change.side)
    marks = ", estimated from our trust" if now.trust.estimated and now.rvi is not None else ""
    before = "" if was is None else f"\nit was {was}"
    if shown is not None and shown != str(was):
        before += f" ({shown} was shown then)" if before else f"\n{shown} was shown then"
    return f"{head}{marks}{before}"


def _moved(side: str, change: Change) -> str:
    today = change.after.day
    since = f"*{side}* since {day_words(change.before.day, today)}"
    if change.after.view(change.side).rvi is None:
        return f"{since}: nobody has rated trust yet, so there is no RVI."
    if change.effect is None:
        return f"{since}: nobody had rated trust then, so there is nothing to compare."
    if not change.causes:
        return f"{since}: nothing moved it."
    # Every cause is said, so that what is read adds up to the change.
    told = [cause_words(cause) for cause in change.causes]
    return f"{since} {arrow(change.effect)}: {' · '.join(told)}"


def _health(found: Brief) -> str:
    points = health(
        found.scored.now,
        found.values,
        held_on=found.last.on if found.last else None,
        next_on=found.next_on,
    )
    sign = {True: ":white_check_mark:", False: ":warning:"}
    told = [f"{sign[point.is_there]} *{point.name}*: {brief(point.words, 400)}" for point in points]
    good = sum(point.is_there for point in points)
    return "\n".join([f"*Health: {good} of {len(points)}*", *told])


def _wiifm(found: Brief) -> str:
    told = []
    for label, name in (("us", "wiifm_us"), ("them", "wiifm_them")):
        now = found.values[name]
        was = getattr(found.last, name) if found.last else now
        text = f"*For {label}*: {brief(now, 400) if now else '_not said yet_'}"
        if was != now:
            text += f"\n     _was: {brief(was, 300) if was else 'not said'}_"
        told.append(text)
    benefit = found.values["customer_benefit"]
    told.append(f"*For our customers*: {brief(benefit, 400) if benefit else '_not said: then why this partner?_'}")
    unchanged = found.last and all(
        getattr(found.last, name) == found.values[name] for name in ("wiifm_us", "wiifm_them")
    )
    title = "*What's in it*" + (" (the same as at the last review)" if unchanged else "")
    return "\n".join([title, *told])


def _outcome(found: Brief) -> str:
    one, told = found.scored.partner, []
    today = found.scored.now.day
    if one.outcome_target:
        by = f" by {day_words(one.outcome_due_on)}" if one.outcome_due_on else ""
        state = "open"
        if one.outcome_met_on:
            state = f"met {day_words(one.outcome_met_on, today)}"
        elif one.outcome_due_on and one.outcome_due_on < today:
            state = "*missed*"
        told.append(f":dart: *Outcome wanted*{by}: {brief(one.outcome_target, 300)} ({state})")
    if one.overlap not in (None, "none"):
        text = brief(found.boundary, 400) if found.boundary else "_not written down_"
        again = f", to be looked at {day_words(one.boundary_review_on)}" if one.boundary_review_on else ""
        told.append(f":construction: *Boundary* ({one.overlap} overlap{again}): {text}")
    return "\n".join(told)


def _promises(found: Brief) -> str:
    today = found.scored.now.day
    late = [one for one in found.scored.promises if one.due_on and one.due_on < today]
    ahead = [one for one in found.scored.promises if one not in late]
    theirs = [f"• {theirs_words(one, today)}" for one in found.scored.promised_us[:MOST_ROWS]]
    if not (late or ahead or found.kept):
        return "\n".join(["*Promises*: none since then, and none is open.", *theirs])
    told = [f"*Promises*: {len(found.kept)} kept, {len(late)} not kept, {len(ahead)} still ahead"]
    told += [
        f"• :x: {brief(one.what, 200)}, was due {day_words(one.due_on, today)}"
        for one in late[:MOST_ROWS]
        if one.due_on
    ]
    for one in found.kept[-MOST_ROWS:]:
        when = f"{count(one.late, 'day')} late" if one.late else day_words(one.on, today)
        told.append(f"• :white_check_mark: {brief(one.what, 200)}, {when}")
    for ahead_ in ahead[:MOST_ROWS]:
        by = f" by {day_words(ahead_.due_on, today)}" if ahead_.due_on else ""
        told.append(f"• {brief(ahead_.what, 200)}{by}")
    return "\n".join([*told, *theirs])


def _matters(found: Brief, today: date) -> list[Block]:
    open_ = [one for one in found.matters if one.is_open]
    resolved = [one for one in found.matters if not one.is_open and one.kind == Kind.ISSUE]
    issues = sum(one.kind == Kind.ISSUE for one in open_)
    title = f"*Issues*: {issues or 'none'} open, {len(resolved) or 'none'} resolved since then"
    told = [f"{brief(one.what, 150)} → {brief(one.settled_how or '', 150)}" for one in resolved]
    text = "\n".join([title, *(f"• {one}" for one in told[-MOST_ROWS:])])
    return [section(text), *matters_blocks(open_, today)]


def held(done: Done) -> Message:
    """A review is in the record: when the next one is, and what is due besides."""
    told = [
        f":white_check_mark: The review of {bold(done.partner)} is in the record. "
        f"The next is due {day_words(done.next_on)}."
    ]
    if done.step:
        by = f" by {day_words(done.step_due_on)}" if done.step_due_on else ""
        told.append(f"Promised: {brief(done.step, 300)}{by}")
    if done.still_due:
        told.append(f"Still to do: {' · '.join(done.still_due)}.")
    id = str(done.partner_id)
    buttons = [open_card(done.partner_id)]
    if done.still_due:
        buttons += [button("Rate trust", action_ids.RATE_TRUST, id), button("Edit", EDIT_PARTNER, id)]
    text = "\n".join(told)
    return Message(text, [section(text), actions(*buttons)])
