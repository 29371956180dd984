"""`docs/coverage.md` names a test for each row that the articles ask for, and only tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent


def named_in_the_tests() -> set[str]:
    return {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_row_\w+)", path.read_text(), flags=re.MULTILINE)
    }


def rows() -> dict[int, set[str]]:
    text = (ROOT / "docs" / "coverage.md").read_text()
    found = re.findall(r"^\| (\d+) \|(.*)$", text, flags=re.MULTILINE)
    return {int(number): set(re.findall(r"`(test_row_\w+)`", rest)) for number, rest in found}


def test_every_row_has_a_test_named_after_it() -> None:
    assert sorted(rows()) == list(range(1, 32))
    for number, tests in rows().items():
        assert any(f"{number:02}" in re.findall(r"\d\d", test) for test in tests), number


def test_the_tests_it_names_are_those_there_are() -> None:
    assert set().union(*rows().values()) == named_in_the_tests()
