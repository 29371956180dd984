"""What every act needs: who acts, the way to the bot, and what the person then sees."""

from __future__ import annotations

from bot.fake_slack.state.manifest import InstalledApp
from bot.fake_slack.state.models import Channel, FakeSlackError, Json, Message, Person, View
from bot.fake_slack.state.workspace import WorkspaceState
from bot.fake_slack.transport.link import BotConnection, BotRequest, BotResponse, PayloadKind
from bot.fake_slack.user.result import UserResult

CONNECTION_ERROR = "We had some trouble connecting. Try again?"
NOT_INTERACTIVE = "This app is not set up to hear of buttons and forms."
MESSAGES_DISABLED = "Sending messages to this app has been turned off"


class UserBase:
    """The help. Whoever mixes it in has a `world`, a `link` and a `base_url`."""

    world: WorkspaceState
    link: BotConnection

    @property
    def base_url(self) -> str:
        """Where response urls begin."""
        raise NotImplementedError

    @property
    def installed(self) -> InstalledApp | None:
        """The app as its manifest describes it; None where none was installed and everything goes."""
        return self.world.installed

    def _deaf(self) -> UserResult | None:
        """What a person sees of an app that does not take interactions; None where it does."""
        if self.installed is None or self.installed.is_interactive:
            return None
        return UserResult(notice=NOT_INTERACTIVE)

    def _writable(self, place: Channel) -> None:
        """Refuse the DM with an app whose manifest lets nobody write there."""
        if place.is_im and self.installed is not None and not self.installed.accepts_messages:
            raise FakeSlackError(MESSAGES_DISABLED)

    def _person(self, user: str) -> Person:
        if user not in self.world.people:
            raise FakeSlackError(f"there is no person {user!r} in this workspace; add_person first")
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
            news = self.world.journal[mark:]

        def of(kind: str) -> tuple[Message, ...]:
            return tuple(c.item for c in news if c.kind == kind and isinstance(c.item, Message))

        views = [
            change
            for change in news
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
        """What stands there now: a test may hold an older version. Only what this person can see counts."""
        with self.world.lock:
            if isinstance(where, Message):
                found = self.world.find(where.channel, where.ts)
                if found is None or found.only_for not in (None, user):
                    raise FakeSlackError("this message is not there (any more) for this person")
                return found
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
                raise FakeSlackError("this form is not (any more) the one on the person's screen")
            return stack[-1]
