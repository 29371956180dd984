"""OAuth for a distributed app: codes, tokens and refresh tokens.

The source is Slack's pages on OAuth and token rotation. Codes and refresh tokens are single-use.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, cast

from bot.fake_slack.state.manifest import InstalledApp
from bot.fake_slack.state.models import FakeSlackError, Json, SlackError
from bot.fake_slack.state.workspace import WorkspaceState

CODE_LIFETIME = timedelta(minutes=10)
TOKEN_SECONDS = 43_200
ACCESS = "oauth.v2.access"


class Tokens:
    """Bot tokens of one workspace: valid ones with their expiry, and ended ones with their error code."""

    def __init__(self, *good: str) -> None:
        self._until: dict[str, datetime | None] = dict.fromkeys(good)
        self._ended: dict[str, str] = {}
        self._lock = threading.Lock()

    def __contains__(self, token: str) -> bool:
        with self._lock:
            return token in self._until or token in self._ended

    def add(self, token: str, until: datetime | None = None) -> None:
        """Add a valid token. Without `until` it does not expire."""
        with self._lock:
            self._until[token] = until

    def end(self, word: str, token: str | None = None) -> None:
        """End a token, or all of them. Calls then fail with the error code `word`."""
        with self._lock:
            for ended_token in [token] if token else list(self._until):
                self._until.pop(ended_token, None)
                self._ended[ended_token] = word

    def lasting(self) -> str | None:
        """Return a valid token that does not expire, or None."""
        with self._lock:
            return next((token for token, until in self._until.items() if until is None), None)

    def check(self, token: str, now: datetime) -> None:
        """Raise SlackError if the token is unknown, ended or expired."""
        with self._lock:
            if token in self._ended:
                raise SlackError(self._ended[token])
            if token not in self._until:
                raise SlackError("invalid_auth")
            until = self._until[token]
        if until is not None and now >= until:
            raise SlackError("token_expired")


class InstallTarget(Protocol):
    """A workspace that can install the app."""

    tokens: Tokens

    @property
    def world(self) -> WorkspaceState: ...


class OrganisationTarget(Protocol):
    """An organisation that can install the app."""

    tokens: Tokens

    def install(self, app: InstalledApp, scopes: tuple[str, ...]) -> None: ...


@dataclass(frozen=True)
class Grant:
    """An approval of the app in a workspace, or in all workspaces of an `organisation`."""

    workspace: InstallTarget
    user: str
    scopes: tuple[str, ...]
    redirect: str
    at: datetime
    organisation: str | None = None


@dataclass
class Distribution:
    """A distributed app with its codes and refresh tokens. Thread-safe."""

    app: InstalledApp
    client_id: str
    client_secret: str
    rotates: bool
    in_marketplace: bool = False
    _codes: dict[str, Grant] = field(default_factory=dict)
    _refresh: dict[str, Grant] = field(default_factory=dict)
    _spent: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def redirect_of(self, wanted: str | None) -> str:
        """Return `wanted`, or the manifest's first redirect URL. Raise FakeSlackError if it is not allowed."""
        if wanted is None:
            wanted = next(iter(self.app.redirects), "")
        if not any(wanted.startswith(prefix) for prefix in self.app.redirects):
            raise FakeSlackError("redirect_uri did not match any configured URIs")
        return wanted

    def grant(self, grant: Grant) -> str:
        """Issue a code for a grant."""
        with self._lock:
            code = secrets.token_hex(12)
            self._codes[code] = grant
            return code

    def forget(self, workspace: InstallTarget) -> None:
        """Delete a workspace's refresh tokens."""
        with self._lock:
            tokens = [token for token, grant in self._refresh.items() if grant.workspace is workspace]
            for token in tokens:
                del self._refresh[token]

    def access(self, args: Json) -> Json:
        """oauth.v2.access: exchange a code or a refresh token for tokens."""
        if args.get("client_id") != self.client_id:
            raise SlackError("invalid_client_id")
        if args.get("client_secret") != self.client_secret:
            raise SlackError("bad_client_secret")
        kind = args.get("grant_type") or "authorization_code"
        take: dict[str, Callable[[Json], Grant]] = {"authorization_code": self._code, "refresh_token": self._refreshed}
        if kind not in take:
            raise SlackError("invalid_grant_type")
        with self._lock:
            return self._hand_out(take[str(kind)](args))

    def _code(self, args: Json) -> Grant:
        code = str(args.get("code", ""))
        if code in self._spent:
            raise SlackError("code_already_used")
        grant = self._codes.get(code)
        if grant is None or grant.workspace.world.clock() - grant.at > CODE_LIFETIME:
            raise SlackError("invalid_code")
        if args.get("redirect_uri") not in (None, grant.redirect):
            raise SlackError("bad_redirect_uri")
        self._spent.add(code)
        return grant

    def _refreshed(self, args: Json) -> Grant:
        if not self.rotates:
            raise SlackError("token_rotation_not_enabled")
        grant = self._refresh.pop(str(args.get("refresh_token", "")), None)
        if grant is None:
            raise SlackError("invalid_refresh_token")
        return grant

    def _hand_out(self, grant: Grant) -> Json:
        world, more = grant.workspace.world, dict[str, object]()
        tokens = self._installed(grant, world)
        if self.rotates:
            token, refresh = f"xoxe.xoxb-1-{secrets.token_hex(20)}", f"xoxe-1-{secrets.token_hex(20)}"
            tokens.add(token, world.clock() + timedelta(seconds=TOKEN_SECONDS))
            self._refresh[refresh] = grant
            more = {"refresh_token": refresh, "expires_in": TOKEN_SECONDS}
        else:
            token = tokens.lasting() or f"xoxb-{secrets.token_hex(20)}"
            tokens.add(token)
        if not self.in_marketplace:
            world.limit_history()
        team = None if grant.organisation else {"id": world.team_id, "name": world.team_name}
        name = world.organisation.name if world.organisation else "Org"
        return {
            "app_id": world.app_id,
            "authed_user": {"id": grant.user},
            "scope": ",".join(grant.scopes),
            "token_type": "bot",
            "access_token": token,
            "bot_user_id": world.bot_user,
            "team": team,
            "enterprise": {"id": grant.organisation, "name": name} if grant.organisation else None,
            "is_enterprise_install": grant.organisation is not None,
            **more,
        }

    def _installed(self, grant: Grant, world: WorkspaceState) -> Tokens:
        """Install the app in the workspace or its organisation, and return the tokens that it has there."""
        if grant.organisation is not None and world.organisation is not None:
            organisation = cast(OrganisationTarget, world.organisation)
            organisation.install(self.app, grant.scopes)
            return organisation.tokens
        world.installed, world.scopes = self.app, grant.scopes
        return grant.workspace.tokens
