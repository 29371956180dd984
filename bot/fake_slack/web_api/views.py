"""views.* and assistant.* methods."""

from __future__ import annotations

from bot.fake_slack.state.models import Json, SlackError
from bot.fake_slack.state.views import find_view, open_view, publish_home, push_view, update_view
from bot.fake_slack.web_api.call import ApiCall, Method, view_json


def views_open(ask: ApiCall) -> Json:
    """views.open"""
    return {"view": view_json(open_view(ask.world, ask.text("trigger_id"), ask.args.get("view") or {}))}


def views_push(ask: ApiCall) -> Json:
    """views.push"""
    return {"view": view_json(push_view(ask.world, ask.text("trigger_id"), ask.args.get("view") or {}))}


def views_update(ask: ApiCall) -> Json:
    """views.update, by `view_id` or `external_id`"""
    view = find_view(ask.world, ask.optional_text("view_id"), ask.optional_text("external_id"))
    return {
        "view": view_json(update_view(ask.world, view, ask.args.get("view") or {}, ask.optional_text("hash"))),
    }


def views_publish(ask: ApiCall) -> Json:
    """views.publish"""
    view = publish_home(ask.world, ask.text("user_id"), ask.args.get("view") or {}, ask.optional_text("hash"))
    return {"view": view_json(view)}


MAX_PROMPTS = 4


def set_suggested_prompts(ask: ApiCall) -> Json:
    """assistant.threads.setSuggestedPrompts: those of an app with `agent_view`, which names no thread"""
    channel = ask.world.visible(ask.text("channel_id"))
    prompts = ask.args.get("prompts")
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= MAX_PROMPTS:
        raise SlackError("invalid_arguments")
    shown = [(str(row.get("title") or ""), str(row.get("message") or "")) for row in prompts if isinstance(row, dict)]
    if len(shown) < len(prompts) or not all(title and message for title, message in shown):
        raise SlackError("invalid_arguments")
    if ask.optional_text("thread_ts") is None:  # with one, Slack answers that all is well, and shows nothing
        with ask.world.lock:
            ask.world.prompts[channel.id] = tuple(shown)
    return {}


METHODS: dict[str, Method] = {
    "assistant.threads.setSuggestedPrompts": set_suggested_prompts,
    "views.open": views_open,
    "views.push": views_push,
    "views.update": views_update,
    "views.publish": views_publish,
}
