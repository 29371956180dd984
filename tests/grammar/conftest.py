"""What the grammar's tests share: a Wednesday, and workspaces with a few partners."""

from collections.abc import Callable
from datetime import date

import pytest

from bot.grammar import CommandContext

MakeReading = Callable[..., CommandContext]


def _key(name: str) -> str:
    return "".join(name.casefold().split())


@pytest.fixture(scope="session")
def today() -> date:
    """A Wednesday."""
    return date(2026, 11, 18)


@pytest.fixture(scope="session")
def make_reading(today: date) -> MakeReading:
    """A reading in a workspace where the partners named, and no others, are known."""

    def make(*names: str, currency: str = "GBP") -> CommandContext:
        keys = {_key(name) for name in names}
        return CommandContext(
            today=today,
            currency=currency,
            known=lambda spellings: next((each for each in spellings if _key(each) in keys), None),
        )

    return make


@pytest.fixture(scope="session")
def reading(make_reading: MakeReading) -> CommandContext:
    """A workspace that keeps pounds and knows a handful of partners."""
    return make_reading("Acme", "Acme Legal", "To Scale", "O'Brien & Co", "Crème Brûlée", "The Bank of Good Hope Ltd")
