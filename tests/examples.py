"""How many examples a property gets where each costs more, or less, than usual."""

from hypothesis import HealthCheck, settings

OF_CI = 200
UNHURRIED = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
"""Not asked: how busy the machine is; and whether a property that takes a fixture puts back what it changes."""


def examples(number: int) -> int:
    """So many with the profile `ci`, and of the others in proportion."""
    return max(10, number * settings().max_examples // OF_CI)
