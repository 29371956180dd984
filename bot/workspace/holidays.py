"""Public holidays of countries and regions, from the `holidays` library."""

from datetime import date
from functools import lru_cache


def is_known(code: str) -> bool:
    """Return whether a code such as `GB` or `DE-BY` names a country or region with known holidays."""
    from holidays import list_supported_countries

    country, _, part = code.partition("-")
    parts = list_supported_countries().get(country)
    return parts is not None and (not part or part in parts)


NO_COUNTRY = "none"
"""What stands in the setting of a team that keeps no country's public holidays."""
# A country whose public holidays differ by region, and the region in which most of its people live.
_REGIONS = {"GB": "GB-ENG"}
_NO_TERRITORY = ("", "ZZ", "001")  # as the locale data names nowhere and everywhere: UTC, and the ice


def calendars(days_off: str, zone: str) -> tuple[str, ...]:
    """Return the countries or regions whose public holidays a team keeps: those that `days_off` names, else that of its
    time zone, where there is one. `days_off` is the setting as stored: codes and ISO days with spaces between.
    """
    named = tuple(word for word in days_off.split() if not word[0].isdigit())
    if named:
        return tuple(code for code in named if code != NO_COUNTRY)
    country = _country_of_zone(zone)
    return (country,) if country else ()


@lru_cache(maxsize=64)
def _country_of_zone(zone: str) -> str | None:
    from babel.core import get_global

    # The library of holidays is not asked here: it costs 15 MB, and only a tick and a setting need it.
    code = get_global("zone_territories").get(get_global("zone_aliases").get(zone, zone), "")
    return None if code in _NO_TERRITORY else _REGIONS.get(code, code)


def is_holiday(code: str, day: date) -> bool:
    """Return whether a day is a public holiday in a country or region."""
    return day in _of_year(code, day.year)


@lru_cache(maxsize=256)  # a year's holidays do not change while a process runs
def _of_year(code: str, year: int) -> frozenset[date]:
    from holidays import country_holidays

    country, _, part = code.partition("-")
    return frozenset(country_holidays(country, subdiv=part or None, years=year))
