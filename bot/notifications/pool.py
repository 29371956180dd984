"""Rounds through the workspaces, side by side: one whose Slack hangs keeps no other waiting."""

import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime
from random import shuffle

from bot.notifications.deliver import alone
from bot.notifications.send import Pass
from bot.notifications.workspace_check import look_after
from bot.services import House
from bot.workspace import retention
from bot.workspace.team import Team

log = logging.getLogger(__name__)

SIDE_BY_SIDE = 16
PATIENCE_SECONDS = 50.0


class Rounds:
    """Keeps who is still being looked after from the round before; that workspace is left out of the next.

    Who kept us waiting the last time comes last, so that many of them do not take all threads before the others. Apart
    from that each process goes round in an order of its own, so that they share the looks between them.
    """

    def __init__(self, house: House, *, patience: float = PATIENCE_SECONDS) -> None:
        self._house, self._patience = house, patience
        self._pool = ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="round")
        self._busy: set[int] = set()
        self._slow: set[int] = set()
        self._lock = threading.Lock()
        self._closing = False

    def go(self, now: datetime) -> Pass:
        """Look after every workspace that may need something and that nobody is busy with; what they did within the
        patience.

        Raises:
            slack_sdk.errors.SlackApiError: the one token is not good.
        """
        found = list(self._house.workspaces.due(now))
        shuffle(found)
        found.sort(key=lambda one: one[0].id in self._slow)
        started = [self._start(team, now, planned) for team, planned in found]
        done, late = wait([one for one in started if one], timeout=self._patience)
        if late:
            log.warning("%s workspaces take longer than a round", len(late))
        total = sum((one.result() for one in done), Pass())
        return total + alone("purging", lambda: self._purge(now))

    def close(self, *, wait_for_all: bool = True) -> None:
        """Begin nothing new; what is in hand is finished.

        Looks that have not begun are not cancelled, since a round would go on waiting for them: they end at once.
        """
        self._closing = True
        self._pool.shutdown(wait=wait_for_all)

    def _start(self, team: Team, now: datetime, planned: datetime | None) -> Future[Pass] | None:
        with self._lock:
            if team.id in self._busy:
                return None
            self._busy.add(team.id)
        return self._pool.submit(self._look_after, team, now, planned)

    def _look_after(self, team: Team, now: datetime, planned: datetime | None) -> Pass:
        slow = True
        try:
            with self._house.in_hand.one() as begun:
                what = team.team_id or "the workspace"
                goes = begun and not self._closing
                done = alone(what, lambda: look_after(self._house, team, now, planned)) if goes else Pass()
                slow = done.waits
                return done
        finally:
            with self._lock:
                self._busy.discard(team.id)
                (self._slow.add if slow else self._slow.discard)(team.id)

    def _purge(self, now: datetime) -> Pass:
        retention.forget_files(self._house.engine, now)
        for workspace_id, name in retention.due(self._house.engine, now):
            if retention.purge(self._house.engine, now, workspace_id):
                log.info("workspace %s is purged: it threw Tend out %s days ago", name, retention.KEPT.days)
        return Pass()
