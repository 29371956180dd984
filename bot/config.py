"""Settings from environment variables. Nothing else reads `os.environ`."""

from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import ConfigurationError

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOG_FORMATS = ("text", "json")


def _require_prefix(*prefixes: str, where: str) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(prefixes):
            raise ValueError(f"should start with {prefixes[0]} ({where})")
        return value

    return AfterValidator(check)


def _api_url(value: str) -> str:
    if not value.startswith(("https://", "http://")):
        raise ValueError("should be an address like https://slack.com/api/")
    return value.rstrip("/") + "/"


def _public_url(value: str) -> str:
    """Check a public URL: https, or http on localhost only."""
    try:
        parts = urlsplit(value)
        is_local = parts.hostname in ("127.0.0.1", "localhost") and parts.scheme == "http"
        has_host = bool(parts.hostname) and (parts.port is None or parts.port > 0)  # an invalid port raises
    except ValueError:
        is_local = has_host = False
    is_valid = (
        has_host and not (parts.query or parts.fragment or parts.username) and value.isascii() and value.isprintable()
    )
    if not is_valid or " " in value or not (is_local or parts.scheme == "https"):
        raise ValueError("should be the https address of `tend web`, like https://tend.example.com")
    return value.rstrip("/")


def _mail_host(value: str) -> str:
    if "@" in value or "/" in value or " " in value or not value.isascii():
        raise ValueError("should be the part of mail addresses after the @, like tend.example.com")
    return value.lower()


def _database_url(value: str) -> str:
    """Refuse SQLite in memory, where everything is lost when Tend stops."""
    kind, _, place = value.partition("://")
    if kind.partition("+")[0] == "sqlite" and (place.strip("/") in ("", ":memory:") or "mode=memory" in place):
        raise ValueError("should name a file, like sqlite:///tend.db: what is only in memory is lost when Tend stops")
    return value


def _direct_url(value: str) -> str:
    """Accept an address of PostgreSQL only, as nothing else has a pooler before it."""
    if value.partition("://")[0].partition("+")[0] not in ("postgres", "postgresql"):
        raise ValueError("should be the address of PostgreSQL itself, like postgresql://user:password@host/name")
    return value


def _log_level(value: str) -> str:
    if value.upper() not in LOG_LEVELS:
        raise ValueError(f"should be one of {', '.join(LOG_LEVELS)}")
    return value.upper()


def _log_format(value: str) -> str:
    if value.lower() not in LOG_FORMATS:
        raise ValueError(f"should be one of {', '.join(LOG_FORMATS)}")
    return value.lower()


BotToken = Annotated[
    SecretStr, _require_prefix("xoxb-", "xoxe.", where="Slack app ▸ OAuth & Permissions ▸ Bot User OAuth Token")
]
AppToken = Annotated[SecretStr, _require_prefix("xapp-", where="Slack app ▸ Basic Information ▸ App-Level Tokens")]

SETTING_HINTS = {
    "slack_bot_token": "it starts with xoxb- (Slack app ▸ OAuth & Permissions ▸ Bot User OAuth Token)",
    "slack_app_token": "it starts with xapp- (Slack app ▸ Basic Information ▸ App-Level Tokens)",
    "slack_client_id": "two numbers with a dot between (Slack app ▸ Basic Information ▸ Client ID)",
    "slack_client_secret": "32 letters and digits (Slack app ▸ Basic Information ▸ Client Secret)",
    "tend_token_key": "it encrypts the stored tokens (create one with `tend key`)",
    "tend_token": "it starts with tend_ (create one with `tend token create` or `/tend settings` ▸ Integrations)",
    "tend_mail_host": "the part of private mail addresses after the @, like tend.example.com",
    "slack_signing_secret": "32 letters and digits (Slack app ▸ Basic Information ▸ Signing Secret)",
}


class Settings(BaseSettings):
    """Settings of this process. An empty variable counts as not set."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, extra="ignore", case_sensitive=False)

    @field_validator("*", mode="before")
    @classmethod
    def _strip(cls, value: Any) -> Any:
        """Drop white space around a value, such as the line break that a file with a secret ends with."""
        if not isinstance(value, str):
            return value
        if not (value := value.strip()).isprintable():
            raise ValueError("should be a single line without control characters")
        return value

    slack_bot_token: BotToken | None = None
    slack_app_token: AppToken | None = None
    slack_signing_secret: SecretStr | None = None
    slack_client_id: str | None = None
    slack_client_secret: SecretStr | None = None
    tend_token_key: SecretStr | None = None
    tend_token: SecretStr | None = None
    slack_api_url: Annotated[str, AfterValidator(_api_url)] = "https://slack.com/api/"
    tend_url: Annotated[str, AfterValidator(_public_url)] | None = None
    tend_mail_host: Annotated[str, AfterValidator(_mail_host)] | None = None
    database_url: Annotated[str, AfterValidator(_database_url)] = "sqlite:///tend.db"
    database_direct_url: Annotated[str, AfterValidator(_direct_url)] | None = None
    port: int = Field(default=3000, ge=0, le=65535)
    metrics_port: int | None = Field(default=None, ge=1, le=65535)
    metrics_host: str = "127.0.0.1"
    log_level: Annotated[str, AfterValidator(_log_level)] = "INFO"
    log_format: Annotated[str, AfterValidator(_log_format)] = "text"

    def need(self, name: str) -> str:
        """Return a required setting, or raise ConfigurationError saying where to find it."""
        value: SecretStr | str | None = getattr(self, name)
        if value is None:
            raise ConfigurationError(f"{name.upper()} is not set: {SETTING_HINTS[name]}.")
        return value if isinstance(value, str) else value.get_secret_value()

    @property
    def by_oauth(self) -> bool:
        """Whether workspaces install the app by OAuth. True also if only part of the OAuth settings are set."""
        given = self.slack_client_secret or self.tend_token_key
        return bool(self.slack_client_id or (given and not self.slack_bot_token))


def read_settings() -> Settings:
    """Read the settings, or raise ConfigurationError naming the wrong variable and its expected form."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]  # the value may be a secret
        name = str(first["loc"][0]).upper()
        problem = first["msg"].removeprefix("Value error, ")
        raise ConfigurationError(f"{name} {problem[:1].lower() + problem[1:]}.") from None
