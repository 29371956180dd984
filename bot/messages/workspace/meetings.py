"""Messages about meetings of a person's own calendar that count as contact."""

from datetime import datetime

from bot.actions.workspace.meetings import CountedCalendar
from bot.calendars.fetch import Problem
from bot.formatting import format_day
from bot.messages.forms import build_form, choice_input, input_block
from bot.outbound.addresses import MAX_ADDRESS
from bot.slack import action_ids, callback_ids
from bot.slack.blocks import Block, Message, actions, button, context, section
from bot.workspace.team import Team

OFFER = "*Meetings that count without typing*\nGive me your own calendar, and meetings with partners log themselves."
WHERE = (
    "Google Calendar: Settings ▸ your calendar ▸ Secret address in iCal format. Outlook: Settings ▸ Shared calendars ▸ "
    "Publish a calendar, with all details ▸ ICS. Apple: share the calendar publicly, and copy its link."
)
KEPT = (
    "Every hour I match who was there with your partners' people and domains. I keep the day and the persons, never a "
    "word of what it was about. Somebody new at a partner's mail domain is offered to the partner's owner as a person "
    "there. The address of your calendar is stored encrypted and shown to nobody."
)
BRIEFS_ON = "on"
BRIEFS = [("Send me a brief an hour before", BRIEFS_ON), ("No brief", "off")]
PROBLEMS = {
    Problem.ADDRESS: "its address leads to one that doesn't begin with https://",
    Problem.PRIVATE: "its address leads into a private network, where I don't go",
    Problem.HOST: "its server can't be found",
    Problem.CERTIFICATE: "its server has no valid certificate",
    Problem.CONNECTION: "the connection to its server keeps breaking",
    Problem.TIMEOUT: "its server is too slow",
    Problem.GONE: "its address no longer works. Perhaps it was reset",
    Problem.SERVER: "its server answers with an error",
    Problem.REDIRECTS: "its address leads from one to the next without end",
    Problem.TOO_LARGE: "it is larger than 5 MB",
    Problem.NO_CALENDAR: "what its address gives is no calendar in iCal format",
    Problem.TOO_COMPLEX: "it has recurring events that take too long to read",
    Problem.KEY: "Tend's own key was changed since. Give me the address again",
}


def meetings_blocks(found: CountedCalendar | None, team: Team, now: datetime) -> list[Block]:
    """Offer to count a person's meetings, or say how that goes."""
    count = button("Count my meetings", action_ids.COUNT_MEETINGS, "new")
    if found is None:
        return [section(OFFER), actions(count)]
    stop = button("Stop counting", action_ids.STOP_MEETINGS, "off")
    since = format_day(found.since, team.today(now))
    if found.problem is not None:
        text = f":warning: I can't read your own calendar: {PROBLEMS[found.problem]}."
    elif found.read_at is None:
        text = f":handshake: Your meetings with partners count since {since}. I'll read your calendar in a minute."
    else:
        read = (
            f"{format_day(team.today(found.read_at), team.today(now))} at {found.read_at.astimezone(team.zone):%H:%M}"
        )
        text = f":handshake: Your meetings with partners count since {since}. I last read your calendar {read}."
    another = button("Change the calendar", action_ids.COUNT_MEETINGS, "new")
    return [section(text), actions(another, stop)]


def problem_blocks(found: CountedCalendar | None) -> list[Block]:
    """Say on the Home what keeps a person's meetings from counting, if anything does."""
    if found is None or found.problem is None:
        return []
    text = f":warning: Your meetings don't count: {PROBLEMS[found.problem]}. `/tend calendar` changes that."
    return [context(text)]


def meetings_form() -> Block:
    """Ask for the secret address of a calendar. It is never shown again."""
    address: Block = {"type": "plain_text_input", "max_length": MAX_ADDRESS}
    own: Block = {"type": "plain_text_input", "max_length": 254}
    return build_form(
        callback_ids.MEETINGS,
        "Count my meetings",
        "Count them",
        [
            input_block("address", "Secret address of your calendar", address, False, "In iCal format: https://… .ics"),
            context(WHERE),
            input_block("own", "Your mail address there", own, True, "So that what you declined doesn't count."),
            choice_input("briefs", "Before a meeting with a partner", BRIEFS, BRIEFS_ON),
            context(KEPT),
        ],
    )


def connected_message() -> Message:
    """Confirm that meetings count from now on, without saying where they are."""
    text = ":white_check_mark: Your meetings with partners count from now on, and those of the last seven days too."
    return Message(
        text, [section(text), context(KEPT), actions(button("Stop counting", action_ids.STOP_MEETINGS, "off"))]
    )


def disconnected_message(was_on: bool) -> Message:
    """Confirm that meetings no longer count."""
    gone = ":wastebasket: Your meetings no longer count, and the address of your calendar is deleted. Touches stay."
    return Message(text := gone if was_on else "Your meetings weren't counted.", [section(text)])
