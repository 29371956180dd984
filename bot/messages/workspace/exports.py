"""Messages about exports."""

from bot.actions.workspace.exports import ExportRequest
from bot.exporting.run import ExportResult
from bot.formatting import count
from bot.slack import action_ids
from bot.slack.blocks import Message, actions, button, context, escape_clip, section


def offer_message(asked: ExportRequest) -> Message:
    """Offer the export, with the button that makes it."""
    text = f"I can send you {_request_text(asked)}, as CSV and JSON in a zip file."
    note = "It contains what your team wrote about people and partners, so it comes only to you, by DM."
    return Message(
        text,
        [section(text), context(note), actions(button("Send it to me", action_ids.SEND_EXPORT, asked.key, "primary"))],
    )


def started_message(asked: ExportRequest) -> Message:
    """Confirm the press before the export is written."""
    return _text_message(
        f":package: {_request_text(asked)[0].upper()}{_request_text(asked)[1:]} will arrive in your DM "
        f"with Tend shortly."
    )


def export_comment(asked: ExportRequest, found: ExportResult) -> str:
    """Write the comment above the file."""
    counted = f"{count(found.rows, 'row')} from {count(found.tables, 'table')}"
    back = " `tend import everything` reads it back into an empty Tend." if asked.scope.everything else ""
    return f"Here is {_request_text(asked)}: {counted}.{back}"


def failed_message(asked: ExportRequest, why: str) -> Message:
    """Say why the export failed, in the DM where it was expected."""
    return _text_message(
        f"The export of {_request_text(asked)} could not be sent: {escape_clip(why, 300)}. Ask again with "
        "`/tend export`; the person who runs Tend can also make one with `tend export`."
    )


def restarting_message() -> Message:
    """Say that Tend is restarting and exports nothing now."""
    return _text_message("Tend is restarting, and nothing was exported. Ask again in a minute.")


def _request_text(asked: ExportRequest) -> str:
    # A mention is Slack's own markup, and only names are people's.
    return asked.description if asked.scope.person else escape_clip(asked.description, 200)


def _text_message(text: str) -> Message:
    return Message(text, [section(text)])
