"""What is to be sent to endpoints: put in with what happened, in one transaction, and kept until it was delivered."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, delete, exists, select, update

from storage.db import statements
from storage.db.statements import table_of
from storage.tables import WebhookDelivery, WebhookEndpoint

_ENDPOINTS = table_of(WebhookEndpoint)
_LISTENING_QUERY = select_columns(_ENDPOINTS.c.id, _ENDPOINTS.c.events).where(
    _ENDPOINTS.c.workspace_id == bindparam("workspace"), _ENDPOINTS.c.removed_at.is_(None)
)


def listening(session: Session, *, workspace_id: int) -> Sequence[tuple[int, str]]:
    """Return the endpoints of a workspace, paused ones too, with the types of events that each gets.

    It is asked whenever something is recorded.
    """
    found = statements.execute(session, _LISTENING_QUERY, {"workspace": workspace_id})
    return [(endpoint_id, events) for endpoint_id, events in found]


def put(
    session: Session,
    *,
    workspace_id: int,
    endpoint_ids: Sequence[int],
    message_id: str,
    event: str,
    lane: int | None,
    body: str,
    now: datetime,
) -> None:
    """Put an event in for each of these endpoints. It goes out once this transaction has committed."""
    for endpoint_id in endpoint_ids:
        row = WebhookDelivery(
            workspace_id=workspace_id,
            endpoint_id=endpoint_id,
            message_id=message_id,
            event=event,
            lane=lane,
            body=body,
            made_at=now,
            due_at=now,
        )
        statements.insert_row(session, row)


def next_due(session: Session, *, workspace_id: int, endpoint_id: int, now: datetime) -> WebhookDelivery | None:
    """Return what is to be sent to an endpoint next: due, and the oldest of its lane that was not delivered."""
    older = aliased(WebhookDelivery)
    has_older = exists().where(
        col(older.workspace_id) == workspace_id,
        col(older.endpoint_id) == endpoint_id,
        col(older.lane) == col(WebhookDelivery.lane),
        col(older.state) == "pending",
        col(older.id) < col(WebhookDelivery.id),
    )
    query = select(WebhookDelivery).where(
        WebhookDelivery.workspace_id == workspace_id,
        WebhookDelivery.endpoint_id == endpoint_id,
        WebhookDelivery.state == "pending",
        col(WebhookDelivery.due_at) <= now,
        ~has_older,
    )
    return session.exec(query.order_by(col(WebhookDelivery.id)).limit(1)).first()


def change(session: Session, *, workspace_id: int, delivery_id: int, **fields: Any) -> bool:
    """Change columns of an event that is still to be sent. Return False if it is not."""
    statement = update(WebhookDelivery).where(
        col(WebhookDelivery.workspace_id) == workspace_id,
        col(WebhookDelivery.id) == delivery_id,
        col(WebhookDelivery.state) == "pending",
    )
    return bool(session.exec(statement.values(**fields)).rowcount == 1)


def hold_lane(session: Session, *, workspace_id: int, endpoint_id: int, lane: int, until: datetime) -> None:
    """Let what waits behind an event wait as long, so that it is not looked at before."""
    statement = update(WebhookDelivery).where(
        col(WebhookDelivery.workspace_id) == workspace_id,
        col(WebhookDelivery.endpoint_id) == endpoint_id,
        col(WebhookDelivery.lane) == lane,
        col(WebhookDelivery.state) == "pending",
        col(WebhookDelivery.due_at) < until,
    )
    session.exec(statement.values(due_at=until))


def count_as_tried(
    session: Session, *, workspace_id: int, endpoint_id: int, now: datetime, steps: Sequence[timedelta], problem: str
) -> int:
    """Let all that is due wait as if it had been tried too. Return how much was given up."""
    due = (
        col(WebhookDelivery.workspace_id) == workspace_id,
        col(WebhookDelivery.endpoint_id) == endpoint_id,
        col(WebhookDelivery.state) == "pending",
        col(WebhookDelivery.due_at) <= now,
    )
    given_up = update(WebhookDelivery).where(*due, col(WebhookDelivery.attempts) >= len(steps))
    dead = session.exec(given_up.values(state="dead", problem=problem, ended_at=now)).rowcount
    for tried in reversed(range(len(steps))):
        again = update(WebhookDelivery).where(*due, col(WebhookDelivery.attempts) == tried)
        session.exec(again.values(attempts=tried + 1, due_at=now + steps[tried], problem=problem))
    return int(dead)


def count_states(session: Session, *, workspace_id: int) -> Mapping[int, Mapping[str, int]]:
    """Return how much is pending and dead, by endpoint."""
    query = (
        select(WebhookDelivery.endpoint_id, WebhookDelivery.state, func.count())
        .where(WebhookDelivery.workspace_id == workspace_id, col(WebhookDelivery.state).in_(("pending", "dead")))
        .group_by(col(WebhookDelivery.endpoint_id), col(WebhookDelivery.state))
    )
    found: dict[int, dict[str, int]] = {}
    for endpoint_id, state, number in session.exec(query):
        found.setdefault(endpoint_id, {})[state] = number
    return found


def list_dead(session: Session, *, workspace_id: int, endpoint_id: int, limit: int) -> Sequence[WebhookDelivery]:
    """Return the events that were given up, the latest first."""
    query = select(WebhookDelivery).where(
        WebhookDelivery.workspace_id == workspace_id,
        WebhookDelivery.endpoint_id == endpoint_id,
        WebhookDelivery.state == "dead",
    )
    return session.exec(query.order_by(col(WebhookDelivery.id).desc()).limit(limit)).all()


def revive(session: Session, *, workspace_id: int, endpoint_id: int, now: datetime) -> int:
    """Let the events that were given up be sent again, in their order. Return how many."""
    statement = update(WebhookDelivery).where(
        col(WebhookDelivery.workspace_id) == workspace_id,
        col(WebhookDelivery.endpoint_id) == endpoint_id,
        col(WebhookDelivery.state) == "dead",
    )
    values = {"state": "pending", "attempts": 0, "due_at": now, "problem": None, "ended_at": None}
    return int(session.exec(statement.values(**values)).rowcount)


def has_old(session: Session, *, delivered_before: datetime, made_before: datetime) -> bool:
    """Return whether `sweep` would delete anything."""
    query = select(WebhookDelivery.id).where(_is_old(delivered_before, made_before))
    return session.exec(query.limit(1)).first() is not None


def sweep(session: Session, *, delivered_before: datetime, made_before: datetime) -> int:
    """Delete what is so old or for nobody, and removed endpoints of which nothing is left."""
    gone = session.exec(delete(WebhookDelivery).where(_is_old(delivered_before, made_before))).rowcount
    left = exists().where(
        col(WebhookDelivery.workspace_id) == col(WebhookEndpoint.workspace_id),
        col(WebhookDelivery.endpoint_id) == col(WebhookEndpoint.id),
    )
    session.exec(delete(WebhookEndpoint).where(col(WebhookEndpoint.removed_at) < made_before, ~left))
    return int(gone)


def _is_old(delivered_before: datetime, made_before: datetime) -> Any:
    delivered = (col(WebhookDelivery.state) == "delivered") & (col(WebhookDelivery.made_at) < delivered_before)
    # Put in by what had looked who listens before the endpoint was removed.
    to_nobody = exists().where(
        col(WebhookEndpoint.workspace_id) == col(WebhookDelivery.workspace_id),
        col(WebhookEndpoint.id) == col(WebhookDelivery.endpoint_id),
        col(WebhookEndpoint.removed_at).is_not(None),
    )
    return delivered | (col(WebhookDelivery.made_at) < made_before) | to_nobody


def forget_endpoint(session: Session, *, workspace_id: int, endpoint_id: int) -> None:
    """Delete what was to be sent to an endpoint, or was."""
    session.exec(
        delete(WebhookDelivery).where(
            col(WebhookDelivery.workspace_id) == workspace_id, col(WebhookDelivery.endpoint_id) == endpoint_id
        )
    )
