"""Authorise and run Web API calls."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.fake_slack.state.models import Json, SlackError

if TYPE_CHECKING:
    from bot.fake_slack.web_api.oauth import Tokens
    from bot.fake_slack.web_api.organisation import Organisation
from bot.fake_slack.web_api.call import ApiCall, Method


def all_methods() -> dict[str, Method]:
    """Return all methods by their Slack name."""
    from bot.fake_slack.web_api import chat, conversations, files, functions, views  # avoid an import cycle

    return {**chat.METHODS, **files.METHODS, **functions.METHODS, **conversations.METHODS, **views.METHODS}


def authorise(method: str, token: str | None, app_token: str, tokens: Tokens, now: datetime) -> None:
    """Check a call's token, or raise Slack's error."""
    if method == "api.test":
        return
    if not token:
        raise SlackError("not_authed")
    if token != app_token:
        tokens.check(token, now)
    if (method == "apps.connections.open") != (token == app_token):
        raise SlackError("not_allowed_token_type")


def handle_call(
    method: str,
    ask: ApiCall,
    token: str | None,
    app_token: str,
    tokens: Tokens,
    organisation: Organisation | None = None,
) -> Json:
    """Run a call and return the response body. Errors become `ok: false`.

    `organisation` is the one whose token it is, if it is no workspace's.
    """
    from bot.fake_slack.web_api.scopes import check  # avoid an import cycle

    try:
        authorise(method, token, app_token, tokens, ask.world.clock())
        if organisation is not None:
            ask = replace(ask, world=organisation.world_of(method, ask.args))
        handler = _handler(method, organisation)
        if handler is None:
            raise SlackError("unknown_method")
        check(method, ask)
        return {"ok": True, **handler(ask)}
    except SlackError as error:
        return error.answer()


def _handler(method: str, organisation: Organisation | None) -> Method | None:
    own = {"auth.test": organisation.auth_test, "auth.teams.list": organisation.teams_list} if organisation else {}
    return own.get(method) or all_methods().get(method)
