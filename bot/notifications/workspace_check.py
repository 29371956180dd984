"""Looking after one workspace, and planning when to look at it again."""

from datetime import datetime

from bot.notifications.deliver import run_team
from bot.notifications.schedule import next_look
from bot.notifications.send import Pass
from bot.services import House
from bot.workspace.team import Team, zone_named
from storage.db import check_schedule
from storage.db.engine import reading, writing
from storage.notifications import deliveries
from storage.workspaces import members


def look_after(house: House, team: Team, now: datetime, planned: datetime | None) -> Pass:
    """Send what is due in one workspace, then plan the next look, in place of the one that was `planned`.

    Where anything was not done, nothing is planned: it stays due, for the next tick of any process. Where a change came
    in between, that is so too. What is not `planned` is looked at in every tick. Where another process has looked since
    it was asked what is due, nothing is left to do.
    """
    if planned is not None and not _is_still_due(house, team, now):
        return Pass()
    done = run_team(house, team, now)
    if planned is not None and not (done.problems or done.waits or house.in_hand.closing):
        _plan(house, team, now, planned)
    return done


def _is_still_due(house: House, team: Team, now: datetime) -> bool:
    with reading(house.engine) as session:
        return check_schedule.is_due(session, workspace_id=team.id, now=now)


def _plan(house: House, team: Team, now: datetime, planned: datetime) -> None:
    with reading(house.engine) as session:
        if deliveries.is_any_open(session, workspace_id=team.id):
            return
        names = members.zones(session, workspace_id=team.id)
    zones = [zone for zone in map(zone_named, names) if zone]
    with writing(house.engine) as session:
        at = next_look(team, zones, now, at_most=check_schedule.AT_MOST)
        check_schedule.plan(session, workspace_id=team.id, was=planned, at=at)
