"""What is kept of a workspace that threw Tend out, and until when."""

from datetime import datetime, timedelta

from sqlalchemy import Engine

from storage.db.engine import reading, writing
from storage.imports import staged_files
from storage.workspaces import workspaces

KEPT = timedelta(days=30)
FILES_KEPT = timedelta(hours=24)


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


def forget_files(engine: Engine, now: datetime) -> int:
    """Forget files that somebody began to bring in and has left lying for a day; how many."""
    with reading(engine) as session:
        if not staged_files.is_any_before(session, instant=now - FILES_KEPT):
            return 0  # nobody is kept waiting for a lock each minute
    with writing(engine) as session:
        return staged_files.forget_before(session, instant=now - FILES_KEPT)
