"""The figures of a deal: the fields of the terms calculator, some of which the record's form has too."""

from collections.abc import Mapping

from bot.forms.inputs import Money, Number
from bot.forms.partner_fields import FIELDS, Field, Step
from storage.tables import HUNDREDTHS_OF_A_PERCENT

MOST_HOURS = 100_000
MOST_MONTHS = 120
MOST_MONEY = 10**12  # minor units, as typed money

# What only the calculator asks for; the rest of the terms stands in the record's own form too.
_HOURS = Field(
    "terms_hours", "Hours the work takes", Step.TERMS, Number(1, MOST_HOURS, "hour"), "All of it, e.g. 40", needed=True
)

_RATE = Field("terms_rate_minor", "Their price of an hour", Step.TERMS, Money(), "By the hour, e.g. £80", needed=True)

_MONTHS = Field("terms_months", "For how many months?", Step.TERMS, Number(1, MOST_MONTHS, "month"), "e.g. 6")

_WORTH = Field(
    "terms_worth_minor", "What is success worth to us?", Step.TERMS, Money(), "Before they are paid, e.g. £20,000",
    needed=True,
)  # fmt: skip

FIGURES: Mapping[str, Field] = {
    field.name: field
    for field in (
        _HOURS,
        _RATE,
        FIELDS["terms_retainer_minor"],
        _MONTHS,
        FIELDS["terms_fee_minor"],
        FIELDS["terms_share"],
        _WORTH,
    )
}
"""The figures of a deal, in the order in which they are asked for: columns of the partner."""

LARGEST = {
    name: MOST_HOURS if name == "terms_hours" else MOST_MONTHS if name == "terms_months" else MOST_MONEY
    for name in FIGURES
} | {"terms_share": HUNDREDTHS_OF_A_PERCENT}
"""What no form takes more of: a button's value can be changed on its way."""
