"""Parse whole numbers."""

_LONGEST = 20  # digits; a real number is shorter, and Python itself reads only some thousands of digits


def whole_number(text: str, low: int, high: int) -> int | None:
    """Return the number in plain digits if it is within the range; None for anything else."""
    if not text.isascii() or not text.isdigit() or len(text) > _LONGEST:
        return None
    return int(text) if low <= int(text) <= high else None
