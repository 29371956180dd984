"""What is kept of a workspace that threw Tend out, and until when."""

from datetime import datetime, timedelta

from sqlalchemy import Engine

from storage import workspaces
from storage.engine import reading, writing

KEPT = timedelta(days=30)


def due(engine: Engine, now: datetime) -> list[tuple[int, str]]:
    """The id and name of each workspace that threw Tend out so long ago that its data go."""
    with reading(engine) as session:
        gone = workspaces.uninstalled_before(session, instant=now - KEPT)
        return [(row.id, row.name or row.team_id or "") for row in gone if row.id is not None]


def purge(engine: Engine, now: datetime, workspace_id: int) -> bool:
    """Delete one of them with everything of its own; False if it was installed again meanwhile, or is gone."""
    with writing(engine) as session:
        if not workspaces.left_before(session, workspace_id=workspace_id, instant=now - KEPT):
            return False
        workspaces.purge(session, workspace_id=workspace_id)
    return True
