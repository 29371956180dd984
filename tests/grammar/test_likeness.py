"""What can be no name is compared with none."""

import pytest
from rapidfuzz import process

from bot.grammar.likeness import MAX_PAIRS, NameList

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


def test_the_work_of_a_search_has_a_greatest_size(compared: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    names = [(f"{'x' * 114}{number:04}", number) for number in range(10_000)]
    known, guesses = NameList(names), [f"{'y' * 195}{number}" for number in range(6)]
    monkeypatch.setattr(
        process, "extract", lambda query, of, **_: compared.append(len(query) * sum(map(len, of))) or []
    )
    assert known.close_to(guesses) == []
    assert 0 < sum(compared) <= MAX_PAIRS, "without a bound it is over a billion"
    compared.clear()
    assert NameList(KNOWN).close_to(["y" * 10] * 1_000) == []
    assert len(compared) == 12


def test_among_ten_thousand_usual_names_whole_guesses_count(compared: list[int]) -> None:
    known = [(f"Partner Number {number:05} Ltd", number) for number in range(10_000)]
    typed = "Partnr Number 00077 Ltd"
    assert NameList(known).close_to([typed] * 5)[0].partner_id == 77
    assert {size // sum(len(name) for name, _ in known) for size in compared} == {len(typed)}
