"""Events of the ledger's rows."""

from datetime import datetime

from sqlmodel import Session

from bot.formatting import exact_money
from bot.webhooks.events import Data, EventType, put_event
from bot.workspace.team import Team
from storage.partners import partners
from storage.tables import Activity


def put_activity(session: Session, team: Team, event: EventType, row: Activity, now: datetime) -> None:
    """Put what happened to a row into the outbox, within the transaction in which it does."""
    put_event(
        session,
        event,
        lambda: activity_data(session, team, row),
        workspace_id=team.id,
        partner_id=row.partner_id,
        now=now,
    )


def activity_data(session: Session, team: Team, row: Activity) -> Data:
    """Return a row as the API gives it, without the words of its note."""
    session.flush()
    return {
        "id": row.id,
        "partner_id": row.partner_id,
        "partner": partners.find_name_of(session, workspace_id=team.id, partner_id=row.partner_id),
        "kind": str(row.kind),
        "direction": str(row.direction),
        "occurred_on": row.occurred_on.isoformat(),
        "count": row.count,
        "title": row.title,
        "outcome": str(row.outcome) if row.outcome else None,
        "value": None if row.value_minor is None else exact_money(row.value_minor, team.currency),
        "recorded_by": row.recorded_by,
        "voided": row.voided_at is not None,
    }
