"""A day in words."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grammar import UsageError, read_day
from bot.grammar.day_detection import looks_like_day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", "2026-11-18"),
        (" Yesterday ", "2026-11-17"),
        ("tomorrow", "2026-11-19"),
        ("the day before yesterday", "2026-11-16"),
        ("day after tomorrow", "2026-11-20"),
        ("friday", "2026-11-13"),
        ("Fri", "2026-11-13"),
        ("wednesday", "2026-11-18"),
        ("last wednesday", "2026-11-11"),
        ("last friday", "2026-11-13"),
        ("this friday", "2026-11-20"),
        ("next wednesday", "2026-11-25"),
        ("3 days ago", "2026-11-15"),
        ("two weeks ago", "2026-11-04"),
        ("a month ago", "2026-10-18"),
        ("in 2 weeks", "2026-12-02"),
        ("last month", "2026-10-18"),
        ("2026-11-02", "2026-11-02"),
        ("2026/1/2", "2026-01-02"),
        ("2 Nov", "2026-11-02"),
        ("Nov 2", "2026-11-02"),
        ("Nov. 2", "2026-11-02"),
        ("the 2nd of November", "2026-11-02"),
        ("19 Nov", "2025-11-19"),
        ("2 Nov 2025", "2025-11-02"),
        ("November 2nd, 2025", "2025-11-02"),
        ("2-Nov-2025", "2025-11-02"),
        ("2nov", "2026-11-02"),
        ("5 May", "2026-05-05"),
        ("Monday 2 Nov", "2026-11-02"),
        ("29 Feb", "2024-02-29"),
        ("25/12/2026", "2026-12-25"),
        ("12/25/2026", "2026-12-25"),
        ("5.5.2026", "2026-05-05"),
        ("1970-01-01", "1970-01-01"),
        ("2028-11-18", "2028-11-18"),
    ],
)
def test_a_day_that_was(text: str, day: str, today: date) -> None:
    """Without a year or a week, the nearest day that has come is meant."""
    assert read_day(text, today) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("friday", "2026-11-20"),
        ("wednesday", "2026-11-18"),
        ("2 Nov", "2027-11-02"),
        ("18 Nov", "2026-11-18"),
        ("2 Dec", "2026-12-02"),
        ("29 Feb", "2028-02-29"),
        ("yesterday", "2026-11-17"),
    ],
)
def test_a_day_to_come(text: str, day: str, today: date) -> None:
    """For a promise, the nearest day still to come is meant."""
    assert read_day(text, today, prefer_past=False) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no day here"),
        ("yesterdy", "could not read the day “yesterdy”"),
        ("5", "needs a month"),
        ("2nd", "needs a month"),
        ("2025", "needs a month"),
        ("May", "needs a day of the month"),
        ("Nov 2025", "needs a day of the month"),
        ("31 Feb", "does not exist"),
        ("2026-02-30", "does not exist"),
        ("31/31/2026", "does not exist"),
        ("00/01/2026", "does not exist"),
        ("03/04/2026", r"3 April \(2026-04-03\) or 4 March \(2026-03-04\)"),
        ("25/12", "four digits"),
        ("25/12/26", "four digits"),
        ("2 Nov 25", "four digits"),
        ("Sunday 2 Nov 2026", "2026-11-02 is a Monday"),
        ("1969-12-31", "from 1970"),
        ("2028-11-19", "2 years ahead"),
        ("9999 years ago", "too far"),
        ("monday week", "could not read"),
        ("2026-11-18T10:00", "could not read"),
        ("\uff11 Nov", "could not read"),
        ("x" * 2000, "could not read"),
    ],
)
def test_what_is_no_day_is_refused(text: str, why: str, today: date) -> None:
    """A day is never guessed: what is missing, impossible or double is said."""
    with pytest.raises(UsageError, match=why) as caught:
        read_day(text, today)
    assert caught.value.word == text


@pytest.mark.parametrize(
    ("phrase", "is_day"),
    [
        ("friday", True),
        ("fridya", True),
        ("tommorow", True),
        ("wendsday morning", True),
        ("friday at 3pm", True),
        ("Sunday trading", True),
        ("31-feb drinks", True),
        ("2026-13-01 x", True),
        ("5", True),
        ("next wek", True),
        ("3 moons ago", True),
        ("payday", True),
        ("pricing", False),
        ("5 habits of founders", False),
        ("GDPR 2026", False),
        ("next steps", False),
        ("payday loans", False),
        ("B2B", False),
        ("5G", False),
        ("money", False),
        ("match play", False),
        ("remember", False),
        ("the way", False),
    ],
)
def test_words_meant_as_a_day_are_told_from_a_title(phrase: str, is_day: bool) -> None:
    """A day's name or a slip of one makes a day; a number, next or last do so only on their own."""
    assert looks_like_day(phrase.split()) is is_day


@given(day=st.dates(date(1970, 1, 1), date(2028, 11, 18)))
def test_every_way_of_writing_a_full_date_names_the_same_day(day: date, today: date) -> None:
    """ISO, day and month in letters, with or without the weekday."""
    for text in (day.isoformat(), f"{day:%d %b %Y}", f"{day:%B} {day.day}, {day.year}", f"{day:%a %d %b %Y}"):
        assert read_day(text, today) == day


@given(today=st.dates(date(1990, 1, 1), date(2100, 1, 1)), days=st.integers(0, 364))
def test_without_a_year_the_nearest_day_on_the_right_side_is_meant(today: date, days: int) -> None:
    """A day less than a year away needs no year."""
    past, coming = today - timedelta(days=days), today + timedelta(days=days)
    assert read_day(f"{past:%d %b}", today) == past
    assert read_day(f"{coming:%d %b}", today, prefer_past=False) == coming


@given(text=st.text(max_size=80) | st.text("0123456789 -/.novayrtdsfeb", max_size=30))
def test_any_text_is_a_day_or_a_usage_error(text: str, today: date) -> None:
    """Nothing else comes out."""
    with suppress(UsageError):
        assert isinstance(read_day(text, today), date)
