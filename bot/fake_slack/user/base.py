"""Helpers for user actions: the person, the request to the bot and the visible result."""

from __future__ import annotations

from bot.fake_slack.state.manifest import InstalledApp
from bot.fake_slack.state.models import Channel, FakeSlackError, Json, Message, Person, View
from bot.fake_slack.state.workspace import WorkspaceState
from bot.fake_slack.transport.link import BotConnection, BotRequest, BotResponse, PayloadKind
from bot.fake_slack.user.result import UserResult

CONNECTION_ERROR = "We had some trouble connecting. Try again?"
NOT_INTERACTIVE = "This app is not set up for interactivity."
MESSAGES_DISABLED = "Sending messages to this app has been turned off"


class UserBase:
    """A mixin of helpers. The subclass has a `world`, a `link` and a `base_url`."""

    world: WorkspaceState
    link: BotConnection

    @property
    def base_url(self) -> str:
        """The server's URL."""
        raise NotImplementedError

    @property
    def installed(self) -> InstalledApp | None:
        """The installed app, or None if no manifest was installed and everything is allowed."""
        return self.world.installed

    def _deaf(self) -> UserResult | None:
        """Return the notice shown if the app has no interactivity, or None if it has."""
        if self.installed is None or self.installed.is_interactive:
            return None
        return UserResult(notice=NOT_INTERACTIVE)

    def _writable(self, place: Channel) -> None:
        """Raise FakeSlackError for a DM that the manifest makes read-only."""
        if place.is_im and self.installed is not None and not self.installed.accepts_messages:
            raise FakeSlackError(MESSAGES_DISABLED)

    def _person(self, user: str) -> Person:
        if user not in self.world.people:
            raise FakeSlackError(f"there is no person {user!r} in this workspace; call add_person first")
        return self.world.people[user]

    def _response_url(self, key: str) -> str:
        return f"{self.base_url}response/{key}"

    def _send(
        self, kind: PayloadKind, payload: Json, retry_num: int | None = None, retry_reason: str | None = None
    ) -> tuple[int, BotResponse]:
        mark = len(self.world.journal)
        return mark, self.link.send(BotRequest(kind, payload, retry_num, retry_reason))

    def _seen(self, user: str, mark: int, answer: BotResponse, notice: str = "") -> UserResult:
        with self.world.lock:
            changes = self.world.journal[mark:]

        def of(kind: str) -> tuple[Message, ...]:
            return tuple(c.item for c in changes if c.kind == kind and isinstance(c.item, Message))

        views = [
            change
            for change in changes
            if change.kind in ("view", "home", "closed") and isinstance(change.item, View) and change.item.user == user
        ]
        shown = [c.item for c in views if c.kind != "closed" and isinstance(c.item, View)]
        return UserResult(
            status=answer.status,
            body=answer.body,
            seconds=answer.seconds,
            error=answer.error,
            notice=notice,
            ephemerals=tuple(m for m in of("ephemeral") if m.only_for == user),
            messages=of("posted"),
            updated=of("updated"),
            deleted=of("deleted"),
            view=shown[-1] if shown else None,
            closed=any(c.kind == "closed" for c in views),
        )

    def _current(self, user: str, where: Message | View) -> Message | View:
        """Return the current version of a message or view, if the person can see it."""
        with self.world.lock:
            if isinstance(where, Message):
                message = self.world.find(where.channel, where.ts)
                if message is None or message.only_for not in (None, user):
                    raise FakeSlackError("this message does not exist (or no longer does) for this person")
                return message
            if where.kind == "home":
                home = self.world.homes.get(user)
                if home is None or home.id != where.id:
                    raise FakeSlackError("this is not this person's home")
                return home
            return self._top(user, where)

    def _top(self, user: str, view: View) -> View:
        with self.world.lock:
            stack = self.world.stacks.get(user) or []
            if not stack or stack[-1].id != view.id:
                raise FakeSlackError("this form is not (or no longer) on top of the person's screen")
            return stack[-1]
