"""What a deal with a partner would pay both sides, and keeping its figures in the record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.common import id_of, note_field, partner_of
from bot.actions.partners.edit import Saved, Values
from bot.errors import FieldError
from bot.forms.inputs import Money, Number
from bot.forms.partner_fields import FIELDS, Field, Step
from bot.scores.record_status import HUNDREDTHS_OF_A_PERCENT
from scoring.terms import Answer, Deal, Outlook, Terms, Verdict, expected, kind_of, outlook, verdict
from storage.db.engine import reading, writing
from storage.tables import Partner

MOST_HOURS = 100_000
MOST_MONTHS = 120
MOST_MONEY = 10**12  # minor units, as typed money
CHANCES = tuple(Fraction(tenth, 10) for tenth in range(11))

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


@dataclass(frozen=True, slots=True)
class Draft:
    """Figures to start from: those of a partner's record where one is named."""

    partner_id: int | None
    partner: str | None
    figures: Values


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """A deal for both sides. `curve` is what they and we may expect to earn at each of `CHANCES`, in minor units."""

    draft: Draft
    kind: Terms
    answer: Answer
    outlook: Outlook
    verdict: Verdict
    curve: Sequence[tuple[Fraction, Fraction]]


def draft(engine: Engine, caller: Caller, partner_id: int | None) -> Draft:
    """A partner's figures as they stand; empty ones without a partner.

    Raises:
        NotFound: it is none of this workspace.
    """
    if partner_id is None:
        return Draft(None, None, dict.fromkeys(FIGURES))
    with reading(engine) as session:
        partner = partner_of(session, caller, partner_id)
        return Draft(id_of(partner), partner.name, {name: getattr(partner, name) for name in FIGURES})


def work_out(engine: Engine, caller: Caller, partner_id: int | None, figures: Values) -> WorkedOut:
    """What these figures come to. Nothing is written.

    Raises:
        FieldError: a figure is missing.
        NotFound: the partner is none of this workspace.
    """
    _check(figures)
    name, before, answer = None, None, Answer.NOT_ASKED
    if partner_id is not None:
        with reading(engine) as session:
            partner = partner_of(session, caller, partner_id)
            partner_id, name = id_of(partner), partner.name
            before, answer = _terms(partner), Answer(partner.terms_answer)
    kind = _kind(figures, before)
    deal = Deal(
        hours=figures["terms_hours"],
        hourly_rate=figures["terms_rate_minor"],
        months=figures["terms_months"] or 0,
        retainer=figures["terms_retainer_minor"] or 0,
        fee=figures["terms_fee_minor"] or 0,
        fee_share=_share(figures),
        worth=figures["terms_worth_minor"],
        pays_by_the_hour=kind == Terms.HOURLY,
    )
    found = outlook(deal)
    return WorkedOut(
        draft=Draft(partner_id, name, dict(figures)),
        kind=kind,
        answer=answer,
        outlook=found,
        verdict=verdict(found),
        curve=expected(deal, CHANCES),
    )


def keep_terms(engine: Engine, caller: Caller, partner_id: int, figures: Values) -> Saved:
    """Write the figures, and how they then are paid, into the partner's record; each change is noted.

    Raises:
        FieldError: a figure is missing.
        NotFound: the partner is none of this workspace.
    """
    _check(figures)
    with writing(engine) as session:
        caller.once(session)
        partner = partner_of(session, caller, partner_id)
        partner_id = id_of(partner)
        wanted: dict[str, Any] = {"terms": str(_kind(figures, _terms(partner))), **figures}
        fields = {"terms": FIELDS["terms"], **FIGURES}
        changed = [field for name, field in fields.items() if getattr(partner, name) != wanted[name]]
        for field in changed:
            note_field(session, caller, partner, field, getattr(partner, field.name), wanted[field.name])
            setattr(partner, field.name, wanted[field.name])
        session.add(partner)
        return Saved(partner_id, partner.name, tuple(field.label for field in changed))


def _check(figures: Values) -> None:
    for name, field in FIGURES.items():
        if field.needed and figures.get(name) is None:
            raise FieldError(name, "The sum can't be done without this.")
    if figures.get("terms_retainer_minor") and not figures.get("terms_months"):
        raise FieldError("terms_months", "Say for how many months the retainer is paid.")


def _kind(figures: Values, before: Terms | None) -> Terms:
    return kind_of(
        retainer=figures["terms_retainer_minor"] or 0,
        fee=figures["terms_fee_minor"] or 0,
        share=_share(figures),
        before=before,
    )


def _share(figures: Values) -> Fraction:
    return Fraction(figures["terms_share"] or 0, HUNDREDTHS_OF_A_PERCENT)


def _terms(partner: Partner) -> Terms | None:
    return Terms(partner.terms) if partner.terms else None
