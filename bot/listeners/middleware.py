"""What every listener needs to know of a request: who asks, from which workspace, through which client."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt import BoltContext, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError

from bot.actions.caller import Caller
from bot.errors import NotInstalled, TendError
from bot.services import Services
from bot.slack.manifest import UNINSTALL_EVENTS
from bot.slack.members import fetch_member
from bot.slack.messaging import channel_problem, channel_readers
from storage.db.deadline import reset_commits

CALLER = "caller"
TEAM = "team"
CLIENT = "workspace_client"
FAILED_CHECK = "trouble"


def is_channel_message(event: dict[str, Any]) -> bool:
    """Return whether it is a message in a channel, where nobody asks us anything."""
    return event.get("type") == "message" and event.get("channel_type") in ("channel", "group")


def make_authorize(services: Services) -> Callable[..., AuthorizeResult]:
    """Bolt's question whose token a request needs. A workspace that is not ours gets none, and is refused later."""

    def authorize(context: BoltContext, team_id: str | None, enterprise_id: str | None) -> AuthorizeResult:
        team, client = None, None
        try:
            if team := services.workspaces.team(team_id) if team_id else None:
                client = services.workspaces.client(team)
        except (SlackApiError, OSError, TendError) as error:
            context[FAILED_CHECK] = error  # raised here, Bolt would tell people to install the app again
        context[TEAM], context[CLIENT] = team, client
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=team.bot_user_id if team else None,
            bot_token=client.token if client else None,
        )

    return authorize


def authority(services: Services) -> Callable[..., BoltResponse]:
    """Bolt middleware that lets full members of the workspace pass and refuses all others."""

    def middleware(context: BoltContext, body: dict[str, Any], next: Callable[[], BoltResponse]) -> BoltResponse:
        if is_leaving := (body.get("event") or {}).get("type") in UNINSTALL_EVENTS:
            # Bolt asks for no token then, so nobody has looked yet who it is.
            context[TEAM] = services.workspaces.team(context.team_id) if context.team_id else None
        if FAILED_CHECK in context:
            raise context[FAILED_CHECK]
        team = context.get(TEAM)
        if team is None:
            raise NotInstalled
        if is_leaving:
            return next()
        if is_channel_message(body.get("event") or {}):
            return next()  # nobody asks anything of us: whoever writes in a channel may be a guest, or of their side
        if context.user_id:
            ask = partial(fetch_member, services.engine, services.clock, context[CLIENT], team)
            member = ask(context.user_id)
            reset_commits()
            member.require_full_member()
            steward = member.is_admin or member.user_id in team.stewards
            key = _request_key(body)
            admin = member.is_admin
            context[CALLER] = Caller(
                team,
                member.user_id,
                services.clock(),
                steward,
                key,
                services.links,
                ask,
                admin,
                zone=member.zone,
                ask_channel=partial(channel_problem, context[CLIENT]),
                ask_readers=partial(channel_readers, context[CLIENT], ask),
            )
        return next()

    return middleware


def _request_key(body: dict[str, Any]) -> str | None:
    """Identify a request that Slack may repeat: an event's id, a form's view. Commands are not repeated."""
    if event_id := body.get("event_id"):
        return f"event:{event_id}"
    if body.get("type") == "view_submission":
        # A view keeps its id through the steps of a form; its hash tells them apart.
        return f"view:{body['view']['id']}:{body['view'].get('hash', '')}"
    return None


def caller_for_button(caller: Caller, body: dict[str, Any], doing: str) -> Caller:
    """Return the caller with a key for one press on one message, for buttons that must not work twice."""
    container = body.get("container", {})
    place = container.get("message_ts") or container.get("view_id") or ""
    if len(doing) > 100:  # what differs may stand at the end
        doing = hashlib.sha256(doing.encode()).hexdigest()
    return replace(caller, request_key=f"button:{place}:{doing}"[:255])
