"""How many examples a property gets where each costs more, or less, than usual."""

from hypothesis import settings

OF_CI = 200


def examples(number: int) -> int:
    """So many with the profile `ci`, and of the others in proportion."""
    return max(10, number * settings().max_examples // OF_CI)
