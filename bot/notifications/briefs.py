"""Send a person the brief of a partner an hour before they meet: once for all meetings within an hour.

It is found every minute by itself, since workspaces are checked only when a nudge or a digest may be due.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.actions.meeting_briefs import BriefDue, list_briefs_due, was_told_before
from bot.notifications.claim import fetch_recipient, run_isolated, take_over
from bot.notifications.compose import BRIEF, compose_brief
from bot.notifications.history import LEASE
from bot.notifications.send import RunResult, make_claimed, prepare_delivery, send_delivery
from bot.services import Services
from bot.slack.members import MEMBER
from bot.workspace.team import Team
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.notifications import deliveries
from storage.tables import Delivery
from storage.workspaces import workspaces

log = logging.getLogger(__name__)

RETRY_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class BriefRound:
    """Sends what is due. Any number of processes may do so at once."""

    services: Services

    def run(self, now: datetime) -> RunResult:
        """Send the briefs of all meetings that start within the hour, and those that were left unfinished."""
        done = RunResult()
        for due in list_briefs_due(self.services.engine, now):
            if not self.services.in_flight.is_stopping:
                done += run_isolated(f"{BRIEF} {due.user_id}", partial(self._look_after, due, now))
        return done

    def _look_after(self, due: BriefDue, now: datetime) -> RunResult:
        with reading(self.services.engine) as session:
            team = Team.of(workspaces.get(session, workspace_id=due.workspace_id))
            row = deliveries.find(session, workspace_id=team.id, kind=BRIEF, recipient=due.user_id, period=due.period)
            left = make_claimed(row, None, again=True) if row and _is_left(row, now) else None
            is_done = row is not None or was_told_before(session, due, now)
        if left is not None:
            return take_over(self.services, team, left, due.period, now)
        return RunResult() if is_done else self._send(team, due, now)

    @retried
    def _send(self, team: Team, due: BriefDue, now: datetime) -> RunResult:
        services = self.services
        if fetch_recipient(services, team, due.user_id).membership != MEMBER:
            return RunResult()
        brief = compose_brief(services.engine, team, due.user_id, due.period, now)
        with writing(services.engine) as session:
            claimed_id = deliveries.claim(
                session,
                workspace_id=team.id,
                kind=BRIEF,
                recipient=due.user_id,
                period=due.period,
                as_of_on=team.today(now),
                now=services.clock(),
            )
            claimed = prepare_delivery(session, team, claimed_id, now, brief) if claimed_id else None
        return send_delivery(services, team, claimed, now)


def _is_left(row: Delivery, now: datetime) -> bool:
    """Return whether to take a brief over: sooner than a nudge, as it can't wait long."""
    if row.look_at is not None:
        return row.look_at <= now
    wait = LEASE if row.state == "claimed" else RETRY_AFTER
    return row.state in ("claimed", "retry") and now - row.claimed_at >= wait


def send_briefs(round: BriefRound) -> None:
    """Run a round unless the process is stopping. Errors are logged; the next round tries again."""
    with round.services.in_flight.track() as begun:
        if not begun:
            return
        try:
            done = round.run(round.services.clock())
        except Exception:
            log.exception("a round of briefs failed")
            return
    if done != RunResult():
        log.info("briefs %s, problems %s", done.briefs, len(done.problems))
