"""The workspaces that Tend serves, and a Slack client for each."""

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from slack_sdk import WebClient
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from bot.clock import Clock
from bot.errors import NotAllowed
from bot.slack.origin import Origin
from bot.workspace.team import Team
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.workspaces import workspaces

log = logging.getLogger(__name__)


class SeveralWorkspaces(NotAllowed):
    """Somebody is in several workspaces with Tend, and a request does not say of which it is. `client` can answer."""

    def __init__(self, text: str, client: WebClient) -> None:
        super().__init__(text)
        self.client = client


class Workspaces(Protocol):
    """The workspaces that Tend serves. Methods that call Slack may raise SlackApiError or OSError."""

    def team(self, team_id: str) -> Team | None:
        """Return a workspace by its Slack id, or None if Tend is not installed there."""

    def find(self, origin: Origin) -> Team | None:
        """Return the workspace that a request is of, or None. May raise SeveralWorkspaces."""

    def sharing(self, team: Team) -> Sequence[Team]:
        """Return the workspaces that an event of the team's installation may be about."""

    def teams(self) -> Sequence[Team]:
        """Return all workspaces that have Tend installed."""

    def due(self, now: datetime) -> Sequence[tuple[Team, datetime | None]]:
        """Return the workspaces to check now, each with its scheduled time, or None if every tick checks it."""

    def check(self) -> None:
        """Check the credentials, and raise an error that explains what is wrong."""

    def client(self, team: Team) -> WebClient:
        """Return a client for the workspace's bot, or raise NotInstalled."""

    def refresh_token(self, team: Team) -> None:
        """Renew the token if it expires soon. Call this regularly, from a background job."""

    def uninstalled(self, team: Team, at: datetime) -> None:
        """Record that the workspace uninstalled Tend."""

    def organisation_changed(self, enterprise_id: str, event: Mapping[str, Any], at: datetime) -> None:
        """Record what Slack tells of an organisation's installation."""


@dataclass(slots=True)
class SingleWorkspace:
    """A single bot token and its workspace. The workspace is looked up once per process."""

    engine: Engine
    clock: Clock
    only_client: WebClient
    _identity: dict[str, Any] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def identity(self) -> dict[str, Any]:
        """Return the cached result of `auth.test`."""
        with self._lock:
            if self._identity is None:
                answer = self.only_client.auth_test()
                self._identity = {key: answer.get(key) for key in ("team_id", "team", "user_id", "url")}
            return self._identity

    @retried
    def connect(self, team_id: str | None = None) -> Team:
        """Return the token's workspace, and create or adopt it on the first connection.

        `team_id`, from a request, is used only if `auth.test` names no team.
        """
        identity = self.identity()
        team_id = identity["team_id"] or team_id
        if team_id is None:
            return self._nameless()
        workspace = self._known(team_id)
        if (
            workspace
            and workspace.bot_user_id == identity["user_id"]
            and workspace.name == (identity["team"] or workspace.name)
        ):
            return workspace
        try:
            with writing(self.engine) as session:
                return Team.of(
                    workspaces.connect(
                        session,
                        team_id=team_id,
                        name=identity["team"] or "",
                        bot_user_id=identity["user_id"],
                        now=self.clock(),
                    )
                )
        except IntegrityError:
            if created := self._known(team_id):
                return created  # another process has just created it
            raise

    def teams(self) -> Sequence[Team]:
        """Return the token's workspace."""
        return [self.connect()]

    def due(self, now: datetime) -> Sequence[tuple[Team, datetime | None]]:
        """Return the token's workspace. Every tick checks it."""
        return [(team, None) for team in self.teams()]

    def check(self) -> None:
        """Connect, or raise SlackApiError if the token is invalid."""
        self.connect()

    def client(self, team: Team) -> WebClient:
        """Return the only client."""
        return self.only_client

    def refresh_token(self, team: Team) -> None:
        """Do nothing: a single token does not expire."""

    def uninstalled(self, team: Team, at: datetime) -> None:
        """Log it. Slack has revoked the token, so only the operator can supply a new one."""
        log.warning("Tend was uninstalled; its token is no longer good")

    def find(self, origin: Origin) -> Team | None:
        """Return the workspace of a request."""
        return self.team(origin.team_ids[0]) if origin.team_ids else None

    def sharing(self, team: Team) -> Sequence[Team]:
        """Return the workspace alone."""
        return [team]

    def organisation_changed(self, enterprise_id: str, event: Mapping[str, Any], at: datetime) -> None:
        """Do nothing: one token is no organisation's."""

    def team(self, team_id: str) -> Team | None:
        """Return the workspace of a request, or None if the token belongs to another one."""
        if self.identity()["team_id"] not in (None, team_id):
            return None  # also if the database knows it: the token has changed since
        if existing := self._known(team_id):
            return existing
        if self.identity()["team_id"] is None and self._nameless().team_id is not None:
            return None  # the first team that sent a request is the one
        connected = self.connect(team_id)
        return connected if connected.team_id == team_id else None

    @retried
    def _nameless(self) -> Team:
        """Return the only workspace, or an unconnected one, when `auth.test` names no team."""
        with writing(self.engine) as session:
            rows = workspaces.list_workspaces(session)
            return Team.of(rows[0] if rows else workspaces.get_or_create_unconnected(session, now=self.clock()))

    def _known(self, team_id: str) -> Team | None:
        with reading(self.engine) as session:
            row = workspaces.find_by_team(session, team_id=team_id)
            return None if row is None else Team.of(row)
