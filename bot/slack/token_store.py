"""Tokens at rest: encrypted by the columns that hold them, whoever writes them."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Self

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from slack_sdk.oauth.installation_store.models import Installation as Installed
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from sqlalchemy import Connection, Dialect, Text, TypeDecorator, func, select
from sqlmodel import Session

from bot.errors import ConfigurationError
from storage.db.engine import for_update

SECRET_COLUMNS = ("bot_token", "bot_refresh_token", "user_token", "user_refresh_token", "incoming_webhook_url")


class TokenCipher:
    """Encrypts tokens at rest, with the first of the keys; opens what any of them locked."""

    def __init__(self, keys: str) -> None:
        try:
            self._keys = MultiFernet([Fernet(key.strip()) for key in keys.split(",")])
        except ValueError:
            raise ConfigurationError(
                "TEND_TOKEN_KEY should be a key that `tend key` makes, or several parted by commas, the newest first."
            ) from None

    def encrypt(self, text: str) -> str:
        """As it is stored."""
        return self._keys.encrypt(text.encode()).decode()

    def decrypt(self, text: str) -> str:
        """As Slack gave it.

        Raises:
            ConfigurationError: none of the keys fits.
        """
        try:
            return self._keys.decrypt(text.encode()).decode()
        except InvalidToken:
            raise ConfigurationError(
                "TEND_TOKEN_KEY holds none of the keys that the stored tokens were locked with."
            ) from None


class ClearToken(str):
    """A token in the clear, which no log of rows and no traceback shows by accident."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'…'"


class EncryptedText(TypeDecorator[str]):
    """A column whose text is encrypted on its way into the database, whoever writes it."""

    impl = Text
    cache_ok = True  # by the locksmith, which is an argument of the same name: two of them never share a statement

    def __init__(self, cipher: TokenCipher) -> None:
        super().__init__()
        self.cipher = cipher

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Lock it; an empty text is none, as slack_sdk has it."""
        return self.cipher.encrypt(value) if value else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Open it."""
        return None if value is None else ClearToken(self.cipher.decrypt(value))


class EncryptedInstallationStore(SQLAlchemyInstallationStore):
    """slack_sdk's store in our database, with every secret encrypted. A workspace has one installation, the latest.

    It works `within` a transaction of ours, so that tokens and workspace change together or not at all.
    """

    def __init__(self, client_id: str, cipher: TokenCipher) -> None:
        super().__init__(client_id=client_id, engine=None)  # type: ignore[arg-type]  # `within` gives it
        for table in (self.bots, self.installations):
            for column in table.c:
                if column.name in SECRET_COLUMNS:
                    column.type = EncryptedText(cipher)

    def within(self, session: Session) -> Self:
        """The store as part of that session's transaction."""
        made = copy.copy(self)
        made.engine = _ExistingTransaction(session.connection())  # type: ignore[assignment]  # it asks for no more than that
        return made

    def save(self, installation: Installed) -> None:
        """Keep an installation in the place of those before it."""
        installation.enterprise_id = None  # a workspace is known by its own id, in an organisation or not
        self.delete_all(enterprise_id=None, team_id=installation.team_id)
        super().save(installation)

    def started_at(self, team_id: str | None) -> datetime | None:
        """When a workspace installed the app; needs no key."""
        table = self.installations
        mine = select(func.max(table.c.installed_at)).where(
            table.c.client_id == self.client_id, table.c.team_id == team_id
        )
        with self.engine.connect() as connection:
            found: datetime | None = connection.execute(mine).scalar_one()
        return None if found is None else found.replace(tzinfo=UTC)

    def rotate_keys(self, session: Session) -> int:
        """Lock every secret anew with the newest key; returns how many installations there are."""
        for table in (self.bots, self.installations):
            names = [column.name for column in table.c if column.name in SECRET_COLUMNS]
            # Nobody renews a token in between: it would be overwritten by the one it replaced.
            for row in session.execute(for_update(session, select(table).order_by(table.c.id))).mappings().all():
                secrets = {name: row[name] for name in names}
                session.execute(table.update().where(table.c.id == row["id"]).values(**secrets))
        return int(session.execute(select(func.count()).select_from(self.installations)).scalar_one())

    def decrypt_all(self, session: Session) -> None:
        """Try the keys on all that is stored.

        Raises:
            ConfigurationError: they do not fit.
        """
        for table in (self.bots, self.installations):
            session.execute(select(*(column for column in table.c if column.name in SECRET_COLUMNS))).all()


class _ExistingTransaction:
    """Lets slack_sdk's store, which begins and ends transactions of its own, take part in ours."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Ours ends it."""
        yield self._connection

    connect = begin
