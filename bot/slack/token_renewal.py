"""Exchange tokens that run out for new ones, where the app rotates them."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPException
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store.models import Bot
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.clock import Clock
from bot.config import Settings
from bot.slack.client import make_client, slack_error_code
from bot.slack.token_store import EncryptedInstallationStore, Holder
from storage.db.engine import writing
from storage.db.locks import take_organisations_turn
from storage.db.retry import retried
from storage.workspaces import oauth_states, seen_requests, workspaces

log = logging.getLogger(__name__)

RENEW_BEFORE = timedelta(hours=2)
RENEW_NOW_BEFORE = timedelta(minutes=15)
"""A request renews a token only this close to its expiry. Earlier, the worker does, so that nobody waits."""
RENEWAL_LEASE = timedelta(minutes=10)
STORE_ATTEMPTS = 5
STORE_PAUSE_SECONDS = 1.0


@dataclass(slots=True)
class TokenRenewal:
    """Renews the tokens of a store, each in one process at a time."""

    engine: Engine
    clock: Clock
    settings: Settings
    store: EncryptedInstallationStore

    def runs_out(self, bot: Bot, within: timedelta) -> bool:
        """Whether a token expires soon."""
        ends = bot.bot_token_expires_at
        return ends is not None and int(ends) < (self.clock() + within).timestamp()

    @retried
    def renew(self, holder: Holder, bot: Bot) -> None:
        """Exchange the refresh token. It is single-use, so a lease lets only one process do it."""
        with writing(self.engine) as session:
            if not self._lease(session, holder, bot):
                return  # also proves that the database is writable before the old token is used up
        try:
            answer = make_client(None, self.settings.slack_api_url, patience=0).oauth_v2_access(
                client_id=self.store.client_id,
                client_secret=self.settings.need("slack_client_secret"),
                grant_type="refresh_token",
                refresh_token=bot.bot_refresh_token,
            )
        except SlackApiError as error:
            log.warning("could not renew the token of %s: %s", holder, slack_error_code(error))
        except (OSError, HTTPException) as error:
            log.warning("could not renew the token of %s: %s", holder, type(error).__name__)
        else:
            self._keep(holder, bot, dict(answer.data) if isinstance(answer.data, dict) else {})

    def _lease(self, session: Session, holder: Holder, bot: Bot) -> bool:
        key, now = f"renew:{bot.bot_token_expires_at}", self.clock()
        if holder.enterprise_id is not None:  # which may have no workspace yet
            key = f"{holder}:{key}"
            return oauth_states.use_state(session, state=key, until=now + RENEWAL_LEASE, now=now)
        row = workspaces.find_by_team(session, team_id=holder.team_id or "")
        return row is not None and seen_requests.try_lease(
            session, workspace_id=row.id, key=key, now=now, lasts=RENEWAL_LEASE
        )

    def _keep(self, holder: Holder, old: Bot, answer: dict[str, Any]) -> None:
        """Store the new tokens. They exist nowhere else, so database errors are retried."""
        of = answer.get("enterprise" if holder.enterprise_id else "team") or {}
        if of.get("id") != str(holder) or not (answer.get("access_token") and answer.get("refresh_token")):
            log.error("could not renew the token of %s: Slack's response has no usable token", holder)
            return
        lasts = answer.get("expires_in")  # missing if the app no longer rotates tokens
        ends = None if lasts is None else int(self.clock().timestamp()) + int(lasts)
        for attempt in range(1, STORE_ATTEMPTS + 1):
            try:
                return self._replace(holder, old, answer["access_token"], answer["refresh_token"], ends)
            except DBAPIError:
                if attempt == STORE_ATTEMPTS:
                    log.error("could not store the renewed tokens of %s; it has to install Tend again", holder)
                    raise
                time.sleep(STORE_PAUSE_SECONDS)

    @retried
    def _replace(self, holder: Holder, old: Bot, token: str, refresh: str, ends: int | None) -> None:
        with writing(self.engine) as session:
            # Block a concurrent install or uninstall.
            if holder.enterprise_id is not None:
                take_organisations_turn(session, enterprise_id=holder.enterprise_id)
            else:
                workspaces.lock_by_team(session, team_id=holder.team_id or "")
            store = self.store.within(session)
            installation = store.installation(holder)
            if installation is None or installation.bot_refresh_token != old.bot_refresh_token:
                return  # uninstalled or reinstalled during the call
            installation.bot_token, installation.bot_refresh_token, installation.bot_token_expires_at = (
                token,
                refresh,
                ends,
            )
            store.save(installation)
