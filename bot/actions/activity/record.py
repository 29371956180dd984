"""Writing the ledger: referrals, events, touches, trust."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.activity import open_leads
from bot.actions.activity.amendments import Updated
from bot.actions.activity.entries import Entry, Rated
from bot.actions.activity.promises import promise, promise_of, step_link
from bot.actions.caller import Caller
from bot.actions.common import called, id_of, must_go_on, not_too_long, score_of
from bot.errors import FieldError
from bot.grammar import Event, Promised, Referral, Touch, Trust
from bot.scores.models import Promise
from scoring.rvi import Score
from scoring.vocabulary import Direction, Kind, Promiser, Status
from scoring.what_if import with_more
from storage.db.engine import writing
from storage.ledger import activities, duplicates, trust_ratings
from storage.notifications import told_signals
from storage.partners.snapshots import Standing
from storage.tables import Activity, NextStep

A_MOMENT = timedelta(minutes=10)


Request = Referral | Event | Touch | Trust


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written, with the partner's score before and after. It is committed.

    `again` where the same person recorded the very same a moment before. `updated` where a lead that was open is
    brought up to date, and no row was added. `promises` are those that were made with it, `step` the first of ours.
    """

    partner_id: int
    partner: str
    what: Entry | Rated
    before: Score
    after: Score
    step: str | None = None
    step_due_on: date | None = None
    step_link: str | None = None
    paused: bool = False
    paused_until_on: date | None = None
    again: bool = False
    updated: Updated | None = None
    promises: tuple[Promise, ...] = ()


def record_referral(engine: Engine, caller: Caller, request: Referral) -> Recorded:
    """Write a referral, or bring up to date the row of a lead that is open already.

    Raises:
        NotFound: no such partner.
    """
    return _record(engine, caller, request)


def record_event(engine: Engine, caller: Caller, request: Event) -> Recorded:
    """Write an event.

    Raises:
        NotFound: no such partner.
    """
    return _record(engine, caller, request)


def record_touch(engine: Engine, caller: Caller, request: Touch) -> Recorded:
    """Write any other activity, or an attempt at one, and the promises made with it.

    Raises:
        NotFound: no such partner.
        FieldError: a promise is for a day before it was made.
    """
    return _record(engine, caller, request)


def record_trust(engine: Engine, caller: Caller, request: Trust) -> Recorded:
    """Write a trust rating of today.

    Raises:
        NotFound: no such partner.
    """
    return _record(engine, caller, request)


def _record(engine: Engine, caller: Caller, request: Request) -> Recorded:
    with writing(engine) as session:
        caller.once(session)
        return put(session, caller, request)


def put(session: Session, caller: Caller, request: Request, *, afresh: bool = False) -> Recorded:
    """Record anything, within a transaction that let the request in; `afresh`: a lead is another one, whatever is open.

    Raises:
        NotFound: no such partner.
        FieldError: it lacks something, or a promise is for a day before it was made.
    """
    check_promises(caller, request)
    partner, before = _named(session, caller, request.partner)
    if isinstance(request, Trust):
        return _put_rating(session, caller, partner, before, request)
    if isinstance(request, Referral) and not afresh and (row := open_leads.find(session, caller, partner.id, request)):
        updated = open_leads.bring_up_to_date(session, caller, row, request)
        made = _promised(session, caller, partner, row, request.promises)
        return _told(session, caller, partner, before, row, made, updated=updated)
    row = write(session, caller, partner, **_columns(request))
    made = _promised(session, caller, partner, row, _promises_of(request))
    return recorded(session, caller, partner, before, row, made)


def check_promises(caller: Caller, request: Request) -> None:
    """Refuse a promise for a day before it was made: before its row's day, or before today where that is a plan.

    Raises:
        FieldError: there is one.
    """
    if isinstance(request, Trust):
        return
    from_on = min(request.occurred_on, caller.today)
    if any(one.due_on and one.due_on < from_on for one in _promises_of(request)):
        raise FieldError("step_due_on", "A promise is for a day to come; this one is past.")


def _columns(request: Referral | Event | Touch) -> dict[str, Any]:
    """The ledger's columns of what is asked."""
    same = {"direction": request.direction, "occurred_on": request.occurred_on}
    if isinstance(request, Event):
        note = several_lines("note", request.note)
        return same | {"kind": Kind.EVENT, "title": one_line("title", request.title), "note": note}
    if isinstance(request, Touch):
        return same | {
            "kind": request.kind,
            "title": several_lines("note", request.note) or "",
            "medium": request.medium,
        }
    return same | {
        "kind": Kind.STRATEGIC_REFERRAL if request.strategic else Kind.REFERRAL,
        "title": one_line("lead", request.lead),
        "note": several_lines("note", request.note),
        "outcome": request.outcome,
        "value_minor": request.value,
        "count": request.count,
    }


def _promises_of(request: Referral | Event | Touch) -> tuple[Promised, ...]:
    if isinstance(request, Touch) and request.step:
        return (Promised(what=request.step, due_on=request.step_due_on), *request.promises)
    return request.promises


def _promised(
    session: Session, caller: Caller, partner: Standing, row: Activity, made: Sequence[Promised]
) -> tuple[NextStep, ...]:
    return tuple(
        promise(session, caller, partner.id, one_line("step", one.what), one.due_on, one.side, activity_id=id_of(row))
        for one in made
    )


def _put_rating(session: Session, caller: Caller, partner: Standing, before: Score, request: Trust) -> Recorded:
    if request.level is None:
        raise FieldError("level", "Choose how far the trust goes, from 1 (weak) to 5 (strongest).")
    row = trust_ratings.rate(
        session,
        workspace_id=caller.team.id,
        partner_id=partner.id,
        side=request.side,
        level=request.level,
        rated_on=caller.today,
        rater=caller.user_id,
        note=one_line("note", request.note),
        by=caller.user_id,
        now=caller.now,
    )
    assert row.id is not None  # flushed
    rated = Rated(row.id, request.side, request.level, row.note)
    after = score_of(session, caller, partner)
    return Recorded(partner.id, partner.name, rated, before, after)


def write(session: Session, caller: Caller, partner: Standing, **fields: Any) -> Activity:
    """A row of the ledger by the caller's own hand; `fields` are its other columns."""
    return activities.record(
        session,
        workspace_id=caller.team.id,
        partner_id=partner.id,
        by=caller.user_id,
        now=caller.now,
        **fields,
    )


def begin(session: Session, caller: Caller, name: str | None) -> tuple[Standing, Score]:
    """Every record begins so: seen for the first time, of a partner that is known and not ended, scored as it is."""
    caller.once(session)
    return _named(session, caller, name)


def _named(session: Session, caller: Caller, name: str | None) -> tuple[Standing, Score]:
    if not name:
        raise FieldError("partner", "Choose a partner.")
    partner = called(session, caller, name)
    must_go_on(partner)
    return partner, score_of(session, caller, partner)


def recorded(
    session: Session,
    caller: Caller,
    partner: Standing,
    before: Score,
    row: Activity,
    made: Sequence[NextStep] = (),
) -> Recorded:
    """What a new row changes: any contact ends a snooze's reason to be and makes silence news again."""
    # What a row adds is known without asking again: the same as scoring the ledger with it in.
    after = with_more(before, row.count, Kind(row.kind), Direction(row.direction), row.occurred_on)
    if row.occurred_on <= caller.today and row.kind != Kind.ATTEMPT:
        told_signals.forget(session, workspace_id=caller.team.id, partner_id=partner.id, signals=["quiet"])
    again = _again(session, caller, row, before)
    return _told(session, caller, partner, before, row, made, after=after, again=again)


def _told(
    session: Session,
    caller: Caller,
    partner: Standing,
    before: Score,
    row: Activity,
    made: Sequence[NextStep],
    *,
    after: Score | None = None,
    again: bool = False,
    updated: Updated | None = None,
) -> Recorded:
    ours = next((step for step in made if step.side == Promiser.US), None)
    return Recorded(
        partner_id=partner.id,
        partner=partner.name,
        what=Entry.of(row),
        before=before,
        after=after or score_of(session, caller, partner),
        step=ours.what if ours else None,
        step_due_on=ours.due_on if ours else None,
        step_link=step_link(caller, ours.id) if ours and ours.due_on else None,
        paused=partner.status == Status.PAUSED,
        paused_until_on=partner.paused_until_on,
        again=again,
        updated=updated,
        promises=tuple(promise_of(step) for step in made),
    )


def _again(session: Session, caller: Caller, row: Activity, before: Score) -> bool:
    """Programs have keys of their own against that; and on most days nothing is asked, for there was no touch yet."""
    last = before.facts.last_touch_on
    touched = row.kind != Kind.ATTEMPT and row.occurred_on <= before.day
    none_yet = touched and (last is None or last < row.occurred_on)
    if none_yet or caller.user_id.startswith(activities.BY_API):
        return False
    return duplicates.alike(session, workspace_id=caller.team.id, row=row, since=caller.now - A_MOMENT) > 1


def one_line(field: str, text: str | None) -> str:
    """A text on one line.

    Raises:
        FieldError: it is longer than what is kept.
    """
    return not_too_long(field, " ".join((text or "").split()))


def several_lines(field: str, text: str | None) -> str | None:
    """A text that keeps its lines; None where there is nothing in it.

    Raises:
        FieldError: it is longer than what is kept.
    """
    lines = [" ".join(line.split()) for line in (text or "").splitlines()]
    return not_too_long(field, "\n".join(line for line in lines if line)) or None
