"""The plain values of the stand-in: people, channels, messages, views, calls. Frozen; a change makes a new value."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.fake_slack.state.blocks import visible_text

Json = dict[str, Any]


class FakeSlackError(Exception):
    """The test or the page asked for what a person in Slack could not do (no such button, message deleted …)."""


class SlackError(Exception):
    """A refusal that Slack would answer with: `{"ok": false, "error": name}`."""

    def __init__(self, name: str, messages: tuple[str, ...] = (), **more: str) -> None:
        super().__init__(name)
        self.name = name
        self.messages = messages
        self.more = more

    def answer(self) -> Json:
        """The body that Slack would send; the details stand under both keys, as with Slack's own."""
        body: Json = {"ok": False, "error": self.name, **self.more}
        if self.messages:
            body["errors"] = list(self.messages)
            body["response_metadata"] = {"messages": [f"[ERROR] {line}" for line in self.messages]}
        return body


@dataclass(frozen=True)
class Person:
    """A member of the workspace, a guest, a bot, or somebody of another organisation."""

    id: str
    name: str
    real_name: str
    team_id: str
    tz: str = "Europe/London"
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_bot: bool = False
    is_stranger: bool = False
    deleted: bool = False
    title: str = ""

    def as_dict(self) -> Json:
        """The user object of users.info. A stranger carries `is_stranger`; others do not have the key."""
        flags: Json = {
            "deleted": self.deleted,
            "is_admin": self.is_admin,
            "is_owner": self.is_owner,
            "is_primary_owner": False,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            "is_bot": self.is_bot,
            "is_app_user": False,
        }
        if self.is_stranger:
            flags["is_stranger"] = True
        profile = {"real_name": self.real_name, "display_name": self.name, "title": self.title, "team": self.team_id}
        return {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_label": self.tz,
            "profile": profile,
            "updated": 0,
            **flags,
        }


@dataclass(frozen=True)
class Channel:
    """A channel, or (with `user` set) the DM between the bot and that person.

    `teams` are the other organisations that a shared channel is shared with, or (`is_pending_ext_shared`) that were
    invited and have not accepted yet.
    """

    id: str
    name: str
    is_ext_shared: bool = False
    is_archived: bool = False
    members: tuple[str, ...] = ()
    bot_is_member: bool = True
    user: str | None = None
    is_private: bool = False
    is_pending_ext_shared: bool = False
    teams: tuple[str, ...] = ()

    @property
    def is_im(self) -> bool:
        return self.user is not None

    @property
    def is_visible(self) -> bool:
        """Whether the bot knows of it: of a private channel only as a member."""
        return self.bot_is_member or not self.is_private

    def as_dict(self, team_id: str) -> Json:
        """The conversation object of conversations.info."""
        if self.user is not None:
            return {"id": self.id, "created": 0, "is_im": True, "is_org_shared": False, "user": self.user}
        here, there = [team_id], list(self.teams)
        shared = {"connected_team_ids": here + there} if self.is_ext_shared else {}
        return {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "created": 0,
            "is_channel": True,
            "is_group": False,
            "is_im": False,
            "is_mpim": False,
            "is_private": self.is_private,
            "is_archived": self.is_archived,
            "is_general": False,
            "is_shared": self.is_ext_shared,
            "is_ext_shared": self.is_ext_shared,
            "is_org_shared": False,
            "is_pending_ext_shared": self.is_pending_ext_shared,
            "pending_shared": there if self.is_pending_ext_shared else [],
            "pending_connected_team_ids": [],
            "shared_team_ids": here + there if self.is_ext_shared else here,
            **shared,
            "is_member": self.bot_is_member,
            "context_team_id": team_id,
        }


@dataclass(frozen=True)
class File:
    """An uploaded file. `length` is what was announced, `data` what came; `channels` are where it is shared."""

    id: str
    name: str
    length: int
    alt: str = ""
    title: str = ""
    data: bytes | None = field(default=None, repr=False)
    channels: tuple[str, ...] = ()

    def as_dict(self, base_url: str = "") -> Json:
        """The file object, as much of it as anybody looks at; with its private addresses, where a base is given."""
        known = {"id": self.id, "name": self.name, "title": self.title, "size": len(self.data or b"")}
        if base_url:
            private = f"{base_url}files-pri/{self.id}"
            known |= {"url_private": private, "url_private_download": f"{private}/download", "mode": "hosted"}
        return {**known, "alt_txt": self.alt, "channels": list(self.channels)}


@dataclass(frozen=True)
class Message:
    """What stands in a conversation. `only_for` names the one person who sees an ephemeral message."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: tuple[Json, ...] = ()
    metadata: Json | None = None
    only_for: str | None = None
    edited: bool = False
    by_bot: bool = True
    thread_ts: str | None = None
    files: tuple[File, ...] = ()

    @property
    def visible_text(self) -> str:
        """All that a person reads in it, in order: the blocks' texts, or the text when there are no blocks."""
        return visible_text(self.blocks) or self.text

    def as_dict(self, *, bot_id: str, app_id: str, team_id: str, with_metadata: bool = True) -> Json:
        """The message object of conversations.history."""
        body: Json = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text, "team": team_id}
        if self.by_bot:
            body |= {"bot_id": bot_id, "app_id": app_id}
        if self.blocks:
            body["blocks"] = list(self.blocks)
        if self.metadata is not None and with_metadata:
            body["metadata"] = self.metadata
        if self.thread_ts:
            body["thread_ts"] = self.thread_ts
        if self.files:
            body["files"] = [file.as_dict() for file in self.files]
        if self.edited:
            body["edited"] = {"user": self.user, "ts": self.ts}
        return body


@dataclass(frozen=True)
class View:
    """An open modal, or somebody's App Home. `body` is the view object as Slack would send it, without its state."""

    id: str
    user: str
    kind: str
    body: Json
    hash: str
    previous: str | None = None
    root: str | None = None

    @property
    def blocks(self) -> tuple[Json, ...]:
        return tuple(self.body["blocks"])

    @property
    def callback_id(self) -> str:
        return str(self.body.get("callback_id", ""))

    @property
    def private_metadata(self) -> str:
        return str(self.body.get("private_metadata", ""))

    @property
    def title(self) -> str:
        return str(self.body.get("title", {}).get("text", ""))

    @property
    def visible_text(self) -> str:
        return visible_text(self.blocks)


@dataclass(frozen=True)
class LoggedCall:
    """One request to the Web API, as it came and as it was answered. `status` is the HTTP status.

    `token` is the one it was made with; none for a response url.
    """

    method: str
    args: Json
    answer: Json
    at: datetime
    status: int = 200
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class VisibleChange:
    """One thing that became visible: posted, ephemeral, updated, deleted, view, closed or home; or was pressed."""

    kind: str
    item: Message | View


@dataclass(frozen=True)
class Ticket:
    """A trigger id or response url as it was handed out: for whom, where, and when (world clock and real seconds)."""

    user: str
    channel: str | None
    at: datetime
    mono: float
    message_ts: str | None = None
    uses: int = field(default=0)
    ephemeral: bool = False
    view: str | None = None
