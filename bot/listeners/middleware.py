"""What every listener needs to know of a request: who asks, from which workspace, through which client."""

import hashlib
import logging
import re
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from slack_bolt import BoltContext, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError

from bot.actions.caller import Caller, UnconfirmedSteward
from bot.errors import NotAllowed, NotInstalled, TendError
from bot.process.log_config import safe_repr
from bot.services import Services
from bot.slack.client import OrganisationClient
from bot.slack.manifest import INSTALLATION_EVENTS, MEMBER_CHANGED
from bot.slack.members import SLACKBOT, Member, fetch_member
from bot.slack.messaging import channel_problem, channel_readers
from bot.slack.origin import ORIGIN
from bot.slack.workflow_steps import EXECUTED, person_of
from bot.slack.workspaces import SeveralWorkspaces
from bot.workspace.team import Team
from storage.db.deadline import reset_commits

log = logging.getLogger(__name__)

Result = TypeVar("Result")

CALLER = "caller"
TEAM = "team"
ASK_AGAIN = "ask_again"
ARRIVED = "arrived"
"""When a request arrived, as `perf_counter` has it, if it had to wait for its turn."""
CLIENT = "workspace_client"
FAILED_CHECK = "trouble"
STALE_TEXT = (
    "This was shown before Tend's records were restored, so its buttons may mean something else by now. Type "
    "`/partner show PARTNER`, or the command, again."
)
_STAMP = re.compile(r"\d{9,10}(?:\.\d{6}$)?", re.ASCII)


def is_channel_message(event: dict[str, Any]) -> bool:
    """Return whether it is a message in a channel, where nobody asks us anything."""
    return event.get("type") == "message" and event.get("channel_type") in ("channel", "group")


def make_authorize(services: Services) -> Callable[..., AuthorizeResult]:
    """Bolt's question whose token a request needs. A workspace that is not ours gets none, and is refused later."""

    def authorize(context: BoltContext, team_id: str | None, enterprise_id: str | None) -> AuthorizeResult:
        team, client = None, None
        try:
            if team := services.workspaces.find(context[ORIGIN]):
                client = services.workspaces.client(team)
        except SeveralWorkspaces as error:
            context[FAILED_CHECK], client = error, error.client
        except (SlackApiError, OSError, TendError) as error:
            context[FAILED_CHECK] = error  # raised here, Bolt would tell people to install the app again
        context[TEAM], context[CLIENT] = team, client
        if isinstance(client, OrganisationClient):
            # In place of Bolt's, which would say nothing of the workspace. Bolt gives it the token of a step.
            context["client"] = copy(client)
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
        if is_of_installation := (body.get("event") or {}).get("type") in INSTALLATION_EVENTS:
            if context[ORIGIN].enterprise_id:
                return next()  # it is of no single workspace
            # Bolt asks for no token then, so nobody has looked yet who it is.
            context[TEAM] = services.workspaces.find(context[ORIGIN])
        if FAILED_CHECK in context:
            raise context[FAILED_CHECK]
        team = context.get(TEAM)
        if team is None:
            raise NotInstalled
        if context.user_id == SLACKBOT:
            return BoltResponse(status=200, body="")  # it repeats what others told it to, such as reminders
        if is_of_installation or asks_nothing(body.get("event") or {}):
            return next()
        if (shown_at := _shown_at(body)) and team.is_stale(shown_at):
            raise NotAllowed(STALE_TEXT)
        if user_id := context.user_id or person_of(body.get("event") or {}):
            _set_caller(services, context, body, team, user_id)
        return next()

    return middleware


def _shown_at(body: dict[str, Any]) -> datetime | None:
    """When a message or view was shown in which somebody pressed or filled in something, as far as Slack tells."""
    stamp = (body.get("container") or {}).get("message_ts")
    if stamp is None and body.get("type") in ("block_actions", "view_submission"):
        stamp = (body.get("view") or {}).get("hash")  # it begins with the instant
    found = _STAMP.match(stamp or "")
    return datetime.fromtimestamp(float(found[0]), UTC) if found else None


def asks_nothing(event: dict[str, Any]) -> bool:
    """Return whether nobody asks anything of us by an event: whoever writes in a channel may be a guest, or of the
    partner's side, and somebody who changed may have left.
    """
    return is_channel_message(event) or event.get("type") == MEMBER_CHANGED


def _set_caller(services: Services, context: BoltContext, body: dict[str, Any], team: Team, user_id: str) -> None:
    ask = partial(fetch_member, services.engine, services.clock, context[CLIENT], team)

    def caller_of(member: Member, *, is_confirmed: bool) -> Caller:
        reset_commits()
        member.require_full_member()
        return Caller(
            team,
            member.user_id,
            services.clock(),
            member.is_admin or member.user_id in team.stewards,
            _request_key(body),
            services.links,
            ask,
            member.is_admin,
            zone=member.zone,
            ask_channel=partial(channel_problem, context[CLIENT]),
            ask_readers=partial(channel_readers, context[CLIENT], ask),
            is_confirmed=is_confirmed,
            mail_host=services.settings.tend_mail_host,
        )

    def ask_again() -> Caller:
        try:
            member = ask(user_id, max_age=timedelta(0))
        except (SlackApiError, OSError) as error:
            log.warning("could not ask Slack anew about a steward: %s", safe_repr(error))
            member = ask(user_id)  # what is known, twelve hours old at most
        return caller_of(member, is_confirmed=True)

    context[CALLER], context[ASK_AGAIN] = caller_of(ask(user_id), is_confirmed=False), ask_again


def as_caller(context: BoltContext, do: Callable[[Caller], Result]) -> Result:
    """Do what a person asks. Where only a steward may, ask Slack anew who they are, and begin again.

    What was begun is rolled back before, so that no transaction is open while Slack is asked.
    """
    try:
        return do(context[CALLER])
    except UnconfirmedSteward:
        context[CALLER] = context[ASK_AGAIN]()
        return do(context[CALLER])


def _request_key(body: dict[str, Any]) -> str | None:
    """Identify a request that may come again: an event's id, a step's execution, a form's view, the trigger of a
    command or a click.

    Slack repeats no command and no click, but whoever got hold of a signed one could. Another click on the same button
    has another trigger: see `caller_for_button` for those that must not work twice.
    """
    event = body.get("event") or {}
    if event.get("type") == EXECUTED and (execution := event.get("function_execution_id")):
        return f"step:{execution}"[:255]
    if event_id := body.get("event_id"):
        return f"event:{event_id}"
    if "command" in body and (trigger_id := body.get("trigger_id")):
        return f"command:{trigger_id}"[:255]
    if body.get("type") == "block_actions" and (trigger_id := body.get("trigger_id")):
        return f"action:{trigger_id}"[:255]
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
