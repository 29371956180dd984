"""Messages about a person's private mail address."""

from datetime import date

from bot.actions.workspace.mail import PrivateAddress
from bot.formatting import format_day
from bot.slack import action_ids
from bot.slack.blocks import Message, actions, button, context, section

INSTRUCTIONS = (
    "Put it in BCC when you write to a partner, or forward what they wrote. I match the addresses with your partners' "
    "people and domains, log the day and who it was, and keep nothing of what was said. Somebody new at a partner's "
    "mail domain is offered to the partner's owner as a person there. Anyone who has the address can do that in your "
    "name."
)


def address_message(found: PrivateAddress, today: date) -> Message:
    """Show a new address, or say since when there has been one."""
    new, off = (
        button("Make a new address", action_ids.NEW_MAIL_ADDRESS, "new"),
        button("Switch it off", action_ids.MAIL_OFF, "off"),
    )
    if found.address is None:
        since = format_day(found.since, today) if found.since else "some time"
        text = f":email: You have had a private mail address since {since}."
        why = "It was shown once and isn't stored. A new address replaces the old one."
        return Message(text, [section(text), context(why), actions(new, off)])
    text = ":email: Here is your private mail address. Save it as a contact now: it is shown only once."
    return Message(text, [section(text), section(f"```{found.address}```"), context(INSTRUCTIONS), actions(new, off)])


def switched_off_message(was_on: bool) -> Message:
    """Confirm that mail no longer counts."""
    gone = ":wastebasket: Your private mail address is switched off: mail to it is refused."
    text = gone if was_on else "You have no private mail address. Create one with `/tend mail`."
    return Message(text, [section(text)])
