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
from bot.grammar.partner_requests import VIEW_VERBS as PARTNER_VIEWS
from bot.grammar.partner_requests import (
    AddRequest,
    AskRequest,
    BriefRequest,
    CostRequest,
    DueRequest,
    EditRequest,
    EndRequest,
    ExplainRequest,
    HistoryRequest,
    IdeaRequest,
    IssueRequest,
    LinkRequest,
    ListRequest,
    MergeRequest,
    PartnerRequest,
    PartnerVerb,
    PauseRequest,
    PeopleRequest,
    ResumeRequest,
    ReviewRequest,
    ShowRequest,
    TermsRequest,
    UnlinkRequest,
    ViewRequest,
    WhatIfRequest,
    bare_request,
)
from bot.grammar.requests import (
    CommandContext,
    EventRequest,
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
    "TOUCH_FORM",
    "TRUST_FORM",
    "AddRequest",
    "AskRequest",
    "BriefRequest",
    "CommandContext",
    "CostRequest",
    "DueRequest",
    "EditRequest",
    "EndRequest",
    "EventRequest",
    "ExplainRequest",
    "HistoryRequest",
    "IdeaRequest",
    "IssueRequest",
    "LinkRequest",
    "ListRequest",
    "MergeRequest",
    "NameSplit",
    "PartnerRequest",
    "PartnerVerb",
    "PauseRequest",
    "PeopleRequest",
    "Promised",
    "ReferralRequest",
    "ResumeRequest",
    "ReviewRequest",
    "ShowRequest",
    "TendRequest",
    "TendVerb",
    "TermsRequest",
    "TouchRequest",
    "TrustRequest",
    "UnknownPartner",
    "UnlinkRequest",
    "UsageError",
    "ViewRequest",
    "WhatIfRequest",
    "bare_request",
    "quote_word",
    "read_day",
    "read_money",
    "read_partner",
    "read_tend",
]
