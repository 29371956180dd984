"""The log: plain lines or JSON, without any secret and without what people wrote.

What people wrote can't leak by its form, so it is kept out by where it comes from: other libraries speak only from
`WARNING` on, since they print requests, rows and messages below it, and of an exception only the place is told, unless
its text is known to be harmless.
"""

import json
import logging
import logging.config
import re
import sys
import threading
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
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
# Loggers whose level their libraries read off the logger itself.
LIBRARY_LOGGERS = ("slack_bolt", "slack_sdk", "sqlalchemy", "apscheduler", "alembic", "uvicorn")
CONTEXT_FIELDS = ("reference", "workspace", "delivery")
PLAIN_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
HIDDEN_TEXT = "(hidden)"
TOKEN = re.compile(r"\b(?:xox[a-z]|xapp|xoxe)(?:[-.][A-Za-z0-9._-]+)+")
PASSWORD = re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)")
RESPONSE_URL = re.compile(r"(https?://hooks\.slack\.com/)\S+")
MIN_SECRET_LENGTH = 6
SUPPRESSED_LOG_MESSAGES = (
    "will be unused",  # at each start, of the token in the environment
    "Failed to send a request to Slack",  # whoever asked says so as well
    "Failed to decode Slack API response",  # with what Slack answered
)

_context: ContextVar[Mapping[str, object]] = ContextVar("known", default={})  # noqa: B039  a mapping that nobody changes


def configure_logging(settings: Settings) -> None:
    """Set the log up as the settings say; it goes to the standard error."""
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
def log_context(**known: object) -> Iterator[None]:
    """What every line of the log is about while the block runs: a workspace's id, a delivery's."""
    token = _context.set({**_context.get(), **known})
    try:
        yield
    finally:
        _context.reset(token)


def add_log_context(**known: object) -> None:
    """The same, until the surrounding `log_context` ends."""
    _context.set({**_context.get(), **known})


def collect_secrets(settings: Settings) -> tuple[str, ...]:
    """Everything in the settings that nobody may read, in each spelling it may appear in."""
    values = [getattr(settings, name) for name in type(settings).model_fields]
    found = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
    try:
        url = make_url(settings.database_url)
    except (ArgumentError, ValueError):
        url = None
    if url is not None:
        found += [str(url.password or ""), *(str(value) for key, value in url.query.items() if "password" in key)]
    spelt = {spelling for one in found for spelling in (one, quote(one, safe=""), quote_plus(one))}
    return tuple(sorted((one for one in spelt if len(one) >= MIN_SECRET_LENGTH), key=len, reverse=True))


class SecretRedactor:
    """Takes secrets out of a text: those it was told, and whatever looks like one."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = tuple(secrets)

    def __call__(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN_TEXT)
        for pattern in (TOKEN, PASSWORD):
            text = pattern.sub(HIDDEN_TEXT, text)
        return RESPONSE_URL.sub(rf"\1{HIDDEN_TEXT}", text)


class PlainFormatter(logging.Formatter):
    """Lines for people."""

    def __init__(self, hide: SecretRedactor) -> None:
        super().__init__(PLAIN_FORMAT)
        self._hide = hide

    def format(self, record: logging.LogRecord) -> str:
        return self._hide(super().format(record))

    def formatException(self, ei: Any) -> str:
        return format_exception_safely(ei[1])


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

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


def format_exception_safely(error: BaseException | None) -> str:
    """Where an exception came from and, of those whose text repeats nothing that people wrote, the text."""
    parts: list[str] = []
    while error is not None:
        place = "".join(traceback.format_tb(error.__traceback__)).rstrip()
        parts.append(f"{place}\n{safe_repr(error)}".lstrip("\n"))
        cause = error.__cause__
        error = cause or (None if error.__suppress_context__ else error.__context__)
    return "\n-- after --\n".join(reversed(parts))


def safe_repr(error: BaseException) -> str:
    """Its kind and, where that repeats nothing that people wrote, what it says."""
    from slack_sdk.errors import SlackApiError  # takes a while, and most commands never speak to Slack

    text = ""
    if isinstance(error, SlackApiError):
        word = str(error.response.get("error") or error.response.status_code)
        text = word if word.isidentifier() else str(error.response.status_code)  # else it is what Slack answered
    elif isinstance(error, DBAPIError):
        # Below its first line PostgreSQL tells the values of the row.
        text = f"{type(error.orig).__name__}: {str(error.orig).partition(chr(10))[0]}"
    elif isinstance(error, URLError):
        text = str(error.reason)
    elif isinstance(error, OSError):
        text = error.strerror or ""
    elif isinstance(error, ConfigurationError):
        text = str(error)
    return f"{type(error).__name__}{': ' if text else ''}{text}"


class _StderrHandler(logging.StreamHandler[TextIO]):
    """Writes to whatever is the standard error at that moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)  # the other one would keep today's stream

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


class _ContextFilter(logging.Filter):
    """Notes on a record what it is about."""

    def filter(self, record: logging.LogRecord) -> bool:
        for name, value in _context.get().items():
            if not hasattr(record, name):
                setattr(record, name, value)
        return True


class _SlackNoiseFilter(logging.Filter):
    """Keeps from the log what Slack's libraries say that is of no use, or repeats what was typed."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.name.startswith(("slack_bolt", "slack_sdk")):
            return True
        said = record.getMessage()
        if said.startswith("Unhandled request"):
            record.msg, record.args = "a request that nothing listens to", ()
        elif record.exc_info:
            record.msg, record.args = said.partition(":")[0], ()  # the exception's text stands after it
        return not any(part in said for part in SUPPRESSED_LOG_MESSAGES)


def log_thread_exception(args: threading.ExceptHookArgs) -> None:
    """A hook for threads that end with an exception, which Python would print with its text."""
    if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
        name = args.thread.name if args.thread else "?"
        logging.getLogger(__name__).error("the thread %s ended", name, exc_info=args.exc_value)
