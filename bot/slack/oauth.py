"""Workspaces that install the app via OAuth. Their tokens are stored encrypted in the database."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.oauth.installation_store.models import Bot
from slack_sdk.oauth.installation_store.models import Installation as Installed
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from bot.clock import Clock
from bot.config import Settings
from bot.errors import NotInstalled
from bot.process.metrics import Metrics
from bot.slack.client import make_client
from bot.slack.manifest import GRANTED, REVOKED
from bot.slack.members import fetch_team_ids
from bot.slack.organisations import LOOK_AGAIN_AFTER, MAX_CLOCK_SKEW, Organisations, has_token_ended
from bot.slack.origin import Origin
from bot.slack.token_renewal import RENEW_BEFORE, RENEW_NOW_BEFORE, TokenRenewal
from bot.slack.token_store import EncryptedInstallationStore, Holder, TokenCipher
from bot.slack.workspaces import SeveralWorkspaces
from bot.workspace.team import Team
from storage.db import check_schedule
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.workspaces import workspaces

log = logging.getLogger(__name__)

SEVERAL = "Tend can't tell which of your workspaces this is for"
IN_ONE = "Type a command, such as /partner list, in the one you mean."


@dataclass(slots=True)
class OAuthWorkspaces:
    """All workspaces that have the app installed via OAuth."""

    engine: Engine
    clock: Clock
    settings: Settings
    store: EncryptedInstallationStore
    metrics: Metrics
    renewal: TokenRenewal
    organisations: Organisations

    @classmethod
    def build(cls, settings: Settings, engine: Engine, clock: Clock, metrics: Metrics) -> OAuthWorkspaces:
        """Build from the client id, client secret and token key.

        Raises:
            ConfigurationError: one of them is missing or invalid.
        """
        client_id = settings.need("slack_client_id")
        settings.need("slack_client_secret")
        store = EncryptedInstallationStore(client_id, TokenCipher(settings.need("tend_token_key")))
        renewal = TokenRenewal(engine, clock, settings, store)
        organisations = Organisations(engine, clock, settings, store, metrics, renewal)
        return cls(engine, clock, settings, store, metrics, renewal, organisations)

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
        """Return a client with the workspace's token, else its organisation's, or raise NotInstalled."""
        holder = Holder(team.team_id)
        bot = self._bot(holder)
        if bot is not None and self.renewal.runs_out(bot, RENEW_NOW_BEFORE):
            self.renewal.renew(holder, bot)
            bot = self._bot(holder)
        if bot is None and team.enterprise_id and team.team_id:
            return self.organisations.client(team.enterprise_id, team.team_id)
        if bot is None:
            raise NotInstalled
        client = make_client(bot.bot_token, self.settings.slack_api_url)
        self.metrics.count_calls_of(client)
        return client

    def refresh_token(self, team: Team) -> None:
        """Renew a token that expires within RENEW_BEFORE. A failed renewal is retried on the next call."""
        holder = Holder(team.team_id)
        bot = self._bot(holder)
        if bot is not None and self.renewal.runs_out(bot, RENEW_BEFORE):
            self.renewal.renew(holder, bot)
        if team.enterprise_id:
            self.organisations.look_after(team.enterprise_id)

    def installed(self, installation: Installed) -> Sequence[Team]:
        """Store an installation and reconnect the data of an earlier one.

        Return the workspaces that have Tend by it: one, or those that an organisation granted it so far.
        """
        installation.installed_at = self.clock().timestamp()
        if installation.is_enterprise_install:
            return self.organisations.installed(installation)
        try:
            return [self._installed(installation)]
        except IntegrityError:
            return [self._installed(installation)]  # another process has just created the workspace

    @retried
    def uninstalled(self, team: Team, at: datetime) -> None:
        """Delete the tokens at once. The data stay until they are purged.

        Slack's event may arrive after the workspace has installed Tend again. It is ignored then.
        """
        holder = Holder(team.team_id)
        with reading(self.engine) as session:
            began = self.store.within(session).started_at(holder)
        if began is None and team.enterprise_id:
            self._check_organisation(team.enterprise_id, at)
            return
        if began is not None and not self._has_ended(holder, began, at):
            log.info("ignored an uninstall event of %s that is older than its installation", team.team_id)
            return
        with writing(self.engine) as session:
            row = workspaces.lock_by_team(session, team_id=team.team_id or "")
            store = self.store.within(session)
            if row is None or store.started_at(holder) != began:
                return  # installed again since we looked
            store.delete(holder)
            if row.enterprise_id is None:
                row.uninstalled_at = row.uninstalled_at or self.clock()
            elif bot := store.bot(Holder(None, row.enterprise_id)):
                row.bot_user_id = bot.bot_user_id  # it goes on with the organisation's
            session.add(row)

    def find(self, origin: Origin) -> Team | None:
        """Return the workspace that a request is of, or None if none of those that it names has Tend.

        Of an organisation, a workspace that was granted Tend without our hearing of it is taken in.

        Raises:
            SeveralWorkspaces: somebody is in several, and Slack does not say in which.
        """
        if origin.enterprise_id is None:
            return next((team for one in origin.team_ids if (team := self.team(one))), None)
        found = self._granted(origin)
        if found is None and origin.is_for_all:
            return next(iter(self.organisations.teams(origin.enterprise_id)), None)
        if found is None and self.organisations.sync_if_old(origin.enterprise_id, LOOK_AGAIN_AFTER):
            found = self._granted(origin)
        if found is None and origin.user_id:
            found = self._of_member(origin.enterprise_id, origin.user_id)
        return found

    def organisation_changed(self, enterprise_id: str, event: Mapping[str, Any], at: datetime) -> None:
        """Take in what Slack tells of an organisation's installation."""
        if event["type"] == GRANTED:
            with suppress(NotInstalled):  # the installation asks by itself
                self.organisations.sync(enterprise_id)
        elif event["type"] == REVOKED:
            self.organisations.revoked(enterprise_id, event.get("team_ids") or (), at)
        else:
            self.organisations.uninstalled(enterprise_id, at)

    def sharing(self, team: Team) -> Sequence[Team]:
        """Return the workspaces that an event of the team's installation may be about."""
        return self.organisations.teams(team.enterprise_id) if team.enterprise_id else [team]

    # -- help

    def _granted(self, origin: Origin) -> Team | None:
        teams = (self.team(one) for one in origin.team_ids)
        return next((team for team in teams if team and team.enterprise_id == origin.enterprise_id), None)

    def _of_member(self, enterprise_id: str, user_id: str) -> Team | None:
        """Return the workspace with Tend that somebody is in, if it is one alone."""
        granted = self.organisations.teams(enterprise_id)
        if not granted:
            return None
        client = self.organisations.client(enterprise_id)
        theirs = set(fetch_team_ids(client, user_id))
        found = [team for team in granted if team.team_id in theirs]
        if len(found) > 1:
            names = ", ".join(team.name or team.team_id or "" for team in found)
            raise SeveralWorkspaces(f"{SEVERAL}: {names}. {IN_ONE}", client)
        return found[0] if found else None

    def _check_organisation(self, enterprise_id: str, at: datetime) -> None:
        """See whether an event of a workspace was of its organisation's installation, which Slack did not say."""
        with reading(self.engine) as session:
            bot = self.store.within(session).bot(Holder(None, enterprise_id))
        if has_token_ended(bot, self.settings.slack_api_url):
            self.organisations.uninstalled(enterprise_id, at)
        else:
            self.organisations.sync(enterprise_id)

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

    def _bot(self, holder: Holder) -> Bot | None:
        with reading(self.engine) as session:
            return self.store.within(session).bot(holder)

    def _has_ended(self, holder: Holder, began: datetime, at: datetime) -> bool:
        """Return whether the installation begun at `began` is the one that ended at `at`, not an earlier one."""
        if abs(at - began) > MAX_CLOCK_SKEW:
            return at > began
        return has_token_ended(self._bot(holder), self.settings.slack_api_url)  # too close to tell by the clock
