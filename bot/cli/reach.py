"""Limits of dates given to commands."""

from bot.errors import TendError

YEARS = range(1970, 2100)
"""Stored dates start in 1970. Scores and forecasts reach further, so stay clear of `date`'s limits."""


def check_year(option: str, text: str, year: int) -> None:
    """Raise TendError if the year is out of range."""
    if year not in YEARS:
        raise TendError(f"{option}: “{text}” is too far away; choose a year from {YEARS[0]} to {YEARS[-1]}.")
