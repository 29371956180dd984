"""`tend crm`: CRMs that are read on a schedule, and written back to."""

import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import urlsplit

import typer
from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.workspace import crm_connections, crm_write_back
from bot.actions.workspace.crm_connections import ConnectedCrm, LeaseLost, WriteFields
from bot.cli.printing import say
from bot.cli.setup import CLI_USER, open_settings, open_workspace
from bot.clock import system_clock
from bot.config import Settings
from bot.crm.connect import NEEDED, open_crm, require_client
from bot.crm.records import Access, CrmError, PartnerMark, System
from bot.errors import NotFound, TendError
from bot.messages.workspace import crm as words
from bot.notifications.crm import CrmReader
from bot.slack.token_store import TokenCipher

DEFAULT_MARKS = {
    System.HUBSPOT: "type=PARTNER",
    System.SALESFORCE: "Type=Channel Partner / Reseller|Installation Partner|Technology Partner|Partner",
}
NO_INSTANCE = "--instance should be the address of your org, like https://acme.my.salesforce.com."
_ORG_HOST = re.compile(r"(?:[a-z0-9-]+\.)+salesforce\.(?:com|mil)")
"""Letters of names only: at a backslash, one program ends a host where another goes on."""
PROMPTS = {"token": "Access token of the private app", "client_secret": "Consumer secret"}


def add(
    system: System, partners: str | None, instance: str | None, client_id: str | None, workspace: str | None
) -> None:
    """Connect a CRM, after a look whether it lets us in. Secrets are asked for, or read from standard input."""
    settings, (engine, caller) = open_settings(), _open(workspace)
    given = {"instance": _instance(instance), "client_id": client_id or ""}
    if system is System.SALESFORCE and not all(given.values()):
        raise TendError("Salesforce needs --instance, like https://acme.my.salesforce.com, and --client-id.")
    mark, cipher = _mark(partners or DEFAULT_MARKS[system]), _cipher(settings)
    if cipher is None:
        raise TendError(crm_connections.NO_KEY)
    with _told(system):
        require_client(system)
    secrets = {name: given.get(name) or _ask(PROMPTS[name]) for name in NEEDED[system]}
    with _told(system):
        open_crm(system, secrets, mark, Access(time.sleep), hubspot_url=settings.hubspot_api_url).check()
    crm_connections.add_connection(engine, caller, system, secrets, mark, cipher.encrypt)
    say(f"{system.label} is connected; nothing was imported. See what it would do: `tend crm preview {system}`.")


def list_all(workspace: str | None) -> None:
    """Print how each connection stands."""
    for one in crm_connections.list_connections(*(opened := _open(workspace))):
        instants = {name: _when(getattr(one, name), opened[1]) for name in ("read_at", "due_at", "written_at")}
        for line in words.connection_lines(one, instants):
            say(line)


def preview(system: System, workspace: str | None) -> None:
    """Print what reading would do, and change nothing."""
    reader, caller = _reader(workspace)
    due = crm_connections.preview_of(reader.engine, caller, system)
    with _told(system):
        result = reader.preview(due)
    crm_connections.note_preview(reader.engine, caller, system)
    for line in words.result_lines(result, would=True):
        say(line)
    say(f"Nothing was imported. `tend crm run {system} --confirm` starts, and Tend then reads every hour.")


def run(system: System, *, confirms: bool, everything: bool, workspace: str | None) -> None:
    """Read now, and print what that did."""
    reader, caller = _reader(workspace)
    due = crm_connections.claim_now(reader.engine, caller, system, confirms=confirms)
    if everything:
        due.since = None
    with _told(system):
        result = reader.run(due)
    for line in words.result_lines(result):
        say(line)
    if problem := _connected(reader.engine, caller, system).write_problem:
        raise TendError(f"Not all was written: {problem}.")


def fields(system: System, wanted: WriteFields, workspace: str | None) -> None:
    """Set which fields of companies Tend writes, after a look whether they can hold it."""
    reader, caller = _reader(workspace)
    due = crm_connections.preview_of(reader.engine, caller, system)
    with _told(system):
        crm = reader.open(due)
        for name, field in wanted.named().items():
            problem = crm.field_problem(field, crm_write_back.HOLDS[name], crm_write_back.WORDS.get(name, ()))
            if problem:
                raise TendError(f"{problem}.")
    crm_connections.set_fields(reader.engine, caller, system, wanted)
    told = ", ".join(f"{words.LABELS[name]} → {field}" for name, field in wanted.named().items())
    say(f"With each run Tend writes into {system.label}: {told or 'nothing'}.")


def remove(system: System, workspace: str | None) -> None:
    """Forget a connection."""
    engine, caller = _open(workspace)
    crm_connections.remove_connection(engine, caller, system)
    say(f"{system.label} is no longer read. What was imported stays.")


def _open(workspace: str | None) -> tuple[Engine, Caller]:
    engine, team = open_workspace(workspace)
    return engine, Caller(team, CLI_USER, system_clock(), is_steward=True)


def _reader(workspace: str | None) -> tuple[CrmReader, Caller]:
    settings, (engine, caller) = open_settings(), _open(workspace)
    cipher = _cipher(settings)
    unseal = cipher.decrypt if cipher else None
    return CrmReader(engine, system_clock, settings.hubspot_api_url, unseal), caller


def _cipher(settings: Settings) -> TokenCipher | None:
    key = settings.tend_token_key
    return TokenCipher(key.get_secret_value()) if key else None


def _connected(engine: Engine, caller: Caller, system: System) -> ConnectedCrm:
    found = next((one for one in crm_connections.list_connections(engine, caller) if one.system is system), None)
    if found is None:
        raise NotFound(f"{system.label} was removed meanwhile.")
    return found


@contextmanager
def _told(system: System) -> Iterator[None]:
    """Say in our words what is wrong with a CRM, with what it said itself."""
    try:
        yield
    except CrmError as error:
        said = f" It said: {error.detail}" if error.detail else ""
        raise TendError(f"{words.problem_text(system, error.problem)}.{said}") from None
    except LeaseLost:
        raise TendError(f"{system.label} is being read by another process by now; nothing was lost.") from None


def _mark(text: str) -> PartnerMark:
    """Read which companies are partners: FIELD=VALUE|VALUE, all or known."""
    if text in ("all", "known"):
        return PartnerMark(everyone=text == "all")
    name, _, values = text.partition("=")
    found = tuple(value.strip() for value in values.split("|") if value.strip())
    if not name.strip().isidentifier() or not found:
        raise TendError(
            "--partners should be FIELD=VALUE, like type=PARTNER, several values separated by |; all; or known."
        )
    return PartnerMark(name.strip(), found)


def _instance(text: str | None) -> str:
    """Check the address of an org: https, and Salesforce's own, as the secret is sent there."""
    if not text:
        return ""
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise TendError(NO_INSTANCE) from None
    is_local = host in ("127.0.0.1", "localhost")
    if not is_local and (parts.scheme != "https" or not _ORG_HOST.fullmatch(host)):
        raise TendError(NO_INSTANCE)
    return f"{parts.scheme}://{host}:{port}" if port else f"{parts.scheme}://{host}"


def _ask(prompt: str) -> str:
    """Ask for a secret without showing it. What is piped in is read as it is."""
    if sys.stdin.isatty():
        answer: str = typer.prompt(prompt, hide_input=True, err=True)
    else:
        answer = sys.stdin.readline()
    if not answer.strip():
        raise TendError(f"{prompt}: nothing was given.")
    return answer.strip()


def _when(at: datetime | None, caller: Caller) -> str:
    return f"{at.astimezone(caller.team.zone):%Y-%m-%d %H:%M}" if at else ""
