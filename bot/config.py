"""Settings from environment variables, `.env` and files with secrets. Nothing else reads `os.environ`."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot import env_file
from bot.errors import ConfigurationError

ENV_FILE = Path(".env")
"""In the folder in which Tend is started."""
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOG_FORMATS = ("text", "json")


# What else people paste by mistake, by how it starts.
LOOKALIKES = {
    "xoxb-": "a bot token, which belongs in SLACK_BOT_TOKEN",
    "xapp-": "an app-level token, which belongs in SLACK_APP_TOKEN",
    "xoxp-": "a person's token, which Tend never needs",
    "xoxe-": "a refresh token, which Tend never needs",
    "http": "an address",
}


def _looks_like(value: str) -> str | None:
    return next((kind for prefix, kind in LOOKALIKES.items() if value.startswith(prefix)), None)


def _require_prefix(*prefixes: str, where: str) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        content = value.get_secret_value()
        if not content.startswith(prefixes):
            mistake = f"; what it has now looks like {kind}" if (kind := _looks_like(content)) else ""
            raise ValueError(f"should start with {prefixes[0]} ({where}){mistake}")
        return value

    return AfterValidator(check)


def _no_token(value: SecretStr) -> SecretStr:
    if kind := _looks_like(value.get_secret_value()):
        raise ValueError(f"should be 32 letters and digits; what it has now looks like {kind}")
    return value


def _api_url(value: str) -> str:
    if not value.startswith(("https://", "http://")):
        raise ValueError("should be an address like https://slack.com/api/")
    return value.rstrip("/") + "/"


def _hubspot_url(value: str) -> str:
    """Accept http on this machine only: each request carries the token."""
    parts = urlsplit(value)
    if parts.scheme != "https" and (parts.scheme != "http" or parts.hostname not in ("127.0.0.1", "localhost")):
        raise ValueError("should be an https address like https://api.hubapi.com")
    return value.rstrip("/")


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
    return _encoded_password(value)


def _encoded_password(value: str) -> str:
    """Refuse a bare @ in a password: what follows it would be taken for the host, and shown where that is not found."""
    if value.startswith("postgres") and value.partition("?")[0].count("@") > 1:
        raise ValueError("has more than one @: in its user and password write @ as %40, : as %3A and / as %2F")
    return value


def _direct_url(value: str) -> str:
    """Accept an address of PostgreSQL only, as nothing else has a pooler before it."""
    if value.partition("://")[0].partition("+")[0] not in ("postgres", "postgresql"):
        raise ValueError("should be the address of PostgreSQL itself, like postgresql://user:password@host/name")
    return _encoded_password(value)


def _host(value: str) -> str:
    """Drop the brackets that an IPv6 address has in a URL."""
    return value[1:-1] if value.startswith("[") and value.endswith("]") else value


def _port(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """Say of what is no port what it should be, in our words."""
    try:
        return read(value)
    except ValidationError:
        raise ValueError("should be the number of a port, from 1 to 65535") from None


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

AppSecret = Annotated[SecretStr, AfterValidator(_no_token)]

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
    slack_signing_secret: AppSecret | None = None
    slack_client_id: str | None = None
    slack_client_secret: AppSecret | None = None
    tend_token_key: SecretStr | None = None
    tend_token: SecretStr | None = None
    slack_api_url: Annotated[str, AfterValidator(_api_url)] = "https://slack.com/api/"
    hubspot_api_url: Annotated[str, AfterValidator(_hubspot_url)] = "https://api.hubapi.com"
    tend_url: Annotated[str, AfterValidator(_public_url)] | None = None
    tend_mail_host: Annotated[str, AfterValidator(_mail_host)] | None = None
    database_url: Annotated[str, AfterValidator(_database_url)] = "sqlite:///tend.db"
    database_direct_url: Annotated[str, AfterValidator(_direct_url)] | None = None
    host: Annotated[str, AfterValidator(_host)] = "0.0.0.0"
    port: Annotated[int, Field(ge=0, le=65535), WrapValidator(_port)] = 3000
    metrics_port: Annotated[int, Field(ge=1, le=65535), WrapValidator(_port)] | None = None
    metrics_host: Annotated[str, AfterValidator(_host)] = "127.0.0.1"
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


VARIABLES = tuple(name.upper() for name in Settings.model_fields)
FILE_VARIABLES = (
    "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_SECRET", "TEND_TOKEN_KEY",
    "TEND_TOKEN", "DATABASE_URL", "DATABASE_DIRECT_URL",
)  # fmt: skip
"""The secrets. Each may be in a file that NAME_FILE names; the addresses of databases have a password."""
FILE_SUFFIX = "_FILE"


def read_settings() -> Settings:
    """Read the settings, or raise ConfigurationError naming the wrong variable and its expected form."""
    try:
        return Settings(**_values())
    except ValidationError as error:
        raise ConfigurationError(_problems(error)[0][1]) from None


def check_settings() -> tuple[Settings | None, list[tuple[str, str]]]:
    """Return the settings as if what is wrong were not set, and what is wrong: the setting and a sentence.

    None, and no setting, if the variables can't be read at all.
    """
    try:
        values = _values()
    except ConfigurationError as error:
        return None, [("", str(error))]
    try:
        return Settings(**values), []
    except ValidationError as error:
        found = _problems(error)
    unset = {name: Settings.model_fields[name].default for name, _ in found}
    return Settings(**values | unset), found


def given_names() -> dict[str, str]:
    """Return the name of each variable that is set, and where: "the environment" or ".env"."""
    names = dict.fromkeys(env_file_values(), str(ENV_FILE))
    return names | dict.fromkeys((name.upper() for name in os.environ), "the environment")


def env_file_values() -> dict[str, str]:
    """Return the values in `.env`, or none if there is no such file.

    Raises:
        ConfigurationError: it can't be read.
    """
    try:
        return env_file.parse(ENV_FILE.read_text(encoding="utf-8")) if ENV_FILE.is_file() else {}
    except env_file.UnreadableLine as error:
        raise ConfigurationError(f"{ENV_FILE}: {error}.") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{ENV_FILE} is no text in UTF-8.") from None
    except OSError as error:
        raise ConfigurationError(f"{ENV_FILE} can't be read: {error.strerror}.") from None


def _values() -> dict[str, Any]:
    """Return the settings' values by field. A variable of the environment hides the one in `.env`, even if empty."""
    environment = {name.upper(): value for name, value in os.environ.items()}
    values = env_file_values()
    for name in environment:
        base = name.removesuffix(FILE_SUFFIX)
        for hidden in (name, f"{base}{FILE_SUFFIX}", base) if base in FILE_VARIABLES else (name,):
            values.pop(hidden, None)
    values |= environment
    found = {name: values[name] for name in VARIABLES if values.get(name)}
    for name in FILE_VARIABLES:
        found |= _from_file(name, values)
    return {name.lower(): value for name, value in found.items()}


def _from_file(name: str, values: Mapping[str, str]) -> dict[str, str]:
    """Return the secret of the file that NAME_FILE names, if it does.

    Raises:
        ConfigurationError: the file can't be read or is empty, or NAME is set as well.
    """
    variable = name + FILE_SUFFIX
    if not (path := values.get(variable, "").strip()):
        return {}
    if values.get(name):
        raise ConfigurationError(f"{name} and {variable} are both set: keep one of them.")
    try:
        content = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ConfigurationError(f"{variable}: {path} can't be read ({reason}).") from None
    if not content:
        raise ConfigurationError(f"{variable}: {path} is empty.")
    return {name: content}


def _problems(error: ValidationError) -> list[tuple[str, str]]:
    """Return each wrong setting with a sentence, without its value, which may be a secret."""
    found = []
    for each in error.errors(include_url=False, include_input=False):
        name, problem = str(each["loc"][0]), each["msg"].removeprefix("Value error, ")
        found.append((name, f"{name.upper()} {problem[:1].lower() + problem[1:]}."))
    return found
