"""Many workspaces: each installs the app by OAuth, and its token is kept encrypted in the same database."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk import WebClient
from slack_sdk.errors import SlackTokenRotationError
from slack_sdk.oauth.installation_store.models import Bot
from slack_sdk.oauth.installation_store.models import Installation as Installed
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.sqlalchemy_utils import normalize_datetime_for_db
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore
from slack_sdk.oauth.token_rotation import TokenRotator
from sqlalchemy import ColumnElement, Dialect, Engine, Table, Text, TypeDecorator, func, select

from bot.clock import Clock, system_clock
from bot.errors import ConfigurationError
from bot.manifest import SCOPES
from bot.metrics import Metrics
from bot.settings import Settings
from bot.slack import make_client
from bot.team import Team
from storage import requests, workspaces
from storage.engine import reading, writing

log = logging.getLogger(__name__)

STATE_SECONDS = 600
RENEW_BEFORE = timedelta(hours=2)
RENEWAL_TURN = timedelta(minutes=10)
SECRETS = ("bot_token", "bot_refresh_token", "user_token", "user_refresh_token", "incoming_webhook_url")
INSTALL_PATH, REDIRECT_PATH = "/slack/install", "/slack/oauth_redirect"


class Locksmith:
    """Encrypts tokens at rest, with the first of the keys; opens what any of them locked."""

    def __init__(self, keys: str) -> None:
        try:
            self._keys = MultiFernet([Fernet(key.strip()) for key in keys.split(",")])
        except ValueError:
            raise ConfigurationError(
                "TEND_TOKEN_KEY should be a key that `tend key` makes, or several parted by commas, the newest first."
            ) from None

    def lock(self, text: str) -> str:
        """As it is stored."""
        return self._keys.encrypt(text.encode()).decode()

    def open(self, text: str) -> str:
        """As Slack gave it.

        Raises:
            ConfigurationError: none of the keys fits.
        """
        try:
            return self._keys.decrypt(text.encode()).decode()
        except InvalidToken:
            raise ConfigurationError(
                "TEND_TOKEN_KEY holds none of the keys that the tokens were locked with."
            ) from None


class Locked(TypeDecorator[str]):
    """A column whose text is encrypted on its way into the database, whoever writes it."""

    impl = Text
    cache_ok = False  # two stores may have other keys

    def __init__(self, locksmith: Locksmith) -> None:
        super().__init__()
        self._locksmith = locksmith

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Lock it; an empty text is none, as slack_sdk has it."""
        return self._locksmith.lock(value) if value else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Open it."""
        return None if value is None else self._locksmith.open(value)


class LockedStore(SQLAlchemyInstallationStore):
    """slack_sdk's store in our database, with every secret encrypted. A workspace has one installation, the latest."""

    def __init__(self, client_id: str, engine: Engine, locksmith: Locksmith) -> None:
        super().__init__(client_id=client_id, engine=engine.execution_options(writes=True), logger=log)
        for table in (self.bots, self.installations):
            for column in table.c:
                if column.name in SECRETS:
                    column.type = Locked(locksmith)

    def save(self, installation: Installed) -> None:
        """Keep an installation, then let go of those before it: at no instant there is none."""
        if not installation.is_enterprise_install:
            installation.enterprise_id = None  # a workspace is known by its own id, in an organisation or not
        super().save(installation)
        with self.engine.begin() as connection:
            for table in (self.bots, self.installations):
                latest = select(func.max(table.c.installed_at)).where(*self._of(table, installation.team_id))
                older = table.c.installed_at < latest.scalar_subquery()
                connection.execute(table.delete().where(*self._of(table, installation.team_id), older))

    def relock(self) -> int:
        """Lock every secret anew with the newest key; returns how many installations there are."""
        with self.engine.begin() as connection:
            for table in (self.bots, self.installations):
                names = [column.name for column in table.c if column.name in SECRETS]
                for row in connection.execute(select(table)).mappings().all():
                    secrets = {name: row[name] for name in names}
                    connection.execute(table.update().where(table.c.id == row["id"]).values(**secrets))
            return int(connection.execute(select(func.count()).select_from(self.installations)).scalar_one())

    def _of(self, table: Table, team_id: str | None) -> tuple[ColumnElement[bool], ...]:
        return table.c.client_id == self.client_id, table.c.team_id == team_id


class OneUseStates(SQLAlchemyOAuthStateStore):
    """States of which each is taken by one request alone, in whatever process it arrives."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(expiration_seconds=STATE_SECONDS, engine=engine.execution_options(writes=True), logger=log)

    def consume(self, state: str) -> bool:
        """True for the first who brings a state in time; those that ran out go with it."""
        table, now = self.oauth_states, normalize_datetime_for_db(system_clock())
        with self.engine.begin() as connection:
            connection.execute(table.delete().where(table.c.expire_at <= now))
            return bool(connection.execute(table.delete().where(table.c.state == str(state))).rowcount == 1)


@dataclass(slots=True)
class ByOAuth:
    """Every workspace that installed the app and did not throw it out."""

    engine: Engine
    clock: Clock
    settings: Settings
    store: LockedStore
    states: OneUseStates
    metrics: Metrics

    @classmethod
    def build(cls, settings: Settings, engine: Engine, clock: Clock, metrics: Metrics) -> ByOAuth:
        """From the app's own id, secret and key.

        Raises:
            ConfigurationError: one of them is missing or wrong.
        """
        client_id = settings.slack_client_id or ""
        settings.need("slack_client_secret")
        store = LockedStore(client_id, engine, Locksmith(settings.need("tend_token_key")))
        return cls(engine, clock, settings, store, OneUseStates(engine), metrics)

    def team(self, team_id: str) -> Team | None:
        """The workspace, while it is installed."""
        with reading(self.engine) as session:
            row = workspaces.by_team(session, team_id=team_id)
            return Team.of(row) if row is not None and row.uninstalled_at is None else None

    def teams(self) -> Sequence[Team]:
        """All that are installed, oldest first."""
        with reading(self.engine) as session:
            return [Team.of(row) for row in workspaces.installed(session)]

    def client(self, team: Team) -> WebClient:
        """With the workspace's own token, renewed where it runs out soon.

        Without a token (it was taken back a moment ago) Slack refuses each call: `not_authed`.
        """
        bot = self._bot(team)
        client = make_client(bot.bot_token if bot else None, self.settings.slack_api_url)
        self.metrics.count_calls_of(client)
        return client

    def _bot(self, team: Team) -> Bot | None:
        bot = self.store.find_bot(enterprise_id=None, team_id=team.team_id)
        if bot is None or not self._runs_out(bot) or not self._claims_renewal(team, bot):
            return bot
        known = self.store.find_installation(enterprise_id=None, team_id=team.team_id)
        try:
            renewed = known and self._rotator().perform_token_rotation(
                installation=known, minutes_before_expiration=int(RENEW_BEFORE.total_seconds() // 60)
            )
        except (SlackTokenRotationError, OSError) as error:
            log.warning("a token was not renewed (%s); trying again soon", type(error).__name__)
            return bot  # it is good until it runs out
        if renewed:
            self.store.save(renewed)
        return self.store.find_bot(enterprise_id=None, team_id=team.team_id)

    def _runs_out(self, bot: Bot) -> bool:
        ends = bot.bot_token_expires_at
        return ends is not None and int(ends) < (self.clock() + RENEW_BEFORE).timestamp()

    def _claims_renewal(self, team: Team, bot: Bot) -> bool:
        """Whether it is this process that renews: a refresh token is good once. One that fails gets another turn."""
        now = self.clock()
        turn = int(now.timestamp() // RENEWAL_TURN.total_seconds())
        with writing(self.engine) as session:
            return requests.first_time(
                session, workspace_id=team.id, key=f"renew:{bot.bot_token_expires_at}:{turn}", now=now
            )

    def _rotator(self) -> TokenRotator:
        return TokenRotator(
            client_id=self.store.client_id,
            client_secret=self.settings.need("slack_client_secret"),
            client=make_client(None, self.settings.slack_api_url),
        )

    def installed(self, installation: Installed) -> Team:
        """Keep what Slack gave for an installation. Data of an earlier one are found again."""
        with writing(self.engine) as session:
            row = workspaces.connect(
                session,
                team_id=installation.team_id or "",
                name=installation.team_name or "",
                bot_user_id=installation.bot_user_id,
                now=self.clock(),
            )
            team = Team.of(row)
        self.store.save(installation)
        return team

    def uninstalled(self, team: Team) -> None:
        """The tokens go at once; the data may be found again until `tend purge` takes them."""
        self.store.delete_all(enterprise_id=None, team_id=team.team_id)
        with writing(self.engine) as session:
            workspaces.set_fields(session, workspace_id=team.id, fields={"uninstalled_at": self.clock()})

    def flow(self) -> OAuthFlow:
        """Bolt's pages to install the app, with our keeping of what comes of it."""
        by_oauth = self

        class Keeping(OAuthFlow):
            def store_installation(self, request: Any, installation: Installed) -> None:
                by_oauth.installed(installation)

        api = self.settings.slack_api_url
        return Keeping(
            client=make_client(None, api),
            logger=log,
            settings=OAuthSettings(
                client_id=self.store.client_id,
                client_secret=self.settings.need("slack_client_secret"),
                scopes=SCOPES,
                install_path=INSTALL_PATH,
                redirect_uri_path=REDIRECT_PATH,
                installation_store=self.store,
                state_store=self.states,
                state_expiration_seconds=STATE_SECONDS,
                authorization_url=api.removesuffix("api/") + "oauth/v2/authorize",
            ),
        )
