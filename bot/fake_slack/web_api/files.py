"""files.*: uploading in three steps: asking for an address, sending the bytes there, and sharing the file.

The source is Slack's pages of the two methods. What Slack does with fewer or more bytes than were announced is not said
there: here they are refused.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from bot.fake_slack.state.models import File, Json, SlackError
from bot.fake_slack.state.workspace import WorkspaceState
from bot.fake_slack.web_api.call import ApiCall, Method
from bot.fake_slack.web_api.chat import find_writable_channel

MAX_ALT_LENGTH = 1_000


def get_upload_url(ask: ApiCall) -> Json:
    """files.getUploadURLExternal"""
    name, length, alt = ask.text("filename"), ask.text("length"), ask.text("alt_txt", "")
    if not length.isdecimal() or int(length) < 1 or len(alt) > MAX_ALT_LENGTH:
        raise SlackError("invalid_arguments")
    id = ask.world.fresh_id("F")
    ask.world.files[id] = File(id, name, int(length), alt)
    return {"file_id": id, "upload_url": f"{ask.base_url}upload/{id}"}


def upload(world: WorkspaceState, id: str, data: bytes) -> None:
    """Take the bytes that are sent to an upload's address.

    Raises:
        SlackError: nobody asked for that address, it was used, or the bytes are not as many as was said.
    """
    with world.lock:
        file = world.files.get(id)
        if file is None or file.data is not None:
            raise SlackError("file_not_found")
        if len(data) != file.length:
            raise SlackError("wrong_length")
        world.files[id] = replace(file, data=data)


def complete(ask: ApiCall) -> Json:
    """files.completeUploadExternal. Without a channel the files stay private."""
    asked = _requested_files(ask.args.get("files"))
    names = [name for name in (ask.optional_text("channel_id"), *ask.text("channels", "").split(",")) if name]
    with ask.world.lock:
        if not set(names) <= set(ask.world.channels):
            raise SlackError("channel_not_found")  # neither a name nor a person will do
        channels = [find_writable_channel(ask.world, name).id for name in names]
        done = []
        for one in asked:
            file = ask.world.files.get(str(one.get("id")))
            if file is None or file.data is None:
                raise SlackError("file_not_found")
            done.append(replace(file, title=str(one.get("title") or file.name), channels=tuple(channels)))
        ask.world.files |= {file.id: file for file in done}
        for channel in channels:
            text = ask.text("initial_comment", "")
            ask.world.post(channel, text, thread_ts=ask.optional_text("thread_ts"), files=tuple(done))
    return {"files": [file.as_dict() for file in done]}


def _requested_files(said: Any) -> list[Json]:
    try:
        found = json.loads(said) if isinstance(said, str) else said
    except ValueError:
        found = None
    if not isinstance(found, list) or not found or not all(isinstance(one, dict) for one in found):
        raise SlackError("invalid_arguments")
    return found


def info(ask: ApiCall) -> Json:
    """files.info"""
    with ask.world.lock:
        file = ask.world.files.get(ask.text("file"))
        if file is None or file.data is None:
            raise SlackError("file_not_found")
        return {"file": file.as_dict(ask.base_url)}


def download(world: WorkspaceState, id: str, may: bool) -> bytes | None:
    """The bytes behind a file's private address; None for whoever does not carry the bot's token, or may not read."""
    with world.lock:
        file = world.files.get(id)
        scoped = world.installed is None or "files:read" in world.scopes
        return file.data if file is not None and may and scoped else None


METHODS: dict[str, Method] = {
    "files.info": info,
    "files.getUploadURLExternal": get_upload_url,
    "files.completeUploadExternal": complete,
}
