"""Partners: two that are one, and channels linked to one, where only that somebody wrote is noted, never what."""

import math
from collections.abc import Mapping
from typing import Any

from slack_bolt.request.internals import extract_enterprise_id
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.partners import channels, merge
from bot.actions.partners.channels import LinkedChannel
from bot.actions.partners.search import get_partner_id
from bot.errors import FieldError
from bot.forms.state import FormState, field_value
from bot.grammar import PARTNER_FORMS, LinkRequest, MergeRequest, PartnerVerb, UnlinkRequest, UsageError
from bot.listeners.respond import Form, Reply
from bot.listeners.types import Body, ButtonHandler, FormHandler, parse_form_id, parse_id, parse_pair
from bot.messages.partners import channels as channel_words
from bot.messages.partners import merge as merge_words
from bot.services import Services
from bot.slack import action_ids, callback_ids
from bot.slack.client import slack_error_code
from bot.slack.members import fetch_enterprise_id
from bot.workspace.team import Team


def run_request(engine: Engine, caller: Caller, request: MergeRequest | LinkRequest | UnlinkRequest) -> Reply:
    """Do what a request to `/partner` says."""
    match request:
        case MergeRequest():
            return _plan_merge(engine, caller, request)
        case LinkRequest():
            return _link(engine, caller, request)
        case UnlinkRequest():
            return _unlink(engine, caller, request)


# -- merging: shown first, done by a button, undone by another


def _plan_merge(engine: Engine, caller: Caller, request: MergeRequest) -> Reply:
    caller.require_steward(merge.MERGE_ACTION)
    if request.partner is None or request.into is None:
        raise UsageError("", "Which partner should become part of which?", PARTNER_FORMS[PartnerVerb.MERGE])
    return _show_plan(merge.plan_merge(engine, caller, request.partner, request.into))


def _show_plan(found: merge.MergePlan | merge.AlreadyMerged) -> Reply:
    return (
        merge_words.plan_message(found)
        if isinstance(found, merge.MergePlan)
        else merge_words.already_merged_message(found)
    )


def _plan_merge_of(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    partner_id, into = parse_pair(value)
    return _show_plan(merge.plan_merge_of(services.engine, caller, partner_id, parse_id(into)))


def _merge(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    partner_id, into = parse_pair(value)
    return merge_words.merged_message(merge.merge(services.engine, caller, partner_id, parse_id(into)))


def _undo_merge(services: Services, caller: Caller, value: str, _body: Body) -> Reply:
    return merge_words.undone_message(merge.undo(services.engine, caller, parse_id(value)))


# -- channels linked to a partner, and what is overheard there


# A person wrote, and nothing was only changed.
MESSAGE_SUBTYPES = (None, "file_share", "thread_broadcast", "me_message")


CHANNEL_GONE_ERRORS = ("not_in_channel", "channel_not_found", "is_archived", "restricted_action", "no_permission")


def record_channel_message(
    services: Services, team: Team, event: dict[str, Any], body: Body, client: WebClient
) -> None:
    """Note that a side wrote in a channel, where it is a partner's."""
    if event.get("bot_id") or not event.get("user") or event.get("subtype") not in MESSAGE_SUBTYPES:
        return  # Slackbot's never get here: see `authority`
    at, channel = _parse_timestamp(event.get("ts")), event.get("channel")
    if at is None or not channel:
        return
    ours = _is_ours(services, team, event, body, client)
    channels.record_channel_message(
        services.engine, team, channel, ours=ours, at=at, now=services.clock(), user_id=event["user"]
    )


def _is_ours(services: Services, team: Team, event: dict[str, Any], body: Body, client: WebClient) -> bool:
    """Whether one of ours wrote. In an organisation of many workspaces that is everybody of the organisation."""
    of, organisation = event.get("user_team") or event.get("team"), extract_enterprise_id(body)
    if not isinstance(of, str) or of == team.team_id:
        return True
    if organisation is None:
        return False
    if of == organisation or not body.get("is_ext_shared_channel"):
        return True
    # Their home is another workspace, which may be of our organisation. Nothing is kept of who they are.
    is_linked = channels.is_linked(services.engine, team, event["channel"])
    return is_linked and fetch_enterprise_id(client, event["user"]) == organisation


def _parse_timestamp(stamp: str | None) -> float | None:
    """Return a message's timestamp as seconds. None if it is not one that Slack gives."""
    try:
        at = float(stamp or "")
    except ValueError:
        return None
    return at if math.isfinite(at) and 0 < at < 1e11 else None


def _link(engine: Engine, caller: Caller, request: LinkRequest) -> Reply:
    partner_id = get_partner_id(engine, caller, request.partner or "")
    return Form(channel_words.link_form(partner_id, channels.prepare_link(engine, caller, partner_id), request.channel))


def _unlink(engine: Engine, caller: Caller, request: UnlinkRequest) -> Reply:
    partner_id = get_partner_id(engine, caller, request.partner or "")
    return channel_words.unlinked_message(channels.remove_links(engine, caller, partner_id, request.channel))


def _submit_link(services: Services, caller: Caller, state: FormState, rest: list[str]) -> Reply:
    channel = field_value(state, "channel")
    if not isinstance(channel, str):
        raise FieldError("channel", "Choose a channel.")
    link = channels.create_link(services.engine, caller, parse_form_id(rest), channel)
    _announce_link(services, caller, link, services.workspaces.client(caller.team))
    channels.mark_announced(services.engine, caller, link)
    return channel_words.linked_message(link)


def _announce_link(services: Services, caller: Caller, link: LinkedChannel, client: WebClient) -> None:
    """Say in the channel what is noted there. One that can't be told is not linked."""
    try:
        client.chat_postMessage(channel=link.channel_id, **channel_words.link_notice().payload())
    except SlackApiError as error:
        channels.remove_links(services.engine, caller, link.partner_id, link.channel_id)
        if slack_error_code(error) in CHANNEL_GONE_ERRORS:
            raise FieldError("channel", "Tend can't write there. Invite it first: type /invite @Tend there.") from None
        raise


BUTTONS: tuple[tuple[str, ButtonHandler, bool], ...] = (
    (action_ids.PLAN_MERGE, _plan_merge_of, False),
    (action_ids.MERGE_PARTNERS, _merge, True),
    (action_ids.UNDO_MERGE, _undo_merge, True),
)
FORMS: Mapping[str, FormHandler] = {
    callback_ids.LINK_CHANNEL: _submit_link,
}
