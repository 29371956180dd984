"""Whole numbers as people write them."""

_LONGEST = 20  # digits; nobody means more, and Python itself reads only some thousands of them


def whole_number(text: str, low: int, high: int) -> int | None:
    """The number between two that a text is, in plain digits; None for anything else."""
    if not text.isascii() or not text.isdigit() or len(text) > _LONGEST:
        return None
    return int(text) if low <= int(text) <= high else None
