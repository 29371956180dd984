"""What people wrote is no formula in a spreadsheet."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.exporting.csv_escape import escape_formula, unescape_formula

STARTS = "=+-@\t\r"


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x","y")', "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "=", "--"])
def test_what_begins_like_a_formula_gets_an_apostrophe(text: str) -> None:
    """And is the same behind it."""
    assert escape_formula(text) == f"'{text}"


@pytest.mark.parametrize("sign", ["\uff1d1", "\uff0b1", "\uff0d1", "\uff20SUM(A1)", "\ufe661", "\ufe621", "\ufe6b"])
@pytest.mark.parametrize("unseen", ["", "\u200b", "\ufeff", "\u2060\u200d", "\x00", "\n"])
def test_so_does_a_sign_of_another_width_or_behind_something_unseen(sign: str, unseen: str) -> None:
    """Which some programs fold, or drop, before they look."""
    for text in (unseen + sign, f"{unseen}=1"):
        assert escape_formula(text) == f"'{text}"
        assert unescape_formula(escape_formula(text)) == text


@pytest.mark.parametrize("text", ["", "Acme", "5-3", " =1", "'a", "a=b", "£5", "\uff11", "\u22125"])
def test_anything_else_stays_as_it_is(text: str) -> None:
    """Also a sign that only looks like one that counts."""
    assert escape_formula(text) == text


@given(st.text() | st.builds("".join, st.tuples(st.sampled_from(STARTS), st.text())))
def test_no_cell_begins_like_a_formula(text: str) -> None:
    """Whatever was written; nothing of it is lost, also where it looked as if it had been made so already."""
    found = escape_formula(text)
    assert not found.startswith(tuple(STARTS))
    assert found.removeprefix("'") == text or found == text
    assert unescape_formula(found) == text
    assert unescape_formula(escape_formula(found)) == found


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\0\r\n")), min_size=1))
def test_it_comes_back_out_of_a_file(texts: list[str]) -> None:
    """Through the csv module and back."""
    written = io.StringIO()
    csv.writer(written).writerow(escape_formula(text) for text in texts)
    (row,) = csv.reader(io.StringIO(written.getvalue(), newline=""))
    assert row == [escape_formula(text) for text in texts]
