"""A person's private calendar: its address, once; and a promise as a day in any calendar."""

from datetime import date

from bot.actions.workspace.calendar import FeedAddress
from bot.formatting import format_day
from bot.slack import action_ids
from bot.slack.blocks import Message, actions, button, context, section

INSTRUCTIONS = (
    "Google Calendar: Other calendars ▸ From URL. Outlook: Add calendar ▸ Subscribe from web. Apple: File ▸ New "
    "Calendar Subscription. It holds the reviews, boundaries and promises of your partners, and days to speak with "
    "them: no number and no judgement. Whoever has the address can read it."
)


def address_message(found: FeedAddress, today: date) -> Message:
    """Where it is, where that was made just now; else since when it is somewhere."""
    new, off = (
        button("Make a new address", action_ids.NEW_CALENDAR_ADDRESS, "new"),
        button("Switch it off", action_ids.CALENDAR_OFF, "off"),
    )
    if found.link is None:
        since = format_day(found.since, today) if found.since else "some time"
        text = f":calendar: Your calendar has had its private address since {since}."
        why = "It was shown then and is kept nowhere. A new address ends the old one."
        return Message(text, [section(text), context(why), actions(new, off)])
    text = ":calendar: The private address of your calendar. Copy it now: it is shown only once."
    return Message(text, [section(text), section(f"```{found.link}```"), context(INSTRUCTIONS), actions(new, off)])


def switched_off_message(was_on: bool) -> Message:
    """That there is none any more."""
    gone = ":wastebasket: Your calendar is switched off: its address is of no use any more."
    text = gone if was_on else "You have no calendar. `/tend calendar` makes one."
    return Message(text, [section(text)])
