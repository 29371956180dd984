"""Open and resolved issues with a partner, and ideas."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from storage.db.locks import get_of_partner
from storage.tables import IssueRecord


def open_issue(
    session: Session, *, workspace_id: int, partner_id: int, kind: str, what: str, by: str, now: datetime
) -> IssueRecord:
    """Record an issue or an idea."""
    row = IssueRecord(
        workspace_id=workspace_id, partner_id=partner_id, kind=kind, what=what, opened_by=by, opened_at=now
    )
    session.add(row)
    session.flush()
    return row


def get(session: Session, *, workspace_id: int, matter_id: int) -> IssueRecord | None:
    """Return an issue or idea, resolved ones included."""
    return get_of_partner(
        session, select(IssueRecord).where(IssueRecord.workspace_id == workspace_id, IssueRecord.id == matter_id)
    )


def list_issues(
    session: Session, *, workspace_id: int, partner_id: int, settled_since: datetime | None = None
) -> Sequence[IssueRecord]:
    """Return a partner's open issues and ideas, and those resolved since an instant if given; oldest first."""
    query = select(IssueRecord).where(IssueRecord.workspace_id == workspace_id, IssueRecord.partner_id == partner_id)
    open_ = col(IssueRecord.settled_at).is_(None)
    still = open_ if settled_since is None else open_ | (col(IssueRecord.settled_at) >= settled_since)
    return session.exec(query.where(still).order_by(col(IssueRecord.id))).all()
