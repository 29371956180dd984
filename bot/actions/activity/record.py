"""Record referrals, events, touches and trust ratings in the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.activity import open_leads
from bot.actions.activity.amendments import Updated
from bot.actions.activity.entries import Entry, RatingEntry
from bot.actions.activity.people_named import UnknownPerson, name_listed, name_people
from bot.actions.activity.promises import promise_calendar_link, promise_of, record_promise
from bot.actions.caller import Caller
from bot.actions.common import (
    DUPLICATE_WINDOW,
    get_partner_by_name,
    get_score,
    require_max_length,
    require_not_ended,
    row_id,
)
from bot.errors import FieldError
from bot.grammar import EventRequest, Promised, ReferralRequest, TouchRequest, TrustRequest
from bot.grammar.people import with_people
from bot.grammar.tokens import strip_hidden
from bot.scores.models import Promise
from bot.webhooks.activities import put_activity
from bot.webhooks.events import EventType, request_look
from scoring.rvi import Score
from scoring.vocabulary import Direction, Kind, Promiser, Status
from scoring.what_if import with_more
from storage.db.engine import writing
from storage.db.retry import retried
from storage.ledger import activities, automatic, duplicates, trust_ratings
from storage.notifications import told_signals
from storage.partners.snapshots import PartnerSnapshot
from storage.tables import Activity, NextStep

Request = ReferralRequest | EventRequest | TouchRequest | TrustRequest


@dataclass(frozen=True, slots=True)
class RecordResult:
    """What was recorded, with the partner's score before and after.

    `is_duplicate` if the same person recorded the same a moment before. `updated` if an open lead was updated instead
    of adding a row. `promises` are those made with it; `step` is the first of ours. `unknown_people` are those whom it
    was said to be with and who are not known there.
    """

    partner_id: int
    partner: str
    entry: Entry | RatingEntry
    before: Score
    after: Score
    step: str | None = None
    step_due_on: date | None = None
    step_link: str | None = None
    is_paused: bool = False
    paused_until_on: date | None = None
    is_duplicate: bool = False
    updated: Updated | None = None
    promises: tuple[Promise, ...] = ()
    unknown_people: tuple[UnknownPerson, ...] = ()


@retried
def record_request(engine: Engine, caller: Caller, request: Request) -> RecordResult:
    """Record a referral, an event, a touch or a rating, with the promises made with it, in a transaction of its own.

    Raises:
        FieldError: something is missing, or a promise is due before it was made.
    """
    with writing(engine) as session:
        caller.claim_request_key(session)
        return put(session, caller, request)


def put(
    session: Session,
    caller: Caller,
    request: Request,
    *,
    partner: PartnerSnapshot | None = None,
    lead: Activity | None = None,
    afresh: bool = False,
) -> RecordResult:
    """Record any request within a transaction. `afresh`: add a new lead even if it looks like an open one.

    `partner` is who the request names, where that was loaded; `lead` is the one that a referral is known to be about.

    Raises:
        FieldError: something is missing, or a promise is due before it was made.
    """
    check_promises(caller, request)
    partner = partner or _named(session, caller, request.partner)
    require_not_ended(partner)
    before = get_score(session, caller, partner)
    if isinstance(request, TrustRequest):
        return _put_rating(session, caller, partner, before, request)
    if (
        isinstance(request, ReferralRequest)
        and not afresh
        and (row := lead or open_leads.find(session, caller, partner.id, request))
    ):
        updated = open_leads.bring_up_to_date(session, caller, row, request)
        made = _promised(session, caller, partner, row, request.promises)
        return _told(session, caller, partner, before, row, made, updated=updated)
    row = insert_activity(session, caller, partner, **_columns(request))
    made = _promised(session, caller, partner, row, _promises_of(request))
    done = build_result(session, caller, partner, before, row, made)
    typed = request.people if isinstance(request, TouchRequest) else None
    return replace(done, unknown_people=name_listed(session, caller, row, typed))


def check_promises(caller: Caller, request: Request) -> None:
    """Refuse a promise for a day before it was made: before its row's day, or before today where that is a plan.

    Raises:
        FieldError: there is one.
    """
    if isinstance(request, TrustRequest):
        return
    from_on = min(request.occurred_on, caller.today)
    if any(one.due_on and one.due_on < from_on for one in _promises_of(request)):
        raise FieldError("step_due_on", "Choose a future date for the promise.")


def _columns(request: ReferralRequest | EventRequest | TouchRequest) -> dict[str, Any]:
    """Map a request to the ledger's columns."""
    same = {"direction": request.direction, "occurred_on": request.occurred_on}
    if isinstance(request, EventRequest):
        note = several_lines("note", request.note)
        return same | {"kind": Kind.EVENT, "title": clean_line("title", request.title), "note": note}
    if isinstance(request, TouchRequest):
        return same | {
            "kind": request.kind,
            "title": several_lines("note", with_people(request.note, clean_line("people", request.people))) or "",
            "medium": clean_line("medium", request.medium) or None,
        }
    return same | {
        "kind": Kind.STRATEGIC_REFERRAL if request.strategic else Kind.REFERRAL,
        "title": clean_line("lead", request.lead),
        "note": several_lines("note", request.note),
        "outcome": request.outcome,
        "value_minor": request.value,
        "count": request.count,
    }


def _promises_of(request: ReferralRequest | EventRequest | TouchRequest) -> tuple[Promised, ...]:
    if isinstance(request, TouchRequest) and request.step:
        return (Promised(what=request.step, due_on=request.step_due_on), *request.promises)
    return request.promises


def _promised(
    session: Session, caller: Caller, partner: PartnerSnapshot, row: Activity, made: Sequence[Promised]
) -> tuple[NextStep, ...]:
    return tuple(
        record_promise(
            session, caller, partner.id, clean_line("step", one.what), one.due_on, one.side, activity_id=row_id(row)
        )
        for one in made
    )


def _put_rating(
    session: Session, caller: Caller, partner: PartnerSnapshot, before: Score, request: TrustRequest
) -> RecordResult:
    if request.level is None:
        raise FieldError("level", "Choose a trust level from 1 (weak) to 5 (strongest).")
    row = trust_ratings.record_rating(
        session,
        workspace_id=caller.team.id,
        partner_id=partner.id,
        side=request.side,
        level=request.level,
        rated_on=caller.today,
        rater=caller.user_id,
        note=clean_line("note", request.note),
        by=caller.user_id,
        now=caller.now,
    )
    request_look(session, workspace_id=caller.team.id)
    assert row.id is not None  # flushed
    rated = RatingEntry(row.id, request.side, request.level, row.note)
    after = get_score(session, caller, partner)
    return RecordResult(partner.id, partner.name, rated, before, after)


def insert_activity(session: Session, caller: Caller, partner: PartnerSnapshot, **fields: Any) -> Activity:
    """Insert a ledger row by the caller. `fields` are its other columns."""
    row = activities.record(
        session,
        workspace_id=caller.team.id,
        partner_id=partner.id,
        by=caller.user_id,
        now=caller.now,
        **fields,
    )
    name_people(session, caller, row)
    automatic.settle(
        session, workspace_id=caller.team.id, now=caller.now, partner_ids=[partner.id], day=row.occurred_on
    )
    put_activity(session, caller.team, EventType.ACTIVITY_RECORDED, row, caller.now)
    return row


def load_partner_and_score(session: Session, caller: Caller, name: str | None) -> tuple[PartnerSnapshot, Score]:
    """Claim the request and load a partner that has not ended, with its score."""
    caller.claim_request_key(session)
    partner = _named(session, caller, name)
    require_not_ended(partner)
    return partner, get_score(session, caller, partner)


def _named(session: Session, caller: Caller, name: str | None) -> PartnerSnapshot:
    if not name:
        raise FieldError("partner", "Choose a partner.")
    return get_partner_by_name(session, caller, name)


def build_result(
    session: Session,
    caller: Caller,
    partner: PartnerSnapshot,
    before: Score,
    row: Activity,
    made: Sequence[NextStep] = (),
) -> RecordResult:
    """Build the result of a new row. A touch makes silence news again."""
    # Adding the row to the score is the same as scoring the ledger again, and saves queries.
    after = with_more(before, row.count, Kind(row.kind), Direction(row.direction), row.occurred_on)
    if row.occurred_on <= caller.today and row.kind != Kind.ATTEMPT:
        told_signals.delete_told(session, workspace_id=caller.team.id, partner_id=partner.id, signals=["quiet"])
    again = _is_duplicate(session, caller, row, before)
    return _told(session, caller, partner, before, row, made, after=after, again=again)


def _told(
    session: Session,
    caller: Caller,
    partner: PartnerSnapshot,
    before: Score,
    row: Activity,
    made: Sequence[NextStep],
    *,
    after: Score | None = None,
    again: bool = False,
    updated: Updated | None = None,
) -> RecordResult:
    ours = next((step for step in made if step.side == Promiser.US), None)
    return RecordResult(
        partner_id=partner.id,
        partner=partner.name,
        entry=Entry.of(row),
        before=before,
        after=after or get_score(session, caller, partner),
        step=ours.what if ours else None,
        step_due_on=ours.due_on if ours else None,
        step_link=promise_calendar_link(caller, ours.id) if ours and ours.due_on else None,
        is_paused=partner.status == Status.PAUSED,
        paused_until_on=partner.paused_until_on,
        is_duplicate=again,
        updated=updated,
        promises=tuple(promise_of(step) for step in made),
    )


def _is_duplicate(session: Session, caller: Caller, row: Activity, before: Score) -> bool:
    """Return whether the caller recorded the same just before. Integrations are exempt: they have keys for that."""
    last = before.facts.last_touch_on
    touched = row.kind != Kind.ATTEMPT and row.occurred_on <= before.day
    none_yet = touched and (last is None or last < row.occurred_on)
    if none_yet or caller.user_id.startswith(activities.API_PREFIX):
        return False
    return (
        duplicates.count_duplicates(session, workspace_id=caller.team.id, row=row, since=caller.now - DUPLICATE_WINDOW)
        > 1
    )


def clean_line(field: str, text: str | None) -> str:
    """Return a text as one line without extra white space.

    Raises:
        FieldError: it is too long to store.
    """
    return require_max_length(field, " ".join(strip_hidden(text or "").split()))


def several_lines(field: str, text: str | None) -> str | None:
    """Clean up a text of several lines. None if it is empty.

    Raises:
        FieldError: it is too long to store.
    """
    lines = [" ".join(line.split()) for line in strip_hidden(text or "").splitlines()]
    return require_max_length(field, "\n".join(line for line in lines if line)) or None
