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
from bot.services import House
from bot.slack.manifest import LEAVING
from bot.slack.members import look_up
from bot.slack.messaging import channel_problem
from storage.db.deadline import begin_work

CALLER = "caller"
TEAM = "team"
CLIENT = "workspace_client"
TROUBLE = "trouble"


def is_overheard(event: dict[str, Any]) -> bool:
    """Whether it is a message in a channel: nobody asks anything of us there."""
    return event.get("type") == "message" and event.get("channel_type") in ("channel", "group")


def authorize_with(house: House) -> Callable[..., AuthorizeResult]:
    """Bolt's question whose token a request needs. A workspace that is not ours gets none, and is refused later."""

    def authorize(context: BoltContext, team_id: str | None, enterprise_id: str | None) -> AuthorizeResult:
        team, client = None, None
        try:
            if team := house.workspaces.team(team_id) if team_id else None:
                client = house.workspaces.client(team)
        except (SlackApiError, OSError, TendError) as error:
            context[TROUBLE] = error  # raised here, Bolt would tell people to install the app again
        context[TEAM], context[CLIENT] = team, client
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=team.bot_user_id if team else None,
            bot_token=client.token if client else None,
        )

    return authorize


def authority(house: House) -> Callable[..., BoltResponse]:
    """Bolt middleware that lets full members of the workspace pass and refuses all others."""

    def middleware(context: BoltContext, body: dict[str, Any], next: Callable[[], BoltResponse]) -> BoltResponse:
        if is_leaving := (body.get("event") or {}).get("type") in LEAVING:
            # Bolt asks for no token then, so nobody has looked yet who it is.
            context[TEAM] = house.workspaces.team(context.team_id) if context.team_id else None
        if TROUBLE in context:
            raise context[TROUBLE]
        team = context.get(TEAM)
        if team is None:
            raise NotInstalled
        if is_leaving:
            return next()
        if is_overheard(body.get("event") or {}):
            return next()  # nobody asks anything of us: whoever writes in a channel may be a guest, or of their side
        if context.user_id:
            ask = partial(look_up, house.engine, house.clock, context[CLIENT], team)
            member = ask(context.user_id)
            begin_work()
            member.must_be_member()
            steward = member.is_admin or member.user_id in team.stewards
            key = _request_key(body)
            admin = member.is_admin
            context[CALLER] = Caller(
                team,
                member.user_id,
                house.clock(),
                steward,
                key,
                house.links,
                ask,
                admin,
                zone=member.zone,
                ask_channel=partial(channel_problem, context[CLIENT]),
            )
        return next()

    return middleware


def _request_key(body: dict[str, Any]) -> str | None:
    """What names a request that Slack may send again: an event's id, a form's view. Commands are not repeated."""
    if event_id := body.get("event_id"):
        return f"event:{event_id}"
    if body.get("type") == "view_submission":
        # A view keeps its id through the steps of a form; its hash tells them apart.
        return f"view:{body['view']['id']}:{body['view'].get('hash', '')}"
    return None


def for_button(caller: Caller, body: dict[str, Any], doing: str) -> Caller:
    """The caller with a key that names one press on one message: for buttons whose work must not be done twice."""
    container = body.get("container", {})
    place = container.get("message_ts") or container.get("view_id") or ""
    if len(doing) > 100:  # what differs may stand at the end
        doing = hashlib.sha256(doing.encode()).hexdigest()
    return replace(caller, request_key=f"button:{place}:{doing}"[:255])
