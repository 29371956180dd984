"""Ages and windows in calendar months."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.months import add_months, age_in_months, window_start
from tests.scoring import oracle
from tests.scoring.ledgers import days

some_day = days | st.dates(date(1990, 1, 1), date(2060, 12, 31))


@given(some_day, some_day)
def test_age_is_the_smallest_number_of_months_that_reaches_the_day(start: date, day: date) -> None:
    age = age_in_months(start, day)
    assert age == oracle.age(start, day)
    assert age >= 1
    assert oracle.plus_months(start, age) >= day
    assert age == 1 or oracle.plus_months(start, age - 1) < day


@given(some_day, st.integers(-60, 60))
def test_months_are_added_like_one_by_one_on_the_calendar(day: date, months: int) -> None:
    assert add_months(day, months) == oracle.plus_months(day, months)


@given(some_day, some_day)
def test_a_partner_never_grows_younger(start: date, day: date) -> None:
    assert 0 <= age_in_months(start, day + timedelta(1)) - age_in_months(start, day) <= 1


@pytest.mark.parametrize(
    ("start", "day", "age"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), 1),
        (date(2026, 1, 1), date(2026, 2, 1), 1),
        (date(2026, 1, 1), date(2026, 2, 2), 2),
        (date(2026, 1, 31), date(2026, 2, 28), 1),
        (date(2026, 1, 31), date(2026, 3, 1), 2),
        (date(2024, 2, 29), date(2025, 2, 28), 12),
        (date(2024, 2, 29), date(2025, 3, 1), 13),
        (date(2024, 2, 29), date(2028, 2, 29), 48),
        (date(2025, 8, 31), date(2025, 11, 30), 3),
        (date(2025, 8, 31), date(2025, 12, 1), 4),
        (date(2026, 6, 1), date(2026, 1, 1), 1),  # still to come
        (date(2026, 6, 1), date(2020, 1, 1), 1),
    ],
)
def test_ages_that_are_easy_to_get_wrong(start: date, day: date, age: int) -> None:
    assert age_in_months(start, day) == age


@pytest.mark.parametrize(
    ("day", "after"),
    [
        (date(2026, 11, 22), date(2025, 11, 22)),
        (date(2024, 2, 29), date(2023, 2, 28)),
        (date(2025, 2, 28), date(2024, 2, 28)),  # so 29 February 2024 is inside
        (date(2025, 1, 1), date(2024, 1, 1)),
    ],
)
def test_the_window_begins_after_the_same_day_a_year_before(day: date, after: date) -> None:
    assert window_start(day) == after
