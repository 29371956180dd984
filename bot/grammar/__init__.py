"""Typed text → a frozen request, or an error that names what could not be read.

Pure: no clock, nothing fetched, nothing remembered. What a request reads like on the way in is Slack's escaped text.
"""

from bot.grammar.days import read_day
from bot.grammar.errors import UsageError
from bot.grammar.line_forms import EVENT_FORM, REFERRAL_FORM, TOUCH_FORM, TRUST_FORM
from bot.grammar.money import read_money
from bot.grammar.names import Split, UnknownPartner
from bot.grammar.partner import FORMS as PARTNER_FORMS
from bot.grammar.partner import PARTNER_FORM, read_partner
from bot.grammar.partner import VIEWS as PARTNER_VIEWS
from bot.grammar.requests import (
    TERMS,
    Event,
    PartnerRequest,
    PartnerVerb,
    Promised,
    Reading,
    Referral,
    TendRequest,
    TendVerb,
    Touch,
    Trust,
)
from bot.grammar.tend import TEND_FORM, read_tend
from bot.grammar.tokens import quoted

__all__ = [
    "EVENT_FORM",
    "PARTNER_FORM",
    "PARTNER_FORMS",
    "PARTNER_VIEWS",
    "REFERRAL_FORM",
    "TEND_FORM",
    "TERMS",
    "TOUCH_FORM",
    "TRUST_FORM",
    "Event",
    "PartnerRequest",
    "PartnerVerb",
    "Promised",
    "Reading",
    "Referral",
    "Split",
    "TendRequest",
    "TendVerb",
    "Touch",
    "Trust",
    "UnknownPartner",
    "UsageError",
    "quoted",
    "read_day",
    "read_money",
    "read_partner",
    "read_tend",
]
