"""Slash commands for the manifest."""

from bot.grammar import (
    EVENT_FORM,
    PARTNER_FORM,
    REFERRAL_FORM,
    TEND_FORM,
    TOUCH_FORM,
    TRUST_FORM,
)

COMMANDS = (
    (REFERRAL_FORM, "a lead they sent us (from) or we sent them (to)"),
    (EVENT_FORM, "an event you ran together"),
    (TOUCH_FORM, "anything else you did, and what you promised"),
    (TRUST_FORM, "how much you trust them, or they trust us"),
    (PARTNER_FORM, "the partner record, and all partners at once"),
    (TEND_FORM, "the team's own settings and data"),
)
