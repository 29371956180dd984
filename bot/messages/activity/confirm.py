"""Answers to what somebody just did: recorded, undone, not understood."""

from collections.abc import Sequence
from datetime import date

from bot.actions.activity.amendments import FieldChange, Updated
from bot.actions.activity.entries import Entry
from bot.actions.activity.outcomes import OutcomeChange
from bot.actions.activity.promises import PromiseResult
from bot.actions.activity.record import RecordResult
from bot.actions.partner_values import SaveResult
from bot.actions.partners.search import CloseName
from bot.formatting import count, format_day, format_number
from bot.forms.partner_fields import MAX_NAME_LENGTH
from bot.grammar import PartnerVerb, UnknownPartner, UsageError
from bot.messages.common import (
    OPEN_OUTCOMES,
    add_to_calendar_link,
    entry_text,
    open_card_button,
    outcome_menu,
    rating_text,
    rvi_change_text,
    theirs_words,
)
from bot.scores.models import Promise
from bot.slack.action_ids import (
    ADD_AND_RETYPE,
    ADD_NAMED_PERSON,
    ANOTHER_LEAD,
    EDIT_ENTRY,
    EDIT_PROMISE,
    EDIT_RATING,
    OPEN_CARD,
    OUTCOME,
    RETYPE,
    UNDO_ACTIVITY,
    UNDO_PROMISE,
    UNDO_TRUST,
    UNDO_UPDATE,
    VERB,
    WAKE_PARTNER,
)
from bot.slack.blocks import (
    MAX_BUTTON_VALUE,
    MAX_OPTIONS,
    Block,
    Message,
    actions,
    bold,
    button,
    clip,
    context,
    escape,
    escape_clip,
    menu,
    section,
)
from scoring.vocabulary import Outcome, Promiser

MAX_PEOPLE_TO_ADD = 3
MAX_PROMISE_BUTTONS = 4  # from which on a menu takes their place


def record_message(
    done: RecordResult,
    currency: str,
    *,
    more: Sequence[str] = (),
    buttons: Sequence[Block] = (),
    today: date | None = None,
) -> Message:
    """Confirm a record with the RVI before and after and *Undo*; `more` lines and `buttons` are added at the end.

    `today` is the day where the person is.
    """
    today = today or done.after.day
    if isinstance(done.entry, Entry):
        first = f"Recorded: {entry_text(done.entry, done.partner, currency, today)}"
        if done.updated:
            first = updated_words(done.updated, entry_text(done.entry, done.partner, currency, today))
    else:
        note = f" · {escape_clip(done.entry.note, 300)}" if done.entry.note else ""
        first = f"Recorded: {rating_text(done.entry, done.partner)}{note}"
    told = [f":white_check_mark: {first}", rvi_change_text(done.before, done.after)]
    told += [*_start_text(done, today), *_median_text(done)]
    told += [promise_words(one, today) for one in done.promises]
    told += [*_people_text(done), *more]
    if isinstance(done.entry, Entry) and done.entry.occurred_on > today:
        told.append("That day is in the future: it's planned for now, and counts from then on.")
    if done.is_duplicate:
        told.append("You recorded the same a moment ago. *Undo* removes this one.")
    if done.is_paused:
        by_itself = f" until {format_day(done.paused_until_on, today)}, or" if done.paused_until_on else ""
        told.append(f"This partnership stays paused{by_itself} until you resume it.")
    text = "\n".join(told)
    # Not in the text, which a notification shows to whoever looks on.
    add = [context(f":calendar: {add_to_calendar_link(done.step_link)}")] if done.step_link else []
    return Message(text, [section(text), *add, actions(*_ways_on(done), *buttons)])


def promise_message(done: PromiseResult, today: date, *, more: Sequence[str] = ()) -> Message:
    """Confirm a promise that was made without any contact, with *Undo* and *Edit*."""
    told = [f":white_check_mark: {bold(done.partner)}: {promise_words(done.promise, today)}", *more]
    if done.is_duplicate:
        told.append("You wrote down the same a moment ago. *Undo* removes this one.")
    text = "\n".join(told)
    add = [context(f":calendar: {add_to_calendar_link(done.link)}")] if done.link else []
    id = str(done.promise.id)
    ways = [button("Undo", UNDO_PROMISE, id), button("Edit", EDIT_PROMISE, id), open_card_button(done.partner_id)]
    return Message(text, [section(text), *add, actions(*ways)])


def _start_text(done: RecordResult, today: date) -> list[str]:
    """Say that an old day moved the start, with both divisors."""
    start = done.after.facts.start
    if start >= done.before.facts.start or done.before.facts.start > today:
        return []
    divisor = count(done.after.months, "month")
    was = "" if done.after.months == done.before.months else f" instead of {done.before.months}"
    begins = f"so it now begins on {format_day(start, today)}: averaged over {divisor}{was}."
    return [f"That is before the partnership began, {begins}"]


def _median_text(done: RecordResult) -> list[str]:
    """Say what a rating comes to where others rated the same side."""
    if isinstance(done.entry, Entry):
        return []
    trust = done.after.view(done.entry.side).trust
    if trust.level is None or trust.raters < 2:
        return []
    return [f"Trust counts as {format_number(trust.level)}: the median of {trust.raters} raters."]


def _people_text(done: RecordResult) -> list[str]:
    """Say who of those it was with is not known there."""
    told = []
    if new := [escape_clip(one.name, 120) for one in done.unknown_people if not one.is_shared]:
        told.append(f"Not among the people at {bold(done.partner)} yet: {', '.join(new)}.")
    for one in done.unknown_people:
        if one.is_shared:
            who = escape_clip(one.name, 120)
            told.append(f"Several people at {bold(done.partner)} are called {who}: *Edit* the note to say which one.")
    return told


def _add_person_buttons(done: RecordResult) -> list[Block]:
    new = [one.name for one in done.unknown_people if not one.is_shared and len(one.name) <= MAX_NAME_LENGTH]
    of = f"{done.partner_id}:{done.entry.id}"
    return [
        button(f"Add {clip(name, 60)}", f"{ADD_NAMED_PERSON}:{place}", f"{of}:{name}")
        for place, name in enumerate(new[:MAX_PEOPLE_TO_ADD])
    ]


def _ways_on(done: RecordResult) -> list[Block]:
    """Build *Undo*, *Edit*, and what else can be done with what was recorded."""
    if not isinstance(done.entry, Entry):
        id = str(done.entry.id)
        return [button("Undo", UNDO_TRUST, id), button("Edit", EDIT_RATING, id), open_card_button(done.partner_id)]
    id = str(done.entry.id)
    # *Undo* of a row that was there before would take that back, too.
    undo = button("Undo", UNDO_UPDATE, str(done.updated.id)) if done.updated else button("Undo", UNDO_ACTIVITY, id)
    buttons = [undo, button("Edit", EDIT_ENTRY, id), *_promise_buttons(done.promises), *_add_person_buttons(done)]
    if done.updated:
        buttons.append(button("It is another lead", ANOTHER_LEAD, str(done.updated.id)))
    buttons.append(open_card_button(done.partner_id))
    if done.entry.outcome in OPEN_OUTCOMES:
        buttons.append(outcome_menu(done.entry.id))
    elif done.entry.outcome == Outcome.WON and done.entry.value is None:
        buttons.append(button("What is it worth?", f"{OUTCOME}:worth", f"{done.entry.id}:{Outcome.WON}"))
    return buttons


def _promise_buttons(promises: Sequence[Promise]) -> list[Block]:
    """Build a button to edit each promise that was made, or one menu where there are many."""
    if len(promises) > MAX_PROMISE_BUTTONS:
        options = [(one.text, str(one.id)) for one in promises[:MAX_OPTIONS]]
        return [menu("Edit a promise…", EDIT_PROMISE, options)]
    is_one = len(promises) == 1
    return [
        button("Edit promise" if is_one else f"Edit “{clip(one.text, 40)}”", f"{EDIT_PROMISE}:{one.id}", str(one.id))
        for one in promises
    ]


def promise_words(promise: Promise, today: date) -> str:
    """Say what was promised, by whom and by when."""
    if promise.side == Promiser.THEM:
        return theirs_words(promise, today)
    by = f" by {format_day(promise.due_on, today)}" if promise.due_on else " (no due day)"
    return f"Promised: {escape_clip(promise.text, 300)}{by}"


def updated_words(done: Updated, what: str) -> str:
    """Say that a lead was open already, and what changed in it: `value £4,000 → £6,000`."""
    if not done.changes:
        return f"That lead was already recorded, and nothing changed: {what}"
    told = ", ".join(f"{one.field} {change_of(one)}" for one in done.changes)
    return f"Updated: {what}\nChanged: {told}"


def change_of(one: FieldChange) -> str:
    """Return `£4,000 → £6,000`, or only the new value if there was none."""
    new = escape_clip(one.new, 150) if one.new else "_nothing_"
    return f"{escape_clip(one.old, 150)} → {new}" if one.old else new


def outcome_message(done: OutcomeChange, currency: str, today: date) -> Message:
    """Say how far a referral has come now."""
    old = f" (was {done.old})" if done.old and done.old != done.entry.outcome else ""
    text = f":white_check_mark: Noted{old}: {entry_text(done.entry, done.partner, currency, today)}"
    buttons = [button("Edit", EDIT_ENTRY, str(done.entry.id)), open_card_button(done.partner_id)]
    if done.update_id is not None:
        buttons.insert(0, button("Undo", UNDO_UPDATE, str(done.update_id)))
    buttons.append(outcome_menu(done.entry.id, done.entry.outcome))
    return Message(text, [section(text), actions(*buttons)])


def snooze_message(done: SaveResult) -> Message:
    """Say until when a partner is snoozed, with a button to wake it up."""
    until = format_day(done.until) if done.until else "further notice"
    text = f":zzz: {bold(done.name)} is snoozed until {until}: no nudges about it. The score stays the same."
    return Message(text, [section(text), actions(button("Wake it up", WAKE_PARTNER, str(done.partner_id)))])


def usage_message(error: UsageError) -> Message:
    """Say what could not be read, and the right form."""
    return problem_message(error.problem, error.form)


def problem_message(text: str, form: str = "", outcome: str = "Nothing was recorded.") -> Message:
    """Say what went wrong and what became of it, and the right form where one is known."""
    told = f":warning: {escape(clip(text, 500))}\n{outcome}".rstrip()
    told += f" Write it like this:\n`{escape(form)}`" if form else ""
    return Message(told, [section(told)])


def name_in_use_message(text: str, partner_id: int, partner: str) -> Message:
    """Say that a name is a partner's already, with a button that opens that partner."""
    asked = problem_message(text)
    return Message(
        asked.text, [*asked.blocks, actions(button(f"Open {clip(partner, 60)}", OPEN_CARD, str(partner_id)))]
    )


def partner_added_message(done: SaveResult, text: str, form: str = "") -> Message:
    """Say that a new partner was added, but not what was to be recorded of it."""
    added = f":white_check_mark: {bold(done.name)} was added."
    why = problem_message(text, form, outcome="Nothing else was recorded.")
    told = f"{added}\n{why.text}"
    return Message(told, [section(told), actions(open_card_button(done.partner_id))])


def partner_menu(verb: PartnerVerb, choices: Sequence[tuple[int, str]]) -> Block:
    """Build a menu of partners that runs a verb on the chosen one."""
    return menu("Choose a partner", f"{VERB}:{verb}", [(name, f"{verb}:{id}") for id, name in choices])


def partner_menu_message(verb: PartnerVerb, choices: Sequence[tuple[int, str]], form: str) -> Message:
    """Ask which partner a verb is about, with a menu of them and how it is written."""
    asked = problem_message("Which partner?", form)
    return Message(asked.text, [*asked.blocks, actions(partner_menu(verb, choices))] if choices else asked.blocks)


def unknown_partner_message(command: str, unknown: UnknownPartner, close: Sequence[CloseName]) -> Message:
    """Say that no partner has that name. Offer close ones and *add it*; each button then runs what was typed."""
    ask = "Did you mean one of these?" if close else "No partner has a similar name."
    kept = "Nothing was recorded yet. " if unknown.for_new else ""
    text = f"There is no partner called “{escape_clip(unknown.splits[0].name, 120)}”. {kept}{ask}"
    buttons = [button(one.name, f"{RETYPE}:{place}", f"{command} {one.text}") for place, one in enumerate(close)]
    new = [one for one in unknown.new_names() if len(one.name) <= MAX_NAME_LENGTH]
    for place, one in enumerate(new):
        action = f"{ADD_AND_RETYPE}:{place}" if place else ADD_AND_RETYPE
        style = None if close or place else "primary"
        value = f"{one.name}\n{command} {one.retype(one.name)}"
        buttons.append(button(f"Add “{one.name}”", action, value, style=style))
    fitting = [one for one in buttons if len(one["value"]) <= MAX_BUTTON_VALUE]
    hint = 'A new name of several words goes in quotes: "Acme Legal".' if new else "`/partner list` shows all of yours."
    if unknown.no_verb:
        hint = "What to do goes first, as in `/partner explain Acme Legal`; `/partner help` shows what there is."
    return Message(text, [section(text), *([actions(*fitting)] if fitting else []), context(hint)])
