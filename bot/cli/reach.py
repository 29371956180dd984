"""How far from today a command may look."""

from bot.errors import TendError

YEARS = range(1970, 2100)
"""Nothing that is kept is older. Scores look years back and forecasts years ahead, and the calendar has two ends."""


def check_year(option: str, text: str, year: int) -> None:
    """Refuse what is out of reach.

    Raises:
        TendError: the year is.
    """
    if year not in YEARS:
        raise TendError(f"{option}: “{text}” is too far away; choose a year from {YEARS[0]} to {YEARS[-1]}.")
