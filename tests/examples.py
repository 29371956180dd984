"""How many examples a property gets where each costs more, or less, than usual."""

import os

from hypothesis import HealthCheck, settings

OF_CI = 200
UNHURRIED = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
"""Not asked: how busy the machine is; and whether a property that takes a fixture puts back what it changes."""


def examples(number: int) -> int:
    """So many with the profile `ci`, and of the others in proportion."""
    return max(10, number * settings().max_examples // OF_CI)


def seeds(many: int) -> list[int]:
    """Return the seeds of what takes long: one where a change is judged, so many in `make soak`."""
    return list(range(1, many + 1)) if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else [1]
