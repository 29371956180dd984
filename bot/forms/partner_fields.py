"""All fields of the partner record, shared by forms, card, history and imports.

The form has three short pages: who they are, why we work together, on what terms. A fourth page is optional.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.forms.inputs import Checkbox, Choice, Day, Input, Money, MultiChoice, Names, Number, Percent, Person, Text
from scoring.terms import Answer, Terms

MAX_NAME_LENGTH = 120
MAX_TEXT_LENGTH = 1_000


class FormPage(StrEnum):
    """The pages of the form, in order. The last one is optional."""

    WHO = "who"
    WHY = "why"
    TERMS = "terms"
    MORE = "more"


STAKEHOLDERS = (
    "creditors",
    "directors",
    "employees",
    "government",
    "owners",
    "suppliers",
    "unions",
    "community",
)
ROLE_OPTIONS = (("Partner", "partner"), ("Introduces us to partners", "introducer"), ("Both", "both"))
FIT_OPTIONS = (
    ("More compelling together than alone", "a"),
    ("Different channels: each can introduce the other", "b"),
    ("Their customers trust them and need us, or the reverse", "c"),
)
OVERLAP_OPTIONS = (("None", "none"), ("Some", "some"), ("High", "high"))
TERMS_OPTIONS = (
    ("By the hour", str(Terms.HOURLY)),
    ("Retainer", str(Terms.RETAINER)),
    ("Retainer and success fee", str(Terms.RETAINER_AND_SUCCESS)),
    ("Success fee only", str(Terms.SUCCESS_ONLY)),
    ("Commission", str(Terms.COMMISSION)),
    ("No money changes hands", str(Terms.NONE)),
)
TERMS_ANSWERS = (
    ("Not asked yet", str(Answer.NOT_ASKED)),
    ("Willing", str(Answer.WILLING)),
    ("Unwilling", str(Answer.UNWILLING)),
)


@dataclass(frozen=True, slots=True)
class Field:
    """A field. `name` is the partner's column, or what is stored elsewhere; `hint` is an example."""

    name: str
    label: str
    page: FormPage
    input: Input
    hint: str = ""
    required: bool = False


_LONG = Text(MAX_TEXT_LENGTH, several_lines=True)

FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        Field(
            "name", "Name", FormPage.WHO, Text(MAX_NAME_LENGTH), "The way they write it, e.g. Acme Legal", required=True
        ),
        Field("aliases", "Other names", FormPage.WHO, Names(), "One per line, e.g. Acme LLP"),
        Field("vertical", "Vertical", FormPage.WHO, Text(MAX_NAME_LENGTH), "Their line of business, e.g. solicitors"),
        Field("owner", "Owner", FormPage.WHO, Person()),
        Field("since_on", "Partner since", FormPage.WHO, Day()),
        Field("role", "What are they to us?", FormPage.WHO, Choice(ROLE_OPTIONS)),
        Field(
            "stakeholder",
            "Which stakeholder group?",
            FormPage.WHO,
            Choice([(kind.capitalize(), kind) for kind in STAKEHOLDERS]),
            "If they already have a stake in our business",
        ),
        Field(
            "cadence_days",
            "Speak at least every … days",
            FormPage.WHO,
            Number(1, 730, "day"),
            "Leave empty for the default, e.g. 30",
        ),
        Field("wiifm_us", "What's in it for us?", FormPage.WHY, _LONG, "e.g. Introductions to firms that are growing"),
        Field(
            "wiifm_them",
            "What's in it for them?",
            FormPage.WHY,
            _LONG,
            "More than a commission, e.g. a specialist they can send customers to",
        ),
        Field("wiifm_clients", "And for their customers?", FormPage.WHY, _LONG, "e.g. One contact for tax and law"),
        Field(
            "customer_benefit", "How do our customers benefit?", FormPage.WHY, _LONG, "e.g. Advice on the day they ask"
        ),
        Field("fit", "How do you fit together?", FormPage.WHY, MultiChoice(FIT_OPTIONS)),
        Field("same_customer", "A warning sign", FormPage.WHY, Checkbox("We compete for the same customers' budget")),
        Field("other_industry", "Industry", FormPage.MORE, Checkbox("They are outside our own industry")),
        Field(
            "customers_we_can",
            "Customers we can introduce",
            FormPage.MORE,
            Number(0, 100_000),
            "Roughly, e.g. 10",
        ),
        Field("customers_they_can", "Customers they can introduce", FormPage.MORE, Number(0, 100_000), "e.g. 25"),
        Field("overlap", "Where do our interests overlap?", FormPage.WHY, Choice(OVERLAP_OPTIONS)),
        Field(
            "boundary",
            "Where is the boundary?",
            FormPage.WHY,
            _LONG,
            "In writing if there is any overlap, e.g. they do payroll, we don't",
        ),
        Field("boundary_link", "Where is that written down?", FormPage.MORE, Text(500), "A link to the agreement"),
        Field("boundary_review_on", "Next boundary review", FormPage.WHY, Day()),
        Field("terms", "How are they paid?", FormPage.TERMS, Choice(TERMS_OPTIONS)),
        Field("terms_retainer_minor", "Retainer a month", FormPage.TERMS, Money(), "e.g. £500"),
        Field("terms_fee_minor", "Success fee, a sum", FormPage.TERMS, Money(), "e.g. £2,000"),
        Field("terms_share", "Success fee or commission, in %", FormPage.TERMS, Percent(), "Of what is won, e.g. 10"),
        Field(
            "terms_answer",
            "Would they work on outcomes?",
            FormPage.TERMS,
            Choice(TERMS_ANSWERS),
            "Unwilling is a warning sign; it doesn't stop you",
        ),
        Field("outcome_target", "What outcome do we want?", FormPage.TERMS, Text(300), "e.g. 3 customers won together"),
        Field("outcome_due_on", "By when?", FormPage.TERMS, Day()),
        Field("our_role", "What do we do?", FormPage.TERMS, Text(300), "e.g. Host the events, write the guides"),
        Field("their_role", "What do they do?", FormPage.TERMS, Text(300), "e.g. Bring owners thinking of selling"),
        Field("our_sponsor", "Our sponsor", FormPage.MORE, Person(), "Who backs it on our side"),
        Field("their_sponsor", "Their sponsor", FormPage.MORE, Text(120), "Who backs it on their side, e.g. Jane Doe"),
        Field("domains", "Mail domains", FormPage.MORE, Names(), "One per line, e.g. acme.com"),
        Field(
            "openness",
            "How open are you with each other?",
            FormPage.MORE,
            Number(1, 5),
            "From 1 (closed) to 5 (inner circle)",
        ),
        Field("other_partners", "Their other partners", FormPage.MORE, Text(500), "Partnerships are rarely exclusive"),
        Field(
            "risk_plan",
            "If we lost them?",
            FormPage.MORE,
            _LONG,
            "What we would do without them, especially if we depend on them",
        ),
    )
}


def page_fields(step: FormPage) -> list[Field]:
    """Return the fields of a page, in order."""
    return [field for field in FIELDS.values() if field.page == step]
