"""Create, authenticate and revoke the API tokens of other programs."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.activity.entries import Entry, RatingEntry
from bot.actions.caller import Caller
from bot.actions.common import clean_name
from bot.errors import FieldError, NotFound
from bot.forms.partner_fields import MAX_NAME_LENGTH
from bot.signed_links import hash_secret
from bot.workspace.team import Team
from scoring.vocabulary import Side
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.ledger.activities import API_PREFIX
from storage.name_key import name_key
from storage.partners import audit_log
from storage.tables import Integration
from storage.workspaces import api_tokens, workspaces

TOKEN_PREFIX = "tend_"
SHOWN_LENGTH = len(TOKEN_PREFIX) + 6
"""How many characters of a token are stored in plain text, so that people can tell tokens apart."""
TOKEN_LENGTH = len(TOKEN_PREFIX) + 43
MAX_INTEGRATION_NAME = MAX_NAME_LENGTH
MAX_INTEGRATIONS = 20
REQUESTS_PER_MINUTE = 120
"""The rate limit of one integration."""
MANAGE_ACTION = "create or revoke integrations"
MAX_RECENT_RECORDS = 10
RECENT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class IntegrationInfo:
    """An integration for display."""

    id: int
    name: str
    prefix: str
    created_by: str
    created_on: date
    last_used_on: date | None
    reads_scores: bool

    @classmethod
    def of(cls, row: Integration, team: Team) -> "IntegrationInfo":
        assert row.id is not None  # stored
        return cls(
            row.id, row.name, row.prefix, row.made_by, team.today(row.made_at), row.last_used_on, row.reads_scores
        )


@dataclass(frozen=True, slots=True)
class NewIntegration:
    """A new integration with its token, which is shown once and not stored."""

    integration: IntegrationInfo
    token: str


@dataclass(frozen=True, slots=True)
class IntegrationRecords:
    """An integration's latest records, each with the partner's name."""

    name: str
    entries: Sequence[tuple[str, Entry]]
    ratings: Sequence[tuple[str, RatingEntry]]


@dataclass(frozen=True, slots=True)
class ApiClient:
    """The integration that a token belongs to. `created_by` is who made it; only with `reads_scores` may it read what
    judges a partner."""

    id: int
    team: Team
    name: str
    created_by: str
    reads_scores: bool

    def caller(self, now: datetime) -> Caller:
        """Build the caller: a member's rights under a name that no member has."""
        return Caller(self.team, recorder_mark(self.name), now, sees_scores=self.reads_scores)


class RateLimited(Exception):
    """The integration is over its rate limit for `seconds` more."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def recorder_mark(name: str) -> str:
    """Return the recorder's id for an integration."""
    return API_PREFIX + name


def list_integrations(engine: Engine, caller: Caller) -> Sequence[IntegrationInfo]:
    """List the workspace's integrations, oldest first.

    Raises:
        NotAllowed: the caller is not a steward.
    """
    caller.require_steward(MANAGE_ACTION)
    with reading(engine) as session:
        found = api_tokens.list_active(session, workspace_id=caller.team.id)
        return [IntegrationInfo.of(row, caller.team) for row in found]


@retried
def create_integration(
    engine: Engine, caller: Caller, name: str | None, *, reads_scores: bool = True
) -> NewIntegration:
    """Create an integration with a token of 256 random bits. Only its hash is stored.

    Raises:
        NotAllowed: the caller is not a steward.
        FieldError: the name is empty, too long or taken.
    """
    caller.require_steward(MANAGE_ACTION)
    name = clean_name("name", name, "Enter a name, e.g. CRM or Website form.", MAX_INTEGRATION_NAME)
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    with writing(engine) as session:
        caller.claim_request_key(session)
        there = api_tokens.list_active(session, workspace_id=caller.team.id)
        if any(name_key(one.name) == name_key(name) for one in there):
            raise FieldError("name", f"There is already one called {name}. Revoke it first, or choose another name.")
        if len(there) >= MAX_INTEGRATIONS:
            raise FieldError("name", f"There are already {MAX_INTEGRATIONS} integrations. Revoke one that nobody uses.")
        row = api_tokens.create(
            session,
            workspace_id=caller.team.id,
            name=name,
            prefix=token[:SHOWN_LENGTH],
            token_hash=hash_secret(token),
            by=caller.user_id,
            now=caller.now,
            reads_scores=reads_scores,
        )
        _log_change(session, caller, None, name)
        return NewIntegration(IntegrationInfo.of(row, caller.team), token)


@retried
def revoke_integration(engine: Engine, caller: Caller, integration_id: int) -> str:
    """Revoke an integration's token at once and return its name. What it recorded stays.

    Raises:
        NotAllowed: the caller is not a steward.
    """
    caller.require_steward(MANAGE_ACTION)
    with writing(engine) as session:
        row = _load_integration(session, caller, integration_id)
        of = {"workspace_id": caller.team.id, "integration_id": integration_id}
        if api_tokens.revoke(session, **of, by=caller.user_id, now=caller.now):
            _log_change(session, caller, row.name, None)
        return row.name


def list_records(engine: Engine, caller: Caller, integration_id: int) -> IntegrationRecords:
    """List an integration's latest records, so that they can be undone.

    Raises:
        NotAllowed: the caller is not a steward.
    """
    caller.require_steward(MANAGE_ACTION)
    with reading(engine) as session:
        row = _load_integration(session, caller, integration_id)
        found = api_tokens.recent_records(
            session, workspace_id=caller.team.id, by=recorder_mark(row.name), limit=MAX_RECENT_RECORDS
        )
        rated = [(name, RatingEntry(one.id or 0, Side(one.side), one.level, one.note)) for name, one in found[1]]
        return IntegrationRecords(row.name, [(name, Entry.of(one)) for name, one in found[0]], rated)


def recorded_lately(engine: Engine, caller: Caller) -> Sequence[tuple[int, str, int]]:
    """Return which of the caller's own integrations recorded something in the last days: id, name and how much."""
    since = caller.now - RECENT
    with reading(engine) as session:
        mine = [
            row
            for row in api_tokens.list_active(session, workspace_id=caller.team.id)
            if row.made_by == caller.user_id and row.last_used_on is not None
        ]
        counted = [
            (
                row.id or 0,
                row.name,
                api_tokens.count_records(session, workspace_id=caller.team.id, by=recorder_mark(row.name), since=since),
            )
            for row in mine
        ]
    return [one for one in counted if one[2]]


def authenticate(engine: Engine, token: str) -> ApiClient | None:
    """Find the integration of a token. None if it is unknown or revoked, or its workspace uninstalled Tend.

    The lookup is by hash, so its timing reveals nothing about any token.
    """
    if len(token) != TOKEN_LENGTH or not token.startswith(TOKEN_PREFIX):
        return None
    with reading(engine) as session:
        row = api_tokens.find_by_token(session, token_hash=hash_secret(token))
        if row is None or row.id is None:
            return None
        workspace = workspaces.get(session, workspace_id=row.workspace_id)
        if workspace.uninstalled_at is not None:
            return None
        return ApiClient(row.id, Team.of(workspace), row.name, row.made_by, row.reads_scores)


@retried
def count_request(engine: Engine, client: ApiClient, now: datetime) -> bool:
    """Count a request of an integration. Return False if its token was revoked meanwhile.

    Raises:
        RateLimited: it is over its limit for this minute.
    """
    minute = now.astimezone(UTC).replace(second=0, microsecond=0)
    with writing(engine) as session:
        of = {"workspace_id": client.team.id, "integration_id": client.id}
        number = api_tokens.count_request(session, **of, minute=minute, day=client.team.today(now))
    if number > REQUESTS_PER_MINUTE:
        raise RateLimited(max(1, int((minute + timedelta(minutes=1) - now).total_seconds() + 0.999)))
    return number > 0


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
