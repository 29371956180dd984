"""What is said of exports."""

from bot.actions.workspace.exports import Asked
from bot.exporting.run import Exported
from bot.formatting import count
from bot.slack.blocks import Message, actions, brief, button, context, section

SEND = "send_export"


def offer(asked: Asked) -> Message:
    """The answer to the command: what it will be, and the button that makes it."""
    text = f"I can send you {_words(asked)}, as CSV and JSON in a zip file."
    note = "It holds what your team wrote of people and partners: it comes into your own direct messages, only to you."
    return Message(text, [section(text), context(note), actions(button("Send it to me", SEND, asked.key, "primary"))])


def on_its_way(asked: Asked) -> Message:
    """The answer to the press, before anything is written."""
    return _said(
        f":package: {_words(asked)[0].upper()}{_words(asked)[1:]} comes into your direct messages with Tend in a while."
    )


def done(asked: Asked, found: Exported) -> str:
    """What stands over the file."""
    counted = f"{count(found.rows, 'row')} of {count(found.tables, 'table')}"
    back = " `tend import everything` reads it back into an empty Tend." if asked.about.everything else ""
    return f"Here is {_words(asked)}: {counted}.{back}"


def failed(asked: Asked, why: str) -> Message:
    """Why nothing came, in whoever's DM it was to come into."""
    return _said(
        f"The export of {_words(asked)} could not be sent: {brief(why, 300)}. Ask again with `/tend export`; "
        "whoever runs Tend can always make one with `tend export`."
    )


def restarting() -> Message:
    """Where the process ends, and nothing begins any more."""
    return _said("Tend is restarting, and nothing was exported. Ask again in a minute.")


def _words(asked: Asked) -> str:
    # A mention is Slack's own markup, and only names are people's.
    return asked.words if asked.about.person else brief(asked.words, 200)


def _said(text: str) -> Message:
    return Message(text, [section(text)])
