"""The events that other programs can be told of, and the bodies that are sent: docs/webhooks.md describes them."""

import json
import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from storage.db import check_schedule
from storage.webhooks import outbox

Data = dict[str, Any]


class EventType(StrEnum):
    """What an event is about. Once published, a type keeps its name and its fields; fields may be added."""

    ACTIVITY_RECORDED = "activity.recorded"
    ACTIVITY_EDITED = "activity.edited"
    ACTIVITY_UNDONE = "activity.undone"
    BAND_CHANGED = "band.changed"
    SIGNAL_NEW = "signal.new"
    REVIEW_DUE = "review.due"
    IMPORT_FINISHED = "import.finished"
    TEST = "webhook.test"


CHOSEN = tuple(event for event in EventType if event != EventType.TEST)
"""What an endpoint can get. Everybody gets a test."""
JUDGING = (EventType.BAND_CHANGED, EventType.SIGNAL_NEW, EventType.REVIEW_DUE)
"""What tells how a partner is judged; the worker finds these by looking at all partners."""


def put_event(
    session: Session,
    event: EventType,
    data: Callable[[], Data],
    *,
    workspace_id: int,
    partner_id: int | None,
    now: datetime,
) -> None:
    """Put an event into the outbox, in the transaction that made it, for each endpoint that gets it.

    Events of one partner reach an endpoint in this order. `data` is asked for only where somebody listens.
    """
    listening = outbox.listening(session, workspace_id=workspace_id)
    chosen = [endpoint_id for endpoint_id, events in listening if event in events.split()]
    if event not in JUDGING:
        _request_look(session, workspace_id, listening)
    if chosen:
        put_for(session, event, data(), workspace_id=workspace_id, partner_id=partner_id, endpoint_ids=chosen, now=now)


def tells_judgement(session: Session, *, workspace_id: int) -> bool:
    """Return whether anybody is to be told when a partner is judged otherwise than before."""
    return _has_judging(outbox.listening(session, workspace_id=workspace_id))


def request_look(session: Session, *, workspace_id: int) -> None:
    """Have the worker look within a minute whether a partner is judged otherwise now, where anybody is to be told."""
    _request_look(session, workspace_id, outbox.listening(session, workspace_id=workspace_id))


def _request_look(session: Session, workspace_id: int, listening: Sequence[tuple[int, str]]) -> None:
    if _has_judging(listening):
        check_schedule.request_check(session, workspace_id=workspace_id)


def _has_judging(listening: Sequence[tuple[int, str]]) -> bool:
    return any(set(JUDGING) & set(events.split()) for _, events in listening)


def put_for(
    session: Session,
    event: EventType,
    data: Data,
    *,
    workspace_id: int,
    partner_id: int | None,
    endpoint_ids: list[int],
    now: datetime,
) -> None:
    """Put an event into the outbox for these endpoints, whatever they chose."""
    outbox.put(
        session,
        workspace_id=workspace_id,
        endpoint_ids=endpoint_ids,
        message_id=f"msg_{secrets.token_hex(16)}",
        event=event,
        lane=partner_id,
        body=write_body(event, data, now),
        now=now,
    )


def write_body(event: EventType, data: Data, now: datetime) -> str:
    """Return what is sent: its type, when it happened (UTC), and what."""
    happened = now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"type": event, "timestamp": happened, "data": data}, ensure_ascii=False, separators=(",", ":"))
