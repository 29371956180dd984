"""The terms of a deal: fields of the terms calculator, some shared with the partner form."""

from collections.abc import Mapping

from bot.forms.inputs import Money, Number
from bot.forms.partner_fields import FIELDS, Field, FormPage
from storage.tables import BASIS_POINTS

MAX_HOURS = 100_000
MAX_MONTHS = 120
MAX_MONEY = 10**12  # minor units, as typed money

# Only the calculator asks for these. The other terms are in the partner form too.
_HOURS_FIELD = Field(
    "terms_hours",
    "Hours the work takes",
    FormPage.TERMS,
    Number(1, MAX_HOURS, "hour"),
    "In total, e.g. 40",
    required=True,
)

_RATE_FIELD = Field(
    "terms_rate_minor", "Their hourly rate", FormPage.TERMS, Money(), "Per hour, e.g. £80", required=True
)

_MONTHS_FIELD = Field("terms_months", "For how many months?", FormPage.TERMS, Number(1, MAX_MONTHS, "month"), "e.g. 6")

_WORTH_FIELD = Field(
    "terms_worth_minor", "What is success worth to us?", FormPage.TERMS, Money(), "Before they are paid, e.g. £20,000",
    required=True,
)  # fmt: skip

TERMS_FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        _HOURS_FIELD,
        _RATE_FIELD,
        FIELDS["terms_retainer_minor"],
        _MONTHS_FIELD,
        FIELDS["terms_fee_minor"],
        FIELDS["terms_share"],
        _WORTH_FIELD,
    )
}
"""The figures of a deal, in the order of the form. Each is a column of the partner."""

MAX_VALUES = {
    name: MAX_HOURS if name == "terms_hours" else MAX_MONTHS if name == "terms_months" else MAX_MONEY
    for name in TERMS_FIELDS
} | {"terms_share": BASIS_POINTS}
"""Upper limits, also checked for button values, which a client can change."""
