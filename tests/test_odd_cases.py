"""The page of odd mails and calendars is what the tests say."""

import pytest

from tests import odd_cases
from tests.odd_cases import case, odd, rows


def test_the_page_has_a_row_for_each_case_and_no_other() -> None:
    """`python -m tests.odd_cases` writes it."""
    assert odd_cases.DOCUMENT.read_text(encoding="utf-8") == odd_cases.document()


def test_no_two_rows_say_the_same() -> None:
    from tests.calendars import test_events
    from tests.mail import test_message

    for module in (test_events, test_message):
        comes_in = [row[0] for row in rows(module)]
        assert len(set(comes_in)) == len(comes_in) >= 40


class Some:
    """Tests as a module has them."""

    @odd("this", "that")
    def test_one(self) -> None: ...

    @pytest.mark.parametrize("value", [case("a", "b", 1), case("c", "d", 2)])
    def test_two(self, value: int) -> None: ...


def test_a_case_without_words_is_seen() -> None:
    """Of a test, and of one of its cases."""
    assert list(rows(Some)) == [("this", "that"), ("a", "b"), ("c", "d")]

    class Bare:
        @pytest.mark.parametrize("value", [case("a", "b", 1), 2])
        def test_two(self, value: int) -> None: ...

    class Barer:
        def test_one(self) -> None: ...

    for module in (Bare, Barer):
        with pytest.raises(AssertionError, match="has 0 rows"):
            list(rows(module))
