"""What every act needs: who acts, the way to the bot, and what the person then sees."""

from __future__ import annotations

from bot.fake_slack.state.manifest import Installed
from bot.fake_slack.state.models import Channel, Json, Message, Person, StandInError, View
from bot.fake_slack.state.workspace import World
from bot.fake_slack.transport.link import Answer, Delivery, Kind, Link
from bot.fake_slack.user.result import Seen

TROUBLE = "We had some trouble connecting. Try again?"
NOT_INTERACTIVE = "This app is not set up to hear of buttons and forms."
TURNED_OFF = "Sending messages to this app has been turned off"


class Base:
    """The help. Whoever mixes it in has a `world`, a `link` and a `base_url`."""

    world: World
    link: Link

    @property
    def base_url(self) -> str:
        """Where response urls begin."""
        raise NotImplementedError

    @property
    def installed(self) -> Installed | None:
        """The app as its manifest describes it; None where none was installed and everything goes."""
        return self.world.installed

    def _deaf(self) -> Seen | None:
        """What a person sees of an app that does not take interactions; None where it does."""
        if self.installed is None or self.installed.is_interactive:
            return None
        return Seen(notice=NOT_INTERACTIVE)

    def _writable(self, place: Channel) -> None:
        """Refuse the DM with an app whose manifest lets nobody write there."""
        if place.is_im and self.installed is not None and not self.installed.takes_messages:
            raise StandInError(TURNED_OFF)

    def _person(self, user: str) -> Person:
        if user not in self.world.people:
            raise StandInError(f"there is no person {user!r} in this workspace; add_person first")
        return self.world.people[user]

    def _response_url(self, key: str) -> str:
        return f"{self.base_url}response/{key}"

    def _send(
        self, kind: Kind, payload: Json, retry_num: int | None = None, retry_reason: str | None = None
    ) -> tuple[int, Answer]:
        mark = len(self.world.journal)
        return mark, self.link.send(Delivery(kind, payload, retry_num, retry_reason))

    def _seen(self, user: str, mark: int, answer: Answer, notice: str = "") -> Seen:
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
        return Seen(
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
                    raise StandInError("this message is not there (any more) for this person")
                return found
            if where.kind == "home":
                home = self.world.homes.get(user)
                if home is None or home.id != where.id:
                    raise StandInError("this is not this person's home")
                return home
            return self._top(user, where)

    def _top(self, user: str, view: View) -> View:
        with self.world.lock:
            stack = self.world.stacks.get(user) or []
            if not stack or stack[-1].id != view.id:
                raise StandInError("this form is not (any more) the one on the person's screen")
            return stack[-1]
