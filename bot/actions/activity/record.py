"""Writing the ledger: referrals, events, touches, trust."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.activity.entries import Entry, Rated
from bot.actions.activity.promises import promise, step_link
from bot.actions.caller import Caller
from bot.actions.common import called, must_go_on, not_too_long, score_of
from bot.errors import FieldError
from bot.grammar import Event, Referral, Touch, Trust
from scoring.rvi import Score
from scoring.vocabulary import Direction, Kind, Status
from scoring.what_if import with_more
from storage.db.engine import writing
from storage.ledger import activities, duplicates, trust_ratings
from storage.notifications import told_signals
from storage.partners.snapshots import Standing
from storage.tables import Activity, NextStep

A_MOMENT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written, with the partner's score before and after. It is committed.

    `again` where the same person recorded the very same a moment before.
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


def record_referral(engine: Engine, caller: Caller, request: Referral) -> Recorded:
    """Write a referral.

    Raises:
        NotFound: no such partner.
    """
    with writing(engine) as session:
        partner, before = begin(session, caller, request.partner)
        row = write(
            session,
            caller,
            partner,
            kind=Kind.STRATEGIC_REFERRAL if request.strategic else Kind.REFERRAL,
            direction=request.direction,
            occurred_on=request.occurred_on,
            title=one_line("lead", request.lead),
            outcome=request.outcome,
            value_minor=request.value,
        )
        return recorded(session, caller, partner, before, row)


def record_event(engine: Engine, caller: Caller, request: Event) -> Recorded:
    """Write an event.

    Raises:
        NotFound: no such partner.
    """
    with writing(engine) as session:
        partner, before = begin(session, caller, request.partner)
        row = write(
            session,
            caller,
            partner,
            kind=Kind.EVENT,
            direction=request.direction,
            occurred_on=request.occurred_on,
            title=one_line("title", request.title),
        )
        return recorded(session, caller, partner, before, row)


def record_touch(engine: Engine, caller: Caller, request: Touch) -> Recorded:
    """Write any other activity, and the promise made with it.

    Raises:
        NotFound: no such partner.
        FieldError: the promise is for a day before it was made.
    """
    if request.step and request.step_due_on and request.step_due_on < request.occurred_on:
        raise FieldError("step_due_on", "A promise is for a day to come; this one is past.")
    with writing(engine) as session:
        partner, before = begin(session, caller, request.partner)
        row = write(
            session,
            caller,
            partner,
            kind=request.kind,
            direction=request.direction,
            occurred_on=request.occurred_on,
            title=one_line("note", request.note),
            medium=request.medium,
        )
        step = None
        if request.step:
            step = promise(
                session, caller, partner.id, one_line("step", request.step), request.step_due_on, activity_id=row.id
            )
        return recorded(session, caller, partner, before, row, step)


def record_trust(engine: Engine, caller: Caller, request: Trust) -> Recorded:
    """Write a trust rating of today.

    Raises:
        NotFound: no such partner.
    """
    if request.level is None:
        raise FieldError("level", "Choose how far the trust goes, from 1 (weak) to 5 (strongest).")
    with writing(engine) as session:
        partner, before = begin(session, caller, request.partner)
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
    step: NextStep | None = None,
) -> Recorded:
    """What a new row changes: any contact ends a snooze's reason to be and makes silence news again."""
    # What a row adds is known without asking again: the same as scoring the ledger with it in.
    after = with_more(before, row.count, Kind(row.kind), Direction(row.direction), row.occurred_on)
    if row.occurred_on <= caller.today:
        told_signals.forget(session, workspace_id=caller.team.id, partner_id=partner.id, signals=["quiet"])
    return Recorded(
        partner_id=partner.id,
        partner=partner.name,
        what=Entry.of(row),
        before=before,
        after=after,
        step=step.what if step else None,
        step_due_on=step.due_on if step else None,
        step_link=step_link(caller, step.id) if step and step.due_on else None,
        paused=partner.status == Status.PAUSED,
        paused_until_on=partner.paused_until_on,
        again=_again(session, caller, row, before),
    )


def _again(session: Session, caller: Caller, row: Activity, before: Score) -> bool:
    """Programs have keys of their own against that; and on most days nothing is asked, for there was no touch yet."""
    last = before.facts.last_touch_on
    none_yet = row.occurred_on <= before.day and (last is None or last < row.occurred_on)
    if none_yet or caller.user_id.startswith(activities.BY_API):
        return False
    return duplicates.alike(session, workspace_id=caller.team.id, row=row, since=caller.now - A_MOMENT) > 1


def one_line(field: str, text: str | None) -> str:
    """A text on one line.

    Raises:
        FieldError: it is longer than what is kept.
    """
    return not_too_long(field, " ".join((text or "").split()))
