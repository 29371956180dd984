"""What does not fit in a partnership."""

from collections.abc import Mapping
from typing import Any


def fit_warnings(values: Mapping[str, Any]) -> tuple[str, ...]:
    """What speaks against a partnership as its record stands; `values` by the names of `bot.forms.partner_fields`.

    No shape of a fit; two firms after the same money; an overlap of interests without a watertight boundary.
    """
    overlaps = values.get("overlap") not in (None, "", "none")
    warnings = (
        (not values.get("fit"), "No shape of a fit is chosen: say how the two are more together than alone."),
        (
            values.get("same_customer"),
            "Both are after the same customer's same money: look outside our own industry, or for another customer.",
        ),
        (
            overlaps and not values.get("boundary"),
            "Interests overlap, and the boundary is not in writing: agree on who keeps off what.",
        ),
        (
            overlaps and values.get("boundary") and not values.get("boundary_review_on"),
            "The boundary has no day on which to look at it again.",
        ),
    )
    return tuple(words for wrong, words in warnings if wrong)
