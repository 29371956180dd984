"""Warn about what does not fit in a partnership."""

from collections.abc import Mapping
from typing import Any


def fit_warnings(values: Mapping[str, Any]) -> tuple[str, ...]:
    """List what speaks against a partnership. `values` are keyed as in `bot.forms.partner_fields`.

    Warn of a missing fit, of two firms after the same money, and of overlapping interests without a firm boundary.
    """
    overlaps = values.get("overlap") not in (None, "", "none")
    warnings = (
        (
            not values.get("fit"),
            "How you fit together is not filled in: say what you can do together that neither can do alone.",
        ),
        (
            values.get("same_customer"),
            "You compete for the same customers' budget: look outside our industry, or at different customers.",
        ),
        (
            overlaps and not values.get("boundary"),
            "Your interests overlap and no boundary is written down: agree on who stays out of what.",
        ),
        (
            overlaps and values.get("boundary") and not values.get("boundary_review_on"),
            "The boundary has no review date.",
        ),
    )
    return tuple(words for wrong, words in warnings if wrong)
