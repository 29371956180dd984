"""What was typed, recorded: all that is clear in a line, in one transaction and once; the rest is given back."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.activity import cancel_plan, move_plan, open_leads, promises, record
from bot.actions.activity.cancel_plan import Cancelled
from bot.actions.activity.edit_entry import Edited
from bot.actions.activity.entries import Entry as Row
from bot.actions.activity.lead_names import goes_on_from, lead_key
from bot.actions.activity.move_plan import PlanInDoubt
from bot.actions.activity.promises import PromiseResult
from bot.actions.activity.record import RecordResult, Request
from bot.actions.caller import Caller
from bot.actions.common import get_snapshot, row_id
from bot.actions.partners import edit, spellings
from bot.errors import TendError
from bot.grammar import EventRequest, Promised, ReferralRequest, TouchRequest, TrustRequest
from bot.grammar.lines.values import Ask, Command, Entry, Found, How, Record
from bot.scores.models import Promise
from scoring.vocabulary import Direction, Kind, Outcome
from storage.db.engine import writing
from storage.db.locks import lock_partners
from storage.db.retry import retried
from storage.ledger.activities import Lead
from storage.name_key import name_key
from storage.partners import names
from storage.partners.snapshots import PartnerSnapshot
from storage.tables import Activity


@dataclass(frozen=True, slots=True)
class Done:
    """One record of a line, for one of its partners. `kept` are open promises that it seems to say are done."""

    record: Record
    found: Found
    what: RecordResult | PromiseResult | Cancelled | Edited
    kept: tuple[Promise, ...] = ()


@dataclass(frozen=True, slots=True)
class EntryDone:
    """What became of one entry of a line: what was recorded, else why not, and the plans or leads that may be meant."""

    entry: Entry
    done: tuple[Done, ...] = ()
    problem: str = ""
    plans: Sequence[Row] = ()
    leads: Sequence[Row] = ()


class _NothingRecorded(Exception):
    """Nothing is to be kept of this request, so that it can be made again."""


@retried
def record_line(engine: Engine, caller: Caller, entries: Sequence[Entry]) -> tuple[EntryDone, ...]:
    """Record the entries that are ready, in their order; what cannot be recorded says why, and holds up no other."""
    if not any(_may_go(entry) for entry in entries):
        return tuple(EntryDone(entry, problem=entry.problem) for entry in entries)
    done: list[EntryDone] = []
    try:
        with writing(engine) as session:
            caller.claim_request_key(session)
            _lock_partners(session, caller, entries)
            done.extend(_put(session, caller, entry, is_only=len(entries) == 1) for entry in entries)
            if not any(each.done for each in done):
                raise _NothingRecorded
    except _NothingRecorded:
        pass
    return tuple(done)


def _lock_partners(session: Session, caller: Caller, entries: Sequence[Entry]) -> None:
    """Lock the known partners of all entries before anything is recorded of the first."""
    found = (each.id for entry in entries if _may_go(entry) for one in entry.records for each in one.partners)
    known = {partner_id for partner_id in found if partner_id is not None}
    lock_partners(session, workspace_id=caller.team.id, partner_ids=known)


def _may_go(entry: Entry) -> bool:
    return entry.is_ready or _is_cancelled(entry)


def _is_cancelled(entry: Entry) -> bool:
    """Return whether all that is asked is which plan was cancelled: the ledger may know."""
    return bool(entry.records) and not entry.problem and [each.ask for each in entry.questions] == [Ask.CANCELLED]


def _put(session: Session, caller: Caller, entry: Entry, *, is_only: bool) -> EntryDone:
    if not _may_go(entry):
        return EntryDone(entry, problem=entry.problem)
    try:
        # All of an entry, or nothing: the whole transaction, if there is no other.
        with nullcontext() if is_only else session.begin_nested():
            return _cancel(session, caller, entry) if _is_cancelled(entry) else _put_all(session, caller, entry)
    except _LeadInDoubt as doubt:
        return EntryDone(entry, problem=str(doubt), leads=doubt.leads)
    except PlanInDoubt as doubt:
        return EntryDone(entry, problem=str(doubt), plans=doubt.plans)
    except TendError as error:
        return EntryDone(entry, problem=str(error))


def _put_all(session: Session, caller: Caller, entry: Entry) -> EntryDone:
    told = [(each, found, of) for each in entry.records for found, of in _known(session, caller, each.partners)]
    for each, _, _ in told:
        record.check_promises(caller, request_of(each, ""))
    leads = [_lead_of(session, caller, each, partner) for each, _, partner in told]
    done: list[Done] = []
    for (each, found, partner), lead in zip(told, leads, strict=True):
        # Of several records one may be about a lead that the one before it added.
        afresh = lead is None and len(told) == 1
        done += _put_one(session, caller, each, found, partner, lead, afresh=afresh)
    return EntryDone(entry, tuple(done))


class _LeadInDoubt(TendError):
    """More than one open lead may be meant."""

    def __init__(self, problem: str, leads: Sequence[Row]) -> None:
        super().__init__(problem)
        self.leads = leads


def _lead_of(session: Session, caller: Caller, asked: Record, partner: PartnerSnapshot) -> Activity | None:
    """Return the lead that is meant by its name, or by a beginning of it; None where there is none such.

    Raises:
        _LeadInDoubt: there are several.
    """
    request = request_of(asked, partner.name)
    if not isinstance(request, ReferralRequest):
        return None
    leads = open_leads.load(session, caller, partner.id, request)
    match = open_leads.find_match(leads, request)
    begun, told = [], []
    if match is None and asked.lead_id != 0:
        begun = open_leads.begun(leads, request)
        told = [] if begun else open_leads.told_of(leads, request)
        match = next((lead for lead in (*begun, *told) if lead.id == asked.lead_id), None)
    if match is None and len(begun) > 1:
        problem = f"More than one open lead of {partner.name} begins with “{asked.title}”; which one do you mean?"
        raise _LeadInDoubt(problem, _rows(session, caller, begun))
    if match is None and told:
        problem = f"“{asked.title}” begins as an open lead of {partner.name}; is it about that one?"
        raise _LeadInDoubt(problem, _rows(session, caller, told))
    match = match or (begun[0] if begun else None)
    return open_leads.get(session, caller, match) if match else None


def _rows(session: Session, caller: Caller, leads: Sequence[Lead]) -> list[Row]:
    return [Row.of(row) for lead in leads if (row := open_leads.get(session, caller, lead))]


def _known(session: Session, caller: Caller, partners: Sequence[Found]) -> list[tuple[Found, PartnerSnapshot]]:
    """Return the partners as they are stored: add the new ones, and learn the spellings that were asked about."""
    known = []
    for found in partners:
        if found.id is None:
            taken = names.find_name(session, workspace_id=caller.team.id, spellings=[found.name])
            id = (
                taken[1]
                if taken
                else row_id(  # somebody may have added it meanwhile
                    edit.insert_partner(session, caller, {"name": found.name, "owner": caller.user_id})
                )
            )
            known.append((replace(found, id=id), get_snapshot(session, caller, id)))
            continue
        partner = get_snapshot(session, caller, found.id)
        if found.how is How.CHOSEN and not name_key(partner.name).startswith(name_key(found.typed)):
            spellings.learn(session, caller, found.id, found.typed)
        known.append((replace(found, name=partner.name), partner))
    return known


def _put_one(
    session: Session,
    caller: Caller,
    asked: Record,
    found: Found,
    partner: PartnerSnapshot,
    lead: Activity | None,
    *,
    afresh: bool,
) -> list[Done]:
    if asked.is_promise:
        made = (promises.put_promise(session, caller, found.name, each) for each in promised_of(asked))
        return [Done(asked, found, each) for each in made]
    request = request_of(asked, found.name)
    if asked.is_move and isinstance(request, TouchRequest):
        moved = move_plan.move_in(session, caller, request, is_order=asked.is_order, plan_id=asked.plan_id)
        if moved:
            made = (promises.put_promise(session, caller, found.name, each) for each in promised_of(asked))
            return [Done(asked, found, moved), *(Done(asked, found, each) for each in made)]
    is_named = lead is None or lead_key(asked.title) == lead_key(lead.title)
    if lead and not is_named and isinstance(request, ReferralRequest) and goes_on_from(asked.title, lead.title):
        request = replace(request, note=asked.text)  # what was told of it in place of a name
    done = record.put(session, caller, request, partner=partner, lead=lead, afresh=afresh)
    note = asked.text if asked.command in (Command.TOUCH, Command.EVENT) else ""
    kept = promises.fulfilled_by(session, caller, done.partner_id, note) if note and not asked.is_attempt else ()
    own = {each.id for each in done.promises}
    return [Done(asked, found, done, tuple(each for each in kept if each.id not in own))]


def _cancel(session: Session, caller: Caller, entry: Entry) -> EntryDone:
    """Void the plan that the entry names; else give those that may be meant."""
    asked = entry.records[0]
    plans: list[Row] = []
    for found in asked.partners:
        day = asked.occurred_on if asked.day_words and asked.occurred_on >= caller.own_today else None
        done = cancel_plan.cancel_in(session, caller, found.name, asked.title, day)
        if done.voided:
            return EntryDone(entry, (Done(asked, found, done),))
        plans.extend(done.plans)
    return EntryDone(entry, problem=entry.questions[0].problem, plans=plans)


def promised_of(asked: Record) -> tuple[Promised, ...]:
    """Return the promises of a record."""
    return tuple(Promised(what=each.what, due_on=each.due_on, side=each.by) for each in asked.promises)


def request_of(asked: Record, partner: str) -> Request:
    """Return the ledger request that a record of a line stands for."""
    made = promised_of(asked)
    if asked.command is Command.TRUST:
        return TrustRequest(partner=partner, level=asked.level, side=asked.side, note=asked.text or None)
    if asked.command is Command.EVENT and asked.is_cancelled:
        return TouchRequest(
            partner=partner,
            kind=Kind.ATTEMPT,
            note=f"{asked.title} (cancelled)",
            occurred_on=asked.occurred_on,
            promises=made,
        )
    if asked.command is Command.EVENT:
        return EventRequest(
            partner=partner,
            title=asked.title,
            occurred_on=asked.occurred_on,
            direction=asked.direction,
            note=asked.note or None,
            promises=made,
        )
    if asked.command is Command.TOUCH:
        return TouchRequest(
            partner=partner,
            kind=asked.kind or Kind.MEETING,
            direction=asked.direction,
            note=asked.text,
            occurred_on=asked.occurred_on,
            medium=asked.medium,
            promises=made,
        )
    return ReferralRequest(
        partner=partner,
        direction=asked.direction if asked.direction != Direction.JOINT else Direction.IN,
        is_direction_said=asked.is_direction_said,
        lead=asked.title,
        value=asked.value,
        outcome=asked.outcome or Outcome.INTRODUCED,
        occurred_on=asked.occurred_on,
        strategic=asked.kind == Kind.STRATEGIC_REFERRAL,
        count=asked.count,
        note=asked.note or None,
        promises=made,
    )
