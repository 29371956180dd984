"""Typed lines: read by one grammar wherever they come from, recorded by one action, and answered in one way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Engine

from bot.actions import overview, record_line
from bot.actions.activity import promises
from bot.actions.activity.record import Request
from bot.actions.caller import Caller, claim_request
from bot.actions.last_record import undo_last
from bot.actions.partners.names_index import names_of
from bot.errors import NotFound
from bot.formatting import format_money
from bot.grammar import EventRequest, ListRequest, ReferralRequest, TouchRequest
from bot.grammar.lines.form_values import dumped, loaded
from bot.grammar.lines.kept import Kept
from bot.grammar.lines.read import read
from bot.grammar.lines.values import Command, Context, Entry, Intent, Line, Record
from bot.listeners.respond import Form, Reply
from bot.listeners.reviews import show_due
from bot.listeners.types import UNKNOWN_BUTTON
from bot.messages import card, forms, lines
from bot.messages.activity import undo as undo_words
from bot.messages.activity.own_promises import own_promises
from bot.messages.listing import listing_message
from bot.messages.workspace import help
from bot.slack.blocks import Block, Message, escape
from scoring.vocabulary import Band

_FARTHEST_DAYS = 400  # that a button may be pressed later
_MAX_REST = 2_500  # characters that go along with a form

Other = Callable[[Engine, Caller, str, str], Reply]
"""What does `/partner …` and `/tend …`: commands that have readers of their own."""


def context_of(engine: Engine, caller: Caller, day: date | None = None) -> Context:
    """Return what a line is read against: the caller's own day, and the workspace's names and formats."""
    team = caller.team
    return Context(
        today=day or caller.own_today,
        names=names_of(engine, caller),
        currency=team.currency,
        day_first=team.day_first,
    )


def typed(engine: Engine, caller: Caller, command: str, text: str, other: Other, *, is_command: bool) -> Reply:
    """Do what a text says: behind a command, which may be none. Only a command opens a form without being asked."""
    kept = Kept(text, command, caller.own_today)
    line = read(text, context_of(engine, caller), command=command)
    if line.intent is Intent.RECORD:
        return _recorded(engine, caller, line, kept, is_command=is_command)
    if line.intent is Intent.COMMAND:
        return other(engine, caller, f"/{line.command}", _rest_of(text, line))
    return _plain(engine, caller, line)


def _rest_of(text: str, line: Line) -> str:
    """Return what follows the command as Slack sent it, with people and channels by their ids."""
    for word in (f"/{line.command}", line.command):
        before, found, after = text.partition(word)
        if found and len(before.strip()) < 20 and not any(letter.isalnum() for letter in before.replace("tend", "")):
            return after.strip(" :")
    return line.rest


def _recorded(engine: Engine, caller: Caller, line: Line, kept: Kept, *, is_command: bool) -> Reply:
    entries = line.entries
    if is_command and len(entries) == 1 and (lines.is_bare(entries[0]) or _must_open(entries[0], kept)):
        return form_of(caller, entries[0])
    done = record_line.record_line(engine, caller, entries)
    told = [lines.Told(each, kept if len(entries) == 1 else _own(each.entry, kept)) for each in done]
    if not any(each.done for each in done):
        claim_request(engine, _for_events(caller))
    return lines.answer(told, caller.team.currency, caller.own_today)


def _must_open(entry: Entry, kept: Kept) -> bool:
    """Return whether something has to be asked and the line is too long for a button: the form then carries it."""
    return not entry.is_ready and bool(entry.records) and lines.is_too_long(kept)


def _own(entry: Entry, kept: Kept) -> Kept:
    """Return one entry of several as a line of its own."""
    return Kept(escape(entry.typed), str(entry.command), kept.day)


def _for_events(caller: Caller) -> Caller:
    """Return the caller with its request key only for Slack's events.

    Only those are sent again when nothing was recorded; a button may then be pressed once more.
    """
    key = caller.request_key
    return caller if key and key.startswith("event:") else replace(caller, request_key=None)


def answered(engine: Engine, caller: Caller, value: str) -> Reply:
    """Read a line again with the answer to one of its questions, and record it."""
    kept = kept_of(caller, value)
    line = _read_kept(engine, caller, kept)
    return _recorded(engine, caller, line, kept, is_command=False)


def fixed(engine: Engine, caller: Caller, value: str) -> Reply:
    """Return the form, filled with all that was understood of a line."""
    line = _read_kept(engine, caller, kept_of(caller, value))
    if not line.entries:
        raise NotFound(UNKNOWN_BUTTON)
    return form_of(caller, line.entries[0])


def fixed_record(caller: Caller, value: str) -> Form:
    """Return the form of a record that a button carries. A forger can change it, but it only fills the form."""
    try:
        return _form_of_record(caller, loaded(value))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotFound(UNKNOWN_BUTTON) from None


def question_key(value: str) -> str:
    """Return the key of the question that a button answers, whichever answer it gives."""
    try:
        kept = Kept.loaded(value)
    except ValueError:
        raise NotFound(UNKNOWN_BUTTON) from None
    return Kept(kept.text, kept.command, kept.day, dict.fromkeys(kept.answers, "")).dumped()


def kept_of(caller: Caller, value: str) -> Kept:
    """Return the line that a button carries. A forger can change it, so it is only ever read as if it were typed."""
    try:
        kept = Kept.loaded(value)
    except ValueError:
        raise NotFound(UNKNOWN_BUTTON) from None
    if abs((kept.day - caller.own_today).days) > _FARTHEST_DAYS or kept.command not in ("", *Command):
        raise NotFound(UNKNOWN_BUTTON)
    return kept


def _read_kept(engine: Engine, caller: Caller, kept: Kept) -> Line:
    context = context_of(engine, caller, kept.day)
    return read(kept.text, context, command=kept.command, answers=kept.answers)


def form_of(caller: Caller, entry: Entry) -> Form:
    """Return the form of an entry's first record, filled with what was understood; the rest goes along."""
    return _form_of_record(caller, entry.records[0] if entry.records else lines.unread_record(entry, caller.own_today))


def _form_of_record(caller: Caller, record: Record) -> Form:
    request = record_line.request_of(record, record.partners[0].name if record.partners else "")
    rest = dumped(replace(record, title="", note="", unread=()))
    return Form(view_of(caller, request), rest=rest if len(rest) <= _MAX_REST else None)


def view_of(caller: Caller, request: Request) -> Block:
    """Return the form of a request, filled with its values."""
    if isinstance(request, ReferralRequest):
        worth = None if request.value is None else format_money(request.value, caller.team.currency)
        return forms.with_value(forms.referral_form(request), worth)
    if isinstance(request, EventRequest):
        return forms.event_form(request)
    return forms.touch_form(request) if isinstance(request, TouchRequest) else forms.trust_form(request)


# -- plain words


def _plain(engine: Engine, caller: Caller, line: Line) -> Reply:
    if line.intent is Intent.UNDO:
        done = undo_last(engine, caller)
        if done is None:
            claim_request(engine, _for_events(caller))
        return undo_words.undone_last(done, caller.team.currency, caller.own_today, may_end=caller.is_steward)
    claim_request(engine, _for_events(caller))
    if line.intent is Intent.CARD:
        return _cards(engine, caller, line)
    if line.intent is Intent.THANKS:
        return help.thanks()
    if line.intent is Intent.HELP:
        return help.help_message()
    if line.intent in _LISTS:
        return listing_message(overview.list_partners(engine, caller, _LISTS[line.intent]))
    if line.intent is Intent.PROMISES:
        return own_promises(promises.list_own(engine, caller), caller.own_today)
    if line.intent in (Intent.DUE, Intent.MINE):
        return show_due(engine, caller)
    return help.what_else(line.typed)


_LISTS: Mapping[Intent, ListRequest] = {
    Intent.QUIET: ListRequest(is_quiet=True),
    Intent.WEAK: ListRequest(band=Band.WEAK),
}


def _cards(engine: Engine, caller: Caller, line: Line) -> Message:
    ids = [found.id for found in line.partners if found.id is not None]
    if len(ids) == 1:
        return card.card_message(overview.partner_card(engine, caller, ids[0]))
    return help.which_card([(found.id or 0, found.name) for found in line.partners], line.typed)


def touch_of_message(engine: Engine, caller: Caller, text: str, day: date) -> Form:
    """Return the form of a touch for somebody's message: with its day, and the partner if it names just one."""
    context: Context = context_of(engine, caller, day)
    line = read(text, context, command="touch")
    records: Sequence[Record] = [record for entry in line.entries for record in entry.records]
    record = records[0] if records else Record(command=Command.TOUCH, occurred_on=day)
    named = {found.name for each in records for found in each.partners if found.id is not None}
    partner = named.pop() if len(named) == 1 else ""
    asked = TouchRequest(partner=partner, note=line.typed.strip() or None, occurred_on=day)
    if record.command is Command.TOUCH and record.kind is not None:
        asked = replace(asked, kind=record.kind)
    return Form(forms.touch_form(asked))
