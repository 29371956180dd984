"""What became of a typed line: what was understood and recorded, what stayed as text, and what has to be asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.actions.activity.cancel_plan import Cancelled
from bot.actions.activity.edit_entry import Edited
from bot.actions.activity.entries import Entry as Row
from bot.actions.activity.lead_names import begins_lead
from bot.actions.activity.promises import PromiseResult
from bot.actions.activity.record import RecordResult
from bot.actions.record_line import Done, EntryDone
from bot.formatting import format_day, format_money
from bot.grammar.lines import form_values
from bot.grammar.lines.kept import Kept
from bot.grammar.lines.referrals import LEAD
from bot.grammar.lines.stage import TEXT
from bot.grammar.lines.touches import PLAN
from bot.grammar.lines.values import Certainty, Command, Entry, How, Leftover, Question, Record, Unread
from bot.messages.activity import confirm
from bot.messages.activity.edited import edited
from bot.messages.common import entry_text, open_card_button, rvi_change_text
from bot.scores.models import Promise
from bot.slack.action_ids import (
    ANSWER_LINE,
    CANCEL_PLAN,
    FIX_LINE,
    FIX_RECORD,
    PROMISE_KEPT,
    UNDO_UPDATE,
    USE_LEFTOVER,
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
    escape,
    escape_clip,
    menu,
    section,
)
from scoring.vocabulary import Outcome, Promiser

MAX_ELEMENTS = 25  # that Slack takes in one row
_MANY = 8  # entries from which each is told more briefly
_MAX_NAMED = 5  # promises that are named in full
_MAX_ECHO = 2_500
_MAX_LEADS = 8  # that are offered
_LOOKS_LIKE = {
    Unread.DAY: "a day",
    Unread.AMOUNT: "an amount",
    Unread.PROMISE: "a promise",
    Unread.OUTCOME: "an outcome",
    Unread.PARTNER: "a partner",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one entry, and the line that its buttons carry."""

    of: EntryDone
    kept: Kept


def answer(told: Sequence[Told], currency: str, today: date) -> Message:
    """Build the whole answer to a line."""
    messages = [_entry(each, currency, today) for each in told]
    if len(messages) == 1:
        return messages[0]
    blocks = [block for message in messages for block in message.blocks if len(told) < _MANY or _matters(block)]
    return Message("\n".join(message.text for message in messages), blocks)


def _matters(block: Block) -> bool:
    return bool(block["type"] != "context")


def _entry(told: Told, currency: str, today: date) -> Message:
    if not told.of.done:
        return asked(told, currency, today)
    messages = [_done(each, currency, today) for each in told.of.done]
    blocks = [block for message in messages for block in message.blocks]
    return Message("\n".join(message.text for message in messages), blocks)


def _done(done: Done, currency: str, today: date) -> Message:
    if isinstance(done.what, Cancelled):
        return cancelled(done.what, currency, today)
    if isinstance(done.what, Edited):
        return edited(done.what, currency, today, _understood(done, today))
    more = [*_understood(done, today), *(_looks(each) for each in done.record.unread)]
    if isinstance(done.what, PromiseResult):
        return confirm.promise_message(done.what, today, more=more)
    buttons = _leftover_buttons(done, done.what, currency, today)
    more += [f"{_promised_words(promise)} Is that done?" for promise in done.kept[:_MAX_NAMED]]
    buttons += _done_buttons(done.kept)
    return confirm.record_message(done.what, currency, more=more, buttons=buttons, today=today)


def _done_buttons(promises: Sequence[Promise]) -> list[Block]:
    """Build a button to close each promise that seems to be kept, or one menu where there are many."""
    if len(promises) > confirm.MAX_PROMISE_BUTTONS:
        options = [(promise.text, str(promise.id)) for promise in promises[:MAX_OPTIONS]]
        return [menu("Mark as done…", PROMISE_KEPT, options)]
    return [button("Done", f"{PROMISE_KEPT}:{promise.id}", str(promise.id)) for promise in promises]


def _understood(done: Done, today: date) -> list[str]:
    """Say how the partner and the day were understood, where that is not plain from what was typed."""
    told = []
    if done.found.how in (How.BEGINNING, How.LEARNED):
        told.append(f"{bold(done.found.name)} (you typed “{escape_clip(done.found.typed, 100)}”)")
    if (row := _begun_lead(done)) is not None:
        typed, name = escape_clip(done.record.title, 100), bold(clip(row.title, 100))
        told.append(f"I took “{typed}” to be {name}, which was open.")
    if done.found.how is How.MENTIONED:
        told.append(
            f"{bold(done.found.name)} is the only partner you mention, so I took it to be theirs; *Edit* changes it."
        )
    if done.record.certainty is Certainty.VAGUE:
        day = format_day(done.record.occurred_on, today)
        told.append(f"I took “{escape_clip(done.record.day_words, 60)}” to be {day}; *Edit* changes it.")
    if note := _unread_note(done.record):
        told.append(f"I kept “{escape_clip(note, 150)}” as a note.")
    if done.record.is_attempt or done.record.is_cancelled:
        told.append("Nobody was reached, so it is kept in the history and counts as no contact.")
    return told


def _begun_lead(done: Done) -> Row | None:
    """Return the open lead that was told by a beginning of its name."""
    what = done.what
    is_updated = isinstance(what, RecordResult) and what.updated is not None and isinstance(what.entry, Row)
    if not is_updated or not isinstance(what, RecordResult) or not isinstance(what.entry, Row):
        return None
    return what.entry if begins_lead(done.record.title, what.entry.title) else None


def _unread_note(record: Record) -> str:
    """Return what was said of a new lead besides its name, if nothing told how far it has come; else an empty text."""
    is_named = record.command is Command.REFERRAL and record.outcome is None
    return record.note if is_named and all(each.text not in record.note for each in record.unread) else ""


def _looks(left: Leftover) -> str:
    if left.kind is Unread.OUTCOME and left.outcome is None:
        return f"I kept “{escape_clip(left.text, 150)}” as a note. Does that mean it is won, or lost?"
    return f"“{escape_clip(left.text, 150)}” looks like {_LOOKS_LIKE[left.kind]}; I left it in the text."


def _promised_words(promise: Promise) -> str:
    who = "You promised" if promise.side == Promiser.US else "They promised"
    return f"{who}: “{escape_clip(promise.text, 300)}”."


def _leftover_buttons(done: Done, what: RecordResult, currency: str, today: date) -> list[Block]:
    made = []
    for place, left in enumerate(done.record.unread):
        offers = _offers(left, what.entry.id, currency, today) if isinstance(what.entry, Row) else []
        for number, (label, value) in enumerate(offers):
            if len(value) <= MAX_BUTTON_VALUE:
                which = f"{place}.{number}" if number else str(place)
                made.append(button(label, f"{USE_LEFTOVER}:{what.entry.id}-{which}", value))
    return made


def _offers(left: Leftover, row: int, currency: str, today: date) -> list[tuple[str, str]]:
    """Return the labels and values of the buttons that use what was left."""
    if left.kind is Unread.OUTCOME and left.outcome is None:
        return [(f"It is {outcome}", f"{row}:outcome:{outcome}") for outcome in (Outcome.WON, Outcome.LOST)]
    offer = _offer(left, row, currency, today)
    return [offer] if offer else []


def _offer(left: Leftover, row: int, currency: str, today: date) -> tuple[str, str] | None:
    if left.kind is Unread.DAY and left.day:
        verb = "It was on" if left.day <= today else "It is on"
        return f"{verb} {left.day:%A} {format_day(left.day, None)}", f"{row}:day:{left.day.isoformat()}"
    if left.kind is Unread.AMOUNT and left.amount is not None:
        return f"It is worth {format_money(left.amount, currency)}", f"{row}:value:{left.amount}"
    if left.kind is Unread.OUTCOME and left.outcome:
        return f"It is {left.outcome}", f"{row}:outcome:{left.outcome}"
    if left.kind is Unread.PROMISE and left.promise:
        due = left.promise.due_on.isoformat() if left.promise.due_on else ""
        return "Make it a promise", f"{row}:promise:{left.promise.by}:{due}:{left.promise.what}"
    if left.kind is Unread.PARTNER and left.partner and left.partner.id:
        return f"Record it for {left.partner.name} too", f"{row}:partner:{left.partner.id}"
    return None


def cancelled(done: Cancelled, currency: str, today: date) -> Message:
    """Say that a plan was cancelled, with *Undo*."""
    assert done.voided is not None
    what = entry_text(done.voided, done.partner, currency, today)
    text = f":white_check_mark: Cancelled: {what}\n{rvi_change_text(done.before, done.after)}"
    buttons = [button("Undo", UNDO_UPDATE, str(done.update_id)), open_card_button(done.partner_id)]
    return Message(text, [section(text), actions(*buttons)])


def asked(told: Told, currency: str, today: date) -> Message:
    """Ask for what has to be known before anything is recorded: the line, what is missing, buttons to go on."""
    entry, kept = told.of.entry, told.kept
    question = entry.questions[0] if entry.questions else None
    problem = told.of.problem if told.of.problem and not (question and told.of.problem == entry.problem) else ""
    problem = problem or (question.problem if question else entry.problem)
    is_asked = question is not None or bool(told.of.leads or told.of.plans)
    sign = ":question:" if is_asked else ":warning:"
    text = f"{sign} {escape(clip(problem, 300))} Nothing was recorded{' yet' if is_asked else ''}.\n{echo(entry, kept)}"
    if question and entry.problem and entry.problem != problem:
        text += f"\n{escape(clip(entry.problem, 300))}"
    is_move = any(record.is_move for record in entry.records)
    buttons = [] if is_move else [_cancel_button(row, told, currency, today) for row in told.of.plans[:5]]
    buttons += _move_buttons(told, today) if is_move else []
    buttons += _lead_buttons(told.of.leads, kept)
    buttons += _answers(question, kept) if question else []
    buttons.append(_fix_button(entry, kept))
    if is_too_long(kept):
        text += "\nThat line is too long to answer with a button, so the form holds what I understood of it."
    return Message(text, [section(text), actions(*buttons[:MAX_ELEMENTS])])


def echo(entry: Entry, kept: Kept) -> str:
    """Return the line as it was typed, quoted."""
    command = f"/{kept.command} " if kept.command else ""
    lines = clip(f"{command}{entry.typed}", _MAX_ECHO).splitlines() or [command]
    return "\n".join(f"> {escape(line)}" for line in lines)


def _answers(question: Question, kept: Kept) -> list[Block]:
    key = f"0.{question.key.partition('.')[2]}"
    adds = [option for option in question.options if option.key.startswith("new@")]
    others = [option for option in question.options if option not in adds]
    named = [(f"{ANSWER_LINE}:{place}", option) for place, option in enumerate(others)]
    named += [(f"{ANSWER_LINE}:add{place or ''}", option) for place, option in enumerate(adds)]
    made = [button(option.label, action, kept.answered(key, option.key).dumped()) for action, option in named]
    return [one for one in made if len(one["value"]) <= MAX_BUTTON_VALUE]


def _cancel_button(row: Row, told: Told, currency: str, today: date) -> Block:
    return button(
        f"Cancel “{_plan_name(row)}”, {format_day(row.occurred_on, today)}", f"{CANCEL_PLAN}:{row.id}", str(row.id)
    )


def _move_buttons(told: Told, today: date) -> list[Block]:
    """Build a button for each plan that may be moved, and one for a new plan unless one was to be moved."""
    if not told.of.plans:
        return []
    answers = [(f"{_plan_name(row)}, {format_day(row.occurred_on, today)}", str(row.id)) for row in told.of.plans[:5]]
    if not any(record.is_order for record in told.of.entry.records):
        answers.append(("It is a new plan", "0"))
    made = [
        button(label, f"{ANSWER_LINE}:plan{id}", told.kept.answered(f"0.{PLAN}", id).dumped()) for label, id in answers
    ]
    return [each for each in made if len(each["value"]) <= MAX_BUTTON_VALUE]


def _plan_name(row: Row) -> str:
    return clip(row.title or row.medium or str(row.kind), 40)


def _lead_buttons(leads: Sequence[Row], kept: Kept) -> list[Block]:
    """Build a button for each open lead that may be meant, and one for a new lead."""
    if not leads:
        return []
    answers = [(f"It is “{clip(row.title, 40)}”", str(row.id)) for row in leads[:_MAX_LEADS]]
    answers.append(("It is a new lead", "0"))
    made = [button(label, f"{ANSWER_LINE}:lead{id}", kept.answered(f"0.{LEAD}", id).dumped()) for label, id in answers]
    return [each for each in made if len(each["value"]) <= MAX_BUTTON_VALUE]


def is_too_long(kept: Kept) -> bool:
    """Return whether a button can't carry the line."""
    return len(kept.dumped()) > MAX_BUTTON_VALUE


def _fix_button(entry: Entry, kept: Kept) -> Block:
    """Build the button that opens the form filled with what was understood.

    It carries the line, or the record if the line is too long.
    """
    if not is_too_long(kept):
        return button("Fix it in the form", FIX_LINE, kept.dumped())
    record = entry.records[0] if entry.records else unread_record(entry, kept.day)
    return button("Fix it in the form", FIX_RECORD, _carried(replace(record, unread=())))


def unread_record(entry: Entry, day: date) -> Record:
    """Return an entry of which nothing was understood as a record for the form."""
    return Record(command=entry.command, title=entry.typed, occurred_on=day)


def _carried(record: Record) -> str:
    """Return the record as a button's value: its texts as far as they fit, the promises first to go."""
    for promises in (record.promises, record.promises[:1], ()):
        whole = replace(record, promises=promises)
        beyond = len(form_values.dumped(whole)) - MAX_BUTTON_VALUE
        while beyond > 0 and (whole.title or whole.note):
            longer = "note" if len(whole.note) > len(whole.title) else "title"
            kept = getattr(whole, longer)
            whole = replace(whole, **{longer: kept[: max(len(kept) - max(beyond, 1), 0)]})
            beyond = len(form_values.dumped(whole)) - MAX_BUTTON_VALUE
        if beyond <= 0:
            return form_values.dumped(whole)
    return form_values.dumped(replace(record, title="", note="", promises=(), day_words=""))


def is_bare(entry: Entry) -> bool:
    """Return whether nothing is wrong with what was typed, only too little: then the form asks for the rest."""
    if entry.questions or len(entry.records) != 1 or not entry.records[0].missing or entry.records[0].promises:
        return False
    return all(use != TEXT for _, use in entry.words) and "I read" not in entry.problem
