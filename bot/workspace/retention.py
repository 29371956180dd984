"""What is kept of a workspace that threw Tend out, and until when."""

from datetime import datetime, timedelta

from sqlalchemy import Engine

from storage.db.engine import reading, writing
from storage.imports import staged_files
from storage.workspaces import workspaces

DATA_RETENTION = timedelta(days=30)
FILE_RETENTION = timedelta(hours=24)


def expired_workspaces(engine: Engine, now: datetime) -> list[tuple[int, str]]:
    """The id and name of each workspace that threw Tend out so long ago that its data go."""
    with reading(engine) as session:
        gone = workspaces.list_uninstalled_before(session, instant=now - DATA_RETENTION)
        return [(row.id, row.name or row.team_id or "") for row in gone if row.id is not None]


def purge_workspace(engine: Engine, now: datetime, workspace_id: int) -> bool:
    """Delete one of them with everything of its own; False if it was installed again meanwhile, or is gone."""
    with writing(engine) as session:
        if not workspaces.was_uninstalled_before(session, workspace_id=workspace_id, instant=now - DATA_RETENTION):
            return False
        workspaces.purge(session, workspace_id=workspace_id)
    return True


def forget_files(engine: Engine, now: datetime) -> int:
    """Forget files that somebody began to bring in and has left lying for a day; how many."""
    with reading(engine) as session:
        if not staged_files.has_files_before(session, instant=now - FILE_RETENTION):
            return 0  # nobody is kept waiting for a lock each minute
    with writing(engine) as session:
        return staged_files.delete_before(session, instant=now - FILE_RETENTION)
