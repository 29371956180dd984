"""Build Slack's payloads, with all their fields, from the workspace's state."""

from __future__ import annotations

from typing import Any

from bot.fake_slack.state.models import Channel, Json, Message, Person, View
from bot.fake_slack.state.workspace import WorkspaceState
from bot.fake_slack.user.form_input import state_values

# Deprecated by Slack, but still in every payload.
VERIFICATION_TOKEN = "stand-in-verification-token"


def team_of(world: WorkspaceState, person: Person) -> Json:
    """Return the `team` of an interaction: this workspace, for strangers their own."""
    if not person.belongs_to(world.team_id):
        return {"id": person.team_id, "domain": person.team_id.lower()}
    organisation = {"enterprise_id": world.enterprise_id} if world.enterprise_id else {}
    return {"id": world.team_id, "domain": world.team_name.lower(), **organisation}


def user_of(person: Person) -> Json:
    """Return the `user` of an interaction."""
    return {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team_id}


def command(world: WorkspaceState, person: Person, channel: Channel, name: str, text: str, response_url: str) -> Json:
    """Build a slash command. All values are strings, as in a form."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": team_of(world, person)["id"],
        "team_domain": team_of(world, person)["domain"],
        **_organisation_of(world),
        "channel_id": channel.id,
        "channel_name": channel.name,
        "user_id": person.id,
        "user_name": person.name,
        "command": name,
        "text": text,
        "api_app_id": world.app_id,
        "is_enterprise_install": "true" if world.is_in_organisation_install else "false",
        "response_url": response_url,
        "trigger_id": world.new_trigger(person.id, channel.id),
    }


def interaction(world: WorkspaceState, person: Person, kind: str, **more: Any) -> Json:
    """Build an interactive payload with the common fields."""
    return {
        "type": kind,
        # An organisation's installation is of no single workspace.
        "team": None if world.is_in_organisation_install else team_of(world, person),
        "user": user_of(person),
        "api_app_id": world.app_id,
        "token": VERIFICATION_TOKEN,
        "enterprise": {"id": world.enterprise_id, "name": world.enterprise_id} if world.enterprise_id else None,
        "is_enterprise_install": world.is_in_organisation_install,
        **more,
    }


def message_body(world: WorkspaceState, message: Message) -> Json:
    """Return a message for a payload. For an ephemeral one Slack sends little more than the timestamp."""
    if message.only_for is not None:
        return {"type": "message", "ts": message.ts, "user": message.user, "is_ephemeral": True}
    return message.as_dict(bot_id=world.bot_id, app_id=world.app_id, team_id=world.team_id)


def channel_of(channel: Channel) -> Json:
    """Return the `channel` of an interaction."""
    return {"id": channel.id, "name": channel.name}


def typed_values(world: WorkspaceState, place: str) -> dict[tuple[str, str], Json]:
    """Return the input so far in a view (by id) or message (by timestamp and reader)."""
    with world.lock:
        return {(key[1], key[2]): state for key, state in world.typed.items() if key[0] == place}


def view_body(world: WorkspaceState, view: View) -> Json:
    """Return a view with the state of its inputs."""
    of = {"app_installed_team_id": world.enterprise_id} if world.is_in_organisation_install else {}
    return {**view.body, **of, "state": {"values": state_values(view.blocks, typed_values(world, view.id))}}


def message_action(world: WorkspaceState, person: Person, message: Message, action: Json, response_url: str) -> Json:
    """Build block_actions for a message."""
    channel = world.channel(message.channel)
    hidden = message.only_for is not None
    state = state_values(message.blocks, typed_values(world, f"{message.ts}/{person.id}"))
    return interaction(
        world,
        person,
        "block_actions",
        container={
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": hidden,
        },
        trigger_id=world.new_trigger(person.id, channel.id),
        channel=channel_of(channel),
        message=message_body(world, message),
        state={"values": state},
        response_url=response_url,
        actions=[action],
    )


def view_action(world: WorkspaceState, person: Person, view: View, action: Json) -> Json:
    """Build block_actions for a modal or home, which has no channel or response URL."""
    return interaction(
        world,
        person,
        "block_actions",
        container={"type": "view", "view_id": view.id},
        trigger_id=world.new_trigger(person.id, view=view.id),
        view=view_body(world, view),
        actions=[action],
    )


def event(world: WorkspaceState, inner: Json, event_id: str, ext_shared: bool = False) -> Json:
    """Build an Events API payload around an event."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": world.team_id,
        **_organisation_of(world),
        "api_app_id": world.app_id,
        "event": inner,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(world.clock().timestamp()),
        "authorizations": [
            {
                "enterprise_id": world.enterprise_id,
                "team_id": world.team_id,
                "user_id": world.bot_user,
                "is_bot": True,
                "is_enterprise_install": world.is_in_organisation_install,
            }
        ],
        "is_ext_shared_channel": ext_shared,
        "event_context": f"4-{event_id}",
    }


def organisation_event(world: WorkspaceState, organisation: str, inner: Json, event_id: str) -> Json:
    """Build an Events API payload that is of a whole organisation.

    Slack says in `team_access_granted` that it is not an organisation's installation, although it is.
    """
    is_said = not str(inner["type"]).startswith("team_access_")
    body = event(world, {"event_ts": world.next_ts(), **inner}, event_id)
    authorization = {**body["authorizations"][0], "team_id": None, "is_bot": False, "is_enterprise_install": is_said}
    return {**body, "team_id": None, "enterprise_id": organisation, "authorizations": [authorization]}


def _organisation_of(world: WorkspaceState) -> Json:
    if world.enterprise_id is None:
        return {}
    name = {"enterprise_name": world.organisation.name} if world.organisation else {}
    return {"enterprise_id": world.enterprise_id, **name}
