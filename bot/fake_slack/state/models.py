"""Immutable values: people, channels, messages, views, files and calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.fake_slack.state.blocks import visible_text

Json = dict[str, Any]


class FakeSlackError(Exception):
    """An action that a person could not do in Slack, such as pressing a missing button."""


class SlackError(Exception):
    """An error that the Web API returns: `{"ok": false, "error": name}`."""

    def __init__(self, name: str, messages: tuple[str, ...] = (), **more: str) -> None:
        super().__init__(name)
        self.name = name
        self.messages = messages
        self.more = more

    def answer(self) -> Json:
        """Return the response body. Details are under two keys, as on Slack."""
        body: Json = {"ok": False, "error": self.name, **self.more}
        if self.messages:
            body["errors"] = list(self.messages)
            body["response_metadata"] = {"messages": [f"[ERROR] {line}" for line in self.messages]}
        return body


@dataclass(frozen=True)
class Person:
    """A full member, guest, bot, or person from another organisation."""

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
    smart_punctuation: bool = False  # types on a phone, which curls quotes and joins dashes
    mail: str = ""
    enterprise_id: str | None = None
    teams: tuple[str, ...] = ()

    def belongs_to(self, team_id: str) -> bool:
        """Whether the person is in a workspace: their home, or one of several within their organisation."""
        return team_id in (self.teams or (self.team_id,))

    def as_dict(self, *, with_mail: bool = False) -> Json:
        """Return the user object of users.info. Only strangers have the key `is_stranger`, and only people of an
        organisation of many workspaces `enterprise_user`; `team_id` is their home then.
        """
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
        if self.enterprise_id:
            flags["enterprise_user"] = {
                "id": f"W{self.id[1:]}",
                "enterprise_id": self.enterprise_id,
                "enterprise_name": self.enterprise_id,
                "is_admin": False,
                "is_owner": False,
                "teams": list(self.teams),
            }
        profile = {"real_name": self.real_name, "display_name": self.name, "title": self.title, "team": self.team_id}
        profile |= {"email": self.mail} if with_mail and self.mail else {}
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
    """A channel, or with `user` set the DM between the bot and that person.

    `teams` are the other organisations in a shared channel, or those invited if `is_pending_ext_shared`.
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
        """Whether the bot can see the channel. It sees private channels only as a member."""
        return self.bot_is_member or not self.is_private

    def as_dict(self, team_id: str) -> Json:
        """Return the conversation object of conversations.info."""
        if self.user is not None:
            return {"id": self.id, "created": 0, "is_im": True, "is_org_shared": False, "user": self.user}
        own_team, other_teams = [team_id], list(self.teams)
        shared = {"connected_team_ids": own_team + other_teams} if self.is_ext_shared else {}
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
            "pending_shared": other_teams if self.is_pending_ext_shared else [],
            "pending_connected_team_ids": [],
            "shared_team_ids": own_team + other_teams if self.is_ext_shared else own_team,
            **shared,
            "is_member": self.bot_is_member,
            "context_team_id": team_id,
        }


@dataclass(frozen=True)
class File:
    """An uploaded file. `length` is the announced size, `data` the received bytes."""

    id: str
    name: str
    length: int
    alt: str = ""
    title: str = ""
    data: bytes | None = field(default=None, repr=False)
    channels: tuple[str, ...] = ()

    def as_dict(self, base_url: str = "") -> Json:
        """Return a partial file object, with private URLs if `base_url` is given."""
        file_object = {"id": self.id, "name": self.name, "title": self.title, "size": len(self.data or b"")}
        if base_url:
            private = f"{base_url}files-pri/{self.id}"
            file_object |= {"url_private": private, "url_private_download": f"{private}/download", "mode": "hosted"}
        return {**file_object, "alt_txt": self.alt, "channels": list(self.channels)}


@dataclass(frozen=True)
class Message:
    """A message. `only_for` is the reader of an ephemeral one."""

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
        """The visible text of the blocks, or `text` if there are none."""
        return visible_text(self.blocks) or self.text

    def as_dict(self, *, bot_id: str, app_id: str, team_id: str, with_metadata: bool = True) -> Json:
        """Return the message object of conversations.history."""
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
    """An open modal or an App Home. `body` is Slack's view object without its state."""

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
    """A Web API request and its response. `status` is the HTTP status, 0 if there was no response.

    `token` is None for a response URL.
    """

    method: str
    args: Json
    answer: Json
    at: datetime
    status: int = 200
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class VisibleChange:
    """A visible change. `kind` is posted, ephemeral, updated, deleted, view, closed, home or pressed."""

    kind: str
    item: Message | View


@dataclass(frozen=True)
class Ticket:
    """An issued trigger id or response URL. `at` is the workspace's clock, `mono` real seconds."""

    user: str
    channel: str | None
    at: datetime
    mono: float
    message_ts: str | None = None
    uses: int = field(default=0)
    ephemeral: bool = False
    view: str | None = None
