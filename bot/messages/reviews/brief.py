"""Show what a partner's review starts from, and its result."""

from datetime import date

from bot.actions.reviews.brief import PastReview, ReviewBrief
from bot.actions.reviews.hold import ReviewResult
from bot.actions.reviews.issues import IssueKind
from bot.formatting import count, format_cause, format_change, format_day, format_rvi, format_status, number_words
from bot.messages.common import one_person_text, open_card_button, sponsor_text, theirs_words
from bot.messages.economics.costs import describe_roi
from bot.messages.reviews.health import health_points
from bot.messages.reviews.issues import issue_blocks
from bot.scores.models import ScoredPartner
from bot.slack import action_ids
from bot.slack.action_ids import EDIT_PARTNER
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
    section,
)
from scoring.explain import Change
from scoring.signals import Reason

MAX_ROWS = 3
ANSWER_LABELS = {
    "strengths": "strengths",
    "weaknesses": "weaknesses",
    "benefits": "results",
    "reasons": "why partners",
    "profit": "earnings",
    "customer_benefit": "customer benefit",
}


def brief_message(found: ReviewBrief, currency: str) -> Message:
    """Build the brief of a review on one screen, with a button that opens the form."""
    one, today = found.scored, found.scored.now.day
    title = f"Review: {one.partner.name}"
    blocks: list[Block] = [header(title), context(_since_text(found), _owner_text(one))]
    if found.last_review and found.last_review.answers:
        blocks.append(section(_last_answers(found.last_review, today)))
    blocks.append(_numbers_block(found, currency))
    blocks.append(
        section(f"{_change_text('Our side', found.change)}\n{_change_text('Their side', found.reverse_change)}")
    )
    blocks.append(section(_health_text(found)))
    blocks.append(section(_wiifm_text(found)))
    blocks += [section(text) for text in (_outcome_text(found), _promises_text(found), _people_text(one)) if text]
    blocks += _issue_blocks(found, today)
    id = str(one.partner.id)
    blocks.append(
        actions(
            button("Hold the review", action_ids.HOLD_REVIEW, id, style="primary"),
            button("Add an issue", action_ids.NOTE_ISSUE, id),
            button("Add an idea", action_ids.NOTE_IDEA, id),
            button("Rate trust", action_ids.RATE_TRUST, id),
            button("Edit", EDIT_PARTNER, id),
        )
    )
    return Message(f"{escape(title)}: {format_rvi(one.now)}", blocks)


def _since_text(found: ReviewBrief) -> str:
    today = found.scored.now.day
    day = format_day(found.since, today)
    due = f"{'was due' if found.next_on < today else 'due'} {format_day(found.next_on, today)}"
    if found.last_review:
        return f"Since the last review, {day}, by {mention(found.last_review.held_by)} · {due}"
    return f"First review, looking back to {day} · {due}"


def _owner_text(one: ScoredPartner) -> str:
    status = format_status(one.partner.status, one.partner.paused_until_on, one.now.day)
    resting = f"*{status}* · " if status else ""
    return f"{resting}owner {mention(one.partner.owner)} · partner for {count(one.now.age_months, 'month')}"


def _last_answers(last: PastReview, today: date) -> str:
    said = [
        f"*{ANSWER_LABELS[name]}* {escape_clip(last.answers[name], 250)}"
        for name in ANSWER_LABELS
        if name in last.answers
    ]
    return f"Last held {format_day(last.held_on, today)} by {mention(last.held_by)}: " + " · ".join(said)


def _numbers_block(found: ReviewBrief, currency: str) -> Block:
    last = found.last_review
    return section(
        "",
        fields=[
            f"*Relationship Value Index (RVI)* {_side_text(found.change, last.rvi if last else None)}",
            f"*Seen from their side* {_side_text(found.reverse_change, last.reverse_rvi if last else None)}",
            f"*In 12 months*\n{describe_roi(found.scored.now, currency)}",
            f"*Open referrals*\n{found.open_referrals or 'none'}",
        ],
    )


def _side_text(change: Change, shown: str | None) -> str:
    """Show a side now and then. What was `shown` then can differ if rows were undone or added since."""
    now, was = change.after.view(change.side), change.before.view(change.side).rvi
    head = number_words(change.after, change.side)
    marks = ", estimated from our trust" if now.trust.estimated and now.rvi is not None else ""
    before = "" if was is None else f"\nwas {was}"
    if shown is not None and shown != str(was):
        before += f" ({shown} was shown then)" if before else f"\n{shown} was shown then"
    return f"{head}{marks}{before}"


def _change_text(side: str, change: Change) -> str:
    today = change.after.day
    since = f"*{side}* since {format_day(change.before.day, today)}"
    if change.after.view(change.side).rvi is None:
        return f"{since}: nobody has rated trust yet, so there is no RVI."
    if change.effect is None:
        return f"{since}: nobody had rated trust then, so there is nothing to compare."
    if not change.causes:
        return f"{since}: no change."
    # List every cause, so that they add up to the change.
    told = [format_cause(cause) for cause in change.causes]
    return f"{since} {format_change(change.effect)}: {' · '.join(told)}"


def _health_text(found: ReviewBrief) -> str:
    points = health_points(
        found.scored.now,
        found.values,
        held_on=found.last_review.held_on if found.last_review else None,
        next_on=found.next_on,
    )
    sign = {True: ":white_check_mark:", False: ":warning:"}
    told = [f"{sign[point.is_met]} *{point.name}*: {escape_clip(point.text, 400)}" for point in points]
    good = sum(point.is_met for point in points)
    return "\n".join([f"*Health: {good} of {len(points)}*", *told])


def _wiifm_text(found: ReviewBrief) -> str:
    told = []
    for label, name in (("us", "wiifm_us"), ("them", "wiifm_them")):
        now = found.values[name]
        was = getattr(found.last_review, name) if found.last_review else now
        text = f"*For {label}*: {escape_clip(now, 400) if now else '_not filled in yet_'}"
        if was != now:
            text += f"\n     _was: {escape_clip(was, 300) if was else 'empty'}_"
        told.append(text)
    benefit = found.values["customer_benefit"]
    told.append(
        f"*For our customers*: {escape_clip(benefit, 400) if benefit else '_not filled in: why this partner?_'}"
    )
    unchanged = found.last_review and all(
        getattr(found.last_review, name) == found.values[name] for name in ("wiifm_us", "wiifm_them")
    )
    title = "*What's in it*" + (" (unchanged since the last review)" if unchanged else "")
    return "\n".join([title, *told])


def _outcome_text(found: ReviewBrief) -> str:
    one, told = found.scored.partner, []
    today = found.scored.now.day
    if one.outcome_target:
        by = f" by {format_day(one.outcome_due_on)}" if one.outcome_due_on else ""
        state = "open"
        if one.outcome_met_on:
            state = f"met {format_day(one.outcome_met_on, today)}"
        elif one.outcome_due_on and one.outcome_due_on < today:
            state = "*missed*"
        told.append(f":dart: *Target outcome*{by}: {escape_clip(one.outcome_target, 300)} ({state})")
    if one.overlap not in (None, "none"):
        text = escape_clip(found.boundary, 400) if found.boundary else "_not written down_"
        again = f", next review {format_day(one.boundary_review_on)}" if one.boundary_review_on else ""
        told.append(f":construction: *Boundary* ({one.overlap} overlap{again}): {text}")
    return "\n".join(told)


def _promises_text(found: ReviewBrief) -> str:
    today = found.scored.now.day
    late = [one for one in found.scored.promises if one.due_on and one.due_on < today]
    ahead = [one for one in found.scored.promises if one not in late]
    theirs = [f"• {theirs_words(one, today)}" for one in found.scored.promised_us[:MAX_ROWS]]
    if not (late or ahead or found.kept_promises):
        return "\n".join(["*Promises*: none kept since then, none open.", *theirs])
    told = [f"*Promises*: {len(found.kept_promises)} kept, {len(late)} overdue, {len(ahead)} still to come"]
    told += [
        f"• :x: {escape_clip(one.text, 200)}, was due {format_day(one.due_on, today)}"
        for one in late[:MAX_ROWS]
        if one.due_on
    ]
    for one in found.kept_promises[-MAX_ROWS:]:
        when = f"{count(one.days_late, 'day')} late" if one.days_late else format_day(one.kept_on, today)
        told.append(f"• :white_check_mark: {escape_clip(one.promise, 200)}, {when}")
    for ahead_ in ahead[:MAX_ROWS]:
        by = f" by {format_day(ahead_.due_on, today)}" if ahead_.due_on else ""
        told.append(f"• {escape_clip(ahead_.text, 200)}{by}")
    return "\n".join([*told, *theirs])


def _people_text(one: ScoredPartner) -> str:
    """Say what hangs on single people there, empty if nothing does."""
    told = [sponsor_text(one)] if one.has(Reason.SPONSOR_LEFT) else []
    told += [one_person_text(one)] if one.has(Reason.ONE_PERSON) else []
    return "\n".join(f":bust_in_silhouette: {text[:1].upper()}{text[1:]}" for text in told)


def _issue_blocks(found: ReviewBrief, today: date) -> list[Block]:
    open_ = [one for one in found.issues if one.is_open]
    resolved = [one for one in found.issues if not one.is_open and one.kind == IssueKind.ISSUE]
    issues = sum(one.kind == IssueKind.ISSUE for one in open_)
    title = f"*Issues*: {issues or 'none'} open, {len(resolved) or 'none'} resolved since then"
    told = [f"{escape_clip(one.text, 150)} → {escape_clip(one.resolution or '', 150)}" for one in resolved]
    text = "\n".join([title, *(f"• {one}" for one in told[-MAX_ROWS:])])
    return [section(text), *issue_blocks(open_, today)]


def held_message(done: ReviewResult) -> Message:
    """Confirm a review, with the day of the next one and what is still due."""
    told = [
        f":white_check_mark: Saved the review of {bold(done.partner)}. The next one is due {format_day(done.next_on)}."
    ]
    if done.step:
        by = f" by {format_day(done.step_due_on)}" if done.step_due_on else ""
        told.append(f"Promised{by}: {escape_clip(done.step, 300)}")
    if done.still_due:
        told.append(f"Still to do: {' · '.join(done.still_due)}.")
    id = str(done.partner_id)
    buttons = [open_card_button(done.partner_id)]
    if done.still_due:
        buttons += [button("Rate trust", action_ids.RATE_TRUST, id), button("Edit", EDIT_PARTNER, id)]
    text = "\n".join(told)
    return Message(text, [section(text), actions(*buttons)])
