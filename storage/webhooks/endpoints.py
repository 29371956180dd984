"""Where events are sent, and who may send there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, exists, or_, select, update

from storage.db.engine import for_update
from storage.tables import WebhookDelivery, WebhookEndpoint, Workspace


@dataclass(frozen=True, slots=True)
class WebhookNumbers:
    """How many endpoints there are in all workspaces, how many of them fail or are paused, and what was given up."""

    endpoints: int
    failing: int
    dead: int


def count_all(session: Session) -> WebhookNumbers:
    """Count the endpoints of all workspaces."""
    there = select(func.count()).select_from(WebhookEndpoint).where(col(WebhookEndpoint.removed_at).is_(None))
    failing = there.where((col(WebhookEndpoint.failures) > 0) | col(WebhookEndpoint.paused_at).is_not(None))
    dead = select(func.count()).select_from(WebhookDelivery).where(WebhookDelivery.state == "dead")
    return WebhookNumbers(session.exec(there).one(), session.exec(failing).one(), session.exec(dead).one())


def add(
    session: Session, *, workspace_id: int, host: str, sealed: str, events: Sequence[str], by: str, now: datetime
) -> WebhookEndpoint:
    """Add an endpoint."""
    row = WebhookEndpoint(
        workspace_id=workspace_id, host=host, sealed=sealed, events=" ".join(events), made_by=by, made_at=now
    )
    session.add(row)
    session.flush()
    return row


def list_endpoints(session: Session, *, workspace_id: int) -> Sequence[WebhookEndpoint]:
    """Return the endpoints that were not removed, oldest first."""
    query = select(WebhookEndpoint).where(
        WebhookEndpoint.workspace_id == workspace_id, col(WebhookEndpoint.removed_at).is_(None)
    )
    return session.exec(query.order_by(col(WebhookEndpoint.id))).all()


def get(session: Session, *, workspace_id: int, endpoint_id: int) -> WebhookEndpoint | None:
    """Return an endpoint that was not removed."""
    query = select(WebhookEndpoint).where(
        WebhookEndpoint.workspace_id == workspace_id,
        WebhookEndpoint.id == endpoint_id,
        col(WebhookEndpoint.removed_at).is_(None),
    )
    return session.exec(query).one_or_none()


def change(session: Session, *, workspace_id: int, endpoint_id: int, **fields: Any) -> bool:
    """Change columns of an endpoint. Return False if it was removed."""
    statement = update(WebhookEndpoint).where(
        col(WebhookEndpoint.workspace_id) == workspace_id,
        col(WebhookEndpoint.id) == endpoint_id,
        col(WebhookEndpoint.removed_at).is_(None),
    )
    return bool(session.exec(statement.values(**fields)).rowcount == 1)


def count_failure(session: Session, *, workspace_id: int, endpoint_id: int, problem: str) -> None:
    """Note that something could not be delivered."""
    failures = col(WebhookEndpoint.failures) + 1
    change(session, workspace_id=workspace_id, endpoint_id=endpoint_id, failures=failures, problem=problem)


def reseal(session: Session, change: Callable[[str], str]) -> int:
    """Encrypt the addresses and secrets of every workspace's endpoints anew. Return how many."""
    query = select(WebhookEndpoint).where(col(WebhookEndpoint.removed_at).is_(None))
    rows = session.exec(for_update(session, query.order_by(col(WebhookEndpoint.id)))).all()
    for row in rows:
        row.sealed = change(row.sealed)
        session.add(row)
    return len(rows)


def list_due(session: Session, *, now: datetime) -> Sequence[WebhookEndpoint]:
    """Return the endpoints of every workspace for which something is due and to which nobody sends, best first."""
    waits = exists().where(
        col(WebhookDelivery.workspace_id) == col(WebhookEndpoint.workspace_id),
        col(WebhookDelivery.endpoint_id) == col(WebhookEndpoint.id),
        col(WebhookDelivery.state) == "pending",
        col(WebhookDelivery.due_at) <= now,
    )
    lease = col(WebhookEndpoint.leased_until)
    query = (
        select(WebhookEndpoint)
        .join(Workspace, col(Workspace.id) == WebhookEndpoint.workspace_id)
        .where(
            col(Workspace.uninstalled_at).is_(None),
            col(WebhookEndpoint.removed_at).is_(None),
            col(WebhookEndpoint.paused_at).is_(None),
            or_(lease.is_(None), lease <= now),
            waits,
        )
    )
    return session.exec(query.order_by(col(WebhookEndpoint.failures), col(WebhookEndpoint.id))).all()


def lease(
    session: Session, *, workspace_id: int, endpoint_id: int, was: datetime | None, until: datetime | None
) -> bool:
    """Return True to the one who may send to an endpoint until an instant; None gives it back.

    False if another has it, or it is paused or gone.
    """
    held = col(WebhookEndpoint.leased_until)
    statement = update(WebhookEndpoint).where(
        col(WebhookEndpoint.workspace_id) == workspace_id,
        col(WebhookEndpoint.id) == endpoint_id,
        held.is_(None) if was is None else held == was,
    )
    if until is not None:
        statement = statement.where(col(WebhookEndpoint.paused_at).is_(None), col(WebhookEndpoint.removed_at).is_(None))
    return bool(session.exec(statement.values(leased_until=until)).rowcount == 1)
