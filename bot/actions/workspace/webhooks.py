"""Manage where events are sent, and what could not be delivered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.errors import FieldError, NotAllowed, NotFound
from bot.outbound.addresses import OutboundError, clean_address
from bot.webhooks.events import CHOSEN, JUDGING, EventType, put_for
from bot.webhooks.send import make_secret, seal_text
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.partners import audit_log
from storage.tables import WebhookDelivery, WebhookEndpoint
from storage.webhooks import endpoints, outbox, watch

MANAGE_ACTION = "manage webhooks"
MAX_ENDPOINTS = 10
MAX_DEAD_SHOWN = 10
GONE = "410"
NO_KEY = (
    "This Tend can't keep the secret of a webhook yet. Whoever runs it sets TEND_TOKEN_KEY, which encrypts it "
    "(`tend key` makes one); then try again."
)
NO_ADDRESS = "This should be an address on the public internet that begins with https://"


@dataclass(frozen=True, slots=True)
class WebhookInfo:
    """An endpoint for display. `paused_by` is None while events go out; `pending` and `dead` are numbers of events."""

    id: int
    host: str
    events: tuple[EventType, ...]
    created_by: str
    paused_by: str | None
    delivered_at: datetime | None
    failures: int
    problem: str | None
    pending: int = 0
    dead: int = 0

    @classmethod
    def of(cls, row: WebhookEndpoint, pending: int = 0, dead: int = 0) -> "WebhookInfo":
        assert row.id is not None  # stored
        return cls(
            row.id,
            row.host,
            tuple(event for event in CHOSEN if event in row.events.split()),
            row.made_by,
            row.paused_by if row.paused_at else None,
            row.delivered_at,
            row.failures,
            row.problem,
            pending,
            dead,
        )

    @property
    def needs_somebody(self) -> bool:
        """Whether something was given up, or Tend paused it because it said that it is gone."""
        return self.dead > 0 or (self.paused_by is not None and self.problem == GONE)


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A new endpoint with its secret, which is shown once and kept encrypted."""

    endpoint: WebhookInfo
    secret: str


@dataclass(frozen=True, slots=True)
class DeadEvent:
    """An event that was given up: when it happened, and why it could not be delivered."""

    event: str
    happened_at: datetime
    attempts: int
    problem: str

    @classmethod
    def of(cls, row: WebhookDelivery) -> "DeadEvent":
        return cls(row.event, row.made_at, row.attempts, row.problem or "")


def list_webhooks(engine: Engine, caller: Caller) -> Sequence[WebhookInfo]:
    """List the workspace's endpoints, oldest first.

    Raises:
        NotAllowed: the caller is not a steward.
    """
    caller.require_steward(MANAGE_ACTION)
    with reading(engine) as session:
        return _infos(session, caller)


def find_problems(engine: Engine, caller: Caller) -> Sequence[WebhookInfo]:
    """Return the endpoints that need somebody, for a steward; nobody else is told of them."""
    if not caller.is_steward:
        return []
    with reading(engine) as session:
        return [one for one in _infos(session, caller) if one.needs_somebody]


def _infos(session: Session, caller: Caller) -> list[WebhookInfo]:
    rows = endpoints.list_endpoints(session, workspace_id=caller.team.id)
    numbers = outbox.count_states(session, workspace_id=caller.team.id) if rows else {}
    return [
        WebhookInfo.of(row, of.get("pending", 0), of.get("dead", 0))
        for row in rows
        for of in [numbers.get(row.id or 0, {})]
    ]


@retried
def add_webhook(
    engine: Engine,
    caller: Caller,
    address: str | None,
    events: Sequence[str],
    seal: Callable[[str], str] | None,
    *,
    loopback: bool = False,
) -> NewWebhook:
    """Send events to an address from now on. Address and secret are kept encrypted.

    Raises:
        NotAllowed: the caller is not a steward, or this Tend has no key.
        FieldError: it is no https address, no event is chosen, or there are too many endpoints.
    """
    caller.require_steward(MANAGE_ACTION)
    if seal is None:
        raise NotAllowed(NO_KEY)
    try:
        url = clean_address(address or "", loopback=loopback)
    except OutboundError:
        raise FieldError("address", NO_ADDRESS) from None
    chosen = [event for event in CHOSEN if event in events]
    if not chosen or len(chosen) < len(set(events)):
        raise FieldError("events", f"Choose at least one of: {', '.join(CHOSEN)}.")
    secret = make_secret()
    with writing(engine) as session:
        caller.claim_request_key(session)
        there = endpoints.list_endpoints(session, workspace_id=caller.team.id)
        if len(there) >= MAX_ENDPOINTS:
            raise FieldError("address", f"There are already {MAX_ENDPOINTS} webhooks. Delete one that nobody needs.")
        if set(JUDGING) & set(chosen) and not any(set(JUDGING) & set(row.events.split()) for row in there):
            watch.forget(session, workspace_id=caller.team.id)  # what changed while nobody listened is no news
        row = endpoints.add(
            session,
            workspace_id=caller.team.id,
            host=urlsplit(url).hostname or "",
            sealed=seal(seal_text(url, secret)),
            events=chosen,
            by=caller.user_id,
            now=caller.now,
        )
        _log_change(session, caller, None, row.host)
        return NewWebhook(WebhookInfo.of(row), secret)


@retried
def pause_webhook(engine: Engine, caller: Caller, endpoint_id: int, *, paused: bool) -> WebhookInfo:
    """Pause an endpoint, or send what has waited and all that comes. Events are kept meanwhile.

    Raises:
        NotAllowed: the caller is not a steward.
    """
    caller.require_steward(MANAGE_ACTION)
    with writing(engine) as session:
        row = _load(session, caller, endpoint_id)
        if (row.paused_at is not None) is not paused:
            row.paused_at, row.paused_by = (caller.now, caller.user_id) if paused else (None, None)
            if not paused:
                row.failures = 0
            session.add(row)
            session.flush()
            _log_change(session, caller, row.host, f"{row.host} ({'paused' if paused else 'resumed'})")
        return WebhookInfo.of(row)


@retried
def remove_webhook(engine: Engine, caller: Caller, endpoint_id: int) -> str:
    """Send nothing to an endpoint any more, and forget its secret and what still was to be sent. Return its host.

    Raises:
        NotAllowed: the caller is not a steward.
    """
    caller.require_steward(MANAGE_ACTION)
    with writing(engine) as session:
        row = _load(session, caller, endpoint_id)
        of = {"workspace_id": caller.team.id, "endpoint_id": endpoint_id}
        # The row stays for a while: what is being recorded at this moment may still refer to it.
        endpoints.change(session, **of, removed_at=caller.now, sealed="", leased_until=None)
        outbox.forget_endpoint(session, **of)
        _log_change(session, caller, row.host, None)
        return row.host


@retried
def send_test_event(engine: Engine, caller: Caller, endpoint_id: int) -> WebhookInfo:
    """Send a test event to an endpoint. It goes the way that all events go.

    Raises:
        NotAllowed: the caller is not a steward, or the endpoint is paused.
    """
    caller.require_steward(MANAGE_ACTION)
    with writing(engine) as session:
        caller.claim_request_key(session)
        row = _load(session, caller, endpoint_id)
        if row.paused_at is not None:
            raise NotAllowed("This webhook is paused. Resume it first; then send a test event.")
        put_for(
            session,
            EventType.TEST,
            {"message": "A test from Tend."},
            workspace_id=caller.team.id,
            partner_id=None,
            endpoint_ids=[endpoint_id],
            now=caller.now,
        )
        return WebhookInfo.of(row)


def list_dead(engine: Engine, caller: Caller, endpoint_id: int) -> tuple[WebhookInfo, Sequence[DeadEvent]]:
    """List the latest events that an endpoint did not take in any try.

    Raises:
        NotAllowed: the caller is not a steward.
    """
    caller.require_steward(MANAGE_ACTION)
    with reading(engine) as session:
        row = _load(session, caller, endpoint_id)
        of = {"workspace_id": caller.team.id, "endpoint_id": endpoint_id}
        dead = outbox.list_dead(session, **of, limit=MAX_DEAD_SHOWN)
        numbers = outbox.count_states(session, workspace_id=caller.team.id).get(endpoint_id, {})
        info = WebhookInfo.of(row, numbers.get("pending", 0), numbers.get("dead", 0))
        return info, [DeadEvent.of(one) for one in dead]


@retried
def replay_dead(engine: Engine, caller: Caller, endpoint_id: int) -> tuple[str, int]:
    """Send what was given up again. Return the endpoint's host and how many events go out.

    Raises:
        NotAllowed: the caller is not a steward.
    """
    caller.require_steward(MANAGE_ACTION)
    with writing(engine) as session:
        row = _load(session, caller, endpoint_id)
        of = {"workspace_id": caller.team.id, "endpoint_id": endpoint_id}
        return row.host, outbox.revive(session, **of, now=caller.now)


def _load(session: Session, caller: Caller, endpoint_id: int) -> WebhookEndpoint:
    row = endpoints.get(session, workspace_id=caller.team.id, endpoint_id=endpoint_id)
    if row is None:
        raise NotFound("That webhook is no longer in this workspace.")
    return row


def _log_change(session: Session, caller: Caller, old: str | None, new: str | None) -> None:
    audit_log.log_change(
        session,
        workspace_id=caller.team.id,
        subject="settings",
        subject_id=caller.team.id,
        field="webhook",
        old=old,
        new=new,
        by=caller.user_id,
        now=caller.now,
    )
