"""Modals and App Homes: each person has a stack of views."""

from __future__ import annotations

import time
from datetime import timedelta

from bot.fake_slack.state.blocks import elements
from bot.fake_slack.state.models import Json, SlackError, Ticket, View
from bot.fake_slack.state.workspace import WorkspaceState
from bot.fake_slack.validation.rules import check_view

TRIGGER_SECONDS = 3.0
STACK_DEPTH = 3


def take_trigger(world: WorkspaceState, trigger: str) -> Ticket:
    """Consume a trigger id. Using it late or twice is an error, as on Slack."""
    with world.lock:
        ticket = world.triggers.get(trigger)
        if ticket is None:
            raise SlackError("invalid_trigger_id")
        # Check both clocks: a frozen workspace clock must not hide a slow bot.
        late = world.clock() - ticket.at > timedelta(seconds=TRIGGER_SECONDS)
        if ticket.uses or late or time.monotonic() - ticket.mono > TRIGGER_SECONDS:
            raise SlackError("exchanged_trigger_id" if ticket.uses else "expired_trigger_id")
        world.triggers[trigger] = _use_ticket(ticket)
        return ticket


def _use_ticket(ticket: Ticket) -> Ticket:
    return Ticket(
        ticket.user, ticket.channel, ticket.at, ticket.mono, ticket.message_ts, ticket.uses + 1,
        ticket.ephemeral, ticket.view,
    )  # fmt: skip


def validate_view(world: WorkspaceState, body: Json) -> Json:
    """Return a valid view, or raise Slack's error."""
    problem = check_view(body, unknown=world.refuse_blocks)
    if problem is not None:
        raise SlackError(problem.error, problem.messages)
    return body


def _build_view(
    world: WorkspaceState, user: str, body: Json, *, id: str, root: str | None, previous: str | None
) -> View:
    kind = str(body.get("type"))
    full: Json = {
        "id": id,
        "team_id": world.team_id,
        "type": kind,
        "blocks": list(world.filled(body.get("blocks", []))),
        "private_metadata": body.get("private_metadata") or "",
        "callback_id": body.get("callback_id") or "",
        "external_id": body.get("external_id") or "",
        "hash": f"{world.next_ts()}.{world.fresh_id('h')}",
        "title": body.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "clear_on_close": bool(body.get("clear_on_close", False)),
        "notify_on_close": bool(body.get("notify_on_close", False)),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "previous_view_id": previous,
        "root_view_id": root or id,
        "app_id": world.app_id,
        "app_installed_team_id": world.team_id,
        "bot_id": world.bot_id,
    }
    return View(id, user, kind, full, full["hash"], previous, root or id)


def open_view(world: WorkspaceState, trigger: str, body: Json) -> View:
    """Open a modal for the trigger's person, replacing any open ones (views.open)."""
    validate_view(world, body)
    _require_unique_external_id(world, body)
    user = take_trigger(world, trigger).user
    with world.lock:
        view = _build_view(world, user, body, id=world.fresh_id("V"), root=None, previous=None)
        world.stacks[user] = [view]
        world.note("view", view)
        return view


def push_view(world: WorkspaceState, trigger: str, body: Json) -> View:
    """Push a modal on the stack, at most three deep (views.push)."""
    validate_view(world, body)
    return push_on(world, take_trigger(world, trigger).user, body)


def push_on(world: WorkspaceState, user: str, body: Json) -> View:
    """Push a view on a person's stack."""
    _require_unique_external_id(world, body)
    with world.lock:
        stack = world.stacks.get(user) or []
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= STACK_DEPTH:
            raise SlackError("push_limit_reached")
        view = _build_view(world, user, body, id=world.fresh_id("V"), root=stack[0].id, previous=stack[-1].id)
        stack.append(view)
        world.note("view", view)
        return view


def _require_unique_external_id(world: WorkspaceState, body: Json, besides: View | None = None) -> None:
    external = body.get("external_id")
    if external and any(view.body["external_id"] == external for view in _all_views(world) if view != besides):
        raise SlackError("duplicate_external_id")


def _all_views(world: WorkspaceState) -> list[View]:
    with world.lock:
        return [*(view for stack in world.stacks.values() for view in stack), *world.homes.values()]


def find_view(world: WorkspaceState, view_id: str | None, external_id: str | None = None) -> View:
    """Find an open modal or a home by id or external id, or raise `not_found`."""
    with world.lock:
        for view in _all_views(world):
            if view.id == view_id or (external_id and view.body["external_id"] == external_id):
                return view
        raise SlackError("not_found")


def update_view(world: WorkspaceState, view: View, body: Json, expected_hash: str | None = None) -> View:
    """Replace a view's content, with a new hash (views.update). Input in fields that remain is kept."""
    validate_view(world, body)
    with world.lock:
        current = find_view(world, view.id)
        if expected_hash and expected_hash != current.hash:
            raise SlackError("hash_conflict")
        _require_unique_external_id(world, body, current)
        new = _build_view(world, view.user, body, id=view.id, root=view.root, previous=view.previous)
        if current.kind == "home":
            world.homes[view.user] = new
        else:
            stack = world.stacks[view.user]
            stack[stack.index(current)] = new
        remaining_fields = {(block["block_id"], element["action_id"]) for block, element in elements(new.blocks)}
        for key in [key for key in world.typed if key[0] == view.id and key[1:] not in remaining_fields]:
            del world.typed[key]
        world.note("view" if new.kind == "modal" else "home", new)
        return new


def publish_home(world: WorkspaceState, user: str, body: Json, expected_hash: str | None = None) -> View:
    """Publish a person's App Home (views.publish)."""
    validate_view(world, body)
    if body.get("type") != "home":
        raise SlackError("invalid_arguments", ("must be one of: home [json-pointer:/view/type]",))
    if world.installed and not world.installed.has_home:
        raise SlackError("not_enabled")
    with world.lock:
        old = world.homes.get(world.person(user).id)
        if expected_hash and old is not None and expected_hash != old.hash:
            raise SlackError("hash_conflict")
        _require_unique_external_id(world, body, old)
        view = _build_view(world, user, body, id=old.id if old else world.fresh_id("V"), root=None, previous=None)
        world.homes[user] = view
        world.note("home", view)
        return view


def close_top(world: WorkspaceState, user: str, *, everything: bool = False) -> list[View]:
    """Close the top view, or all. Return the closed views, top first."""
    with world.lock:
        stack = world.stacks.get(user, [])
        closed = [stack.pop() for _ in range(len(stack) if everything else min(1, len(stack)))]
        for view in closed:
            for key in [key for key in world.typed if key[0] == view.id]:
                del world.typed[key]
            world.note("closed", view)
        return closed
