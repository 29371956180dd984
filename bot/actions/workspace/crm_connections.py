"""Connections to CRMs: how a steward sets one up, and who may read it when."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.crm.records import CrmError, PartnerMark, Problem, System
from bot.errors import NotAllowed, NotFound, TendError
from bot.workspace.team import Team
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.imports import crm_connections
from storage.tables import CrmConnection
from storage.workspaces import workspaces

CRM_ACTION = "connect a CRM"
NO_KEY = (
    "This Tend can't keep what lets it into a CRM yet. Set TEND_TOKEN_KEY, which encrypts it (`tend key` makes one); "
    "then try again."
)
INTERVAL = timedelta(hours=1)
LEASE = timedelta(minutes=10)
LONGEST_INTERVAL = timedelta(hours=24)
OVERLAP = timedelta(minutes=15)
"""What changed so long before the last reading is read once more: a CRM finds a change only some time after it."""
FULL_INTERVAL = timedelta(days=7)
"""Everything is read anew so often: a CRM does not say of each change that it is one, nor Tend of each new partner."""


class LeaseLost(Exception):
    """Another process reads the connection by now, or it was removed."""


@dataclass(frozen=True, slots=True)
class WriteFields:
    """The fields of companies that Tend writes; those that are empty it does not."""

    rvi: str = ""
    band: str = ""
    last_touch: str = ""
    owner: str = ""

    def named(self) -> dict[str, str]:
        """Return the CRM's field by Tend's own, of those that are set."""
        return {name: field for name in self.__slots__ if (field := getattr(self, name))}


@dataclass(frozen=True, slots=True)
class ConnectedCrm:
    """A connection as it stands. `report` is what the last reading did."""

    system: System
    mark: PartnerMark
    fields: WriteFields
    confirmed_at: datetime | None
    read_at: datetime | None
    written_at: datetime | None
    due_at: datetime
    problem: Problem | None
    write_problem: str | None
    report: dict[str, Any]


@dataclass(slots=True)
class DueCrm:
    """A CRM that this process may read until `leased`. `sealed` is how to get in, encrypted.

    `since` is None if everything is to be read; `waiting` are companies whose name was in doubt before. Once it
    `is_read` the claim is given back, and fields may still be written.
    """

    id: int
    team: Team
    system: System
    sealed: str
    mark: PartnerMark
    fields: WriteFields
    leased: datetime
    begun_at: datetime
    since: datetime | None
    full_at: datetime | None
    failures: int
    waiting: tuple[str, ...]
    is_read: bool = False


@retried
def add_connection(
    engine: Engine,
    caller: Caller,
    system: System,
    secrets: Mapping[str, str],
    mark: PartnerMark,
    seal: Callable[[str], str] | None,
) -> None:
    """Add a connection. It is not read before it is confirmed.

    Raises:
        NotAllowed: the caller is not a steward, or this Tend has no key.
        TendError: the workspace has one to that CRM.
    """
    caller.require_steward(CRM_ACTION)
    if seal is None:
        raise NotAllowed(NO_KEY)
    options = {"field": mark.field, "values": mark.values, "everyone": mark.everyone}
    with writing(engine) as session:
        caller.claim_request_key(session)
        added = crm_connections.add(
            session,
            workspace_id=caller.team.id,
            system=system,
            sealed=seal(json.dumps(dict(secrets))),
            options=json.dumps(options),
            by=caller.user_id,
            now=caller.now,
        )
    if not added:
        raise TendError(f"{system.label} is connected already; `tend crm remove {system}` first.")


@retried
def remove_connection(engine: Engine, caller: Caller, system: System) -> None:
    """Forget a connection and how to get in. What was imported stays.

    Raises:
        NotAllowed: the caller is not a steward.
        NotFound: there is none.
    """
    caller.require_steward(CRM_ACTION)
    with writing(engine) as session:
        if not crm_connections.remove(session, workspace_id=caller.team.id, system=system):
            raise _not_connected(system)


@retried
def set_fields(engine: Engine, caller: Caller, system: System, fields: WriteFields) -> None:
    """Set which fields of companies Tend writes. Raises as `remove_connection`."""
    caller.require_steward(CRM_ACTION)
    with writing(engine) as session:
        changes = {"fields_to_write": json.dumps(fields.named()), "write_problem": None}
        if not crm_connections.change(session, workspace_id=caller.team.id, system=system, **changes):
            raise _not_connected(system)


@retried
def note_preview(engine: Engine, caller: Caller, system: System) -> None:
    """Note that a steward saw what the first reading would do. Raises as `remove_connection`."""
    caller.require_steward(CRM_ACTION)
    with writing(engine) as session:
        if not crm_connections.change(session, workspace_id=caller.team.id, system=system, previewed_at=caller.now):
            raise _not_connected(system)


def list_connections(engine: Engine, caller: Caller) -> list[ConnectedCrm]:
    """Load a workspace's connections."""
    with reading(engine) as session:
        return [describe(row) for row in crm_connections.list_all(session, workspace_id=caller.team.id)]


def describe(row: CrmConnection) -> ConnectedCrm:
    """Return a connection as it stands."""
    return ConnectedCrm(
        system=System(row.system),
        mark=_mark(row),
        fields=WriteFields(**json.loads(row.fields_to_write)),
        confirmed_at=row.confirmed_at,
        read_at=row.read_at,
        written_at=row.written_at,
        due_at=row.due_at,
        problem=Problem(row.problem) if row.problem in list(Problem) else None,
        write_problem=row.write_problem,
        report=json.loads(row.report or "{}"),
    )


# -- who reads it


@retried
def list_due(engine: Engine, now: datetime, limit: int) -> Sequence[CrmConnection]:
    """Return the connections that are to be read, and forget those of workspaces that uninstalled Tend."""
    with reading(engine) as session:
        has_left = crm_connections.has_uninstalled(session)
    if has_left:
        with writing(engine) as session:
            crm_connections.remove_uninstalled(session)
    with reading(engine) as session:
        return crm_connections.list_due(session, now=now, limit=limit)


@retried
def claim_connection(engine: Engine, row: CrmConnection, now: datetime) -> DueCrm | None:
    """Claim a connection that is due. None if another process has it."""
    assert row.id is not None  # stored
    with writing(engine) as session:
        team = Team.of(workspaces.get(session, workspace_id=row.workspace_id))
        return _lease(session, team, row, now)


@retried
def claim_now(engine: Engine, caller: Caller, system: System, *, confirms: bool) -> DueCrm:
    """Claim a connection for a steward who reads it now. `confirms` puts it on the schedule from now on.

    Raises:
        NotAllowed: the caller is not a steward.
        NotFound: there is none.
        TendError: it was not previewed or confirmed, or is being read.
    """
    caller.require_steward(CRM_ACTION)
    with writing(engine) as session:
        row = crm_connections.get(session, workspace_id=caller.team.id, system=system)
        if row is None:
            raise _not_connected(system)
        if row.previewed_at is None:
            raise TendError(f"See what it would do first: `tend crm preview {system}`.")
        if row.confirmed_at is None and not confirms:
            raise TendError(f"Nothing was imported yet. `tend crm run {system} --confirm` starts, and then every hour.")
        if row.leased_at is not None and row.due_at > caller.now:
            raise TendError(f"{system.label} is being read just now; try again in some minutes.")
        due = _lease(session, caller.team, row, caller.now)
        if due is None:
            raise TendError(f"{system.label} is being read just now; try again in some minutes.")
        if row.confirmed_at is None:
            crm_connections.change(session, workspace_id=caller.team.id, system=system, confirmed_at=caller.now)
        return due


def preview_of(engine: Engine, caller: Caller, system: System) -> DueCrm:
    """Return what a steward may read to see what it would do, without a claim. Raises as `remove_connection`."""
    caller.require_steward(CRM_ACTION)
    with reading(engine) as session:
        row = crm_connections.get(session, workspace_id=caller.team.id, system=system)
        if row is None:
            raise _not_connected(system)
        return _due(caller.team, row, caller.now, row.due_at)


def _lease(session: Session, team: Team, row: CrmConnection, now: datetime) -> DueCrm | None:
    until, of = now + LEASE, {"workspace_id": team.id, "connection_id": row.id or 0}
    if until <= row.due_at:  # two claims never have the same end
        until = row.due_at + timedelta(microseconds=1)
    due = _due(team, row, now, until)
    return due if crm_connections.lease(session, **of, was=row.due_at, until=until, now=now) else None


def _due(team: Team, row: CrmConnection, now: datetime, until: datetime) -> DueCrm:
    is_full = row.cursor_at is None or row.full_at is None or now - row.full_at >= FULL_INTERVAL
    report = json.loads(row.report or "{}")
    return DueCrm(
        id=row.id or 0,
        team=team,
        system=System(row.system),
        sealed=row.sealed,
        mark=_mark(row),
        fields=WriteFields(**json.loads(row.fields_to_write)),
        leased=until,
        begun_at=now,
        since=None if is_full or row.cursor_at is None else row.cursor_at - OVERLAP,
        full_at=row.full_at,
        failures=row.failures,
        waiting=tuple(report.get("waiting", ())),
    )


@retried
def renew(engine: Engine, due: DueCrm, now: datetime) -> None:
    """Keep a claim for longer. Raise LeaseLost if it is another's."""
    if now < due.leased - LEASE + timedelta(minutes=1):
        return  # not with every request
    until, of = now + LEASE, {"workspace_id": due.team.id, "connection_id": due.id}
    with writing(engine) as session:
        if not crm_connections.lease(session, **of, was=due.leased, until=until, now=due.begun_at):
            raise LeaseLost
    due.leased = until


def require_lease(session: Session, due: DueCrm) -> None:
    """Keep everybody else from the connection until the transaction ends. Raise LeaseLost if it is another's."""
    of = {"workspace_id": due.team.id, "connection_id": due.id}
    if not crm_connections.lease(session, **of, was=due.leased, until=due.leased, now=due.begun_at):
        raise LeaseLost


@retried
def note_failure(engine: Engine, due: DueCrm, error: CrmError, now: datetime) -> None:
    """Note that a CRM could not be read. It is tried again, later each time."""
    failures = due.failures + 1
    wait = min(INTERVAL * 2 ** min(failures - 1, 10), LONGEST_INTERVAL)
    if error.problem in (Problem.HOST, Problem.BUSY) and failures == 1:
        wait = timedelta(minutes=10)
    wait = max(wait, timedelta(seconds=min(error.wait or 0, 86_400)))
    with writing(engine) as session:
        finish(session, due, due_at=now + wait, failures=failures, problem=error.problem.value)


@retried
def give_back(engine: Engine, due: DueCrm, now: datetime) -> None:
    """Give a claim back unused, so that another process may read at once."""
    with writing(engine) as session:
        finish(session, due, due_at=now)


@retried
def note_written(engine: Engine, due: DueCrm, problem: str | None, now: datetime) -> None:
    """Note how writing fields went."""
    with writing(engine) as session:
        noted: dict[str, Any] = {"write_problem": problem} | ({} if problem else {"written_at": now})
        crm_connections.change(session, workspace_id=due.team.id, system=due.system, **noted)


def finish(session: Session, due: DueCrm, *, due_at: datetime, **fields: Any) -> bool:
    """Note how reading went and give the claim back. Return False if it is another's by now."""
    of = {"workspace_id": due.team.id, "connection_id": due.id}
    return crm_connections.finish(session, **of, leased=due.leased, due_at=due_at, **fields)


def _mark(row: CrmConnection) -> PartnerMark:
    options = json.loads(row.options)
    return PartnerMark(options["field"], tuple(options["values"]), options["everyone"])


def _not_connected(system: System) -> NotFound:
    return NotFound(f"{system.label} is not connected; `tend crm add {system}` connects it.")
