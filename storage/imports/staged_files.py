"""Staged import files between two clicks, and remembered choices for files with the same headers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, delete, select, update

from storage.db.upsert import insert_once
from storage.tables import RememberedColumns, StagedImport


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A staged file. `content` is None until it is loaded."""

    id: int
    state: str
    created_by: str
    file_id: str
    file_name: str
    content: bytes | None
    choices: str
    report: str
    channel: str
    message_ts: str


def stage(
    session: Session, *, workspace_id: int, file_id: str, file_name: str, choices: str, by: str, now: datetime
) -> int:
    """Stage a new file, in the reading state."""
    row = StagedImport(
        workspace_id=workspace_id,
        created_by=by,
        created_at=now,
        touched_at=now,
        state="reading",
        file_id=file_id,
        file_name=file_name,
        choices=choices,
    )
    session.add(row)
    session.flush()
    assert row.id is not None  # set by the flush
    return row.id


def get(session: Session, *, workspace_id: int, staged_id: int) -> StagedFile | None:
    """Return a staged file."""
    row = session.exec(
        select(StagedImport).where(StagedImport.workspace_id == workspace_id, StagedImport.id == staged_id)
    ).one_or_none()
    if row is None or row.id is None:
        return None
    return StagedFile(
        row.id,
        row.state,
        row.created_by,
        row.file_id,
        row.file_name,
        row.content,
        row.choices,
        row.report,
        row.channel,
        row.message_ts,
    )


def claim(
    session: Session,
    *,
    workspace_id: int,
    staged_id: int,
    of: Sequence[str],
    to: str,
    now: datetime,
    idle_since: datetime | None = None,
    **fields: Any,
) -> bool:
    """Move it from one of these states to another. Return True for exactly one caller among all processes.

    With `idle_since`, only if nobody has worked on it since then.
    """
    statement = update(StagedImport).where(
        col(StagedImport.workspace_id) == workspace_id,
        col(StagedImport.id) == staged_id,
        col(StagedImport.state).in_(of),
    )
    if idle_since is not None:
        statement = statement.where(col(StagedImport.touched_at) < idle_since)
    return session.exec(statement.values(state=to, touched_at=now, **fields)).rowcount == 1


def save_progress(session: Session, *, workspace_id: int, staged_id: int, now: datetime, **fields: Any) -> None:
    """Save progress, and mark it as being worked on."""
    session.exec(
        update(StagedImport)
        .where(col(StagedImport.workspace_id) == workspace_id, col(StagedImport.id) == staged_id)
        .values(touched_at=now, **fields)
    )


def discard(session: Session, *, workspace_id: int, staged_id: int, of: Sequence[str]) -> bool:
    """Delete it if it is in one of these states."""
    statement = delete(StagedImport).where(
        col(StagedImport.workspace_id) == workspace_id,
        col(StagedImport.id) == staged_id,
        col(StagedImport.state).in_(of),
    )
    return session.exec(statement).rowcount == 1


def has_files_before(session: Session, *, instant: datetime) -> bool:
    """Return whether any file has been idle since before that instant."""
    old = select(StagedImport.id).where(col(StagedImport.touched_at) < instant)
    return session.exec(old.limit(1)).first() is not None


def delete_before(session: Session, *, instant: datetime) -> int:
    """Delete the files of all workspaces that have been idle since before that instant. Return how many."""
    return session.exec(delete(StagedImport).where(col(StagedImport.touched_at) < instant)).rowcount


def save_choices(session: Session, *, workspace_id: int, headers: str, choices: str, now: datetime) -> None:
    """Save the choices for files with these headers."""
    key = {"workspace_id": workspace_id, "headers": headers}
    values = key | {"choices": choices, "kept_at": now}
    if insert_once(session, RememberedColumns, values, unique=list(key)) is None:
        session.exec(
            update(RememberedColumns)
            .where(col(RememberedColumns.workspace_id) == workspace_id, col(RememberedColumns.headers) == headers)
            .values(choices=choices, kept_at=now)
        )


def load_choices(session: Session, *, workspace_id: int, headers: str) -> str | None:
    """Return the choices for the last file with these headers."""
    return session.exec(
        select(RememberedColumns.choices).where(
            RememberedColumns.workspace_id == workspace_id, RememberedColumns.headers == headers
        )
    ).one_or_none()
