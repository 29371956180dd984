"""Public holidays of countries and their parts, as the `holidays` library knows them."""

from datetime import date
from functools import lru_cache


def is_known(code: str) -> bool:
    """Whether `GB`, `DE-BY`, … names a country, or a part of one, whose holidays are known."""
    from holidays import list_supported_countries

    country, _, part = code.partition("-")
    parts = list_supported_countries().get(country)
    return parts is not None and (not part or part in parts)


def is_holiday(code: str, day: date) -> bool:
    """Whether a day is a public holiday there."""
    return day in _of_year(code, day.year)


@lru_cache(maxsize=256)  # a year's holidays never change within a process's life
def _of_year(code: str, year: int) -> frozenset[date]:
    from holidays import country_holidays

    country, _, part = code.partition("-")
    return frozenset(country_holidays(country, subdiv=part or None, years=year))
