"""Answers to what somebody just did: recorded, undone, not understood."""

from collections.abc import Sequence
from datetime import date

from bot.actions.activity.entries import Entry, Rated
from bot.actions.activity.outcomes import OutcomeSet
from bot.actions.activity.record import Recorded
from bot.actions.partners.edit import Saved
from bot.actions.partners.search import Close
from bot.formatting import DIRECTION_WORDS, KIND_NAMES, band_words, day_words, money, rvi_words
from bot.forms.partner_fields import LONGEST_NAME
from bot.grammar import PartnerVerb, UnknownPartner, UsageError
from bot.messages.workspace.calendar import add_words
from bot.slack.blocks import (
    BUTTON_VALUE,
    Block,
    Message,
    actions,
    bold,
    brief,
    button,
    clip,
    context,
    esc,
    menu,
    section,
)
from scoring.rvi import Score
from scoring.vocabulary import Outcome, Side

RETYPE = "retype"
ADD_AND_RETYPE = "add_and_retype"
UNDO_ACTIVITY = "undo_activity"
UNDO_TRUST = "undo_trust"
OUTCOME = "outcome"
OPEN_CARD = "open_card"
EDIT = "edit_partner"
RESUME = "resume_partner"
WAKE = "wake_partner"
VERB = "verb"
LOG_TOUCH = "log_touch"
WORK_OUT_TERMS = "work_out_terms"
OPEN_OUTCOMES = (Outcome.INTRODUCED, Outcome.MET)


def open_card(partner_id: int) -> Block:
    """The button that opens a partner's card."""
    return button("Open card", OPEN_CARD, str(partner_id))


def log_touch(partner_id: int) -> Block:
    """The button that opens the form of a touch, with the partner in it."""
    return button("Log a touch", LOG_TOUCH, str(partner_id), style="primary")


def what_words(entry: Entry, partner: str, currency: str, today: date) -> str:
    """A row of the ledger in one line: `referral from *Acme* · Northwind · £5,000 · won · 2 Nov`."""
    one = KIND_NAMES[entry.kind][0] if entry.medium is None else brief(entry.medium, 40)
    parts = [
        f"{one} {DIRECTION_WORDS[entry.direction]} {bold(partner)}",
        brief(entry.title, 300),
        money(entry.value, currency) if entry.value is not None else "",
        str(entry.outcome) if entry.outcome else "",
        day_words(entry.occurred_on, today),
    ]
    return " · ".join(part for part in parts if part)


def rating_words(rated: Rated, partner: str) -> str:
    """A trust rating in one line: `your trust in *Acme* is 4 of 5`."""
    name = bold(partner)
    whose = f"your trust in {name}" if rated.side == Side.OURS else f"the trust of {name} in us"
    return f"{whose} is {rated.level} of 5"


def recorded(done: Recorded, currency: str) -> Message:
    """The confirmation, with the RVI before and after, and the way back."""
    today = done.after.day
    if isinstance(done.what, Entry):
        first = f"Recorded: {what_words(done.what, done.partner, currency, today)}"
        undo = button("Undo", UNDO_ACTIVITY, str(done.what.id))
    else:
        note = f" · {brief(done.what.note, 300)}" if done.what.note else ""
        first = f"Recorded: {rating_words(done.what, done.partner)}{note}"
        undo = button("Undo", UNDO_TRUST, str(done.what.id))
    told = [f":white_check_mark: {first}", moved_words(done.before, done.after)]
    if done.step:
        by = f" by {day_words(done.step_due_on, today)}" if done.step_due_on else " (no day, so it is never late)"
        told.append(f"Promised: {brief(done.step, 300)}{by}")
    if isinstance(done.what, Entry) and done.what.occurred_on > today:
        told.append("That day is still to come: it is planned, and counts from then on.")
    if done.again:
        told.append("You recorded the same a moment ago; *Undo* takes this one back.")
    if done.paused:
        by_itself = f" until {day_words(done.paused_until_on, today)}, or" if done.paused_until_on else ""
        told.append(f"This partnership is paused; it stays so{by_itself} until you resume it.")
    buttons = [undo, open_card(done.partner_id)]
    if isinstance(done.what, Entry) and done.what.outcome in OPEN_OUTCOMES:
        buttons.append(outcome_menu(done.what.id))
    elif isinstance(done.what, Entry) and done.what.outcome == Outcome.WON and done.what.value is None:
        buttons.append(button("What is it worth?", f"{OUTCOME}:worth", f"{done.what.id}:{Outcome.WON}"))
    text = "\n".join(told)
    # Not in the text, which a notification shows to whoever looks on.
    add = [context(f":calendar: {add_words(done.step_link)}")] if done.step_link else []
    return Message(text, [section(text), *add, actions(*buttons)])


def outcome_menu(activity_id: int, now: Outcome | None = Outcome.INTRODUCED) -> Block:
    """How far a referral has come since: every outcome but the one it has."""
    steps = [step for step in Outcome if step != now]
    return menu("How it went on…", OUTCOME, [(str(step).capitalize(), f"{activity_id}:{step}") for step in steps])


def moved_words(before: Score, after: Score) -> str:
    """The RVI before and after, from both sides where theirs moved too."""
    if after.ours.rvi is None:
        return "No RVI yet: nobody has rated your trust in them. `/trust` does."
    if after.ours.rvi == before.ours.rvi:
        first = f"RVI stays {rvi_words(after.ours)}"
    else:
        was = "none" if before.ours.rvi is None else rvi_words(before.ours)
        first = f"RVI {was} → *{after.ours.rvi}* {band_words(after.ours)}"
    if after.theirs.rvi != before.theirs.rvi and after.theirs.rvi is not None:
        was = "none" if before.theirs.rvi is None else str(before.theirs.rvi)
        first += f" · seen from their side {was} → {after.theirs.rvi}"
    return f"{first} _(provisional: under three months old)_" if after.provisional else first


def outcome_set(done: OutcomeSet, currency: str, today: date) -> Message:
    """How far a referral has come now."""
    old = f" (was {done.old})" if done.old and done.old != done.entry.outcome else ""
    text = f":white_check_mark: Noted{old}: {what_words(done.entry, done.partner, currency, today)}"
    # The menu stays, whatever was chosen: it is the way back from a slip.
    buttons = [open_card(done.partner_id), outcome_menu(done.entry.id, done.entry.outcome)]
    return Message(text, [section(text), actions(*buttons)])


def saved(done: Saved, what: str, *more: Block) -> Message:
    """A partner's record was changed: `what` says how; `more` are buttons for what to do next."""
    text = f":white_check_mark: {bold(done.name)} {what}"
    return Message(text, [section(text), actions(*more, open_card(done.partner_id))])


def work_out_terms(partner_id: int) -> Block:
    """Opens the calculator on a partner's own terms."""
    return button("Work out terms", WORK_OUT_TERMS, str(partner_id))


def rested(done: Saved, what: str) -> Message:
    """A partnership was paused or ended: `what` says how. One click takes it up again."""
    return saved(done, what, button("Resume", RESUME, str(done.partner_id)))


def snoozed(done: Saved) -> Message:
    """One partner is left alone until a day."""
    until = day_words(done.until) if done.until else "further notice"
    text = f":zzz: {bold(done.name)} is snoozed until {until}. Nothing else moves."
    return Message(text, [section(text), actions(button("Wake it up", WAKE, str(done.partner_id)))])


def not_understood(error: UsageError) -> Message:
    """What could not be read, and the right form."""
    return problem(error.problem, error.form)


def problem(text: str, form: str = "", outcome: str = "Nothing was recorded.") -> Message:
    """Something went wrong: what, what became of it, and the right form where one is known."""
    told = f":warning: {esc(clip(text, 500))}\n{outcome}".rstrip()
    told += f" Write it like this:\n`{esc(form)}`" if form else ""
    return Message(told, [section(told)])


def only_added(done: Saved, text: str, form: str = "") -> Message:
    """A new partner is there, but what was to be recorded of it could not be."""
    added = f":white_check_mark: {bold(done.name)} is added."
    why = problem(text, form, outcome="Nothing else was recorded.")
    told = f"{added}\n{why.text}"
    return Message(told, [section(told), actions(open_card(done.partner_id))])


def partner_menu(verb: PartnerVerb, choices: Sequence[tuple[int, str]]) -> Block:
    """A menu of partners that does with the chosen one what a verb says."""
    return menu("Choose a partner", f"{VERB}:{verb}", [(name, f"{verb}:{id}") for id, name in choices])


def which_partner(verb: PartnerVerb, choices: Sequence[tuple[int, str]], form: str) -> Message:
    """A verb was typed without a partner: a menu of them, and how it is written."""
    asked = problem("Which partner?", form)
    return Message(asked.text, [*asked.blocks, actions(partner_menu(verb, choices))] if choices else asked.blocks)


def unknown_partner(command: str, unknown: UnknownPartner, close: Sequence[Close]) -> Message:
    """No partner by that name: close ones and *add it*, each a button that then does what was typed."""
    ask = "Did you mean one of these?" if close else "No name that you have is close to it."
    text = f"There is no partner called “{brief(unknown.splits[0].name, 120)}”. Nothing was recorded yet. {ask}"
    buttons = [button(one.name, f"{RETYPE}:{place}", f"{command} {one.text}") for place, one in enumerate(close)]
    new = [one for one in unknown.new_names() if len(one.name) <= LONGEST_NAME]
    for place, one in enumerate(new):
        action = f"{ADD_AND_RETYPE}:{place}" if place else ADD_AND_RETYPE
        style = None if close or place else "primary"
        value = f"{one.name}\n{command} {one.retype(one.name)}"
        buttons.append(button(f"Add “{one.name}”", action, value, style=style))
    fitting = [one for one in buttons if len(one["value"]) <= BUTTON_VALUE]
    hint = 'A new name of several words goes in quotes: "Acme Legal".' if new else "`/partner list` shows all of yours."
    if unknown.no_verb:
        hint = "What to do goes first, as in `/partner explain Acme Legal`; `/partner help` shows what there is."
    return Message(text, [section(text), *([actions(*fitting)] if fitting else []), context(hint)])
