"""Promises to partners and from them, with due days."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select, update

from storage.db.locks import get_of_partner
from storage.tables import NextStep


def add(
    session: Session,
    *,
    workspace_id: int,
    partner_id: int,
    what: str,
    due_on: date | None,
    by: str,
    now: datetime,
    side: str = "us",
    activity_id: int | None = None,
) -> NextStep:
    """Add a promise to a partner, or with side `them` one from the partner."""
    step = NextStep(
        workspace_id=workspace_id,
        partner_id=partner_id,
        activity_id=activity_id,
        what=what,
        side=side,
        due_on=due_on,
        promised_by=by,
        created_at=now,
    )
    session.add(step)
    session.flush()
    return step


def list_open(
    session: Session, *, workspace_id: int, instant: datetime, partner_ids: Collection[int] | None = None
) -> Sequence[NextStep]:
    """Return the promises open at an instant, soonest due first, those without a day last."""
    query = select(NextStep).where(
        NextStep.workspace_id == workspace_id,
        col(NextStep.created_at) <= instant,
        col(NextStep.done_at).is_(None) | (col(NextStep.done_at) > instant),
        col(NextStep.voided_at).is_(None),
    )
    if partner_ids is not None:
        query = query.where(col(NextStep.partner_id).in_(partner_ids))
    return session.exec(query.order_by(col(NextStep.due_on).is_(None), col(NextStep.due_on), col(NextStep.id))).all()


def get(session: Session, *, workspace_id: int, step_id: int) -> NextStep | None:
    """Return a promise."""
    query = select(NextStep).where(NextStep.workspace_id == workspace_id, NextStep.id == step_id)
    return get_of_partner(session, query)


def list_promises(session: Session, *, workspace_id: int, partner_id: int, kept_since: datetime) -> Sequence[NextStep]:
    """Return a partner's open promises, and those kept after an instant, in the order they were made."""
    return session.exec(
        select(NextStep)
        .where(
            NextStep.workspace_id == workspace_id,
            NextStep.partner_id == partner_id,
            col(NextStep.voided_at).is_(None),
            col(NextStep.done_at).is_(None) | (col(NextStep.done_at) > kept_since),
        )
        .order_by(col(NextStep.id))
    ).all()


def move_with(session: Session, *, workspace_id: int, activity_id: int, partner_id: int) -> None:
    """Move the promises made in an activity with it to another partner."""
    statement = update(NextStep).where(
        col(NextStep.workspace_id) == workspace_id, col(NextStep.activity_id) == activity_id
    )
    session.exec(statement.values(partner_id=partner_id))


def stand_again(session: Session, *, workspace_id: int, activity_id: int, voided_at: datetime) -> None:
    """Restore the promises that were voided with an activity at that instant."""
    statement = update(NextStep).where(
        col(NextStep.workspace_id) == workspace_id,
        col(NextStep.activity_id) == activity_id,
        col(NextStep.voided_at) == voided_at,
    )
    session.exec(statement.values(voided_at=None))


def void_for_activity(session: Session, *, workspace_id: int, activity_id: int, now: datetime) -> None:
    """Void the promises made with an activity that is undone."""
    for step in session.exec(
        select(NextStep).where(
            NextStep.workspace_id == workspace_id,
            NextStep.activity_id == activity_id,
            col(NextStep.voided_at).is_(None),
        )
    ):
        step.voided_at = now
        session.add(step)
