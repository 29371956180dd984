"""Encrypted storage of OAuth tokens."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from slack_sdk.oauth.installation_store.models import Bot
from slack_sdk.oauth.installation_store.models import Installation as Installed
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from sqlalchemy import Connection, Dialect, Text, TypeDecorator, func, select
from sqlmodel import Session

from bot.errors import ConfigurationError
from storage.db.engine import for_update

SECRET_COLUMNS = ("bot_token", "bot_refresh_token", "user_token", "user_refresh_token", "incoming_webhook_url")


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose an installation is: a workspace's own, or that of an organisation for many workspaces."""

    team_id: str | None
    enterprise_id: str | None = None

    @classmethod
    def of(cls, installation: Installed) -> Holder:
        """Return the holder. The team id of a workspace is enough, also within an organisation."""
        if installation.is_enterprise_install:
            return cls(None, installation.enterprise_id)
        return cls(installation.team_id)

    def __str__(self) -> str:
        return self.enterprise_id or self.team_id or ""


class TokenCipher:
    """Encrypt with the first key; decrypt with any of them."""

    def __init__(self, keys: str) -> None:
        try:
            self._keys = MultiFernet([Fernet(key.strip()) for key in keys.split(",")])
        except ValueError:
            raise ConfigurationError(
                "TEND_TOKEN_KEY should be a key made by `tend key`, or several separated by commas, newest first."
            ) from None

    def encrypt(self, text: str) -> str:
        """Return the encrypted form of a token."""
        return self._keys.encrypt(text.encode()).decode()

    def decrypt(self, text: str) -> str:
        """Return the token, or raise ConfigurationError if no key decrypts it."""
        try:
            return self._keys.decrypt(text.encode()).decode()
        except InvalidToken:
            raise ConfigurationError(
                "TEND_TOKEN_KEY does not include the key that the stored tokens were encrypted with."
            ) from None

    def renew(self, text: str) -> str:
        """Encrypt a token anew with the first key. What no key decrypts stays as it is."""
        try:
            return self._keys.rotate(text.encode()).decode()
        except InvalidToken:
            return text


class ClearToken(str):
    """A decrypted token, whose repr hides it from logs and tracebacks."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'…'"


class EncryptedText(TypeDecorator[str]):
    """A text column that is encrypted in the database."""

    impl = Text
    cache_ok = True  # the cache key includes the cipher, so two ciphers never share a statement

    def __init__(self, cipher: TokenCipher) -> None:
        super().__init__()
        self.cipher = cipher

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Encrypt a value. An empty text is stored as NULL, as slack_sdk does."""
        return self.cipher.encrypt(value) if value else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Decrypt a value."""
        return None if value is None else ClearToken(self.cipher.decrypt(value))


class EncryptedInstallationStore(SQLAlchemyInstallationStore):
    """slack_sdk's installation store with encrypted secrets. It keeps the latest installation of each
    workspace and organisation.

    Use `within` to make it part of a transaction, so that tokens and workspace change together.
    """

    def __init__(self, client_id: str, cipher: TokenCipher) -> None:
        super().__init__(client_id=client_id, engine=None)  # type: ignore[arg-type]  # set by `within`
        for table in (self.bots, self.installations):
            for column in table.c:
                if column.name in SECRET_COLUMNS:
                    column.type = EncryptedText(cipher)

    def within(self, session: Session) -> Self:
        """Return a copy that works in the session's transaction."""
        store = copy.copy(self)
        store.engine = _ExistingTransaction(session.connection())  # type: ignore[assignment]  # all that the store uses
        return store

    def save(self, installation: Installed) -> None:
        """Store an installation and delete earlier ones of the same holder."""
        holder = Holder.of(installation)
        installation.enterprise_id, installation.team_id = holder.enterprise_id, holder.team_id
        self.delete(holder)
        super().save(installation)

    def bot(self, holder: Holder) -> Bot | None:
        """Return the bot's token of an installation."""
        return self.find_bot(enterprise_id=holder.enterprise_id, team_id=holder.team_id)

    def installation(self, holder: Holder) -> Installed | None:
        """Return an installation."""
        return self.find_installation(enterprise_id=holder.enterprise_id, team_id=holder.team_id)

    def delete(self, holder: Holder) -> None:
        """Delete an installation with its tokens."""
        self.delete_all(enterprise_id=holder.enterprise_id, team_id=holder.team_id)

    def started_at(self, holder: Holder) -> datetime | None:
        """Return when the app was installed, without decrypting anything."""
        table = self.installations
        statement = select(func.max(table.c.installed_at)).where(
            table.c.client_id == self.client_id,
            table.c.enterprise_id == holder.enterprise_id,
            table.c.team_id == holder.team_id,
        )
        with self.engine.connect() as connection:
            installed_at: datetime | None = connection.execute(statement).scalar_one()
        return None if installed_at is None else installed_at.replace(tzinfo=UTC)

    def organisations(self) -> list[tuple[str, str]]:
        """Return the id and name of each organisation that installed the app, without decrypting anything."""
        table = self.installations
        statement = (
            select(table.c.enterprise_id, table.c.enterprise_name)
            .where(table.c.client_id == self.client_id, table.c.enterprise_id.is_not(None))
            .order_by(table.c.id)
        )
        with self.engine.connect() as connection:
            return [(str(id), str(name or id)) for id, name in connection.execute(statement)]

    def rotate_keys(self, session: Session) -> int:
        """Re-encrypt every secret with the newest key. Return the number of installations."""
        for table in (self.bots, self.installations):
            names = [column.name for column in table.c if column.name in SECRET_COLUMNS]
            # Lock the rows, so that a token renewed meanwhile is not overwritten with the old one.
            for row in session.execute(for_update(session, select(table).order_by(table.c.id))).mappings().all():
                secrets = {name: row[name] for name in names}
                session.execute(table.update().where(table.c.id == row["id"]).values(**secrets))
        return int(session.execute(select(func.count()).select_from(self.installations)).scalar_one())

    def decrypt_all(self, session: Session) -> None:
        """Decrypt everything stored, or raise ConfigurationError if no key fits."""
        for table in (self.bots, self.installations):
            session.execute(select(*(column for column in table.c if column.name in SECRET_COLUMNS))).all()


class _ExistingTransaction:
    """An engine stand-in that lets slack_sdk's store join an open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Yield the connection. The outer transaction commits it."""
        yield self._connection

    connect = begin
