"""All Web API methods, who may call them, and their answers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bot.fake_slack.state.models import Json, SlackError

if TYPE_CHECKING:
    from bot.fake_slack.web_api.oauth import Tokens
from bot.fake_slack.web_api.call import ApiCall, Method


def all_methods() -> dict[str, Method]:
    """Every method by its Slack name."""
    from bot.fake_slack.web_api import chat, conversations, files, views  # they need the words above

    return {**chat.METHODS, **files.METHODS, **conversations.METHODS, **views.METHODS}


def authorise(method: str, token: str | None, app_token: str, tokens: Tokens, now: datetime) -> None:
    """Let the call pass, or refuse the token as Slack does."""
    if method == "api.test":
        return
    if not token:
        raise SlackError("not_authed")
    if token != app_token:
        tokens.check(token, now)
    if (method == "apps.connections.open") != (token == app_token):
        raise SlackError("not_allowed_token_type")


def handle_call(method: str, ask: ApiCall, token: str | None, app_token: str, tokens: Tokens) -> Json:
    """Carry out one call; every refusal becomes a body with ok false."""
    from bot.fake_slack.web_api.scopes import check  # as above

    try:
        authorise(method, token, app_token, tokens, ask.world.clock())
        known = all_methods().get(method)
        if known is None:
            raise SlackError("unknown_method")
        check(method, ask)
        return {"ok": True, **known(ask)}
    except SlackError as error:
        return error.answer()
