"""Tables of slack_sdk's stores, in our schema: app installations with encrypted tokens.

The columns are those of slack_sdk, which a test compares. Only the secrets are longer, as they are encrypted.
"""

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, String, Table, Text

from storage.tables.base import Base

ID_LENGTH, NAME_LENGTH, SCOPES_LENGTH = 32, 200, 1000


def _identity_columns() -> list[Column[str]]:
    return [
        Column("client_id", String(ID_LENGTH), nullable=False),
        Column("app_id", String(ID_LENGTH), nullable=False),
        Column("enterprise_id", String(ID_LENGTH)),
        Column("enterprise_name", String(NAME_LENGTH)),
        Column("team_id", String(ID_LENGTH)),
        Column("team_name", String(NAME_LENGTH)),
        Column("bot_token", Text),
        Column("bot_id", String(ID_LENGTH)),
        Column("bot_user_id", String(ID_LENGTH)),
        Column("bot_scopes", String(SCOPES_LENGTH)),
        Column("bot_refresh_token", Text),
    ]


SLACK_BOTS = Table(
    "slack_bots",
    Base.metadata,
    Column("id", Integer, primary_key=True),
    *_identity_columns(),
    Column("bot_token_expires_at", DateTime),
    Column("is_enterprise_install", Boolean, nullable=False),
    Column("installed_at", DateTime, nullable=False),
    Index("slack_bots_idx", "client_id", "enterprise_id", "team_id", "installed_at"),
)
SLACK_INSTALLATIONS = Table(
    "slack_installations",
    Base.metadata,
    Column("id", Integer, primary_key=True),
    *_identity_columns(),
    Column("enterprise_url", String(NAME_LENGTH)),
    Column("bot_token_expires_at", DateTime),
    Column("user_id", String(ID_LENGTH), nullable=False),
    Column("user_token", Text),
    Column("user_scopes", String(SCOPES_LENGTH)),
    Column("user_refresh_token", Text),
    Column("user_token_expires_at", DateTime),
    Column("incoming_webhook_url", Text),
    Column("incoming_webhook_channel", String(NAME_LENGTH)),
    Column("incoming_webhook_channel_id", String(NAME_LENGTH)),
    Column("incoming_webhook_configuration_url", String(NAME_LENGTH)),
    Column("is_enterprise_install", Boolean, nullable=False),
    Column("token_type", String(ID_LENGTH)),
    Column("installed_at", DateTime, nullable=False),
    Index("slack_installations_idx", "client_id", "enterprise_id", "team_id", "user_id", "installed_at"),
)
SLACK_STATES = Table(
    "slack_oauth_states",
    Base.metadata,
    Column("id", Integer, primary_key=True),
    Column("state", String(NAME_LENGTH), nullable=False, unique=True),
    Column("expire_at", DateTime, nullable=False),
)
SLACK_TABLES = frozenset(table.name for table in (SLACK_BOTS, SLACK_INSTALLATIONS, SLACK_STATES))
"""Their rows belong to a Slack team that may not be a workspace yet."""
