"""Ask Slack anew whether people are still members whose mail or calendar counts by itself: they press nothing that
would be asked about.
"""

import logging

from bot.notifications.claim import fetch_recipient
from bot.services import Services
from bot.slack.client import is_slow
from bot.slack.members import MEMBER_CACHE_AGE
from bot.slack.messaging import describe_error
from bot.workspace.team import Team
from storage.db.engine import reading
from storage.workspaces import members, workspaces

log = logging.getLogger(__name__)

MAX_A_ROUND = 50
"""Slack answers about a hundred such questions a minute."""


def ask_memberships(services: Services) -> None:
    """Ask about everybody of whom Slack last told half a day ago, or never. What can't be asked is asked next round."""
    with services.in_flight.track() as begun:
        if not begun:
            return
        try:
            _ask_all(services)
        except Exception:
            log.exception("a round of memberships failed")


def _ask_all(services: Services) -> None:
    with reading(services.engine) as session:
        found = members.list_to_ask(session, before=services.clock() - MEMBER_CACHE_AGE, limit=MAX_A_ROUND)
        teams = {
            workspace_id: Team.of(workspaces.get(session, workspace_id=workspace_id))
            for workspace_id in {workspace_id for workspace_id, _ in found}
        }
    slow = set[int]()
    for workspace_id, user_id in found:
        if services.in_flight.is_stopping or workspace_id in slow:
            continue
        try:
            fetch_recipient(services, teams[workspace_id], user_id)
        except Exception as error:
            log.warning("could not ask Slack whether %s is still a member: %s", user_id, describe_error(error).text)
            if is_slow(error):
                slow.add(workspace_id)
