"""Other programs that may read and record by the API: their tokens made, recognised and revoked."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.activity.entries import Entry, Rated
from bot.actions.caller import Caller
from bot.errors import FieldError, NotFound
from bot.forms.partner_fields import LONGEST_NAME
from bot.workspace.team import Team
from scoring.vocabulary import Side
from storage.db.engine import reading, writing
from storage.ledger.activities import BY_API
from storage.name_key import name_key
from storage.partners import audit_log
from storage.tables import Integration
from storage.workspaces import api_tokens, workspaces

TOKEN_MARK = "tend_"
SHOWN = len(TOKEN_MARK) + 6
"""So many characters of a token are kept as they are, so that people tell one from another."""
TOKEN_LENGTH = len(TOKEN_MARK) + 43
LONGEST = LONGEST_NAME
MOST = 20
A_MINUTE = 120
"""So many requests one integration may make in a minute."""
MAKE_OR_REVOKE = "make or revoke integrations"
LAST = 10


@dataclass(frozen=True, slots=True)
class Listed:
    """An integration as stewards see it."""

    id: int
    name: str
    prefix: str
    by: str
    on: date
    last_used_on: date | None

    @classmethod
    def of(cls, row: Integration, team: Team) -> "Listed":
        assert row.id is not None  # stored
        return cls(row.id, row.name, row.prefix, row.made_by, team.today(row.made_at), row.last_used_on)


@dataclass(frozen=True, slots=True)
class Made:
    """A new integration, with its token: for the one who made it alone, now; it is kept nowhere."""

    made: Listed
    token: str


@dataclass(frozen=True, slots=True)
class Written:
    """What an integration recorded last, each with the partner's name."""

    name: str
    entries: Sequence[tuple[str, Entry]]
    ratings: Sequence[tuple[str, Rated]]


@dataclass(frozen=True, slots=True)
class Known:
    """Whose token it is, in which workspace."""

    id: int
    team: Team
    name: str

    def caller(self, now: datetime) -> Caller:
        """Who records, for the use cases: a member's rights, and a name that no member has."""
        return Caller(self.team, mark(self.name), now)


class TooMany(Exception):
    """More requests than one integration may make in a minute; `seconds` until the next one begins."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def mark(name: str) -> str:
    """Who recorded it, where an integration did."""
    return BY_API + name


def listing(engine: Engine, caller: Caller) -> Sequence[Listed]:
    """The workspace's integrations, the oldest first.

    Raises:
        NotAllowed: the caller is neither admin nor steward.
    """
    caller.must_be_steward(MAKE_OR_REVOKE)
    with reading(engine) as session:
        found = api_tokens.active(session, workspace_id=caller.team.id)
        return [Listed.of(row, caller.team) for row in found]


def make(engine: Engine, caller: Caller, name: str | None) -> Made:
    """A new integration, with a token of 256 random bits of which a hash is kept.

    Raises:
        NotAllowed: the caller is neither admin nor steward.
        FieldError: the name is none, too long, or another's.
    """
    caller.must_be_steward(MAKE_OR_REVOKE)
    name = _name(name)
    token = TOKEN_MARK + secrets.token_urlsafe(32)
    with writing(engine) as session:
        caller.once(session)
        there = api_tokens.active(session, workspace_id=caller.team.id)
        if any(name_key(one.name) == name_key(name) for one in there):
            raise FieldError("name", f"There is one called {name} already; revoke it first, or choose another name.")
        if len(there) >= MOST:
            raise FieldError("name", f"There are {MOST} integrations already; revoke one that nobody uses.")
        row = api_tokens.make(
            session,
            workspace_id=caller.team.id,
            name=name,
            prefix=token[:SHOWN],
            token_hash=hash_of(token),
            by=caller.user_id,
            now=caller.now,
        )
        _note(session, caller, None, name)
        return Made(Listed.of(row, caller.team), token)


def revoke(engine: Engine, caller: Caller, integration_id: int) -> str:
    """Make an integration's token of no use any more, at once; its name. What it recorded stays.

    Raises:
        NotAllowed: the caller is neither admin nor steward.
        NotFound: it is none of this workspace.
    """
    caller.must_be_steward(MAKE_OR_REVOKE)
    with writing(engine) as session:
        row = _row(session, caller, integration_id)
        of = {"workspace_id": caller.team.id, "integration_id": integration_id}
        if api_tokens.revoke(session, **of, by=caller.user_id, now=caller.now):
            _note(session, caller, row.name, None)
        return row.name


def written(engine: Engine, caller: Caller, integration_id: int) -> Written:
    """What an integration recorded last, so that it can be undone.

    Raises:
        NotAllowed: the caller is neither admin nor steward.
        NotFound: it is none of this workspace.
    """
    caller.must_be_steward(MAKE_OR_REVOKE)
    with reading(engine) as session:
        row = _row(session, caller, integration_id)
        found = api_tokens.recorded(session, workspace_id=caller.team.id, by=mark(row.name), limit=LAST)
        rated = [(name, Rated(one.id or 0, Side(one.side), one.level, one.note)) for name, one in found[1]]
        return Written(row.name, [(name, Entry.of(one)) for name, one in found[0]], rated)


def recognised(engine: Engine, token: str, now: datetime) -> Known | None:
    """Whose token that is; None for one that we did not make, that was revoked, or whose workspace left.

    It is looked up by its hash, so how long that takes tells nothing of any token.

    Raises:
        TooMany: it made more requests in this minute than it may.
    """
    if len(token) != TOKEN_LENGTH or not token.startswith(TOKEN_MARK):
        return None
    with reading(engine) as session:
        row = api_tokens.with_token(session, token_hash=hash_of(token))
        if row is None or row.id is None:
            return None
        workspace = workspaces.get(session, workspace_id=row.workspace_id)
        if workspace.uninstalled_at is not None:
            return None
        known = Known(row.id, Team.of(workspace), row.name)
    minute = now.astimezone(UTC).replace(second=0, microsecond=0)
    with writing(engine) as session:
        of = {"workspace_id": known.team.id, "integration_id": known.id}
        number = api_tokens.use(session, **of, minute=minute, day=known.team.today(now))
    if number > A_MINUTE:
        raise TooMany(max(1, int((minute + timedelta(minutes=1) - now).total_seconds() + 0.999)))
    return known if number else None


def hash_of(token: str) -> str:
    """A token as it is kept. It is random, so that no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def _name(name: str | None) -> str:
    name = " ".join((name or "").split())
    if not name_key(name):
        raise FieldError("name", "What is it? E.g. CRM, or Website form.")
    if len(name) > LONGEST:
        raise FieldError("name", f"A name has at most {LONGEST} characters; this one has {len(name)}.")
    return name


def _row(session: Session, caller: Caller, integration_id: int) -> Integration:
    row = api_tokens.get(session, workspace_id=caller.team.id, integration_id=integration_id)
    if row is None:
        raise NotFound("That integration is not in this workspace.")
    return row


def _note(session: Session, caller: Caller, old: str | None, new: str | None) -> None:
    audit_log.note(
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
