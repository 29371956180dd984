"""`tend mail`: take mail in, and make private addresses."""

import asyncio
import re
import signal
import ssl
from dataclasses import replace
from pathlib import Path

from bot.actions.caller import Caller
from bot.actions.workspace.mail import renew_address
from bot.background.mail_sink import sink_of
from bot.cli.printing import say
from bot.cli.setup import CLI_USER, open_database, open_settings, open_workspace
from bot.clock import system_clock
from bot.errors import ConfigurationError
from bot.mail.server import MailSink, listen

_MEMBER_ID = re.compile(r"[UW][A-Z0-9]{2,30}")


def serve(host: str, port: int, certificate: Path | None) -> None:
    """Take mail in until a stop signal.

    Raises:
        ConfigurationError: TEND_MAIL_HOST is not set, the certificate can't be read, or the port is taken.
    """
    settings = open_settings()
    sink = sink_of(open_database(settings), system_clock, settings.need("tend_mail_host"))
    try:
        asyncio.run(_serve(sink, host, port, _tls(certificate)))
    except OSError as error:
        raise ConfigurationError(f"Tend can't listen on {host}, port {port}: {error.strerror}.") from None


def _tls(certificate: Path | None) -> ssl.SSLContext | None:
    if certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate)
    except (OSError, ssl.SSLError):
        raise ConfigurationError(f"{certificate} should be a PEM file with a certificate and its key.") from None
    return context


async def _serve(sink: MailSink, host: str, port: int, tls: ssl.SSLContext | None) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    server = await listen(sink, host, port, tls)
    where = server.sockets[0].getsockname()
    say(f"Tend takes mail on {where[0]}, port {where[1]}. Stop it with Ctrl-C.")
    async with server:
        await stopped.wait()


def make_address(user: str, workspace: str | None) -> None:
    """Make a person's private address and print it.

    Raises:
        ConfigurationError: this is no user id, or TEND_MAIL_HOST is not set.
    """
    if not _MEMBER_ID.fullmatch(user):
        raise ConfigurationError(f"“{user}” is no Slack user id; they look like U024BE7LH (profile ▸ Copy member ID).")
    host = open_settings().need("tend_mail_host")
    engine, team = open_workspace(workspace)
    caller = replace(Caller(team, CLI_USER, system_clock()), user_id=user, mail_host=host)
    say(renew_address(engine, caller).address or "")
