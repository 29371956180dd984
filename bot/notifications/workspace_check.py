"""Check one workspace and schedule its next check."""

from datetime import datetime

from bot.notifications.claim import run_workspace
from bot.notifications.due_times import next_check_at
from bot.notifications.send import RunResult
from bot.services import Services
from bot.workspace.team import Team, find_zone
from storage.db import check_schedule
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.notifications import deliveries
from storage.workspaces import members


def check_workspace(services: Services, team: Team, now: datetime, planned: datetime | None) -> RunResult:
    """Send what is due in one workspace and schedule its next check, replacing the `planned` one.

    Where anything was not done, nothing is planned: it stays due, for the next tick of any process. Where a change came
    in between, that is so too. What is not `planned` is looked at in every tick. Where another process has looked since
    it was asked what is due, nothing is left to do.
    """
    if planned is not None and not _is_still_due(services, team, now):
        return RunResult()
    done = run_workspace(services, team, now)
    if planned is not None and not (done.problems or done.is_slack_slow or services.in_flight.is_stopping):
        _schedule_next_check(services, team, now, planned)
    return done


def _is_still_due(services: Services, team: Team, now: datetime) -> bool:
    with reading(services.engine) as session:
        return check_schedule.is_due(session, workspace_id=team.id, now=now)


@retried
def _schedule_next_check(services: Services, team: Team, now: datetime, planned: datetime) -> None:
    with reading(services.engine) as session:
        if deliveries.has_open(session, workspace_id=team.id):
            return
        names = members.list_zones(session, workspace_id=team.id)
    zones = [zone for zone in map(find_zone, names) if zone]
    with writing(services.engine) as session:
        at = next_check_at(team, zones, now, at_most=check_schedule.MAX_INTERVAL)
        check_schedule.plan_next_check(session, workspace_id=team.id, was=planned, at=at)
