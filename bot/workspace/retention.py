"""How long data is kept after a workspace uninstalls Tend."""

from datetime import datetime, timedelta

from sqlalchemy import Engine

from storage.contacts import seen_addresses
from storage.db.engine import reading, writing
from storage.db.locks import lock_all_partners, take_turn
from storage.db.retry import retried
from storage.imports import staged_files
from storage.workspaces import workspaces

DATA_RETENTION = timedelta(days=30)
FILE_RETENTION = timedelta(hours=24)
ADDRESS_RETENTION = timedelta(days=90)
"""How long an unknown address at a partner's domain is offered as a person there, after it was last seen."""


def expired_workspaces(engine: Engine, now: datetime) -> list[tuple[int, str]]:
    """Return the id and name of each workspace that uninstalled Tend so long ago that its data is due for deletion."""
    with reading(engine) as session:
        uninstalled = workspaces.list_uninstalled_before(session, instant=now - DATA_RETENTION)
        return [(row.id, row.name or row.team_id or "") for row in uninstalled if row.id is not None]


@retried
def purge_workspace(engine: Engine, now: datetime, workspace_id: int) -> bool:
    """Delete such a workspace with all its data. Return False if it was installed again or is already gone."""
    with writing(engine) as session:
        take_turn(session, workspace_id=workspace_id)
        lock_all_partners(session, workspace_id=workspace_id)
        if not workspaces.was_uninstalled_before(session, workspace_id=workspace_id, instant=now - DATA_RETENTION):
            return False
        workspaces.purge(session, workspace_id=workspace_id)
    return True


@retried
def forget_files(engine: Engine, now: datetime) -> int:
    """Delete staged import files that nobody touched for a day. Return how many."""
    with reading(engine) as session:
        if not staged_files.has_files_before(session, instant=now - FILE_RETENTION):
            return 0  # avoids taking a write lock every minute
    with writing(engine) as session:
        return staged_files.delete_before(session, instant=now - FILE_RETENTION)


@retried
def forget_addresses(engine: Engine, now: datetime) -> int:
    """Delete the addresses that were offered as contact persons and not seen for long. Return how many."""
    day = (now - ADDRESS_RETENTION).date()
    with reading(engine) as session:
        if not seen_addresses.has_before(session, day=day):
            return 0  # avoids taking a write lock every minute
    with writing(engine) as session:
        return seen_addresses.forget_before(session, day=day)
