"""The partner record's fields, in one list: forms, card, history and imports all ask it.

Three short steps: who they are, why the two of us, on what terms. And more, for those who want to say more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.forms.inputs import Choice, Day, Input, Money, Names, Number, Percent, Person, Several, Text, Yes
from scoring.terms import Answer, Terms

LONGEST_NAME = 120
LONGEST_TEXT = 1_000


class Step(StrEnum):
    """The steps of the form, in their order; the last one is there when somebody wants it."""

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
ROLES = (("Partner", "partner"), ("Introduces us to partners", "introducer"), ("Both", "both"))
FITS = (
    ("More compelling together than alone", "a"),
    ("Different channels: each can introduce the other", "b"),
    ("Their customers trust them and need us, or the reverse", "c"),
)
OVERLAPS = (("None", "none"), ("Some", "some"), ("High", "high"))
TERMS = (
    ("By the hour", str(Terms.HOURLY)),
    ("Retainer", str(Terms.RETAINER)),
    ("Retainer and success fee", str(Terms.RETAINER_AND_SUCCESS)),
    ("Success fee only", str(Terms.SUCCESS_ONLY)),
    ("Commission", str(Terms.COMMISSION)),
    ("No money changes hands", str(Terms.NONE)),
)
ANSWERS = (
    ("Not asked yet", str(Answer.NOT_ASKED)),
    ("Willing", str(Answer.WILLING)),
    ("Unwilling", str(Answer.UNWILLING)),
)


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `name` is the partner's column, `aliases` or `vertical`; `hint` the example that helps."""

    name: str
    label: str
    step: Step
    input: Input
    hint: str = ""
    needed: bool = False


_LONG = Text(LONGEST_TEXT, several_lines=True)

FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        Field("name", "Name", Step.WHO, Text(LONGEST_NAME), "As they write it, e.g. Acme Legal", needed=True),
        Field("aliases", "Other names", Step.WHO, Names(), "One on each line, e.g. Acme LLP"),
        Field("vertical", "Vertical", Step.WHO, Text(LONGEST_NAME), "Their line of business, e.g. solicitors"),
        Field("owner", "Who tends them?", Step.WHO, Person()),
        Field("since_on", "Partner since", Step.WHO, Day()),
        Field("role", "What are they to us?", Step.WHO, Choice(ROLES)),
        Field(
            "stakeholder",
            "Which kind of stakeholder?",
            Step.WHO,
            Choice([(kind.capitalize(), kind) for kind in STAKEHOLDERS]),
            "If they have a stake in our business anyway",
        ),
        Field(
            "cadence_days", "Speak at least every … days", Step.WHO, Number(1, 730, "day"), "Empty: as usual, e.g. 30"
        ),
        Field("wiifm_us", "What's in it for us?", Step.WHY, _LONG, "e.g. Introductions to firms that are growing"),
        Field(
            "wiifm_them",
            "What's in it for them?",
            Step.WHY,
            _LONG,
            "More than a commission, e.g. a specialist they can send clients to",
        ),
        Field("wiifm_clients", "And for their clients?", Step.WHY, _LONG, "e.g. One contact for tax and law"),
        Field("customer_benefit", "How do our customers benefit?", Step.WHY, _LONG, "e.g. Advice on the day they ask"),
        Field("fit", "How do the two fit?", Step.WHY, Several(FITS)),
        Field("same_customer", "A warning sign", Step.WHY, Yes("We are after the same customer's same money")),
        Field("other_industry", "Industry", Step.MORE, Yes("They are outside our own industry")),
        Field(
            "customers_we_can",
            "Customers we can introduce",
            Step.MORE,
            Number(0, 100_000),
            "Roughly, e.g. 10",
        ),
        Field("customers_they_can", "Customers they can introduce", Step.MORE, Number(0, 100_000), "e.g. 25"),
        Field("overlap", "Where do our interests overlap?", Step.WHY, Choice(OVERLAPS)),
        Field(
            "boundary",
            "Where is the boundary?",
            Step.WHY,
            _LONG,
            "In writing if there is any overlap, e.g. they do payroll, we don't",
        ),
        Field("boundary_link", "Where is that written down?", Step.MORE, Text(500), "A link to the agreement"),
        Field("boundary_review_on", "Look at the boundary again on", Step.WHY, Day()),
        Field("terms", "How are they paid?", Step.TERMS, Choice(TERMS)),
        Field("terms_retainer_minor", "Retainer a month", Step.TERMS, Money(), "e.g. £500"),
        Field("terms_fee_minor", "Success fee, a sum", Step.TERMS, Money(), "e.g. £2,000"),
        Field("terms_share", "Success fee or commission, in %", Step.TERMS, Percent(), "Of what is won, e.g. 10"),
        Field(
            "terms_answer",
            "Would they work on outcomes?",
            Step.TERMS,
            Choice(ANSWERS),
            "Unwilling is a red flag, never a block",
        ),
        Field("outcome_target", "What outcome do we want?", Step.TERMS, Text(300), "e.g. 3 clients won together"),
        Field("outcome_due_on", "By when?", Step.TERMS, Day()),
        Field("our_role", "What do we do?", Step.TERMS, Text(300), "e.g. Host the events, write the guides"),
        Field("their_role", "What do they do?", Step.TERMS, Text(300), "e.g. Bring owners who think of selling"),
        Field("our_sponsor", "Our sponsor", Step.MORE, Text(120), "Who of us backs it, e.g. Ana Ruiz"),
        Field("their_sponsor", "Their sponsor", Step.MORE, Text(120), "Who of them backs it"),
        Field(
            "openness",
            "How open are the two with each other?",
            Step.MORE,
            Number(1, 5),
            "From 1 (closed) to 5 (inner circle)",
        ),
        Field("other_partners", "Their other partners", Step.MORE, Text(500), "Partnerships are rarely exclusive"),
        Field(
            "risk_plan", "If we lost them?", Step.MORE, _LONG, "What we would do; most of all where much hangs on them"
        ),
    )
}


def of_step(step: Step) -> list[Field]:
    """The fields of one step, in their order."""
    return [field for field in FIELDS.values() if field.step == step]
