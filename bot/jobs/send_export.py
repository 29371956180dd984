"""An export, zipped, into the DM of whoever asked for it, while they have their answer already."""

import logging
from pathlib import Path
from tempfile import TemporaryDirectory

from slack_sdk import WebClient

from bot.actions.caller import Caller
from bot.actions.workspace.exports import Asked
from bot.errors import TendError
from bot.exporting.run import Exported, export_to, zipped
from bot.jobs.background import in_background, why
from bot.messages.workspace import exports as words
from bot.notifications.post import open_dm
from bot.process.log_config import brief
from bot.services import House

log = logging.getLogger(__name__)


def later(house: House, caller: Caller, asked: Asked) -> bool:
    """Write and send in a thread that is counted as in hand; False where the process ends and nothing begins."""
    return in_background(house, "export", lambda: send(house, house.workspaces.client(caller.team), caller, asked))


def send(house: House, client: WebClient, caller: Caller, asked: Asked) -> None:
    """Upload the archive into somebody's DM; where that fails, say why. Nothing of it is left on the disk."""
    channel = open_dm(client, caller.user_id)
    try:
        with TemporaryDirectory(prefix="tend-export-") as folder:
            file, found = _archive(house, caller, asked, Path(folder))
            client.files_upload_v2(
                channel=channel,
                file=str(file),
                filename=file.name,
                title=file.name,
                initial_comment=words.done(asked, found),
            )
    except Exception as error:  # whatever it was: it was asked for, so it is told
        log.warning("an export was not sent: %s", brief(error))
        told = str(error) if isinstance(error, TendError) else why(error)
        client.chat_postMessage(channel=channel, **words.failed(asked, told).payload())


def _archive(house: House, caller: Caller, asked: Asked, folder: Path) -> tuple[Path, Exported]:
    found = export_to(house.engine, team=caller.team, folder=folder / "files", now=caller.now, about=asked.about)
    return zipped(folder / "files", folder / f"tend-export-{caller.today}.zip"), found
