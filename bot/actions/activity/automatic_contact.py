"""Contact that counts without typing: at most one touch a partner and day, whatever it is known from."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlmodel import Session

from bot.workspace.team import Team
from scoring.vocabulary import Direction
from storage.contacts import spoken_with
from storage.ledger import activities

MAIL = "mail"


def record_contact(
    session: Session,
    team: Team,
    *,
    partner_id: int,
    day: date,
    source: str,
    side: Direction,
    person_ids: Iterable[int],
    now: datetime,
) -> bool:
    """Record automatic contact within a transaction. Return True if it is news."""
    changed = activities.record_channel_contact(
        session, workspace_id=team.id, partner_id=partner_id, day=day, side=side, now=now
    )
    row = activities.get_by_source_key(
        session, workspace_id=team.id, source_key=f"contact:{partner_id}:{day.isoformat()}"
    )
    if row is not None and row.id is not None:
        spoken_with.name_persons(
            session, workspace_id=team.id, partner_id=partner_id, activity_id=row.id, person_ids=person_ids
        )
    return changed
