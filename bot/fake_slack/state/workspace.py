"""The state of one made-up workspace. Thread-safe: the bot, the page and a test may all use it at once."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.fake_slack.state.blocks import with_ids
from bot.fake_slack.state.event_log import EventLog
from bot.fake_slack.state.faults import Faults
from bot.fake_slack.state.manifest import InstalledApp
from bot.fake_slack.state.models import Channel, File, Json, Message, Person, SlackError, Ticket, View
from bot.fake_slack.state.rate_limits import RateLimiter

BOT_USER = "U0TENDBOT"
BOT_ID = "B0TENDBOT"
APP_ID = "A0TEND"
OTHER_TEAM = "T0OTHER"
SCOPES = ("chat:write", "commands", "im:write", "im:history", "users:read", "channels:read", "channels:join")


def real_clock() -> datetime:
    """The present instant, aware, UTC."""
    return datetime.now(UTC)


class WorkspaceState(EventLog):
    """People, channels, messages, views and every call, in one workspace.

    `clock` returns aware UTC now: the stamps of messages and the age of trigger ids and response urls follow it.
    """

    def __init__(
        self, clock: Callable[[], datetime] | None = None, team_id: str = "T0TEND", team_name: str = "Stand-in"
    ) -> None:
        super().__init__()
        self.clock = clock or real_clock
        self.team_id = team_id
        self.team_name = team_name
        self.bot_user, self.bot_id, self.app_id = BOT_USER, BOT_ID, APP_ID
        self.scopes: tuple[str, ...] = SCOPES
        # The app as its manifest describes it; None: everything goes.
        self.installed: InstalledApp | None = None
        # None: call as often as you like.
        self.rates: RateLimiter | None = None
        # Types of blocks that this workspace does not know.
        self.refuse_blocks: set[str] = set()
        self.faults = Faults()
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.homes: dict[str, View] = {}
        self.stacks: dict[str, list[View]] = {}
        self.typed: dict[tuple[str, str, str], Json] = {}
        self.unread: dict[tuple[str, str], int] = {}
        self.triggers: dict[str, Ticket] = {}
        self.response_urls: dict[str, Ticket] = {}
        self.files: dict[str, File] = {}
        self._messages: dict[str, list[Message]] = {}
        self._ephemerals: list[Message] = []
        self._last_ts = 0
        self._counter = itertools.count(1)
        self.add_person(BOT_USER, "tend", real_name="Tend", is_bot=True)

    # -- people and places

    def add_person(
        self,
        id: str,
        name: str,
        *,
        real_name: str | None = None,
        tz: str = "Europe/London",
        is_admin: bool = False,
        is_owner: bool = False,
        is_restricted: bool = False,
        is_ultra_restricted: bool = False,
        is_bot: bool = False,
        is_stranger: bool = False,
        team_id: str | None = None,
        deleted: bool = False,
        title: str = "",
    ) -> Person:
        """Add (or replace) a person. A stranger without a `team_id` gets one of another workspace."""
        team = team_id or (OTHER_TEAM if is_stranger else self.team_id)
        person = Person(
            id, name, real_name or name, team, tz, is_admin, is_owner, is_restricted, is_ultra_restricted,
            is_bot, is_stranger, deleted, title,
        )  # fmt: skip
        with self._changed:
            self.people[id] = person
            self._changed.notify_all()
        return person

    def add_channel(
        self,
        id: str,
        name: str,
        *,
        is_ext_shared: bool = False,
        is_archived: bool = False,
        members: Iterable[str] = (),
        bot_is_member: bool = True,
        is_private: bool = False,
        is_pending_ext_shared: bool = False,
    ) -> Channel:
        """Add (or replace) a channel. The bot is a member unless said otherwise.

        A shared channel without a stranger in it, and one that waits to be shared, has an organisation of its own.
        """
        everyone = tuple(dict.fromkeys((*members, BOT_USER) if bot_is_member else members))
        others: tuple[str, ...] = ()
        if is_ext_shared or is_pending_ext_shared:
            known = {self.people[one].team_id for one in everyone if one in self.people} - {self.team_id}
            others = tuple(sorted(known)) or (OTHER_TEAM,)
        channel = Channel(
            id, name, is_ext_shared, is_archived, everyone, bot_is_member, None, is_private,
            is_pending_ext_shared, others,
        )  # fmt: skip
        with self._changed:
            self.channels[id] = channel
            self._changed.notify_all()
        return channel

    def person(self, id: str) -> Person:
        """The person, or Slack's `user_not_found`."""
        if id not in self.people:
            raise SlackError("user_not_found")
        return self.people[id]

    def channel(self, id: str) -> Channel:
        """The channel, or Slack's `channel_not_found`."""
        if id not in self.channels:
            raise SlackError("channel_not_found")
        return self.channels[id]

    def visible(self, id: str) -> Channel:
        """The channel as the bot may ask for it: of a private one that it is not in Slack says `channel_not_found`."""
        channel = self.channel(id)
        if not channel.is_visible:
            raise SlackError("channel_not_found")
        return channel

    def open_dm(self, user: str) -> Channel:
        """The DM between the bot and this person, made when there was none."""
        with self.lock:
            self.person(user)
            for channel in self.channels.values():
                if channel.user == user:
                    return channel
            dm = Channel(f"D{user[1:]}", "directmessage", members=(user, BOT_USER), user=user)
            self.channels[dm.id] = dm
            return dm

    # -- messages

    def next_ts(self) -> str:
        """A stamp of the clock's instant, later than every stamp before it."""
        with self.lock:
            micros = int(self.clock().timestamp() * 1_000_000)
            self._last_ts = max(micros - micros % 100, self._last_ts + 100)
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def fresh_id(self, prefix: str) -> str:
        """An id that no other thing in this world has."""
        with self.lock:
            return f"{prefix}{next(self._counter):08X}"

    def filled(self, blocks: Iterable[Json]) -> tuple[Json, ...]:
        """The blocks with the ids that Slack would add."""
        return with_ids(blocks, (self.fresh_id("b") for _ in itertools.count()))

    def post(
        self,
        channel: str,
        text: str,
        blocks: Iterable[Json] = (),
        *,
        user: str = BOT_USER,
        metadata: Json | None = None,
        only_for: str | None = None,
        thread_ts: str | None = None,
        files: tuple[File, ...] = (),
    ) -> Message:
        """Put a message into a conversation, or (with `only_for`) show it to one person."""
        with self.lock:
            message = Message(
                channel, self.next_ts(), user, text, self.filled(blocks), metadata, only_for,
                by_bot=user == BOT_USER, thread_ts=thread_ts, files=files,
            )  # fmt: skip
            if only_for is not None:
                self._ephemerals.append(message)
            else:
                self._messages.setdefault(channel, []).append(message)
            for reader in self.channels[channel].members if only_for is None else (only_for,):
                if reader not in (user, BOT_USER):
                    self.unread[reader, channel] = self.unread.get((reader, channel), 0) + 1
            self.note("posted" if only_for is None else "ephemeral", message)
            return message

    def find(self, channel: str, ts: str) -> Message | None:
        """The message as it stands now, ephemeral ones included; None when it is gone."""
        with self.lock:
            known: list[Message] = [*self._messages.get(channel, ()), *self._ephemerals]
            for message in known:
                if message.channel == channel and message.ts == ts:
                    return message
            return None

    def change(self, old: Message, **new: Any) -> Message:
        """Replace a message by a version of it with other text, blocks or metadata."""
        with self.lock:
            if "blocks" in new:
                new["blocks"] = self.filled(new["blocks"])
            changed = replace(old, edited=True, **new)
            shelf = self._shelf(old)
            shelf[shelf.index(old)] = changed
            self.note("updated", changed)
            return changed

    def remove(self, message: Message) -> None:
        """Take a message away."""
        with self.lock:
            self._shelf(message).remove(message)
            self.note("deleted", message)

    def _shelf(self, message: Message) -> list[Message]:
        return self._messages[message.channel] if message.only_for is None else self._ephemerals

    def messages(self, channel: str) -> list[Message]:
        """What everyone in the channel sees, oldest first."""
        with self.lock:
            return list(self._messages.get(channel, ()))

    def ephemerals(self, user: str, channel: str | None = None) -> list[Message]:
        """What only this person sees, oldest first."""
        with self.lock:
            return [m for m in self._ephemerals if m.only_for == user and channel in (None, m.channel)]

    def mark_read(self, user: str, channel: str) -> None:
        """The person has looked at the channel."""
        with self.lock:
            self.unread.pop((user, channel), None)

    # -- tickets

    def new_trigger(self, user: str, channel: str | None = None, view: str | None = None) -> str:
        """A trigger id, good once and for three seconds."""
        with self.lock:
            trigger = f"{next(self._counter)}.{self.team_id}.{secrets.token_hex(8)}"
            self.triggers[trigger] = Ticket(user, channel, self.clock(), time.monotonic(), view=view)
            return trigger

    def new_response_url(self, user: str, channel: str, message: Message | None = None) -> str:
        """The id of a response url that belongs to a command or to a click on a message."""
        with self.lock:
            key = secrets.token_urlsafe(12)
            self.response_urls[key] = Ticket(
                user, channel, self.clock(), time.monotonic(),
                message_ts=message.ts if message else None,
                ephemeral=bool(message and message.only_for),
            )  # fmt: skip
            return key
