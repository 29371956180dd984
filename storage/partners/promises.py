"""What was promised to partners, and by when."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

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
    activity_id: int | None = None,
) -> NextStep:
    """A promise made to a partner."""
    step = NextStep(
        workspace_id=workspace_id,
        partner_id=partner_id,
        activity_id=activity_id,
        what=what,
        due_on=due_on,
        promised_by=by,
        created_at=now,
    )
    session.add(step)
    session.flush()
    return step


def open_at(
    session: Session, *, workspace_id: int, instant: datetime, partner_ids: Collection[int] | None = None
) -> Sequence[NextStep]:
    """Promises made and not yet kept at an instant, the soonest due first, those without a day last."""
    wanted = select(NextStep).where(
        NextStep.workspace_id == workspace_id,
        col(NextStep.created_at) <= instant,
        col(NextStep.done_at).is_(None) | (col(NextStep.done_at) > instant),
        col(NextStep.voided_at).is_(None),
    )
    if partner_ids is not None:
        wanted = wanted.where(col(NextStep.partner_id).in_(partner_ids))
    return session.exec(wanted.order_by(col(NextStep.due_on).is_(None), col(NextStep.due_on), col(NextStep.id))).all()


def get(session: Session, *, workspace_id: int, step_id: int) -> NextStep | None:
    """A promise of this workspace."""
    return session.exec(
        select(NextStep).where(NextStep.workspace_id == workspace_id, NextStep.id == step_id)
    ).one_or_none()


def of_partner(session: Session, *, workspace_id: int, partner_id: int, kept_since: datetime) -> Sequence[NextStep]:
    """A partner's promises that are not kept yet, and those kept after an instant; in the order they were made."""
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


def void_of_activity(session: Session, *, workspace_id: int, activity_id: int, now: datetime) -> None:
    """Take back the promises that were made with an activity which is undone."""
    for step in session.exec(
        select(NextStep).where(
            NextStep.workspace_id == workspace_id,
            NextStep.activity_id == activity_id,
            col(NextStep.voided_at).is_(None),
        )
    ):
        step.voided_at = now
        session.add(step)
