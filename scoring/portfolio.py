"""Rules over a partner's place among the others, and over all of them."""

from collections.abc import Sequence
from fractions import Fraction

from scoring.rvi import Score
from scoring.words import REFERRAL_KINDS, Direction, Side

PAPER_MONTHS = 6


def is_producing(score: Score) -> bool:
    """An incoming referral of either kind, or value won, in the last twelve months."""
    return score.facts.value_won > 0 or score.facts.tally.of(REFERRAL_KINDS, Direction.IN) > 0


def is_paper(score: Score) -> bool:
    """Six months old or more, with nothing that counts and no value won in twelve months."""
    return (
        score.age_months >= PAPER_MONTHS
        and not any(score.facts.tally.total(side) for side in Side)
        and score.facts.value_won == 0
    )


def top_shares(values: Sequence[int], places: int) -> Fraction | None:
    """The share of all value won that the `places` largest bring; None where nothing was won."""
    total = sum(values)
    return Fraction(sum(sorted(values, reverse=True)[:places]), total) if total else None
