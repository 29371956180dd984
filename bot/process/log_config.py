"""Logging as plain lines or JSON, without secrets or user input.

User input has no pattern to redact, so it is kept out at its sources. Libraries log at WARNING and above, because they
print requests, rows and messages below that. An exception is logged with its traceback, and with its text only if that
is known to be harmless.
"""

import json
import logging
import logging.config
import re
import sys
import threading
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TextIO
from urllib.error import URLError
from urllib.parse import quote, quote_plus

from pydantic import SecretStr
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot.config import Settings
from bot.errors import ConfigurationError

OUR_LOGGERS = ("bot", "storage")
# Libraries that check the level of their own logger.
LIBRARY_LOGGERS = ("slack_bolt", "slack_sdk", "sqlalchemy", "apscheduler", "alembic", "uvicorn")
CONTEXT_FIELDS = ("reference", "workspace", "delivery")
PLAIN_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
HIDDEN_TEXT = "(hidden)"
TOKEN = re.compile(r"\b(?:xox[a-z]|xapp|xoxe)(?:[-.][A-Za-z0-9._-]+)+")
PASSWORD = re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)")
RESPONSE_URL = re.compile(r"(https?://hooks\.slack\.com/)\S+")
MIN_SECRET_LENGTH = 6
SUPPRESSED_LOG_MESSAGES = (
    "will be unused",  # at each start, about the token in the environment
    "Failed to send a request to Slack",  # the caller logs it as well
    "Failed to decode Slack API response",  # includes Slack's response
    "Failed to retrieve WSS URL",  # raised as well
)

_context: ContextVar[Mapping[str, object]] = ContextVar("log_context", default={})  # noqa: B039  the mapping is never changed


def configure_logging(settings: Settings) -> None:
    """Configure logging to stderr from the settings."""
    quiet = max(logging.WARNING, logging.getLevelName(settings.log_level))
    shape = {"json": JsonFormatter, "text": PlainFormatter}[settings.log_format]
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"ours": {"()": shape, "hide": SecretRedactor(collect_secrets(settings))}},
            "filters": {"about": {"()": _ContextFilter}, "boasting": {"()": _SlackNoiseFilter}},
            "handlers": {"stderr": {"()": _StderrHandler, "formatter": "ours", "filters": ["about", "boasting"]}},
            "loggers": {name: {"level": settings.log_level} for name in OUR_LOGGERS}
            | {name: {"level": quiet} for name in LIBRARY_LOGGERS},
            "root": {"level": quiet, "handlers": ["stderr"]},
        }
    )
    logging.captureWarnings(True)


@contextmanager
def log_context(**fields: object) -> Iterator[None]:
    """Add fields, such as a workspace's or delivery's id, to every log line in the block."""
    token = _context.set({**_context.get(), **fields})
    try:
        yield
    finally:
        _context.reset(token)


def add_log_context(**fields: object) -> None:
    """Add fields until the surrounding `log_context` ends."""
    _context.set({**_context.get(), **fields})


def collect_secrets(settings: Settings) -> tuple[str, ...]:
    """Return every secret in the settings, raw and URL-quoted, longest first."""
    values = [getattr(settings, name) for name in type(settings).model_fields]
    secrets = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
    for address in (settings.database_url, settings.database_direct_url):
        with suppress(ArgumentError, ValueError):
            url = make_url(address or "")
            secrets += [str(url.password or ""), *(str(value) for key, value in url.query.items() if "password" in key)]
    spellings = {spelling for secret in secrets for spelling in (secret, quote(secret, safe=""), quote_plus(secret))}
    return tuple(sorted((secret for secret in spellings if len(secret) >= MIN_SECRET_LENGTH), key=len, reverse=True))


class SecretRedactor:
    """Replace secrets in a text: the given ones, and anything that looks like one."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = tuple(secrets)

    def __call__(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN_TEXT)
        for pattern in (TOKEN, PASSWORD):
            text = pattern.sub(HIDDEN_TEXT, text)
        return RESPONSE_URL.sub(rf"\1{HIDDEN_TEXT}", text)


class PlainFormatter(logging.Formatter):
    """Format records as plain lines."""

    def __init__(self, hide: SecretRedactor) -> None:
        super().__init__(PLAIN_FORMAT)
        self._hide = hide

    def format(self, record: logging.LogRecord) -> str:
        return self._hide(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = escape_controls(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:
        return format_exception_safely(ei[1])


class JsonFormatter(logging.Formatter):
    """Format each record as one line of JSON."""

    def __init__(self, hide: SecretRedactor) -> None:
        super().__init__()
        self._hide = hide

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self._hide(record.getMessage()),
        }
        line |= {name: value for name in CONTEXT_FIELDS if (value := getattr(record, name, None)) is not None}
        if record.exc_info and record.exc_info[1]:
            line["exception"] = self._hide(format_exception_safely(record.exc_info[1]))
        return json.dumps(line, ensure_ascii=False, default=str)


def escape_controls(text: str) -> str:
    """Escape what would begin a new line or steer a terminal: libraries quote what strangers send."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape", "surrogatepass").decode() for letter in text
    )


def format_exception_safely(error: BaseException | None) -> str:
    """Format an exception's traceback and causes, with texts only where they can't contain user input."""
    parts: list[str] = []
    while error is not None:
        place = "".join(traceback.format_tb(error.__traceback__)).rstrip()
        parts.append(f"{place}\n{safe_repr(error)}".lstrip("\n"))
        cause = error.__cause__
        error = cause or (None if error.__suppress_context__ else error.__context__)
    return "\n-- after --\n".join(reversed(parts))


def safe_repr(error: BaseException) -> str:
    """Return an exception's type, and its text if that can't contain user input."""
    from slack_sdk.errors import SlackApiError  # slow to import, and most commands never call Slack

    text = ""
    if isinstance(error, SlackApiError):
        word = str(error.response.get("error") or error.response.status_code)
        text = word if word.isidentifier() else str(error.response.status_code)  # otherwise it is Slack's response body
    elif isinstance(error, DBAPIError):
        # PostgreSQL puts the row's values after the first line.
        text = f"{type(error.orig).__name__}: {str(error.orig).partition(chr(10))[0]}"
    elif isinstance(error, URLError):
        text = str(error.reason)
    elif isinstance(error, OSError):
        text = error.strerror or ""
    elif isinstance(error, ConfigurationError):
        text = str(error)
    return f"{type(error).__name__}{': ' if text else ''}{text}"


class _StderrHandler(logging.StreamHandler[TextIO]):
    """Write to the current `sys.stderr`, which tests replace."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)  # StreamHandler's would keep the current stream

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


class _ContextFilter(logging.Filter):
    """Add the log context's fields to a record."""

    def filter(self, record: logging.LogRecord) -> bool:
        for name, value in _context.get().items():
            if not hasattr(record, name):
                setattr(record, name, value)
        return True


class _SlackNoiseFilter(logging.Filter):
    """Drop slack_bolt and slack_sdk log lines that are noise or echo user input."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.name.startswith(("slack_bolt", "slack_sdk")):
            return True
        message = record.getMessage()
        if message.startswith("Unhandled request"):
            record.msg, record.args = "unhandled request: no listener matches", ()
        elif record.exc_info:
            record.msg, record.args = message.partition(":")[0], ()  # the exception's text follows the colon
        return not any(part in message for part in SUPPRESSED_LOG_MESSAGES)


def log_thread_exception(args: threading.ExceptHookArgs) -> None:
    """Log an uncaught exception of a thread safely. Python's own hook would print its text."""
    if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
        name = args.thread.name if args.thread else "?"
        logging.getLogger(__name__).error("thread ended with an exception: %s", name, exc_info=args.exc_value)
