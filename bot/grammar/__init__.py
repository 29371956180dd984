"""Parse typed text into a frozen request, or an error that names the unreadable part.

Pure: no clock, no I/O, no state. The input is text as Slack sends it, with its escapes.
"""

from bot.grammar.days import read_day
from bot.grammar.errors import UsageError
from bot.grammar.line_forms import EVENT_FORM, REFERRAL_FORM, TOUCH_FORM, TRUST_FORM
from bot.grammar.money import read_money
from bot.grammar.names import NameSplit, UnknownPartner
from bot.grammar.partner import FORMS as PARTNER_FORMS
from bot.grammar.partner import PARTNER_FORM, read_partner
from bot.grammar.partner import VIEW_VERBS as PARTNER_VIEWS
from bot.grammar.requests import (
    TERMS_WORD,
    CommandContext,
    EventRequest,
    PartnerRequest,
    PartnerVerb,
    Promised,
    ReferralRequest,
    TendRequest,
    TendVerb,
    TouchRequest,
    TrustRequest,
)
from bot.grammar.tend import TEND_FORM, read_tend
from bot.grammar.tokens import quote_word

__all__ = [
    "EVENT_FORM",
    "PARTNER_FORM",
    "PARTNER_FORMS",
    "PARTNER_VIEWS",
    "REFERRAL_FORM",
    "TEND_FORM",
    "TERMS_WORD",
    "TOUCH_FORM",
    "TRUST_FORM",
    "CommandContext",
    "EventRequest",
    "NameSplit",
    "PartnerRequest",
    "PartnerVerb",
    "Promised",
    "ReferralRequest",
    "TendRequest",
    "TendVerb",
    "TouchRequest",
    "TrustRequest",
    "UnknownPartner",
    "UsageError",
    "quote_word",
    "read_day",
    "read_money",
    "read_partner",
    "read_tend",
]
