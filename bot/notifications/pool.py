"""Check workspaces in a thread pool, so one slow Slack does not block others."""

import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime
from random import shuffle

from bot.notifications.claim import run_isolated
from bot.notifications.send import RunResult
from bot.notifications.workspace_check import check_workspace
from bot.services import Services
from bot.workspace import retention
from bot.workspace.team import Team

log = logging.getLogger(__name__)

MAX_WORKERS = 16
ROUND_TIMEOUT_SECONDS = 50.0


class WorkspacePool:
    """Check due workspaces in rounds. Skip those still running from the previous round.

    Workspaces that were slow last time come last, so that they don't take all threads. The rest are shuffled, so that
    several processes share the work.
    """

    def __init__(self, services: Services, *, patience: float = ROUND_TIMEOUT_SECONDS) -> None:
        self._services, self._patience = services, patience
        self._pool = ThreadPoolExecutor(MAX_WORKERS, thread_name_prefix="round")
        self._busy: set[int] = set()
        self._slow: set[int] = set()
        self._lock = threading.Lock()
        self._closing = False

    def run(self, now: datetime) -> RunResult:
        """Check every due workspace that is not busy. Return what was done before the timeout.

        Raises:
            slack_sdk.errors.SlackApiError: the one token is invalid.
        """
        found = list(self._services.workspaces.due(now))
        shuffle(found)
        found.sort(key=lambda one: one[0].id in self._slow)
        started = [self._start(team, now, planned) for team, planned in found]
        done, late = wait([one for one in started if one], timeout=self._patience)
        if late:
            log.warning("%s workspaces take longer than a round", len(late))
        total = sum((one.result() for one in done), RunResult())
        return total + run_isolated("purging", lambda: self._purge(now))

    def close(self, *, wait_for_all: bool = True) -> None:
        """Finish what is running and start nothing new.

        Queued checks are not cancelled, since a round would wait for them forever. They return at once.
        """
        with self._lock:  # no round is between asking whether it may start one and starting it
            self._closing = True
        self._pool.shutdown(wait=wait_for_all)

    def _start(self, team: Team, now: datetime, planned: datetime | None) -> Future[RunResult] | None:
        with self._lock:
            if self._closing or team.id in self._busy:
                return None
            self._busy.add(team.id)
            return self._pool.submit(self._look_after, team, now, planned)

    def _look_after(self, team: Team, now: datetime, planned: datetime | None) -> RunResult:
        slow = True
        try:
            with self._services.in_flight.track() as begun:
                what = team.team_id or "the workspace"
                goes = begun and not self._closing
                done = (
                    run_isolated(what, lambda: check_workspace(self._services, team, now, planned))
                    if goes
                    else RunResult()
                )
                slow = done.is_slack_slow
                return done
        finally:
            with self._lock:
                self._busy.discard(team.id)
                (self._slow.add if slow else self._slow.discard)(team.id)

    def _purge(self, now: datetime) -> RunResult:
        retention.forget_files(self._services.engine, now)
        retention.forget_addresses(self._services.engine, now)
        for workspace_id, name in retention.expired_workspaces(self._services.engine, now):
            if retention.purge_workspace(self._services.engine, now, workspace_id):
                log.info("workspace %s is purged: it threw Tend out %s days ago", name, retention.DATA_RETENTION.days)
        return RunResult()
