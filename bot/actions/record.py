"""Writing the ledger: referrals, events, touches, trust, and taking them back."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from bot import scores
from bot.actions.basics import called, id_of, may_undo, must_go_on, not_too_long, note_change, partner_of
from bot.actions.caller import Caller
from bot.errors import FieldError, NotFound
from bot.grammar import Event, Referral, Touch, Trust
from bot.links import StepTicket
from bot.messages.words import money
from scoring.rvi import Score
from scoring.what_if import with_more
from scoring.words import REFERRAL_KINDS, Direction, Kind, Outcome, Side, Status
from storage import ledger, notices, promises, trust
from storage.engine import reading, writing
from storage.partners import Standing
from storage.tables import Activity, NextStep, Partner, TrustRating


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the ledger as people read it. `value` is in minor units."""

    id: int
    kind: Kind
    direction: Direction
    occurred_on: date
    count: int
    title: str
    medium: str | None
    outcome: Outcome | None
    value: int | None
    by: str
    at: datetime

    @classmethod
    def of(cls, row: Activity) -> "Entry":
        return cls(
            id=id_of(row),
            kind=Kind(row.kind),
            direction=Direction(row.direction),
            occurred_on=row.occurred_on,
            count=row.count,
            title=row.title,
            medium=row.medium,
            outcome=Outcome(row.outcome) if row.outcome else None,
            value=row.value_minor,
            by=row.recorded_by,
            at=row.recorded_at,
        )


@dataclass(frozen=True, slots=True)
class Rated:
    """A trust rating as people read it."""

    id: int
    side: Side
    level: int
    note: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written, with the partner's score before and after. It is committed."""

    partner_id: int
    partner: str
    what: Entry | Rated
    before: Score
    after: Score
    step: str | None = None
    step_due_on: date | None = None
    step_link: str | None = None
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back. `already` where somebody had done so before."""

    partner: str
    before: Score
    after: Score
    already: bool = False


@dataclass(frozen=True, slots=True)
class OutcomeSet:
    """How far a referral has come now."""

    partner_id: int
    partner: str
    entry: Entry
    old: Outcome | None


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
    """
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
            step = promises.add(
                session,
                workspace_id=caller.team.id,
                partner_id=partner.id,
                activity_id=row.id,
                what=one_line("step", request.step),
                due_on=request.step_due_on,
                by=caller.user_id,
                now=caller.now,
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
        row = trust.rate(
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


def undo_activity(engine: Engine, caller: Caller, activity_id: int) -> Undone:
    """Void a row of the ledger, with the promises made in it. The row stays.

    Raises:
        NotFound: it is none of this workspace.
        NotAllowed: somebody else recorded it.
    """
    with writing(engine) as session:
        row = ledger.get(session, workspace_id=caller.team.id, activity_id=activity_id)
        if row is None:
            raise NotFound("That record is not in this workspace.")
        return void(session, caller, row)


def undo_trust(engine: Engine, caller: Caller, rating_id: int) -> Undone:
    """Void a trust rating. The row stays.

    Raises:
        NotFound: it is none of this workspace.
        NotAllowed: somebody else gave it.
    """
    with writing(engine) as session:
        row = trust.get(session, workspace_id=caller.team.id, rating_id=rating_id)
        if row is None:
            raise NotFound("That rating is not in this workspace.")
        return void(session, caller, row)


def void(session: Session, caller: Caller, row: Activity | TrustRating) -> Undone:
    """Take a row back, within a transaction, with the promises made in it.

    Raises:
        NotAllowed: somebody else recorded it.
    """
    may_undo(caller, row.recorded_by)
    partner = partner_of(session, caller, row.partner_id)
    before = score_of(session, caller, partner)
    if row.voided_at:
        return Undone(partner.name, before, before, already=True)
    row.voided_at, row.voided_by = caller.now, caller.user_id
    session.add(row)
    if isinstance(row, Activity):
        promises.void_of_activity(session, workspace_id=caller.team.id, activity_id=id_of(row), now=caller.now)
    session.flush()
    return Undone(partner.name, before, score_of(session, caller, partner))


def referral(engine: Engine, caller: Caller, activity_id: int) -> OutcomeSet:
    """A referral as it stands.

    Raises:
        NotFound: it is no referral of this workspace, or it was undone.
    """
    with reading(engine) as session:
        row = _referral_row(session, caller, activity_id)
        partner = partner_of(session, caller, row.partner_id)
        return OutcomeSet(id_of(partner), partner.name, Entry.of(row), None)


def set_outcome(
    engine: Engine, caller: Caller, activity_id: int, outcome: Outcome, value: int | None = None
) -> OutcomeSet:
    """Say how far a referral has come, as of today; `value` (minor units) where it is told with it.

    Raises:
        NotFound: it is no referral of this workspace, or it was undone.
    """
    with writing(engine) as session:
        caller.once(session)
        row = _referral_row(session, caller, activity_id)
        partner = partner_of(session, caller, row.partner_id)
        old = Outcome(row.outcome) if row.outcome else None
        move_on(session, caller, row, outcome, value)
        return OutcomeSet(id_of(partner), partner.name, Entry.of(row), old)


def move_on(session: Session, caller: Caller, row: Activity, outcome: Outcome | None, value: int | None) -> None:
    """Say how far a referral has come, as of today, and what it is worth; None leaves it as it is."""
    old = Outcome(row.outcome) if row.outcome else None
    if outcome is not None and outcome != old:
        note_change(session, caller, "activity", id_of(row), "outcome", old, outcome)
        row.outcome, row.outcome_on = outcome, max(caller.today, row.occurred_on)
    if value is not None and value != row.value_minor:
        was = None if row.value_minor is None else money(row.value_minor, caller.team.currency)
        note_change(session, caller, "activity", id_of(row), "value", was, money(value, caller.team.currency))
        row.value_minor = value
    session.add(row)
    session.flush()


def _referral_row(session: Session, caller: Caller, activity_id: int) -> Activity:
    row = ledger.get(session, workspace_id=caller.team.id, activity_id=activity_id)
    if row is None or row.voided_at or row.kind not in REFERRAL_KINDS:
        raise NotFound("That referral is no longer in the ledger.")
    return row


def write(session: Session, caller: Caller, partner: Standing, **fields: Any) -> Activity:
    """A row of the ledger by the caller's own hand; `fields` are its other columns."""
    return ledger.record(
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


def step_link(caller: Caller, step_id: int | None) -> str | None:
    """Where a promise is found as a day for a calendar; None where this Tend has no address for that."""
    links = caller.links()
    return links.make_step(StepTicket(caller.team.id, step_id), caller.now) if links and step_id else None


def score_of(session: Session, caller: Caller, partner: Partner | Standing) -> Score:
    """A partner's score of today, within a transaction."""
    return scores.of(session, team=caller.team, partner=partner, days=[caller.today])[0]


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
        notices.forget(session, workspace_id=caller.team.id, partner_id=partner.id, signals=["quiet"])
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
    )


def one_line(field: str, text: str | None) -> str:
    """A text on one line.

    Raises:
        FieldError: it is longer than what is kept.
    """
    return not_too_long(field, " ".join((text or "").split()))
