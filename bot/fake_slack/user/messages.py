"""User actions that reach the bot as events: messages, mentions and the App Home."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.fake_slack.state.models import FakeSlackError, File, Json, Message
from bot.fake_slack.user import keyboard, payloads
from bot.fake_slack.user.base import UserBase
from bot.fake_slack.user.result import UserResult


class MessageActions(UserBase):
    """A mixin of actions that send events."""

    def open_home(self, user: str) -> UserResult:
        """Open the App Home and return it as `view`, or raise FakeSlackError if the app has none."""
        self._person(user)
        if self.installed and not self.installed.has_home:
            raise FakeSlackError("this app has no Home tab")
        dm = self.world.open_dm(user)
        inner: Json = {"type": "app_home_opened", "user": user, "channel": dm.id, "tab": "home"}
        with self.world.lock:
            home = self.world.homes.get(user)
        if home is not None:
            inner["view"] = payloads.view_body(self.world, home)
        seen = self.event(inner, user=user)
        return replace(seen, view=self.world.homes.get(user))

    def open_messages(self, user: str) -> UserResult:
        """Open the app's Messages tab. What it suggests to write is in `world.prompts` by the DM's id."""
        self._person(user)
        dm = self.world.open_dm(user)
        return self.event({"type": "app_home_opened", "user": user, "channel": dm.id, "tab": "messages"}, user=user)

    def say(
        self,
        user: str,
        channel: str,
        text: str,
        *,
        files: Sequence[str] = (),
        reply_to: Message | None = None,
        broadcast: bool = False,
    ) -> Message:
        """Post a message, with uploaded files by id, or in a thread (`broadcast`: also to the channel).

        The bot gets the events that its manifest subscribes to: of the message, and of being mentioned. Without a
        manifest it gets none; use `mention` or `direct_message`. Raise FakeSlackError in a read-only DM.
        """
        shared = tuple(self.world.files[id] for id in files)
        thread_ts = (reply_to.thread_ts or reply_to.ts) if reply_to else None
        message = self._written(user, channel, text, thread_ts=thread_ts, files=shared)
        if self.installed and (place := self.world.channel(channel)).bot_is_member:
            kind = "im" if place.is_im else "group" if place.is_private else "channel"
            event = self._message_event("message", message)
            if broadcast and reply_to:
                event |= {"subtype": "thread_broadcast", "root": self._message_event("message", reply_to)}
            self.event({**event, "channel_type": kind}, user=user)
            if f"<@{self.world.bot_user}>" in text and not place.is_im:
                self.event(self._message_event("app_mention", message), user=user)
        return message

    def change_person(self, user: str, **changes: Any) -> UserResult:
        """Change what somebody is: `deleted`, `is_admin`, `is_restricted`, `tz`, … The bot is told if it subscribes."""
        with self.world.lock:
            person = self.world.people[user] = replace(self._person(user), **changes)
        return self.event({"type": "user_change", "user": person.as_dict(), "cache_ts": 0}, user=user)

    def mention(self, user: str, channel: str, text: str) -> UserResult:
        """Post a message that mentions the bot. The mention is added in front if missing."""
        bot_mention = f"<@{self.world.bot_user}>"
        message = self._written(user, channel, text if bot_mention in text else f"{bot_mention} {text}")
        if self.installed and not self.world.channel(channel).bot_is_member:
            return UserResult()  # Slack asks whether to invite the bot, and tells it nothing
        return self.event(self._message_event("app_mention", message), user=user)

    def direct_message(self, user: str, text: str) -> UserResult:
        """Write to the bot in its DM (a message event with channel_type im)."""
        message = self._written(user, self.world.open_dm(user).id, text)
        return self.event({**self._message_event("message", message), "channel_type": "im"}, user=user)

    def event(
        self,
        inner: Json,
        *,
        event_id: str | None = None,
        retry_num: int | None = None,
        retry_reason: str | None = None,
        user: str | None = None,
    ) -> UserResult:
        """Send an event. If the manifest does not subscribe to it, nothing is sent (`status` None, no error).

        To simulate a retry, send the same `event_id` with a `retry_num`.
        """
        world = self.world
        if self.installed and not self.installed.receives_event(inner, world.scopes):
            return UserResult()
        inner = {"event_ts": world.next_ts(), **inner}
        channel = world.channels.get(str(inner.get("channel")))
        body = payloads.event(world, inner, event_id or world.fresh_id("Ev"), bool(channel and channel.is_ext_shared))
        return self.deliver(body, retry_num, retry_reason, user or str(inner.get("user", "")))

    def deliver(
        self, body: Json, retry_num: int | None = None, retry_reason: str | None = None, user: str = ""
    ) -> UserResult:
        """Send an Events API payload as it is."""
        mark, answer = self._send("events_api", body, retry_num, retry_reason)
        return self._seen(user, mark, answer)

    # -- help

    def _written(
        self, user: str, channel: str, text: str, *, thread_ts: str | None = None, files: tuple[File, ...] = ()
    ) -> Message:
        person, place = self._person(user), self.world.channel(channel)
        if person.deleted:
            raise FakeSlackError("whoever left the workspace can't write")
        if place.is_archived:
            raise FakeSlackError("an archived channel takes no messages")
        self._writable(place)
        text = keyboard.as_message_text(keyboard.keyed(person, text))
        return self.world.post(channel, text, user=user, thread_ts=thread_ts, files=files)

    def _message_event(self, kind: str, message: Message) -> Json:
        person = self.world.person(message.user)
        body: Json = {"type": kind, "user": message.user, "text": message.text, "ts": message.ts}
        if message.thread_ts:
            body["thread_ts"] = message.thread_ts
        if message.files:
            body |= {"files": [file.as_dict(self.base_url) for file in message.files]}
            body |= {"subtype": "file_share"} if kind == "message" else {}
        return body | {"channel": message.channel, "team": person.team_id, "user_team": person.team_id}
