"""The visible result of a user action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.fake_slack.state.models import Json, Message, View
from bot.fake_slack.validation.elements import check_options
from bot.fake_slack.validation.report import ValidationReport


@dataclass(frozen=True)
class UserResult:
    """What is visible when the bot has responded.

    `status` is the HTTP status, or None without a response or if nothing was sent. `error` is Slack's code for a failed
    response, `notice` the text shown then. Use `FakeSlack.wait_for` for what the bot does after its response.
    """

    status: int | None = None
    body: Any = None
    seconds: float = 0.0
    error: str | None = None
    notice: str = ""
    ephemerals: tuple[Message, ...] = ()
    messages: tuple[Message, ...] = ()
    updated: tuple[Message, ...] = ()
    deleted: tuple[Message, ...] = ()
    view: View | None = None
    closed: bool = False
    errors: Mapping[str, str] | None = None
    options: tuple[Json, ...] = ()
    option_groups: tuple[Json, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the bot responded in time with 200 and no field errors."""
        return self.status == 200 and self.error is None and not self.errors

    @property
    def visible_text(self) -> str:
        """All new text: ephemerals, messages, updated messages and the view."""
        shown = [item.visible_text for item in (*self.ephemerals, *self.messages, *self.updated)]
        return "\n".join([*shown, *([f"{self.view.title}\n{self.view.visible_text}"] if self.view else [])])


def with_options(seen: UserResult, body: Json) -> UserResult:
    """Add the options of a block_suggestion response, or an error if they are invalid."""
    groups = tuple(body.get("option_groups") or ())
    options = tuple(body.get("options") or ())
    judge = ValidationReport()
    for place, group in enumerate(groups):
        check_options(judge, group.get("options"), f"/option_groups/{place}/options", 100)
    if options:
        check_options(judge, list(options), "/options", 100)
    if judge.errors:
        return replace(seen, error="invalid_options", notice="; ".join(judge.errors))
    return replace(seen, options=options, option_groups=groups)
