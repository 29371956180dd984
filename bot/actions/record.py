"""Writing the ledger: referrals, events, touches, trust, and taking them back."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine
from sqlmodel import Session

from bot import scores
from bot.actions.caller import Caller
from bot.errors import FieldError, NotAllowed, NotFound
from bot.grammar import Event, Referral, Touch, Trust
from bot.messages.words import money
from scoring.rvi import Score
from scoring.words import REFERRAL_KINDS, Direction, Kind, Outcome, Side, Status
from storage import changes, ledger, notices, partners, promises, trust
from storage.engine import reading, writing
from storage.tables import Activity, NextStep, Partner

LONGEST_TEXT = 1_000


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
        assert row.id is not None  # stored
        return cls(
            id=row.id,
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
        partner = _begin(session, caller, request.partner)
        before = _score(session, caller, partner)
        row = ledger.record(
            session,
            workspace_id=caller.team.id,
            partner_id=_id(partner),
            kind=Kind.STRATEGIC_REFERRAL if request.strategic else Kind.REFERRAL,
            direction=request.direction,
            occurred_on=request.occurred_on,
            title=_text("lead", request.lead),
            outcome=request.outcome,
            value_minor=request.value,
            by=caller.user_id,
            now=caller.now,
        )
        return _recorded(session, caller, partner, before, row)


def record_event(engine: Engine, caller: Caller, request: Event) -> Recorded:
    """Write an event.

    Raises:
        NotFound: no such partner.
    """
    with writing(engine) as session:
        partner = _begin(session, caller, request.partner)
        before = _score(session, caller, partner)
        row = ledger.record(
            session,
            workspace_id=caller.team.id,
            partner_id=_id(partner),
            kind=Kind.EVENT,
            direction=request.direction,
            occurred_on=request.occurred_on,
            title=_text("title", request.title),
            by=caller.user_id,
            now=caller.now,
        )
        return _recorded(session, caller, partner, before, row)


def record_touch(engine: Engine, caller: Caller, request: Touch) -> Recorded:
    """Write any other activity, and the promise made with it.

    Raises:
        NotFound: no such partner.
    """
    with writing(engine) as session:
        partner = _begin(session, caller, request.partner)
        before = _score(session, caller, partner)
        row = ledger.record(
            session,
            workspace_id=caller.team.id,
            partner_id=_id(partner),
            kind=request.kind,
            direction=request.direction,
            occurred_on=request.occurred_on,
            title=_text("note", request.note),
            medium=request.medium,
            by=caller.user_id,
            now=caller.now,
        )
        step = None
        if request.step:
            step = promises.add(
                session,
                workspace_id=caller.team.id,
                partner_id=_id(partner),
                activity_id=row.id,
                what=_text("step", request.step),
                due_on=request.step_due_on,
                by=caller.user_id,
                now=caller.now,
            )
        return _recorded(session, caller, partner, before, row, step)


def record_trust(engine: Engine, caller: Caller, request: Trust) -> Recorded:
    """Write a trust rating of today.

    Raises:
        NotFound: no such partner.
    """
    if request.level is None:
        raise FieldError("level", "Choose how far the trust goes, from 1 (weak) to 5 (strongest).")
    with writing(engine) as session:
        partner = _begin(session, caller, request.partner)
        before = _score(session, caller, partner)
        row = trust.rate(
            session,
            workspace_id=caller.team.id,
            partner_id=_id(partner),
            side=request.side,
            level=request.level,
            rated_on=caller.today,
            rater=caller.user_id,
            note=_text("note", request.note),
            by=caller.user_id,
            now=caller.now,
        )
        assert row.id is not None  # flushed
        rated = Rated(row.id, request.side, request.level, row.note)
        after = _score(session, caller, partner)
        return Recorded(_id(partner), partner.name, rated, before, after)


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
        _may_undo(caller, row.recorded_by)
        partner = _of(session, caller, row.partner_id)
        before = _score(session, caller, partner)
        if row.voided_at:
            return Undone(partner.name, before, before, already=True)
        row.voided_at, row.voided_by = caller.now, caller.user_id
        session.add(row)
        promises.void_of_activity(session, workspace_id=caller.team.id, activity_id=activity_id, now=caller.now)
        session.flush()
        return Undone(partner.name, before, _score(session, caller, partner))


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
        _may_undo(caller, row.recorded_by)
        partner = _of(session, caller, row.partner_id)
        before = _score(session, caller, partner)
        if row.voided_at:
            return Undone(partner.name, before, before, already=True)
        row.voided_at, row.voided_by = caller.now, caller.user_id
        session.add(row)
        session.flush()
        return Undone(partner.name, before, _score(session, caller, partner))


def referral(engine: Engine, caller: Caller, activity_id: int) -> OutcomeSet:
    """A referral as it stands.

    Raises:
        NotFound: it is no referral of this workspace, or it was undone.
    """
    with reading(engine) as session:
        row = _referral_row(session, caller, activity_id)
        partner = _of(session, caller, row.partner_id)
        return OutcomeSet(_id(partner), partner.name, Entry.of(row), None)


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
        partner = _of(session, caller, row.partner_id)
        old = Outcome(row.outcome) if row.outcome else None
        if outcome != old:
            _note(session, caller, activity_id, "outcome", old, outcome)
            row.outcome, row.outcome_on = outcome, max(caller.today, row.occurred_on)
        if value is not None and value != row.value_minor:
            was = None if row.value_minor is None else money(row.value_minor, caller.team.currency)
            _note(session, caller, activity_id, "value", was, money(value, caller.team.currency))
            row.value_minor = value
        session.add(row)
        session.flush()
        return OutcomeSet(_id(partner), partner.name, Entry.of(row), old)


def _referral_row(session: Session, caller: Caller, activity_id: int) -> Activity:
    row = ledger.get(session, workspace_id=caller.team.id, activity_id=activity_id)
    if row is None or row.voided_at or row.kind not in REFERRAL_KINDS:
        raise NotFound("That referral is no longer in the ledger.")
    return row


def _note(session: Session, caller: Caller, activity_id: int, field: str, old: str | None, new: str) -> None:
    changes.note(
        session,
        workspace_id=caller.team.id,
        subject="activity",
        subject_id=activity_id,
        field=field,
        old=old,
        new=new,
        by=caller.user_id,
        now=caller.now,
    )


def _begin(session: Session, caller: Caller, name: str | None) -> Partner:
    """Every record begins so: seen for the first time, and of a partner that is known and not ended."""
    caller.once(session)
    if not name:
        raise FieldError("partner", "Choose a partner.")
    found = partners.find(session, workspace_id=caller.team.id, spellings=[name])
    if found is None:
        raise NotFound(f"There is no partner called “{name}”.")
    partner = _of(session, caller, found[1])
    if partner.status == Status.ENDED:
        raise NotAllowed(f"The partnership with {partner.name} has ended. Take it up again with `/partner resume`.")
    return partner


def _of(session: Session, caller: Caller, partner_id: int) -> Partner:
    partner = partners.get(session, workspace_id=caller.team.id, partner_id=partner_id)
    assert partner is not None  # rows of the ledger name a partner of their workspace: a foreign key holds it
    return partner


def _id(partner: Partner) -> int:
    assert partner.id is not None  # stored
    return partner.id


def _score(session: Session, caller: Caller, partner: Partner) -> Score:
    return scores.on_days(session, team=caller.team, partner_id=_id(partner), days=[caller.today])[0]


def _recorded(
    session: Session,
    caller: Caller,
    partner: Partner,
    before: Score,
    row: Activity,
    step: NextStep | None = None,
) -> Recorded:
    """What a new row changes: any contact ends a snooze's reason to be and makes silence news again."""
    after = _score(session, caller, partner)
    if row.occurred_on <= caller.today:
        notices.forget(session, workspace_id=caller.team.id, partner_id=_id(partner), signals=["quiet"])
    return Recorded(
        partner_id=_id(partner),
        partner=partner.name,
        what=Entry.of(row),
        before=before,
        after=after,
        step=step.what if step else None,
        step_due_on=step.due_on if step else None,
        paused=partner.status == Status.PAUSED,
    )


def _text(field: str, text: str | None) -> str:
    text = " ".join((text or "").split())
    if len(text) > LONGEST_TEXT:
        raise FieldError(field, f"That is {len(text):,} characters; Tend keeps up to {LONGEST_TEXT:,}.")
    return text


def _may_undo(caller: Caller, by: str) -> None:
    if by != caller.user_id and not caller.is_steward:
        raise NotAllowed("Only who recorded it, a steward or a workspace admin may undo it.")
