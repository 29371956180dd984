"""Which messages of the demo are briefs."""

from bot.notifications.compose import BRIEF
from bot.services import Services
from storage.db.engine import reading
from storage.notifications import deliveries

MAX_BRIEFS = 200


def brief_stamps(services: Services, user: str | None = None) -> frozenset[str]:
    """Return the timestamps of the latest briefs, of one person or all."""
    team = services.workspaces.teams()[0]
    with reading(services.engine) as session:
        rows = deliveries.latest(session, workspace_id=team.id, limit=MAX_BRIEFS)
    return frozenset(
        row.message_ts for row in rows if row.kind == BRIEF and row.message_ts and user in (None, row.recipient)
    )
