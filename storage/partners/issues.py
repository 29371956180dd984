"""Issues between us and a partner, and ideas for the two of us, until they are settled."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from storage.db.engine import to_change
from storage.tables import Matter


def open_one(
    session: Session, *, workspace_id: int, partner_id: int, kind: str, what: str, by: str, now: datetime
) -> Matter:
    """Write down an issue or an idea."""
    row = Matter(workspace_id=workspace_id, partner_id=partner_id, kind=kind, what=what, opened_by=by, opened_at=now)
    session.add(row)
    session.flush()
    return row


def get(session: Session, *, workspace_id: int, matter_id: int) -> Matter | None:
    """An issue or idea of this workspace, settled ones too."""
    return session.exec(
        to_change(session, select(Matter).where(Matter.workspace_id == workspace_id, Matter.id == matter_id))
    ).one_or_none()


def of_partner(
    session: Session, *, workspace_id: int, partner_id: int, settled_since: datetime | None = None
) -> Sequence[Matter]:
    """A partner's open issues and ideas, and those settled since an instant if one is given; the oldest first."""
    wanted = select(Matter).where(Matter.workspace_id == workspace_id, Matter.partner_id == partner_id)
    open_ = col(Matter.settled_at).is_(None)
    still = open_ if settled_since is None else open_ | (col(Matter.settled_at) >= settled_since)
    return session.exec(wanted.where(still).order_by(col(Matter.id))).all()
