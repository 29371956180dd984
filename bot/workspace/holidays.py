"""Public holidays of countries and regions, from the `holidays` library."""

from datetime import date
from functools import lru_cache


def is_known(code: str) -> bool:
    """Return whether a code such as `GB` or `DE-BY` names a country or region with known holidays."""
    from holidays import list_supported_countries

    country, _, part = code.partition("-")
    parts = list_supported_countries().get(country)
    return parts is not None and (not part or part in parts)


def is_holiday(code: str, day: date) -> bool:
    """Return whether a day is a public holiday in a country or region."""
    return day in _of_year(code, day.year)


@lru_cache(maxsize=256)  # a year's holidays do not change while a process runs
def _of_year(code: str, year: int) -> frozenset[date]:
    from holidays import country_holidays

    country, _, part = code.partition("-")
    return frozenset(country_holidays(country, subdiv=part or None, years=year))
