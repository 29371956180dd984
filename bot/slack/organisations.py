"""Organisations (Enterprise Grid) that install the app once for many workspaces.

Slack adds the app to none of them by installing it: an administrator does, one by one. What Slack lists is what counts
(`auth.teams.list`); its events only say when to look.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store.models import Bot
from slack_sdk.oauth.installation_store.models import Installation as Installed
from sqlalchemy import Engine
from sqlmodel import Session

from bot.clock import Clock
from bot.config import Settings
from bot.errors import NotInstalled
from bot.process.log_config import safe_repr
from bot.process.metrics import Metrics
from bot.slack.client import TOKEN_ENDED_ERRORS, OrganisationClient, make_client, slack_error_code
from bot.slack.token_renewal import RENEW_BEFORE, RENEW_NOW_BEFORE, TokenRenewal
from bot.slack.token_store import EncryptedInstallationStore, Holder
from bot.workspace.team import Team
from storage.db.engine import reading, writing
from storage.db.locks import take_organisations_turn
from storage.db.retry import retried
from storage.tables import Workspace
from storage.workspaces import organisations, workspaces

log = logging.getLogger(__name__)

TEAMS_PAGE = 1_000
LOOK_AGAIN_AFTER = timedelta(minutes=1)
"""How long a process believes what Slack listed, when requests come from a workspace that was not on the list."""
COMPARE_EVERY = timedelta(hours=6)
"""How often a worker compares, so that an event that Slack could not deliver costs half a day at most."""
MAX_CLOCK_SKEW = timedelta(minutes=2)
"""How far Slack's clock may differ from ours. The order of two events closer than this is unknown."""


@dataclass(slots=True)
class Organisations:
    """All organisations that have the app installed, and the workspaces in which they granted it."""

    engine: Engine
    clock: Clock
    settings: Settings
    store: EncryptedInstallationStore
    metrics: Metrics
    renewal: TokenRenewal
    _looked_at: dict[str, datetime] = field(default_factory=dict)

    def client(self, enterprise_id: str, team_id: str | None = None) -> WebClient:
        """Return a client with the organisation's token, for one of its workspaces or for none.

        Raises:
            NotInstalled: the organisation has no installation.
        """
        holder = Holder(None, enterprise_id)
        bot = self._bot(holder)
        if bot is not None and self.renewal.runs_out(bot, RENEW_NOW_BEFORE):
            self.renewal.renew(holder, bot)
            bot = self._bot(holder)
        if bot is None:
            raise NotInstalled
        client = (
            OrganisationClient.make(bot.bot_token, self.settings.slack_api_url, team_id)
            if team_id
            else make_client(bot.bot_token, self.settings.slack_api_url)
        )
        self.metrics.count_calls_of(client)
        return client

    def names(self) -> dict[str, str]:
        """Return the names of all organisations that have an installation, by id."""
        with reading(self.engine) as session:
            return dict(self.store.within(session).organisations())

    def teams(self, enterprise_id: str) -> Sequence[Team]:
        """Return the workspaces that the organisation granted Tend, oldest first."""
        with reading(self.engine) as session:
            return [Team.of(row) for row in organisations.list_granted(session, enterprise_id=enterprise_id)]

    def installed(self, installation: Installed) -> Sequence[Team]:
        """Store an installation, and return the workspaces that have Tend by it already."""
        enterprise_id = installation.enterprise_id or ""
        self._store(enterprise_id, installation)
        try:
            return self.sync(enterprise_id)
        except (SlackApiError, OSError, HTTPException) as error:
            # It stands. What is granted is told by an event, and asked for again on first use.
            log.warning("could not ask for the workspaces of %s: %s", enterprise_id, safe_repr(error))
            return self.teams(enterprise_id)

    @retried
    def _store(self, enterprise_id: str, installation: Installed) -> None:
        with writing(self.engine) as session:
            take_organisations_turn(session, enterprise_id=enterprise_id)
            self.store.within(session).save(installation)

    def listed(self, enterprise_id: str) -> dict[str, str]:
        """Ask Slack for the workspaces of the organisation that the app was added to: their names by id."""
        client = self.client(enterprise_id)
        listed: dict[str, str] = {}
        cursor = ""
        while True:
            page = client.auth_teams_list(limit=TEAMS_PAGE, cursor=cursor or None)
            listed |= {str(one["id"]): str(one.get("name") or "") for one in page.get("teams") or ()}
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return listed

    def sync(self, enterprise_id: str) -> Sequence[Team]:
        """Bring the organisation's workspaces in line with those that Slack lists, and return them.

        A workspace that is new gets a record of its own. One that is no longer listed is uninstalled.

        Raises:
            NotInstalled: the organisation has no installation.
            SlackApiError, OSError: Slack did not say.
        """
        self._looked_at[enterprise_id] = asked_at = self.clock()
        began = self._began(enterprise_id)
        self._apply(enterprise_id, self.listed(enterprise_id), began, asked_at)
        return self.teams(enterprise_id)

    def sync_if_old(self, enterprise_id: str, age: timedelta) -> bool:
        """Do the same unless this process just did. False if it did, or the organisation has no installation."""
        looked_at = self._looked_at.get(enterprise_id)
        if looked_at is not None and abs(self.clock() - looked_at) < age:
            return False
        try:
            self.sync(enterprise_id)
        except NotInstalled:
            return False
        return True

    def revoked(self, enterprise_id: str, team_ids: Sequence[str], at: datetime) -> None:
        """Note that workspaces were taken away. The event may arrive after they were granted again."""
        rows = [row for row in self.teams(enterprise_id) if row.team_id in team_ids]
        if not rows:
            return
        if any(abs(at - granted) <= MAX_CLOCK_SKEW for granted in self._granted_at(rows)):
            self.sync(enterprise_id)  # too close to tell by the clock
            return
        self._withdraw(enterprise_id, team_ids, at)

    @retried
    def uninstalled(self, enterprise_id: str, at: datetime) -> None:
        """Delete the tokens at once. The workspaces' data stay until they are purged.

        Slack's event may arrive after the organisation has installed Tend again. It is ignored then.
        """
        holder = Holder(None, enterprise_id)
        began = self._began(enterprise_id)
        if began is not None and not self._has_ended(holder, began, at):
            log.info("ignored an uninstall event of %s that is older than its installation", enterprise_id)
            return
        with writing(self.engine) as session:
            take_organisations_turn(session, enterprise_id=enterprise_id)
            store = self.store.within(session)
            if store.started_at(holder) != began:
                return  # installed again since we looked
            store.delete(holder)
            for row in organisations.lock_granted(session, enterprise_id=enterprise_id):
                own = store.started_at(Holder(row.team_id)) is not None
                organisations.withdraw(session, workspace=row, now=self.clock(), is_installed=own)

    def look_after(self, enterprise_id: str) -> None:
        """Renew a token that expires soon, and see now and then whether an event of a grant was lost."""
        holder = Holder(None, enterprise_id)
        bot = self._bot(holder)
        if bot is not None and self.renewal.runs_out(bot, RENEW_BEFORE):
            self.renewal.renew(holder, bot)
        try:
            self.sync_if_old(enterprise_id, COMPARE_EVERY)
        except (SlackApiError, OSError, HTTPException) as error:
            log.warning("could not ask for the workspaces of %s: %s", enterprise_id, safe_repr(error))

    # -- help

    def _bot(self, holder: Holder) -> Bot | None:
        with reading(self.engine) as session:
            return self.store.within(session).bot(holder)

    def _began(self, enterprise_id: str) -> datetime | None:
        with reading(self.engine) as session:
            return self.store.within(session).started_at(Holder(None, enterprise_id))

    def _granted_at(self, teams: Sequence[Team]) -> list[datetime]:
        with reading(self.engine) as session:
            rows = (workspaces.find(session, workspace_id=team.id) for team in teams)
            return [row.granted_at for row in rows if row is not None and row.granted_at is not None]

    @retried
    def _apply(self, enterprise_id: str, names: dict[str, str], began: datetime | None, asked_at: datetime) -> None:
        with writing(self.engine) as session:
            take_organisations_turn(session, enterprise_id=enterprise_id)
            store, now = self.store.within(session), self.clock()
            if began is None or store.started_at(Holder(None, enterprise_id)) != began:
                return  # uninstalled or installed again since Slack was asked
            known = {row.team_id: row for row in organisations.lock_granted(session, enterprise_id=enterprise_id)}
            bot = store.bot(Holder(None, enterprise_id))
            for team_id in sorted(names):
                found = known.get(team_id) or workspaces.lock_by_team(session, team_id=team_id)
                if found is not None and (found.uninstalled_at or asked_at) > asked_at:
                    continue  # taken away since Slack was asked
                if team_id not in known or (found is not None and found.name != (names[team_id] or found.name)):
                    own = store.started_at(Holder(team_id)) is not None
                    organisations.grant(
                        session,
                        enterprise_id=enterprise_id,
                        team_id=team_id,
                        name=names[team_id],
                        bot_user_id=None if own or bot is None else bot.bot_user_id,
                        now=now,
                    )
            for row in known.values():
                if row.team_id not in names and (row.granted_at or asked_at) <= asked_at:
                    self._withdraw_row(session, row, now)

    @retried
    def _withdraw(self, enterprise_id: str, team_ids: Sequence[str], at: datetime) -> None:
        with writing(self.engine) as session:
            take_organisations_turn(session, enterprise_id=enterprise_id)
            for row in organisations.lock_granted(session, enterprise_id=enterprise_id):
                if row.team_id in team_ids and row.granted_at is not None and row.granted_at < at:
                    self._withdraw_row(session, row, self.clock())

    def _withdraw_row(self, session: Session, row: Workspace, now: datetime) -> None:
        own = self.store.within(session).started_at(Holder(row.team_id)) is not None
        organisations.withdraw(session, workspace=row, now=now, is_installed=own)

    def _has_ended(self, holder: Holder, began: datetime, at: datetime) -> bool:
        """Return whether the installation begun at `began` is the one that ended at `at`, not an earlier one."""
        if abs(at - began) > MAX_CLOCK_SKEW:
            return at > began
        bot = self._bot(holder)
        return has_token_ended(bot, self.settings.slack_api_url)  # too close to tell by the clock


def has_token_ended(bot: Bot | None, api_url: str) -> bool:
    """Ask Slack whether a token is no longer valid.

    Raises:
        SlackApiError: for another reason.
    """
    try:
        make_client(bot.bot_token if bot else None, api_url).auth_test()
    except SlackApiError as error:
        if slack_error_code(error) in TOKEN_ENDED_ERRORS:
            return True
        raise
    return False
