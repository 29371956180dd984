"""Take back what nothing but calendars told, when its meeting was moved or cancelled."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlmodel import Session, col, update

from storage.ledger import automatic
from storage.ledger.activities import ABSORBED
from storage.tables import Activity, CalendarMeeting

MEDIUM = "calendar meeting"
"""The medium of a touch that nothing but calendars tells of."""
WITHDRAWN = "withdrawn"
"""Who voided a touch because its meeting is gone. It stands again if the meeting is there again."""


def withdraw_contact(session: Session, *, workspace_id: int, partner_id: int, day: date, now: datetime) -> bool:
    """Void the touch of a day if no meeting stands behind it any more, and nothing else did. Return whether it was.

    A touch that somebody edited, or that a channel or mail told of too, stays.
    """
    session.flush()
    behind = exists().where(
        col(CalendarMeeting.workspace_id) == workspace_id,
        col(CalendarMeeting.partner_id) == partner_id,
        col(CalendarMeeting.occurred_on) == day,
        col(CalendarMeeting.counted_at).is_not(None),
    )
    stands = or_(col(Activity.voided_at).is_(None), col(Activity.voided_by) == ABSORBED)
    which = and_(_of_calendar(workspace_id, partner_id, day), stands, ~behind)
    return _set(session, which, workspace_id, partner_id, now, voided_at=now, voided_by=WITHDRAWN)


def restore_contact(session: Session, *, workspace_id: int, partner_id: int, day: date, now: datetime) -> bool:
    """Let a touch stand again that was withdrawn. Return whether there was one."""
    session.flush()
    which = and_(_of_calendar(workspace_id, partner_id, day), col(Activity.voided_by) == WITHDRAWN)
    return _set(session, which, workspace_id, partner_id, now, voided_at=None, voided_by=None)


def _set(
    session: Session, which: ColumnElement[bool], workspace_id: int, partner_id: int, now: datetime, **values: Any
) -> bool:
    statement = update(Activity).where(which).values(**values).execution_options(synchronize_session=False)
    if not session.exec(statement).rowcount:
        return False
    session.expire_all()
    automatic.settle(session, workspace_id=workspace_id, now=now, partner_ids=[partner_id])
    return True


def _of_calendar(workspace_id: int, partner_id: int, day: date) -> ColumnElement[bool]:
    return and_(
        col(Activity.workspace_id) == workspace_id,
        col(Activity.partner_id) == partner_id,
        col(Activity.occurred_on) == day,
        col(Activity.recorded_by) == "calendar",
        col(Activity.kind) == "meeting",
        col(Activity.medium) == MEDIUM,
        col(Activity.title) == "",
        col(Activity.note).is_(None),
    )
