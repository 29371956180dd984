"""Messages about a person's private calendar."""

from collections.abc import Sequence
from datetime import date

from bot.actions.workspace.calendar import FeedAddress
from bot.formatting import format_day
from bot.slack import action_ids
from bot.slack.blocks import Block, Message, actions, button, context, section

INSTRUCTIONS = (
    "Google Calendar: Other calendars ▸ From URL. Outlook: Add calendar ▸ Subscribe from web. Apple: File ▸ New "
    "Calendar Subscription. It shows your partners' reviews, boundary reviews and promises, and when to speak "
    "with them, but no scores. Anyone who has the address can read it."
)


def address_message(found: FeedAddress, today: date, more: Sequence[Block] = ()) -> Message:
    """Show a new address, or say since when there has been one, and what `more` there is to calendars."""
    new, off = (
        button("Make a new address", action_ids.NEW_CALENDAR_ADDRESS, "new"),
        button("Switch it off", action_ids.CALENDAR_OFF, "off"),
    )
    if found.link is None:
        since = format_day(found.since, today) if found.since else "some time"
        text = f":calendar: Your calendar has had its private address since {since}."
        why = "It was shown once and isn't stored. A new address replaces the old one."
        return Message(text, [section(text), context(why), actions(new, off), *more])
    text = ":calendar: Here is the private address of your calendar. Copy it now: it is shown only once."
    return Message(
        text, [section(text), section(f"```{found.link}```"), context(INSTRUCTIONS), actions(new, off), *more]
    )


def unavailable_message(why: str, more: Sequence[Block]) -> Message:
    """Say why there is no calendar to subscribe to, and what `more` there is to calendars."""
    return Message(why, [section(why), *more])


def switched_off_message(was_on: bool) -> Message:
    """Confirm that the calendar is off."""
    gone = ":wastebasket: Your calendar is switched off: its address no longer works."
    text = gone if was_on else "You have no calendar. Create one with `/tend calendar`."
    return Message(text, [section(text)])
