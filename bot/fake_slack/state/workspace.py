"""State of one fake workspace. Thread-safe, for use by the bot, the page and a test at once."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol

from bot.fake_slack.state.blocks import with_ids
from bot.fake_slack.state.event_log import EventLog
from bot.fake_slack.state.faults import Faults
from bot.fake_slack.state.manifest import InstalledApp
from bot.fake_slack.state.models import Channel, File, Json, Message, Person, SlackError, Ticket, View
from bot.fake_slack.state.rate_limits import HISTORY_PAGE_OUTSIDE_MARKETPLACE, RateLimiter
from bot.fake_slack.state.steps import StepExecution

BOT_USER = "U0TENDBOT"
BOT_ID = "B0TENDBOT"
APP_ID = "A0TEND"
OTHER_TEAM = "T0OTHER"
SCOPES = ("chat:write", "commands", "im:write", "im:history", "users:read", "channels:read", "channels:join")


def real_clock() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


class OrganisationState(Protocol):
    """What a workspace needs to know of the organisation that it is of."""

    id: str
    name: str

    def covers(self, team_id: str) -> bool:
        """Whether the organisation's installation is what a workspace uses."""

    def home_of(self, user: str) -> WorkspaceState:
        """Return the workspace in which a person's DM is kept."""


class WorkspaceState(EventLog):
    """People, channels, messages, views and calls of one workspace.

    `clock` returns the current time in UTC. It sets message timestamps and the age of trigger ids and response URLs.
    """

    def __init__(
        self, clock: Callable[[], datetime] | None = None, team_id: str = "T0TEND", team_name: str = "Stand-in"
    ) -> None:
        super().__init__()
        self.clock = clock or real_clock
        self.team_id = team_id
        self.team_name = team_name
        # The organisation of many workspaces that this one is of (Enterprise Grid), or None.
        self.enterprise_id: str | None = None
        # That organisation, if it has workspaces of this server and may install the app for all of them.
        self.organisation: OrganisationState | None = None
        self.bot_user, self.bot_id, self.app_id = BOT_USER, BOT_ID, APP_ID
        self.scopes: tuple[str, ...] = SCOPES
        # The installed app; None allows everything.
        self.installed: InstalledApp | None = None
        # None disables rate limits.
        self.rates: RateLimiter | None = None
        # The largest page of conversations.history.
        self.history_page = 1000
        # Block types that this workspace does not support.
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
        self.prompts: dict[str, tuple[tuple[str, str], ...]] = {}
        self.executions: dict[str, StepExecution] = {}
        self._messages: dict[str, list[Message]] = {}
        self._ephemerals: list[Message] = []
        self._last_ts = 0
        self._counter = itertools.count(1)
        self.add_person(BOT_USER, "tend", real_name="Tend", is_bot=True)

    def limit_history(self) -> None:
        """Let the app read history as Slack lets one that others install and that is not in its Marketplace."""
        self.history_page = HISTORY_PAGE_OUTSIDE_MARKETPLACE
        if self.rates is not None:
            self.rates.limit_history()

    @property
    def is_in_organisation_install(self) -> bool:
        """Whether the workspace uses the installation of its organisation."""
        return self.organisation is not None and self.organisation.covers(self.team_id)

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
        smart_punctuation: bool = False,
        mail: str = "",
        teams: Iterable[str] = (),
        enterprise_id: str | None = None,
    ) -> Person:
        """Add or replace a person. A stranger gets another workspace's `team_id` by default.

        `teams` are the workspaces that somebody of an organisation belongs to, by default that of this workspace;
        `team_id` is their home.
        """
        team = team_id or (OTHER_TEAM if is_stranger else self.team_id)
        person = Person(
            id, name, real_name or name, team, tz, is_admin, is_owner, is_restricted, is_ultra_restricted,
            is_bot, is_stranger, deleted, title, smart_punctuation, mail,
            enterprise_id or (self.enterprise_id if teams else None), tuple(teams),
        )  # fmt: skip
        with self._changed:
            self.people[id] = person
            self._changed.notify_all()
        return person

    def use_phone(self, id: str, on: bool) -> None:
        """Let the person type on a phone from now on, or no more."""
        with self._changed:
            self.people[id] = replace(self.people[id], smart_punctuation=on)
            self._changed.notify_all()

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
        """Add or replace a channel. The bot is a member by default.

        A shared or pending channel without strangers is shared with OTHER_TEAM.
        """
        everyone = tuple(dict.fromkeys((*members, BOT_USER) if bot_is_member else members))
        other_teams: tuple[str, ...] = ()
        if is_ext_shared or is_pending_ext_shared:
            teams = {self.people[user].team_id for user in everyone if user in self.people} - {self.team_id}
            other_teams = tuple(sorted(teams)) or (OTHER_TEAM,)
        channel = Channel(
            id, name, is_ext_shared, is_archived, everyone, bot_is_member, None, is_private,
            is_pending_ext_shared, other_teams,
        )  # fmt: skip
        with self._changed:
            self.channels[id] = channel
            self._changed.notify_all()
        return channel

    def person(self, id: str) -> Person:
        """Return a person, or raise `user_not_found`."""
        if id not in self.people:
            raise SlackError("user_not_found")
        return self.people[id]

    def channel(self, id: str) -> Channel:
        """Return a channel, or raise `channel_not_found`."""
        if id not in self.channels:
            raise SlackError("channel_not_found")
        return self.channels[id]

    def visible(self, id: str) -> Channel:
        """Return a channel that the bot can see, or raise `channel_not_found`."""
        channel = self.channel(id)
        if not channel.is_visible:
            raise SlackError("channel_not_found")
        return channel

    def open_dm(self, user: str) -> Channel:
        """Return the DM between the bot and a person, creating it if needed."""
        home = self.organisation.home_of(user) if self.organisation else self
        if home is not self:
            dm = home.open_dm(user)
            with self.lock:  # one DM in the whole organisation
                self.channels[dm.id], self._messages[dm.id] = dm, home._messages.setdefault(dm.id, [])
            return dm
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
        """Return a message timestamp of the current time, later than all before it."""
        with self.lock:
            micros = int(self.clock().timestamp() * 1_000_000)
            self._last_ts = max(micros - micros % 100, self._last_ts + 100)
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def fresh_id(self, prefix: str) -> str:
        """Return an id that is unique in this workspace."""
        with self.lock:
            return f"{prefix}{next(self._counter):08X}"

    def filled(self, blocks: Iterable[Json]) -> tuple[Json, ...]:
        """Return the blocks with the ids that Slack adds."""
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
        """Post a message, or with `only_for` an ephemeral one."""
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
        """Return the current version of a message, also an ephemeral one, or None."""
        with self.lock:
            candidates: list[Message] = [*self._messages.get(channel, ()), *self._ephemerals]
            for message in candidates:
                if message.channel == channel and message.ts == ts:
                    return message
            return None

    def change(self, old: Message, **new: Any) -> Message:
        """Update a message's text, blocks or metadata."""
        with self.lock:
            if "blocks" in new:
                new["blocks"] = self.filled(new["blocks"])
            changed = replace(old, edited=True, **new)
            shelf = self._shelf(old)
            shelf[shelf.index(old)] = changed
            self.note("updated", changed)
            return changed

    def remove(self, message: Message) -> None:
        """Delete a message."""
        with self.lock:
            self._shelf(message).remove(message)
            self.note("deleted", message)

    def _shelf(self, message: Message) -> list[Message]:
        return self._messages[message.channel] if message.only_for is None else self._ephemerals

    def messages(self, channel: str) -> list[Message]:
        """Return a channel's messages, oldest first."""
        with self.lock:
            return list(self._messages.get(channel, ()))

    def ephemerals(self, user: str, channel: str | None = None) -> list[Message]:
        """Return a person's ephemeral messages, oldest first."""
        with self.lock:
            return [m for m in self._ephemerals if m.only_for == user and channel in (None, m.channel)]

    def mark_read(self, user: str, channel: str) -> None:
        """Mark a channel as read by a person."""
        with self.lock:
            self.unread.pop((user, channel), None)

    # -- trigger ids and response URLs

    def new_trigger(self, user: str, channel: str | None = None, view: str | None = None) -> str:
        """Return a trigger id, valid once and for three seconds."""
        with self.lock:
            trigger = f"{next(self._counter)}.{self.team_id}.{secrets.token_hex(8)}"
            self.triggers[trigger] = Ticket(user, channel, self.clock(), time.monotonic(), view=view)
            return trigger

    def new_response_url(self, user: str, channel: str, message: Message | None = None) -> str:
        """Return the key of a response URL for a command or a click on a message."""
        with self.lock:
            key = secrets.token_urlsafe(12)
            self.response_urls[key] = Ticket(
                user, channel, self.clock(), time.monotonic(),
                message_ts=message.ts if message else None,
                ephemeral=bool(message and message.only_for),
            )  # fmt: skip
            return key
