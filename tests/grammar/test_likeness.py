"""What can be no name is compared with none."""

import pytest
from rapidfuzz import process

from bot.grammar.likeness import NameList

KNOWN = [("Acme Legal", 1), ("\ufdfa" * 120, 2)]


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many letters were compared with how many names, at each search."""
    sizes: list[int] = []
    extract = process.extract

    def counted(query: str, names: list[str], **options: int) -> object:
        sizes.append(len(query) * sum(map(len, names)))
        return extract(query, names, **options)

    monkeypatch.setattr(process, "extract", counted)
    return sizes


@pytest.mark.parametrize("typed", ["", "!!! ???", "\U0001f600", "x" * 201, "acme " * 600, "\ufdfa" * 60])
def test_what_is_too_long_or_has_no_letter_is_looked_for_nowhere(typed: str, compared: list[int]) -> None:
    assert NameList(KNOWN).close_to([typed]) == []
    assert compared == []


def test_a_name_that_unfolds_to_thousands_of_letters_is_compared_with_nothing(compared: list[int]) -> None:
    assert [close.partner_id for close in NameList(KNOWN).close_to(["acme legl"])] == [1]
    assert compared == [len("acme legl") * len("acme legal")]
