"""Workspace members: full members, guests, bots, people from other organisations, and deactivated accounts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import Engine, Row

from bot.clock import Clock
from bot.errors import NotAllowed
from bot.slack.client import is_unknown_method, slack_error_code
from bot.workspace.team import Team
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.workspaces import members

MEMBER_CACHE_AGE = timedelta(hours=12)
"""How long somebody stays what Slack last said they are, unless Slack tells of a change (`user_change`)."""
FEED_CACHE_AGE = timedelta(minutes=5)
"""The same for whoever has a calendar's address: nobody presses anything there that would be asked about."""
SLACKBOT = "USLACKBOT"

MEMBER, GUEST, BOT, STRANGER, GONE = "member", "guest", "bot", "stranger", "gone"

REFUSALS = {
    GUEST: "Guests can't use Tend. Ask a full member of this workspace.",
    BOT: "Bots can't use Tend.",
    STRANGER: "Only people from the organisation that installed Tend can use it.",
    GONE: "This account was deactivated, so it can't use Tend.",
}


@dataclass(frozen=True, slots=True)
class Member:
    """A person in the workspace. `zone` is their own if Slack knows it, otherwise the team's."""

    user_id: str
    name: str
    zone: ZoneInfo
    membership: str
    is_admin: bool

    def require_full_member(self) -> None:
        """Raise NotAllowed, with the reason, unless this is a full member."""
        if self.membership != MEMBER:
            raise NotAllowed(REFUSALS[self.membership])


@dataclass(frozen=True, slots=True)
class ChannelReaders:
    """Who can read what is posted in a channel, as far as Slack told: `guests` by name, `unseen` were not looked at."""

    channel: str
    is_joined: bool = True
    guests: tuple[str, ...] = ()
    unseen: bool = False


def fetch_member(
    engine: Engine,
    clock: Clock,
    client: WebClient,
    team: Team,
    user_id: str,
    max_age: timedelta = MEMBER_CACHE_AGE,
) -> Member:
    """Return a member from the cache, or from Slack if the entry is `max_age` old."""
    now = clock()
    with reading(engine) as session:
        cached = members.find_member(session, workspace_id=team.id, user_id=user_id)
        if cached is not None and abs(now - cached.checked_at) < max_age:
            return _member(cached, team)
    return save_user(engine, team, user_id, _fetch_user(client, user_id), now)


def is_known(engine: Engine, team: Team, user_id: str) -> bool:
    """Whether Slack was ever asked about somebody."""
    with reading(engine) as session:
        return members.find_member(session, workspace_id=team.id, user_id=user_id) is not None


@retried
def save_user(engine: Engine, team: Team, user_id: str, user: dict[str, Any], now: datetime) -> Member:
    """Store what Slack says of a user, as a user object, and return the member."""
    with writing(engine) as session:
        members.save_member(
            session,
            workspace_id=team.id,
            user_id=user_id,
            name=_name_of(user) or user_id,
            timezone=user.get("tz"),
            standing=membership_of(user, team),
            is_admin=is_admin_of(user, team),
            now=now,
        )
        row = members.find_member(session, workspace_id=team.id, user_id=user_id)
        assert row is not None  # saved above
        return _member(row, team)


def _name_of(user: dict[str, Any]) -> str | None:
    """Return a person's own name, as people outside know it, rather than their name in the workspace."""
    profile = user.get("profile") or {}
    return profile.get("real_name") or user.get("real_name") or profile.get("display_name") or user.get("name")


def _fetch_user(client: WebClient, user_id: str) -> dict[str, Any]:
    try:
        return client.users_info(user=user_id).get("user") or {}
    except SlackApiError as error:
        if slack_error_code(error) in ("user_not_found", "user_not_visible"):
            return {"deleted": True}
        if is_unknown_method(error):
            return {}  # not Slack itself, so there are no guests
        raise


def fetch_enterprise_id(client: WebClient, user_id: str) -> str | None:
    """Ask Slack of which organisation of many workspaces somebody is, without storing anything."""
    found = (_fetch_user(client, user_id).get("enterprise_user") or {}).get("enterprise_id")
    return str(found) if found else None


def fetch_team_ids(client: WebClient, user_id: str) -> tuple[str, ...]:
    """Ask Slack of which workspaces of their organisation somebody is, without storing anything."""
    return tuple((_fetch_user(client, user_id).get("enterprise_user") or {}).get("teams") or ())


def membership_of(user: dict[str, Any], team: Team) -> str:
    """Return the kind of membership that a Slack user object describes."""
    if user.get("deleted"):
        return GONE
    if user.get("is_bot") or user.get("is_workflow_bot") or user.get("id") == SLACKBOT:
        return BOT  # Slack says of its own Slackbot that it is none
    if not is_of_team(user, team):
        return STRANGER
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return GUEST
    return MEMBER


def is_of_team(user: dict[str, Any], team: Team) -> bool:
    """Whether somebody belongs to the workspace.

    In an organisation of many workspaces `team_id` is their home, which may be another workspace or the organisation;
    `enterprise_user` then lists all that they belong to. `is_stranger` marks only those with whom no channel is shared.
    """
    teams = (user.get("enterprise_user") or {}).get("teams")
    if teams and team.team_id:
        return team.team_id in teams
    team_id = user.get("team_id")
    return not user.get("is_stranger") and (not team_id or not team.team_id or team_id == team.team_id)


def is_admin_of(user: dict[str, Any], team: Team) -> bool:
    """Whether somebody is an admin of the workspace.

    With an organisation's token Slack does not say of which workspace somebody is an admin: it counts at their home
    alone, and for those who administer the organisation everywhere.
    """
    is_admin = bool(user.get("is_admin") or user.get("is_owner"))
    if team.enterprise_id is None:
        return is_admin
    of_all = user.get("enterprise_user") or {}
    return bool(of_all.get("is_admin") or of_all.get("is_owner")) or (is_admin and user.get("team_id") == team.team_id)


def _member(row: Row[*tuple[Any, ...]], team: Team) -> Member:
    return Member(row.user_id, row.name, team.own_zone(row.timezone), row.standing, row.is_admin)
