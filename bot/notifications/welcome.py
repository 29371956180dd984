"""The DM to whoever installed Tend, or to the first admin who opens it where one token was put into the environment."""

import logging
from dataclasses import replace

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import Engine

from bot.actions.caller import Caller, DuplicateRequest, claim_request
from bot.actions.workspace.first_steps import first_steps
from bot.clock import Clock
from bot.messages.workspace.welcome import welcome
from bot.process.log_config import safe_repr
from bot.slack.client import is_slow
from bot.slack.members import fetch_member
from bot.slack.messaging import open_dm
from bot.slack.workspaces import Workspaces
from bot.workspace.team import Team

log = logging.getLogger(__name__)


def send_welcome(engine: Engine, clock: Clock, workspaces: Workspaces, team: Team, user_id: str) -> bool:
    """Say hello to whoever installed Tend; False where Slack did not take it, which the Home makes up for."""
    try:
        client = workspaces.client(team)
        member = fetch_member(engine, clock, client, team, user_id)
        caller = Caller(team, user_id, clock(), is_steward=member.is_admin or user_id in team.stewards)
        told = welcome(first_steps(engine, caller, zone=member.zone.key))
        client.chat_postMessage(channel=open_dm(client, user_id), unfurl_links=False, **told.payload())
    except Exception as error:  # the installation stands whether or not it can be told
        log.warning("the welcome was not sent: %s", safe_repr(error))
        return False
    return True


def welcome_first(engine: Engine, caller: Caller, client: WebClient, channel: str) -> bool:
    """Welcome a steward who opens an empty DM in a workspace without partners; True if that was done.

    Nobody is known to have installed an app whose token stands in the environment.
    """
    if not caller.is_steward:
        return False
    found = first_steps(engine, caller)
    if found.partners or not _is_empty(client, channel):
        return False
    try:
        claim_request(engine, replace(caller, request_key=f"welcome:{caller.user_id}"))
    except DuplicateRequest:
        return False
    client.chat_postMessage(channel=channel, unfurl_links=False, **welcome(found).payload())
    return True


def _is_empty(client: WebClient, channel: str) -> bool:
    """Return whether nothing stands in a DM; False where Slack limits us, as the next time will tell."""
    try:
        return not client.conversations_history(channel=channel, limit=1).get("messages")
    except SlackApiError as error:
        if not is_slow(error):
            raise
        return False
