"""Which workspaces this Tend serves, and the client that reaches each."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from slack_sdk import WebClient
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from bot.clock import Clock
from bot.workspace.team import Team
from storage.db.engine import reading, writing
from storage.workspaces import workspaces

log = logging.getLogger(__name__)


class Workspaces(Protocol):
    """The workspaces that this Tend serves, and the way to each. Calls of Slack may raise SlackApiError or OSError."""

    def team(self, team_id: str) -> Team | None:
        """The workspace that a request comes from; None where Tend is not installed."""

    def teams(self) -> Sequence[Team]:
        """All that are to be looked after."""

    def due(self, now: datetime) -> Sequence[tuple[Team, datetime | None]]:
        """Those of them that may need something at that instant, with when the look at each was planned for; None where
        none is ever planned, and each tick looks."""

    def check(self) -> None:
        """Try what this Tend was given to reach them; raises what is to be said of it."""

    def client(self, team: Team) -> WebClient:
        """Speaks to Slack as the bot of that workspace; raises NotInstalled where it has none any more."""

    def refresh_token(self, team: Team) -> None:
        """Do what the token needs to stay good. To be called now and then where nobody waits for an answer."""

    def uninstalled(self, team: Team, at: datetime) -> None:
        """The workspace threw Tend out at that instant: from now on nothing speaks to it."""


@dataclass(slots=True)
class SingleWorkspace:
    """One bot token and the workspace it belongs to, which Slack is asked for once a process."""

    engine: Engine
    clock: Clock
    only_client: WebClient
    _identity: dict[str, Any] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def identity(self) -> dict[str, Any]:
        """What Slack says of the token (`auth.test`).

        Raises:
            slack_sdk.errors.SlackApiError: the token is not good.
        """
        with self._lock:
            if self._identity is None:
                answer = self.only_client.auth_test()
                self._identity = {key: answer.get(key) for key in ("team_id", "team", "user_id", "url")}
            return self._identity

    def connect(self, team_id: str | None = None) -> Team:
        """The token's workspace, made or adopted at the first connection.

        `team_id` is what a request calls itself; it counts only where Slack does not say whose the token is.
        """
        identity = self.identity()
        team_id = identity["team_id"] or team_id
        if team_id is None:
            return self._nameless()
        known = self._known(team_id)
        if known and known.bot_user_id == identity["user_id"] and known.name == (identity["team"] or known.name):
            return known
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
            if made := self._known(team_id):
                return made  # by another process, a moment ago
            raise

    def teams(self) -> Sequence[Team]:
        """The token's workspace.

        Raises:
            slack_sdk.errors.SlackApiError: the token is not good.
        """
        return [self.connect()]

    def due(self, now: datetime) -> Sequence[tuple[Team, datetime | None]]:
        """The same: one is looked at in every tick.

        Raises:
            slack_sdk.errors.SlackApiError: the token is not good.
        """
        return [(team, None) for team in self.teams()]

    def check(self) -> None:
        """Ask whose the token is.

        Raises:
            slack_sdk.errors.SlackApiError: it is not good.
        """
        self.connect()

    def client(self, team: Team) -> WebClient:
        """The one there is."""
        return self.only_client

    def refresh_token(self, team: Team) -> None:
        """Nothing: it does not run out."""

    def uninstalled(self, team: Team, at: datetime) -> None:
        """Slack takes the token back by itself; whoever gave it to us can only make a new one."""
        log.warning("Tend was uninstalled; its token is no longer good")

    def team(self, team_id: str) -> Team | None:
        """The workspace that a request comes from; None if the token is another's."""
        if self.identity()["team_id"] not in (None, team_id):
            return None  # also where the database holds it: its token was given up since
        if known := self._known(team_id):
            return known
        if self.identity()["team_id"] is None and self._nameless().team_id is not None:
            return None  # the first that asked is the one
        connected = self.connect(team_id)
        return connected if connected.team_id == team_id else None

    def _nameless(self) -> Team:
        """Where nobody says whose the token is: the workspace there is, else the one that waits for its team."""
        with writing(self.engine) as session:
            rows = workspaces.list_workspaces(session)
            return Team.of(rows[0] if rows else workspaces.get_or_create_unconnected(session, now=self.clock()))

    def _known(self, team_id: str) -> Team | None:
        with reading(self.engine) as session:
            row = workspaces.find_by_team(session, team_id=team_id)
            return None if row is None else Team.of(row)
