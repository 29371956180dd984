"""Workspaces that install the app via OAuth. Their tokens are stored encrypted in the database."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store.models import Bot
from slack_sdk.oauth.installation_store.models import Installation as Installed
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session

from bot.clock import Clock
from bot.config import Settings
from bot.errors import NotInstalled
from bot.process.metrics import Metrics
from bot.slack.client import TOKEN_ENDED_ERRORS, make_client, slack_error_code
from bot.slack.token_store import EncryptedInstallationStore, TokenCipher
from bot.workspace.team import Team
from storage.db import check_schedule
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.workspaces import seen_requests, workspaces

log = logging.getLogger(__name__)

RENEW_BEFORE = timedelta(hours=2)
RENEW_NOW_BEFORE = timedelta(minutes=15)
"""A request renews a token only this close to its expiry. Earlier, the worker does, so that nobody waits."""
RENEWAL_LEASE = timedelta(minutes=10)
STORE_ATTEMPTS = 5
STORE_PAUSE_SECONDS = 1.0
MAX_CLOCK_SKEW = timedelta(minutes=2)
"""How far Slack's clock may differ from ours. The order of two events closer than this is unknown."""


@dataclass(slots=True)
class OAuthWorkspaces:
    """All workspaces that have the app installed via OAuth."""

    engine: Engine
    clock: Clock
    settings: Settings
    store: EncryptedInstallationStore
    metrics: Metrics

    @classmethod
    def build(cls, settings: Settings, engine: Engine, clock: Clock, metrics: Metrics) -> OAuthWorkspaces:
        """Build from the client id, client secret and token key.

        Raises:
            ConfigurationError: one of them is missing or invalid.
        """
        client_id = settings.need("slack_client_id")
        settings.need("slack_client_secret")
        store = EncryptedInstallationStore(client_id, TokenCipher(settings.need("tend_token_key")))
        return cls(engine, clock, settings, store, metrics)

    def check(self) -> None:
        """Check that the keys decrypt every stored token, or raise ConfigurationError."""
        with reading(self.engine) as session:
            self.store.decrypt_all(session)

    def team(self, team_id: str) -> Team | None:
        """Return an installed workspace, or None."""
        with reading(self.engine) as session:
            row = workspaces.find_by_team(session, team_id=team_id)
            return Team.of(row) if row is not None and row.uninstalled_at is None else None

    def teams(self) -> Sequence[Team]:
        """Return all installed workspaces, oldest first."""
        with reading(self.engine) as session:
            return [Team.of(row) for row in workspaces.list_installed(session)]

    @retried
    def due(self, now: datetime) -> Sequence[tuple[Team, datetime | None]]:
        """Return the workspaces whose check is due or whose data changed, oldest first."""
        rows = self._due(now)
        if any(planned is None for _, planned in rows):
            with writing(self.engine) as session:
                check_schedule.start_changed(session, now=now)
            rows = self._due(now)  # includes changes made before they were scheduled
        return [(team, planned or now) for team, planned in rows]

    def _due(self, now: datetime) -> list[tuple[Team, datetime | None]]:
        with reading(self.engine) as session:
            return [(Team.of(row), row.look_at) for row in check_schedule.due_workspaces(session, now=now)]

    def client(self, team: Team) -> WebClient:
        """Return a client with the workspace's token, or raise NotInstalled."""
        bot = self._bot(team)
        if bot is not None and self._runs_out(bot, RENEW_NOW_BEFORE):
            self._renew(team, bot)
            bot = self._bot(team)
        if bot is None:
            raise NotInstalled
        client = make_client(bot.bot_token, self.settings.slack_api_url)
        self.metrics.count_calls_of(client)
        return client

    def refresh_token(self, team: Team) -> None:
        """Renew a token that expires within RENEW_BEFORE. A failed renewal is retried on the next call."""
        bot = self._bot(team)
        if bot is not None and self._runs_out(bot, RENEW_BEFORE):
            self._renew(team, bot)

    def installed(self, installation: Installed) -> Team:
        """Store an installation and reconnect the data of an earlier one."""
        installation.installed_at = self.clock().timestamp()
        try:
            return self._installed(installation)
        except IntegrityError:
            return self._installed(installation)  # another process has just created the workspace

    @retried
    def uninstalled(self, team: Team, at: datetime) -> None:
        """Delete the tokens at once. The data stay until they are purged.

        Slack's event may arrive after the workspace has installed Tend again. It is ignored then.
        """
        with reading(self.engine) as session:
            began = self.store.within(session).started_at(team.team_id)
        if began is not None and not self._has_ended(team, began, at):
            log.info("ignored an uninstall event of %s that is older than its installation", team.team_id)
            return
        with writing(self.engine) as session:
            row = workspaces.lock_by_team(session, team_id=team.team_id or "")
            store = self.store.within(session)
            if row is None or store.started_at(team.team_id) != began:
                return  # installed again since we looked
            store.delete_all(enterprise_id=None, team_id=team.team_id)
            row.uninstalled_at = row.uninstalled_at or self.clock()
            session.add(row)

    # -- help

    @retried
    def _installed(self, installation: Installed) -> Team:
        with writing(self.engine) as session:
            row = workspaces.connect(
                session,
                team_id=installation.team_id or "",
                name=installation.team_name or "",
                bot_user_id=installation.bot_user_id,
                now=self.clock(),
                adopt=False,
            )
            self.store.within(session).save(installation)
            return Team.of(row)

    def _bot(self, team: Team) -> Bot | None:
        with reading(self.engine) as session:
            return self.store.within(session).find_bot(enterprise_id=None, team_id=team.team_id)

    def _known(self, session: Session, team: Team) -> Installed | None:
        return self.store.within(session).find_installation(enterprise_id=None, team_id=team.team_id)

    def _has_ended(self, team: Team, began: datetime, at: datetime) -> bool:
        """Return whether the installation begun at `began` is the one that ended at `at`, not an earlier one."""
        if abs(at - began) > MAX_CLOCK_SKEW:
            return at > began
        try:  # too close to tell by the clock, so test the token
            bot = self._bot(team)
            make_client(bot.bot_token if bot else None, self.settings.slack_api_url).auth_test()
        except SlackApiError as error:
            if slack_error_code(error) in TOKEN_ENDED_ERRORS:
                return True
            raise
        return False

    def _runs_out(self, bot: Bot, within: timedelta) -> bool:
        ends = bot.bot_token_expires_at
        return ends is not None and int(ends) < (self.clock() + within).timestamp()

    @retried
    def _renew(self, team: Team, bot: Bot) -> None:
        """Exchange the refresh token. It is single-use, so a lease lets only one process do it."""
        with writing(self.engine) as session:
            key = f"renew:{bot.bot_token_expires_at}"
            if not seen_requests.try_lease(
                session, workspace_id=team.id, key=key, now=self.clock(), lasts=RENEWAL_LEASE
            ):  # also proves that the database is writable before the old token is used up
                return
        try:
            answer = make_client(None, self.settings.slack_api_url, patience=0).oauth_v2_access(
                client_id=self.store.client_id,
                client_secret=self.settings.need("slack_client_secret"),
                grant_type="refresh_token",
                refresh_token=bot.bot_refresh_token,
            )
        except SlackApiError as error:
            log.warning("could not renew the token of %s: %s", team.team_id, slack_error_code(error))
        except (OSError, HTTPException) as error:
            log.warning("could not renew the token of %s: %s", team.team_id, type(error).__name__)
        else:
            self._keep(team, bot, dict(answer.data) if isinstance(answer.data, dict) else {})

    def _keep(self, team: Team, old: Bot, answer: dict[str, Any]) -> None:
        """Store the new tokens. They exist nowhere else, so database errors are retried."""
        team_id = (answer.get("team") or {}).get("id")
        if team_id != team.team_id or not (answer.get("access_token") and answer.get("refresh_token")):
            log.error("could not renew the token of %s: Slack's response has no usable token", team.team_id)
            return
        lasts = answer.get("expires_in")  # missing if the app no longer rotates tokens
        ends = None if lasts is None else int(self.clock().timestamp()) + int(lasts)
        for attempt in range(1, STORE_ATTEMPTS + 1):
            try:
                return self._replace(team, old, answer["access_token"], answer["refresh_token"], ends)
            except DBAPIError:
                if attempt == STORE_ATTEMPTS:
                    log.error("could not store the renewed tokens of %s; it has to install Tend again", team.team_id)
                    raise
                time.sleep(STORE_PAUSE_SECONDS)

    @retried
    def _replace(self, team: Team, old: Bot, token: str, refresh: str, ends: int | None) -> None:
        with writing(self.engine) as session:
            workspaces.lock_by_team(session, team_id=team.team_id or "")  # blocks a concurrent install or uninstall
            installation = self._known(session, team)
            if installation is None or installation.bot_refresh_token != old.bot_refresh_token:
                return  # uninstalled or reinstalled during the call
            installation.bot_token, installation.bot_refresh_token, installation.bot_token_expires_at = (
                token,
                refresh,
                ends,
            )
            self.store.within(session).save(installation)
