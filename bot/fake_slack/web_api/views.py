"""views.* methods."""

from __future__ import annotations

from bot.fake_slack.state.models import Json
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


METHODS: dict[str, Method] = {
    "views.open": views_open,
    "views.push": views_push,
    "views.update": views_update,
    "views.publish": views_publish,
}
