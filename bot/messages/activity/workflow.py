"""What is said of records that a workflow made."""

from bot.slack.blocks import Message, bold, escape_clip, section

FROM_WORKFLOW = "From a workflow that you ran."


def recorded_before(partner: str, about: str) -> Message:
    """Say that a workflow recorded something, where the usual confirmation was lost."""
    text = (
        f":white_check_mark: Recorded for {bold(partner)}: {escape_clip(about, 300)}\n"
        f"{FROM_WORKFLOW} To undo it, write `undo`."
    )
    return Message(text, [section(text)])
