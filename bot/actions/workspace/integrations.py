"""Other programs that may read and record by the API: their tokens made, recognised and revoked."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.activity.entries import Entry, RatingEntry
from bot.actions.caller import Caller
from bot.errors import FieldError, NotFound
from bot.forms.partner_fields import MAX_NAME_LENGTH
from bot.workspace.team import Team
from scoring.vocabulary import Side
from storage.db.engine import reading, writing
from storage.ledger.activities import API_PREFIX
from storage.name_key import name_key
from storage.partners import audit_log
from storage.tables import Integration
from storage.workspaces import api_tokens, workspaces

TOKEN_PREFIX = "tend_"
SHOWN_LENGTH = len(TOKEN_PREFIX) + 6
"""So many characters of a token are kept as they are, so that people tell one from another."""
TOKEN_LENGTH = len(TOKEN_PREFIX) + 43
MAX_INTEGRATION_NAME = MAX_NAME_LENGTH
MAX_INTEGRATIONS = 20
REQUESTS_PER_MINUTE = 120
"""So many requests one integration may make in a minute."""
MANAGE_ACTION = "make or revoke integrations"
MAX_RECENT_RECORDS = 10


@dataclass(frozen=True, slots=True)
class IntegrationInfo:
    """An integration as stewards see it."""

    id: int
    name: str
    prefix: str
    created_by: str
    created_on: date
    last_used_on: date | None

    @classmethod
    def of(cls, row: Integration, team: Team) -> "IntegrationInfo":
        assert row.id is not None  # stored
        return cls(row.id, row.name, row.prefix, row.made_by, team.today(row.made_at), row.last_used_on)


@dataclass(frozen=True, slots=True)
class NewIntegration:
    """A new integration, with its token: for the one who made it alone, now; it is kept nowhere."""

    integration: IntegrationInfo
    token: str


@dataclass(frozen=True, slots=True)
class IntegrationRecords:
    """What an integration recorded last, each with the partner's name."""

    name: str
    entries: Sequence[tuple[str, Entry]]
    ratings: Sequence[tuple[str, RatingEntry]]


@dataclass(frozen=True, slots=True)
class ApiClient:
    """Whose token it is, in which workspace."""

    id: int
    team: Team
    name: str

    def caller(self, now: datetime) -> Caller:
        """Who records, for the use cases: a member's rights, and a name that no member has."""
        return Caller(self.team, recorder_mark(self.name), now)


class RateLimited(Exception):
    """More requests than one integration may make in a minute; `seconds` until the next one begins."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def recorder_mark(name: str) -> str:
    """Who recorded it, where an integration did."""
    return API_PREFIX + name


def list_integrations(engine: Engine, caller: Caller) -> Sequence[IntegrationInfo]:
    """The workspace's integrations, the oldest first.

    Raises:
        NotAllowed: the caller is neither admin nor steward.
    """
    caller.require_steward(MANAGE_ACTION)
    with reading(engine) as session:
        found = api_tokens.list_active(session, workspace_id=caller.team.id)
        return [IntegrationInfo.of(row, caller.team) for row in found]


def create_integration(engine: Engine, caller: Caller, name: str | None) -> NewIntegration:
    """A new integration, with a token of 256 random bits of which a hash is kept.

    Raises:
        NotAllowed: the caller is neither admin nor steward.
        FieldError: the name is none, too long, or another's.
    """
    caller.require_steward(MANAGE_ACTION)
    name = _clean_name(name)
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    with writing(engine) as session:
        caller.claim_request_key(session)
        there = api_tokens.list_active(session, workspace_id=caller.team.id)
        if any(name_key(one.name) == name_key(name) for one in there):
            raise FieldError("name", f"There is one called {name} already; revoke it first, or choose another name.")
        if len(there) >= MAX_INTEGRATIONS:
            raise FieldError("name", f"There are {MAX_INTEGRATIONS} integrations already; revoke one that nobody uses.")
        row = api_tokens.create(
            session,
            workspace_id=caller.team.id,
            name=name,
            prefix=token[:SHOWN_LENGTH],
            token_hash=hash_token(token),
            by=caller.user_id,
            now=caller.now,
        )
        _log_change(session, caller, None, name)
        return NewIntegration(IntegrationInfo.of(row, caller.team), token)


def revoke_integration(engine: Engine, caller: Caller, integration_id: int) -> str:
    """Make an integration's token of no use any more, at once; its name. What it recorded stays.

    Raises:
        NotAllowed: the caller is neither admin nor steward.
        NotFound: it is none of this workspace.
    """
    caller.require_steward(MANAGE_ACTION)
    with writing(engine) as session:
        row = _load_integration(session, caller, integration_id)
        of = {"workspace_id": caller.team.id, "integration_id": integration_id}
        if api_tokens.revoke(session, **of, by=caller.user_id, now=caller.now):
            _log_change(session, caller, row.name, None)
        return row.name


def list_records(engine: Engine, caller: Caller, integration_id: int) -> IntegrationRecords:
    """What an integration recorded last, so that it can be undone.

    Raises:
        NotAllowed: the caller is neither admin nor steward.
        NotFound: it is none of this workspace.
    """
    caller.require_steward(MANAGE_ACTION)
    with reading(engine) as session:
        row = _load_integration(session, caller, integration_id)
        found = api_tokens.recent_records(
            session, workspace_id=caller.team.id, by=recorder_mark(row.name), limit=MAX_RECENT_RECORDS
        )
        rated = [(name, RatingEntry(one.id or 0, Side(one.side), one.level, one.note)) for name, one in found[1]]
        return IntegrationRecords(row.name, [(name, Entry.of(one)) for name, one in found[0]], rated)


def authenticate(engine: Engine, token: str, now: datetime) -> ApiClient | None:
    """Whose token that is; None for one that we did not make, that was revoked, or whose workspace left.

    It is looked up by its hash, so how long that takes tells nothing of any token.

    Raises:
        TooMany: it made more requests in this minute than it may.
    """
    if len(token) != TOKEN_LENGTH or not token.startswith(TOKEN_PREFIX):
        return None
    with reading(engine) as session:
        row = api_tokens.find_by_token(session, token_hash=hash_token(token))
        if row is None or row.id is None:
            return None
        workspace = workspaces.get(session, workspace_id=row.workspace_id)
        if workspace.uninstalled_at is not None:
            return None
        known = ApiClient(row.id, Team.of(workspace), row.name)
    minute = now.astimezone(UTC).replace(second=0, microsecond=0)
    with writing(engine) as session:
        of = {"workspace_id": known.team.id, "integration_id": known.id}
        number = api_tokens.count_request(session, **of, minute=minute, day=known.team.today(now))
    if number > REQUESTS_PER_MINUTE:
        raise RateLimited(max(1, int((minute + timedelta(minutes=1) - now).total_seconds() + 0.999)))
    return known if number else None


def hash_token(token: str) -> str:
    """A token as it is kept. It is random, so that no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def _clean_name(name: str | None) -> str:
    name = " ".join((name or "").split())
    if not name_key(name):
        raise FieldError("name", "What is it? E.g. CRM, or Website form.")
    if len(name) > MAX_INTEGRATION_NAME:
        raise FieldError("name", f"A name has at most {MAX_INTEGRATION_NAME} characters; this one has {len(name)}.")
    return name


def _load_integration(session: Session, caller: Caller, integration_id: int) -> Integration:
    row = api_tokens.get(session, workspace_id=caller.team.id, integration_id=integration_id)
    if row is None:
        raise NotFound("That integration is not in this workspace.")
    return row


def _log_change(session: Session, caller: Caller, old: str | None, new: str | None) -> None:
    audit_log.log_change(
        session,
        workspace_id=caller.team.id,
        subject="settings",
        subject_id=caller.team.id,
        field="integration",
        old=old,
        new=new,
        by=caller.user_id,
        now=caller.now,
    )
