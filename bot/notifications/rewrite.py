"""Rewrite nudges once somebody has acted on a partner in them, to show what was done."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.messages.notifications.nudge_done import rewritten
from bot.process.log_config import safe_repr
from bot.services import Services
from bot.slack.client import is_slow
from bot.workspace.team import Team
from storage.db.engine import reading
from storage.db.retry import transact
from storage.notifications import acts
from storage.notifications.acts import Act
from storage.partners import snapshots
from storage.tables import Delivery
from storage.workspaces import members

log = logging.getLogger(__name__)

REWRITTEN = timedelta(days=14)
"""For how long a nudge is brought up to date."""


def run(services: Services, team: Team, now: datetime) -> None:
    """Rewrite the nudges of a workspace that somebody has acted on since they were sent."""
    with reading(services.engine) as session:
        open_ = acts.waiting(session, workspace_id=team.id, since=now - REWRITTEN)
        awaited = {id for row in open_ for id in acts.awaited(row)}
        oldest = min((row.sent_at for row in open_ if row.sent_at), default=now)
        done = acts.since(session, workspace_id=team.id, partner_ids=awaited, after=oldest) if awaited else []
        if not done:
            return
        ids = {act.partner_id for act in done}
        names = {one.id: one.name for one in snapshots.list_snapshots(session, workspace_id=team.id) if one.id in ids}
        people = {one.user_id: one.name for one in members.list_members(session, workspace_id=team.id) if one.name}
    client = services.workspaces.client(team)
    for row in open_:
        waits = acts.awaited(row)
        mine = {act.partner_id: act for act in done if act.partner_id in waits and act.at > (row.sent_at or now)}
        shown = {id: act for id, act in mine.items() if id in names}
        try:
            is_done = bool(shown) and _show(client, row, shown, names, people)
        except SlackApiError as error:
            log.info("nudges are rewritten later: %s", safe_repr(error))
            return  # each of the others would be asked for in vain
        if is_done:
            left = [id for id in waits if id not in shown]
            transact(services.engine, partial(acts.set_waiting, delivery_id=row.id or 0, partner_ids=left))


def _show(
    client: WebClient, row: Delivery, done: Mapping[int, Act], names: Mapping[int, str], people: Mapping[str, str]
) -> bool:
    """Update one nudge in Slack. Return whether no more tries are needed: it is updated, or gone.

    Raises:
        SlackApiError: Slack limits us.
    """
    if not row.channel or not row.message_ts:
        return True
    try:
        message = _message(client, row.channel, row.message_ts)
        if message is not None:
            told = rewritten(message, done, names, people)
            client.chat_update(channel=row.channel, ts=row.message_ts, **told.payload())
    except (SlackApiError, OSError) as error:
        if isinstance(error, SlackApiError) and is_slow(error):
            raise
        log.warning("a nudge was not rewritten: %s", safe_repr(error))
        return isinstance(error, SlackApiError) and error.response["error"] in GONE
    return True


GONE = ("message_not_found", "channel_not_found", "cant_update_message", "edit_window_closed", "is_inactive")


def _message(client: WebClient, channel: str, ts: str) -> Mapping[str, Any] | None:
    answer = client.conversations_history(channel=channel, latest=ts, oldest=ts, inclusive=True, limit=1)
    found = answer.get("messages") or []
    return found[0] if found and found[0].get("ts") == ts else None
