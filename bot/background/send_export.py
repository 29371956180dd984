"""Send a zipped export to the DM of the person who asked for it."""

import logging
from pathlib import Path
from tempfile import TemporaryDirectory

from slack_sdk import WebClient

from bot.actions.caller import Caller
from bot.actions.workspace.exports import ExportRequest
from bot.background.thread import run_in_background
from bot.errors import TendError
from bot.exporting.run import ExportResult, export_to, zip_folder
from bot.messages.workspace import exports as words
from bot.process.log_config import safe_repr
from bot.services import Services
from bot.slack.messaging import open_dm, upload_error_text

log = logging.getLogger(__name__)


def start_export(services: Services, caller: Caller, asked: ExportRequest) -> bool:
    """Start writing and sending in the background. Return False if the process is stopping."""
    return run_in_background(
        services,
        "export",
        lambda: send_export(services, services.workspaces.client(caller.team), caller, asked),
        owner=(caller.team.id, caller.user_id),
        content=asked.key,
    )


def send_export(services: Services, client: WebClient, caller: Caller, asked: ExportRequest) -> None:
    """Upload the archive to somebody's DM, or say why it failed. Leave nothing on the disk."""
    channel = open_dm(client, caller.user_id)
    try:
        with TemporaryDirectory(prefix="tend-export-") as folder:
            file, found = _write_archive(services, caller, asked, Path(folder))
            client.files_upload_v2(
                channel=channel,
                file=str(file),
                filename=file.name,
                title=file.name,
                initial_comment=words.export_comment(asked, found),
            )
    except Exception as error:  # it was asked for, so report any failure
        log.warning("an export was not sent: %s", safe_repr(error))
        told = str(error) if isinstance(error, TendError) else upload_error_text(error)
        client.chat_postMessage(channel=channel, **words.failed_message(asked, told).payload())


def _write_archive(services: Services, caller: Caller, asked: ExportRequest, folder: Path) -> tuple[Path, ExportResult]:
    found = export_to(services.engine, team=caller.team, folder=folder / "files", now=caller.now, about=asked.scope)
    return zip_folder(folder / "files", folder / f"tend-export-{caller.today}.zip"), found
