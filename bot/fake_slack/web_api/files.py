"""files.* methods. An upload has three steps: get an upload URL, send the bytes, complete and share.

The source is Slack's page of each method. It does not say what happens if the number of bytes differs from the
announced length. Here the upload is refused.
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
    """Store the bytes sent to an upload URL, or raise SlackError if it is unknown, used or the length differs."""
    with world.lock:
        file = world.files.get(id)
        if file is None or file.data is not None:
            raise SlackError("file_not_found")
        if len(data) != file.length:
            raise SlackError("wrong_length")
        world.files[id] = replace(file, data=data)


def complete(ask: ApiCall) -> Json:
    """files.completeUploadExternal. Without a channel, the files stay private."""
    requests = _requested_files(ask.args.get("files"))
    names = [name for name in (ask.optional_text("channel_id"), *ask.text("channels", "").split(",")) if name]
    with ask.world.lock:
        if not set(names) <= set(ask.world.channels):
            raise SlackError("channel_not_found")  # names and user ids are not accepted
        channels = [find_writable_channel(ask.world, name).id for name in names]
        completed = []
        for request in requests:
            file = ask.world.files.get(str(request.get("id")))
            if file is None or file.data is None:
                raise SlackError("file_not_found")
            completed.append(replace(file, title=str(request.get("title") or file.name), channels=tuple(channels)))
        ask.world.files |= {file.id: file for file in completed}
        for channel in channels:
            text = ask.text("initial_comment", "")
            ask.world.post(channel, text, thread_ts=ask.optional_text("thread_ts"), files=tuple(completed))
    return {"files": [file.as_dict() for file in completed]}


def _requested_files(raw: Any) -> list[Json]:
    try:
        requests = json.loads(raw) if isinstance(raw, str) else raw
    except ValueError:
        requests = None
    if not isinstance(requests, list) or not requests or not all(isinstance(request, dict) for request in requests):
        raise SlackError("invalid_arguments")
    return requests


def info(ask: ApiCall) -> Json:
    """files.info"""
    with ask.world.lock:
        file = ask.world.files.get(ask.text("file"))
        if file is None or file.data is None:
            raise SlackError("file_not_found")
        return {"file": file.as_dict(ask.base_url)}


def download(world: WorkspaceState, id: str, may: bool) -> bytes | None:
    """Return a file's bytes, or None without the bot's token or `files:read`."""
    with world.lock:
        file = world.files.get(id)
        scoped = world.installed is None or "files:read" in world.scopes
        return file.data if file is not None and may and scoped else None


METHODS: dict[str, Method] = {
    "files.info": info,
    "files.getUploadURLExternal": get_upload_url,
    "files.completeUploadExternal": complete,
}
