"""Where the mail of a server goes: into the ledgers of those whose private addresses it is for."""

import logging

from sqlalchemy import Engine

from bot.actions.workspace.mail import find_owner, forget_old_mails, take_mail
from bot.clock import Clock
from bot.mail.message import read_mail
from bot.mail.server import MailSink
from bot.process.log_config import safe_repr

log = logging.getLogger(__name__)


def sink_of(engine: Engine, clock: Clock, host: str) -> MailSink:
    """Build the sink of the private addresses at `host`. Its functions block."""

    def knows(address: str) -> bool:
        return find_owner(engine, address, host) is not None

    def take(addresses: tuple[str, ...], raw: bytes) -> None:
        facts, now = read_mail(raw), clock()
        owners = [owner for address in addresses if (owner := find_owner(engine, address, host))]
        for owner in owners:
            number = take_mail(engine, owner, facts, now)
            log.debug("took a mail (%s) for workspace %s: contact with %s partners", facts.kind, owner.team.id, number)
        forget_old_mails(engine, now)

    def log_error(error: Exception) -> None:
        log.error("a mail could not be taken, its sender tries again: %s", safe_repr(error))

    return MailSink(knows, take, log_error)
