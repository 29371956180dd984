"""Read CRMs every hour, and write fields back, in threads of their own, so that no CRM delays a nudge."""

import json
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from slack_sdk.errors import SlackApiError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from bot.actions.workspace import crm_connections, crm_intake, crm_write_back
from bot.actions.workspace.crm_connections import DueCrm, LeaseLost
from bot.actions.workspace.crm_intake import Changes, IntakeResult
from bot.clock import Clock
from bot.crm.connect import open_crm
from bot.crm.records import Access, Crm, CrmError, Problem
from bot.errors import ConfigurationError
from bot.importing.people import People, Person
from bot.messages.workspace import crm as words
from bot.process.metrics import Metrics
from bot.services import Services
from bot.slack.directory import fetch_people
from bot.workspace.team import Team
from storage.tables import CrmConnection

log = logging.getLogger(__name__)

MAX_READERS = 4
MAX_A_ROUND = 50


class Stopping(Exception):
    """The process stops: what was read so far is forgotten, and read again by the next one."""


@dataclass(frozen=True, slots=True)
class CrmReader:
    """Reads a CRM that was claimed, and writes into it. `unseal` decrypts how to get in, if there is a key.

    `find_people` asks who is in the workspace, to find the owners of companies among them.
    """

    engine: Engine
    clock: Clock
    hubspot_url: str
    unseal: Callable[[str], str] | None
    is_stopping: Callable[[], bool] = lambda: False
    sleep: Callable[[float], None] = time.sleep
    metrics: Metrics = field(default_factory=Metrics)
    find_people: Callable[[Team], People | None] = lambda _team: None

    def preview(self, due: DueCrm) -> IntakeResult:
        """Return what reading would do. Raise CrmError."""
        return crm_intake.preview(self.engine, due, self._read(self.open(due), due), self.clock())

    def run(self, due: DueCrm) -> IntakeResult:
        """Read, take in, and write back.

        Raises:
            CrmError: it could not be read, which is noted.
            LeaseLost: another process reads it by now.
            Stopping: this process stops.
        """
        runs = self.metrics.crm_runs
        try:
            crm = self.open(due, lambda: self._stay(due))
            result = crm_intake.take(self.engine, due, self._read(crm, due), self.clock())
        except CrmError as error:
            runs.labels(due.system, error.problem.value).inc()
            crm_connections.note_failure(self.engine, due, error, self.clock())
            raise
        except Stopping:
            crm_connections.give_back(self.engine, due, self.clock())
            raise
        except (LeaseLost, DBAPIError):
            raise  # the claim is another's, or runs out by itself
        except Exception:
            # Whatever it is, it must not go on every ten minutes without anybody hearing of it.
            crm_connections.note_failure(self.engine, due, CrmError(Problem.ANSWER), self.clock())
            raise
        runs.labels(due.system, "done").inc()
        self._write_back(crm, due)
        return result

    def _stay(self, due: DueCrm) -> None:
        if self.is_stopping():
            raise Stopping
        if not due.is_read:
            crm_connections.renew(self.engine, due, self.clock())

    def open(self, due: DueCrm, alive: Callable[[], None] = lambda: None) -> Crm:
        """Open the CRM. Raise CrmError."""
        if self.unseal is None:
            raise CrmError(Problem.KEY)
        try:
            secrets = json.loads(self.unseal(due.sealed))
        except ConfigurationError:
            raise CrmError(Problem.KEY) from None
        return open_crm(due.system, secrets, due.mark, Access(self.sleep, alive), hubspot_url=self.hubspot_url)

    def _read(self, crm: Crm, due: DueCrm) -> Changes:
        try:
            return self._changes(crm, due)
        except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
            log.warning("%s told something that can't be read: %s", due.system.label, type(error).__name__)
            raise CrmError(Problem.ANSWER) from None

    def _changes(self, crm: Crm, due: DueCrm) -> Changes:
        """Read the companies; then people and deals: those that changed, and all of companies that are new here."""
        found = [*crm.companies(due.since), *(crm.companies_by_id(due.waiting) if due.waiting else ())]
        companies = crm_intake.wanted_companies(self.engine, due, found)
        known = crm_intake.partners_by_id(self.engine, due)
        owned = any(one.owner for one in companies)
        changes = Changes(companies=companies, people=self.find_people(due.team) if owned else None)
        if due.since is None:
            ids = list(dict.fromkeys([*known, *(one.id for one in companies)]))
        else:
            ids = [one.id for one in companies if one.id not in known or one.id in due.waiting]
            ours = {*known, *ids}
            changes.contacts += [one for one in crm.contacts(due.since) if ours & set(one.company_ids)]
            changes.deals += crm.deals(due.since)
        if ids:
            changes.contacts += crm.contacts_of(ids)
            changes.deals += crm.deals_of(ids)
        return changes

    def _write_back(self, crm: Crm, due: DueCrm) -> None:
        """Write what differs. A failure is noted; the next run writes what is still to be written."""
        fields, writes = due.fields.named(), self.metrics.crm_writes
        if not fields:
            return
        try:
            wanted = crm_write_back.values_to_write(self.engine, due, self.clock())
            current = crm.values(list(wanted), list(fields.values()))
            changed = crm_write_back.changed_values(wanted, current, fields)
            refused = crm.write(changed) if changed else ()
            problem = words.refusals_text(due.system, refused) if refused else None
            writes.labels(due.system, "done").inc(len(changed) - len(refused))
            writes.labels(due.system, "refused").inc(len(refused))
        except CrmError as error:
            problem = words.problem_text(due.system, error.problem)
            writes.labels(due.system, error.problem.value).inc()
        except Stopping:
            return
        crm_connections.note_written(self.engine, due, problem, self.clock())


@dataclass(frozen=True, slots=True)
class CrmRound:
    """Reads what is due."""

    services: Services
    sleep: Callable[[float], None] = time.sleep

    def run(self) -> int:
        """Read every CRM that is due. Return how many brought news."""
        rows = crm_connections.list_due(self.services.engine, self.services.clock(), MAX_A_ROUND)
        if not rows:
            return 0
        cipher = self.services.cipher()
        reader = CrmReader(
            self.services.engine,
            self.services.clock,
            self.services.settings.hubspot_api_url,
            cipher.decrypt if cipher else None,
            lambda: self.services.in_flight.is_stopping,
            self.sleep,
            self.services.metrics,
            self._people,
        )
        with ThreadPoolExecutor(min(MAX_READERS, len(rows)), thread_name_prefix="crm") as pool:
            return sum(pool.map(lambda row: self._look_after(reader, row), rows))

    def _people(self, team: Team) -> People | None:
        """Return the full members of the workspace, as Slack knows them now; None where it does not say."""
        try:
            client = self.services.workspaces.client(team)
            return People(Person(*one) for one in fetch_people(client, team))
        except (SlackApiError, OSError) as error:
            log.warning("owners are looked for among those whom Tend has met: %s", type(error).__name__)
            return None

    def _look_after(self, reader: CrmReader, row: CrmConnection) -> int:
        """Read one CRM. A failure is noted and logged, without a word of what it holds."""
        with self.services.in_flight.track() as begun:
            if not begun:
                return 0
            try:
                due = crm_connections.claim_connection(self.services.engine, row, self.services.clock())
                return int(reader.run(due).is_news) if due else 0
            except CrmError as error:
                log.warning("CRM %s can't be read: %s", row.id, error.problem)
            except (LeaseLost, Stopping) as error:
                log.info("CRM %s: reading was given up: %s", row.id, type(error).__name__)
            except Exception as error:
                log.error("CRM %s: not read: %s", row.id, type(error).__name__)
            return 0


def read_crms(reader: CrmRound) -> None:
    """Run a round unless the process is stopping. Errors are logged; the next round tries again."""
    if reader.services.in_flight.is_stopping:
        return
    try:
        news = reader.run()
    except Exception:
        log.exception("a round of CRMs failed")
        return
    if news:
        log.info("CRMs that brought news: %s", news)
