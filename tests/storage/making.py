"""Short ways to write the rows that tests need."""

from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session

from storage.ledger import activities
from storage.partners import partners

NOW = datetime(2026, 6, 1, 8, 30, tzinfo=UTC)
DAY = date(2026, 6, 1)


def partner(session: Session, workspace_id: int, name: str = "Acme", **fields: Any) -> int:
    """A partner's id."""
    fields = {"since_on": date(2025, 1, 1), "by": "U1", "now": NOW} | fields
    return partners.add(session, workspace_id=workspace_id, name=name, **fields).id or 0


def activity(session: Session, workspace_id: int, partner_id: int, **fields: Any) -> int:
    """An activity's id; a referral to us of today unless said otherwise."""
    fields = {"kind": "referral", "direction": "in", "occurred_on": DAY, "by": "U1", "now": NOW} | fields
    return activities.record(session, workspace_id=workspace_id, partner_id=partner_id, **fields).id or 0
