"""Messages about merging partners."""

from bot.actions.partners.merge import AlreadyMerged, MergePlan, MergeResult, PartnerSummary
from bot.formatting import count, format_day, format_rvi
from bot.messages.common import open_card_button, rvi_change_text
from bot.slack import action_ids
from bot.slack.blocks import Message, actions, bold, button, context, escape, escape_clip, mention, more_line, section
from scoring.vocabulary import Status

MAX_MERGES = 10  # merges that are listed
# What to call each table's rows. Tables without a name here move unmentioned.
_ROWS = {
    "activity": ("activity", "activities"),
    "trust_rating": ("trust rating", "trust ratings"),
    "next_step": ("promise", "promises"),
    "matter": ("issue or idea", "issues and ideas"),
    "cost": ("cost", "costs"),
    "review": ("review", "reviews"),
    "trust_question": ("trust survey", "trust surveys"),
    "referral_link": ("link to refer people", "links to refer people"),
    "offered_referral": ("referral sent by a link", "referrals sent by a link"),
    "partner_spelling": ("remembered spelling", "remembered spellings"),
    "channel_link": ("linked channel", "linked channels"),
}


def plan_message(found: MergePlan) -> Message:
    """Preview a merge, with the button that does it."""
    one, into = found.source, found.target
    moving = [count(found.rows[name], *words) for name, words in _ROWS.items() if found.rows.get(name)]
    told = [
        f"Merge {bold(one.name)} into {bold(into.name)}?",
        f"• Moves to {bold(into.name)}: {', '.join([*moving, 'its history'])}.",
        f"• Its names will lead to {bold(into.name)}.",
    ]
    if found.filled:
        told.append(
            f"• Fills gaps in {bold(into.name)}: {escape(', '.join(name.rstrip('?') for name in found.filled))}."
        )
    if found.since_on:
        told.append(f"• {bold(into.name)} will count as a partner since {format_day(found.since_on)}.")
    if found.status:
        what = "a prospect" if found.status == Status.PROSPECT else found.status
        told.append(f"• {bold(into.name)} stays {what}, which {bold(one.name)} is not.")
    told.append(f"RVI today: {_blocker_text(one)}; {_blocker_text(into)}. You can undo this later.")
    text = "\n".join(told)
    press = button("Merge", action_ids.MERGE_PARTNERS, f"{one.id}:{into.id}", style="danger")
    return Message(text, [section(text), actions(press, open_card_button(one.id), open_target_card_button(into))])


def open_target_card_button(into: PartnerSummary) -> dict[str, object]:
    """Build the second card button of a row, which needs its own action id."""
    return open_card_button(into.id) | {"action_id": f"{open_card_button(into.id)['action_id']}:into"}


def merged_message(done: MergeResult) -> Message:
    """Confirm a merge, with the way back."""
    text = (
        f":white_check_mark: {bold(done.name)} was merged into {bold(done.into)}. "
        f"Its name still leads to {bold(done.into)}.\n"
        f"{rvi_change_text(done.before, done.after)}"
    )
    hint = context(f"To undo it later: {_change_line(done)}")
    press = button("Undo the merge", action_ids.UNDO_MERGE, str(done.merge_id))
    return Message(text, [section(text), hint, actions(press, open_card_button(done.into_id))])


def undone_message(done: MergeResult) -> Message:
    """Confirm that a merge was undone."""
    if done.was_undone:
        text = f"That merge was already undone: {bold(done.name)} and {bold(done.into)} are separate partners."
        return Message(text, [section(text)])
    told = [
        f":leftwards_arrow_with_hook: {bold(done.name)} and {bold(done.into)} are separate partners again. "
        f"What was recorded since the merge stays with {bold(done.into)}.",
        f"{bold(done.into)}: {rvi_change_text(done.before, done.after)}",
    ]
    if done.kept_fields:
        told.append(f"Changed since the merge, so left as is: {escape(', '.join(done.kept_fields))}.")
    text = "\n".join(told)
    return Message(text, [section(text), actions(open_card_button(done.into_id))])


def already_merged_message(found: AlreadyMerged) -> Message:
    """Say that both names belong to one partner, with a button to undo each merge."""
    text = f"Both names already belong to {bold(found.name)}."
    blocks = [section(text)]
    for one in found.merges[:MAX_MERGES]:
        line = f"{bold(one.name)} was merged into it on {format_day(one.on)} by {mention(one.by)}."
        blocks.append(section(line, button("Undo the merge", f"{action_ids.UNDO_MERGE}:{one.id}", str(one.id))))
    blocks += [context(line) for line in more_line(found.merges, MAX_MERGES)]
    return Message(text, [*blocks, actions(open_card_button(found.partner_id))])


def _blocker_text(one: PartnerSummary) -> str:
    return f"{bold(one.name)} {format_rvi(one.score)}"


def _change_line(done: MergeResult) -> str:
    # A code's back ticks can't be told from those of a name.
    names = (escape_clip(name, 120).replace("`", "'") for name in (done.name, done.into))
    return "`/partner merge {} into {}`".format(*names)
