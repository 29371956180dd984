"""What is said of partners that are merged."""

from bot.actions.partners.merge import Merged, Named, Plan, Together
from bot.formatting import count, day_words, rvi_words
from bot.messages.common import moved_words, open_card
from bot.slack import action_ids
from bot.slack.blocks import Message, actions, and_more, bold, brief, button, context, esc, mention, section

MOST = 10  # merges that are listed
# How each table's rows are called; what is not named moves without a word.
_ROWS = {
    "activity": ("activity", "activities"),
    "trust_rating": ("rating of trust", "ratings of trust"),
    "next_step": ("promise", "promises"),
    "matter": ("issue or idea", "issues and ideas"),
    "cost": ("cost", "costs"),
    "review": ("review", "reviews"),
    "trust_question": ("question for their view", "questions for their view"),
    "partner_spelling": ("learnt spelling", "learnt spellings"),
    "channel_link": ("linked channel", "linked channels"),
}


def plan(found: Plan) -> Message:
    """What a merge would do, with the button that does it."""
    one, into = found.one, found.into
    moving = [count(found.rows[name], *words) for name, words in _ROWS.items() if found.rows.get(name)]
    told = [
        f"Make {bold(one.name)} part of {bold(into.name)}?",
        f"• To {bold(into.name)} move: {', '.join([*moving, 'its history'])}.",
        f"• Its names become other names of {bold(into.name)}.",
    ]
    if found.filled:
        told.append(f"• {bold(into.name)} lacks and takes: {esc(', '.join(found.filled))}.")
    if found.since_on:
        told.append(f"• {bold(into.name)} is a partner since {day_words(found.since_on)}.")
    told.append(f"Today: {_stands(one)}; {_stands(into)}. You can undo it later.")
    text = "\n".join(told)
    press = button("Merge", action_ids.MERGE_PARTNERS, f"{one.id}:{into.id}", style="danger")
    return Message(text, [section(text), actions(press, open_card(one.id), open_card_of_other(into))])


def open_card_of_other(into: Named) -> dict[str, object]:
    """The second card button of a row, whose id must be another."""
    return open_card(into.id) | {"action_id": f"{open_card(into.id)['action_id']}:into"}


def merged(done: Merged) -> Message:
    """A merge was done; the way back."""
    text = (
        f":white_check_mark: {bold(done.name)} is part of {bold(done.into)} now, and goes by its name, too.\n"
        f"{moved_words(done.before, done.after)}"
    )
    hint = context(f"Later, `/partner merge` with both names offers to undo it: {_line(done)}")
    press = button("Undo the merge", action_ids.UNDO_MERGE, str(done.merge_id))
    return Message(text, [section(text), hint, actions(press, open_card(done.into_id))])


def undone(done: Merged) -> Message:
    """A merge was undone."""
    if done.already:
        text = f"That merge was undone already: {bold(done.name)} and {bold(done.into)} are two partners."
        return Message(text, [section(text)])
    told = [
        f":leftwards_arrow_with_hook: {bold(done.name)} and {bold(done.into)} are two partners again. "
        f"What was recorded since the merge stays with {bold(done.into)}.",
        f"{bold(done.into)}: {moved_words(done.before, done.after)}",
    ]
    if done.left:
        told.append(f"Changed since the merge, and left as it is: {esc(', '.join(done.left))}.")
    text = "\n".join(told)
    return Message(text, [section(text), actions(open_card(done.into_id))])


def together(found: Together) -> Message:
    """Both names are one partner's: which merges made it so, each with its way back."""
    text = f"Both are {bold(found.name)} already."
    blocks = [section(text)]
    for one in found.merges[:MOST]:
        line = f"{bold(one.name)} was merged into it on {day_words(one.on)} by {mention(one.by)}."
        blocks.append(section(line, button("Undo the merge", f"{action_ids.UNDO_MERGE}:{one.id}", str(one.id))))
    blocks += [context(line) for line in and_more(found.merges, MOST)]
    return Message(text, [*blocks, actions(open_card(found.partner_id))])


def _stands(one: Named) -> str:
    return f"{bold(one.name)} {rvi_words(one.score)}"


def _line(done: Merged) -> str:
    # A code's back ticks can't be told from those of a name.
    names = (brief(name, 120).replace("`", "'") for name in (done.name, done.into))
    return "`/partner merge {} into {}`".format(*names)
