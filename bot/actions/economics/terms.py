"""Calculate what a deal would pay both sides, and save its terms."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import Engine

from bot.actions.caller import Caller
from bot.actions.common import get_partner, log_field_change, row_id
from bot.actions.partner_values import FieldValues, SaveResult
from bot.errors import FieldError
from bot.forms.partner_fields import FIELDS
from bot.forms.terms_fields import TERMS_FIELDS
from scoring.terms import (
    Answer,
    Deal,
    DealOutlook,
    Terms,
    Verdict,
    evaluate_deal,
    expected_earnings,
    judge_deal,
    terms_kind,
)
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.tables import BASIS_POINTS, Partner

PROBABILITIES = tuple(Fraction(tenth, 10) for tenth in range(11))


@dataclass(frozen=True, slots=True)
class TermsDraft:
    """Figures to start from, taken from a partner's record if one is given."""

    partner_id: int | None
    partner: str | None
    figures: FieldValues


@dataclass(frozen=True, slots=True)
class TermsResult:
    """A deal for both sides. `curve` is what they and we can expect to earn at each of `PROBABILITIES`, in minor
    units."""

    draft: TermsDraft
    kind: Terms
    answer: Answer
    outlook: DealOutlook
    verdict: Verdict
    curve: Sequence[tuple[Fraction, Fraction]]


def load_draft(engine: Engine, caller: Caller, partner_id: int | None) -> TermsDraft:
    """Load a partner's figures, or empty ones without a partner."""
    if partner_id is None:
        return TermsDraft(None, None, dict.fromkeys(TERMS_FIELDS))
    with reading(engine) as session:
        partner = get_partner(session, caller, partner_id)
        return TermsDraft(row_id(partner), partner.name, {name: getattr(partner, name) for name in TERMS_FIELDS})


def evaluate_terms(engine: Engine, caller: Caller, partner_id: int | None, figures: FieldValues) -> TermsResult:
    """Evaluate these figures. Nothing is written.

    Raises:
        FieldError: a figure is missing.
    """
    _validate(figures)
    name, before, answer = None, None, Answer.NOT_ASKED
    if partner_id is not None:
        with reading(engine) as session:
            partner = get_partner(session, caller, partner_id)
            partner_id, name = row_id(partner), partner.name
            before, answer = _partner_terms(partner), Answer(partner.terms_answer)
    kind = _terms_kind(figures, before)
    deal = Deal(
        hours=figures["terms_hours"],
        hourly_rate=figures["terms_rate_minor"],
        months=figures["terms_months"] or 0,
        retainer=figures["terms_retainer_minor"] or 0,
        fee=figures["terms_fee_minor"] or 0,
        fee_share=_fee_share(figures),
        worth=figures["terms_worth_minor"],
        pays_by_the_hour=kind == Terms.HOURLY,
    )
    found = evaluate_deal(deal)
    return TermsResult(
        draft=TermsDraft(partner_id, name, dict(figures)),
        kind=kind,
        answer=answer,
        outlook=found,
        verdict=judge_deal(found),
        curve=expected_earnings(deal, PROBABILITIES),
    )


@retried
def save_terms(engine: Engine, caller: Caller, partner_id: int, figures: FieldValues) -> SaveResult:
    """Save the figures and the resulting kind of terms in the partner's record, and log each change.

    Raises:
        FieldError: a figure is missing.
    """
    _validate(figures)
    with writing(engine) as session:
        caller.claim_request_key(session)
        partner = get_partner(session, caller, partner_id)
        partner_id = row_id(partner)
        wanted: dict[str, Any] = {"terms": str(_terms_kind(figures, _partner_terms(partner))), **figures}
        fields = {"terms": FIELDS["terms"], **TERMS_FIELDS}
        changed = [field for name, field in fields.items() if getattr(partner, name) != wanted[name]]
        for field in changed:
            log_field_change(session, caller, partner, field, getattr(partner, field.name), wanted[field.name])
            setattr(partner, field.name, wanted[field.name])
        session.add(partner)
        return SaveResult(partner_id, partner.name, tuple(field.label for field in changed))


def _validate(figures: FieldValues) -> None:
    for name, field in TERMS_FIELDS.items():
        if field.required and figures.get(name) is None:
            raise FieldError(name, "This is needed for the calculation.")
    if figures.get("terms_retainer_minor") and not figures.get("terms_months"):
        raise FieldError("terms_months", "Enter the number of months that the retainer is paid.")


def _terms_kind(figures: FieldValues, before: Terms | None) -> Terms:
    return terms_kind(
        retainer=figures["terms_retainer_minor"] or 0,
        fee=figures["terms_fee_minor"] or 0,
        share=_fee_share(figures),
        before=before,
    )


def _fee_share(figures: FieldValues) -> Fraction:
    return Fraction(figures["terms_share"] or 0, BASIS_POINTS)


def _partner_terms(partner: Partner) -> Terms | None:
    return Terms(partner.terms) if partner.terms else None
