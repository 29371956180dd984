"""Channels linked to a partner, and what is overheard there: that somebody wrote, never what."""

import math
from collections.abc import Mapping
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.partners import channels
from bot.actions.partners.channels import Link
from bot.actions.partners.search import partner_id_of
from bot.errors import FieldError
from bot.forms.state import State, said
from bot.grammar import PartnerRequest, PartnerVerb
from bot.listeners.respond import Form, Reply
from bot.listeners.types import Submit, Verb, id_in
from bot.messages.partners import channels as words
from bot.services import House
from bot.slack.client import refused
from bot.workspace.team import Team

# A person wrote, and nothing was only changed.
WRITTEN = (None, "file_share", "thread_broadcast", "me_message")
NOT_THERE = ("not_in_channel", "channel_not_found", "is_archived", "restricted_action", "no_permission")


def overhear(house: House, team: Team, event: dict[str, Any]) -> None:
    """Note that a side wrote in a channel, where it is a partner's."""
    if event.get("bot_id") or not event.get("user") or event.get("subtype") not in WRITTEN:
        return
    at, channel = _instant(event.get("ts")), event.get("channel")
    if at is None or not channel:
        return
    of = event.get("user_team") or event.get("team")
    ours = not isinstance(of, str) or of == team.team_id
    channels.overheard(house.engine, team, channel, ours=ours, at=at, now=house.clock())


def _instant(stamp: str | None) -> float | None:
    """A message's stamp as seconds; None for none that Slack gives."""
    try:
        at = float(stamp or "")
    except ValueError:
        return None
    return at if math.isfinite(at) and 0 < at < 1e11 else None


def _link(engine: Engine, caller: Caller, asked: PartnerRequest) -> Reply:
    partner_id = partner_id_of(engine, caller, asked.partner or "")
    return Form(words.link_form(partner_id, channels.to_link(engine, caller, partner_id), asked.channel))


def _unlink(engine: Engine, caller: Caller, asked: PartnerRequest) -> Reply:
    partner_id = partner_id_of(engine, caller, asked.partner or "")
    return words.unlinked(channels.end_link(engine, caller, partner_id, asked.channel))


def _linked(house: House, caller: Caller, state: State, rest: list[str]) -> Reply:
    channel = said(state, "channel")
    if not isinstance(channel, str):
        raise FieldError("channel", "Choose a channel.")
    link = channels.begin_link(house.engine, caller, id_in(rest), channel)
    _tell(house, caller, link, house.workspaces.client(caller.team))
    channels.was_told(house.engine, caller, link)
    return words.linked(link)


def _tell(house: House, caller: Caller, link: Link, client: WebClient) -> None:
    """Say in the channel what is noted there. One that can't be told is not linked."""
    try:
        client.chat_postMessage(channel=link.channel_id, **words.notice().payload())
    except SlackApiError as error:
        channels.end_link(house.engine, caller, link.partner_id, link.channel_id)
        if refused(error) in NOT_THERE:
            raise FieldError("channel", "Tend can't write there. Invite it first: type /invite @Tend there.") from None
        raise


VERBS: Mapping[PartnerVerb, Verb] = {PartnerVerb.LINK: _link, PartnerVerb.UNLINK: _unlink}
FORMS: Mapping[str, Submit] = {words.FORM: _linked}
