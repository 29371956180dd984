"""Messages about links by which partners refer people: the links, who was referred, and what was decided."""

from datetime import date

from bot.actions.reviews.referral_link import Decision, LinkWithdrawn, NewLink, Offer, OpenLink, ReferralLinkStatus
from bot.formatting import count, format_day
from bot.forms.partner_fields import MAX_NAME_LENGTH
from bot.messages.activity.confirm import record_message
from bot.messages.common import open_card_button
from bot.slack import action_ids
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    bold,
    button,
    context,
    escape_clip,
    labelled,
    mention,
    section,
    short,
)

MAX_SHOWN = 3
MAX_WORDS = 120


def link_message(done: NewLink) -> Message:
    """Show the link to copy, with a button to withdraw it."""
    who = f"{escape_clip(done.request.contact, MAX_NAME_LENGTH)} of {bold(done.partner)}"
    until = format_day(done.request.expires_on)
    text = f":mailbox: A private link for {who} to refer people to you, valid until {until}."
    again = " Your earlier link no longer works." if done.replaced_count else ""
    how = (
        "Copy it and send it yourself. Anyone who has it can send you up to 20 referrals, and nothing counts until you "
        f"say yes. It shows your firm's name, your name and theirs, and nothing else.{again}"
    )
    blocks = [
        section(text),
        section(f"```{done.link}```"),
        context(how),
        actions(_withdraw_button(done.request), open_card_button(done.partner_id)),
    ]
    return Message(text, blocks)


def withdrawn_message(done: LinkWithdrawn) -> Message:
    """Say that a link was withdrawn."""
    name = escape_clip(done.contact, MAX_NAME_LENGTH)
    text = f":wastebasket: The link for {name} of {bold(done.partner)} no longer works. What came by it still waits."
    return Message(text, [section(text), actions(open_card_button(done.partner_id))])


def card_blocks(found: ReferralLinkStatus, today: date) -> list[Block]:
    """Build the card's blocks about who was referred and about open links."""
    blocks = [block for offer in found.waiting[:MAX_SHOWN] for block in offer_blocks(offer, today, named=False)]
    for link in found.open[:MAX_SHOWN]:
        by = f"{mention(link.asked_by)} gave {short(link.contact, MAX_NAME_LENGTH)} a link to refer people to you"
        until = format_day(link.expires_on, today)
        blocks.append(section(f":mailbox: {by}, valid until {until}.", _withdraw_button(link)))
    left = len(found.waiting[MAX_SHOWN:]) + len(found.open[MAX_SHOWN:])
    return (
        [*blocks, context(f"and {count(left, 'more referral or link', 'more referrals and links')}")]
        if left
        else blocks
    )


def offer_blocks(offer: Offer, today: date, *, named: bool = True) -> list[Block]:
    """Ask what to do with somebody who was referred. `named`: begin with the partner's name."""
    partner = f"*{short(offer.partner, 80)}*: " if named else ""
    when = format_day(offer.came_on, today)
    who = f"{short(offer.contact, 80)} refers *{short(offer.name, 80)}* to you ({when})."
    more = [short(text, MAX_WORDS) for text in (offer.reach, offer.note) if text]
    record = button("Record it", f"{action_ids.ACCEPT_OFFER}:{offer.id}", str(offer.id), style="primary")
    decline = button("Not for us", f"{action_ids.DECLINE_OFFER}:{offer.id}", str(offer.id))
    return [
        section("\n".join([f":email: {partner}{who}", *more])),
        actions(labelled(record, offer.name), labelled(decline, offer.name)),
    ]


def decided_message(done: Decision, currency: str, today: date) -> Message:
    """Say what was decided, or that somebody else had decided before."""
    if done.recorded is not None:
        more = [f"Brought by {escape_clip(done.brought_by, MAX_NAME_LENGTH)}."] if done.brought_by else []
        return record_message(done.recorded, currency, more=more, today=today)
    name = f"{bold(done.name)} from {bold(done.partner)}"
    if done.was_decided:
        text = f"{name} was already {'recorded' if done.was_recorded else 'declined'}. Nothing changed."
    else:
        text = f":wastebasket: {name} is not for you. It stays in the history and counts for nothing."
    return Message(text, [section(text), actions(open_card_button(done.partner_id))])


def _withdraw_button(link: OpenLink) -> Block:
    return button("Withdraw link", f"{action_ids.WITHDRAW_REFERRAL_LINK}:{link.id}", str(link.id))
