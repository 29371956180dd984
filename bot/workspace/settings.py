"""All team settings: how to parse and format each.

`SETTINGS` is what `tend settings`, the form in Slack and docs/run/settings.md show.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from bot.errors import FieldError
from bot.formatting import money_digits
from bot.grammar import UsageError, read_money
from bot.grammar.errors import quote as cited
from bot.grammar.numbers import whole_number
from bot.workspace.holidays import NO_COUNTRY, is_known
from bot.workspace.team import WEEKDAYS, find_zone
from scoring.rhythm import MAX_DAYS, MIN_DAYS, MIN_TOUCHES
from scoring.signals import Reason
from storage.tables import Workspace

SWITCHABLE = tuple(str(reason) for reason in Reason if reason not in (Reason.PROMISE, Reason.UNOWNED))
"""The signals that a team can do without. What we promised is owed."""
_OFFSET = re.compile(r"(?:etc/)?(?:gmt|utc)?\s*[+\-−–]\s*\d{1,2}(?::?\d\d)?", re.IGNORECASE)
# Names of offsets without summer time, which people mean the time of a place by.
_FIXED_ZONES = ("est", "mst", "hst", "gmt", "etc/gmt", "gmt0", "etc/gmt0", "greenwich", "etc/greenwich")
_NO_ZONES = ("factory", "localtime", "posixrules")  # of the machine, or of nobody
_ZONES = {"uk": "Europe/London", "bst": "Europe/London", "germany": "Europe/Berlin"}
_COUNTRIES = {"UK": "GB", "ENGLAND": "GB-ENG", "SCOTLAND": "GB-SCT", "WALES": "GB-WLS", "GERMANY": "DE", "USA": "US"}
_CURRENCIES = {
    **{"£": "GBP", "POUND": "GBP", "POUNDS": "GBP", "STERLING": "GBP", "€": "EUR", "EURO": "EUR", "EUROS": "EUR"},
    **{"$": "USD", "DOLLAR": "USD", "DOLLARS": "USD", "FRANCS": "CHF", "¥": "JPY", "YEN": "JPY"},
}
_OFTEN = {"weekly": 7, "fortnightly": 14, "monthly": 30, "quarterly": 91, "yearly": 365, "every month": 30}
_HOUR = re.compile(r"(\d{1,2})(:00)?\s*(am|pm)?")


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting. `parse` turns text into the stored value, `text` turns it back; `label` is for people.

    `read` receives the key and the text, and the currency too if the setting `is_money`. `note` is a further
    explanation.
    """

    key: str
    label: str
    example: str
    read: Callable[..., Any]
    is_money: bool = False
    note: str = ""

    @property
    def column(self) -> str:
        """Its column in the workspace table."""
        return f"{self.key}_minor" if self.is_money else self.key

    def parse(self, text: str, currency: str) -> Any:
        """Return the value to store; money is in minor units of `currency`. Raise FieldError."""
        return self.read(self.key, text, currency) if self.is_money else self.read(self.key, text)

    def text(self, value: Any, currency: str) -> str:
        """Return a stored value as text that `parse` accepts; empty if not set."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        return money_digits(value, currency) if self.is_money else str(value)


@cache
def _zone_names() -> frozenset[str]:
    """Return the names of places' time zones. Listing them opens hundreds of files."""
    return frozenset(zone for zone in available_timezones() if zone.casefold() not in _NO_ZONES)


def _read_zone(key: str, text: str) -> str:
    text = unicodedata.normalize("NFKC", text).strip()
    if _OFFSET.fullmatch(text) or text.casefold() in _FIXED_ZONES:
        # Etc/GMT+1 is an hour *behind*; and an offset knows no summer time.
        problem = f"{cited(text)} is an offset and ignores summer time. Use a name like Europe/Berlin."
        raise FieldError(key, problem)
    if text.casefold() in _ZONES:
        return _ZONES[text.casefold()]
    wanted, zones = text.casefold().replace(" ", "_"), _zone_names()
    if text in zones and find_zone(text):
        return text
    exact = [zone for zone in zones if zone.casefold() == wanted and find_zone(zone)]
    of_city = [zone for zone in zones if zone.casefold().endswith(f"/{wanted}") and find_zone(zone)]
    matches = exact or of_city
    if len(matches) != 1:
        raise FieldError(key, f"I don't know the time zone {cited(text)}. Use a name like Europe/London.")
    return matches[0]


def _number_reader(low: int, high: int, what: str, *units: str) -> Callable[[str, str], int]:
    """Return a reader of whole numbers, with an optional unit from `units` after the number."""

    def read(key: str, text: str) -> int:
        number = text.strip().lower()
        if "day" in units and number in _OFTEN:
            number = str(_OFTEN[number])
        unit = next((unit for unit in units if number.endswith(unit)), "")
        value = whole_number(number.removesuffix(unit).strip(), low, high)
        if value is None:
            raise FieldError(key, f"{cited(text)} is not a valid {what}; write a whole number from {low} to {high}.")
        return value

    return read


def _hour_reader(low: int, high: int) -> Callable[[str, str], int]:
    """Return a reader of full hours: `9`, `09:00`, `9am`. With an end of day allowed, midnight is 24."""
    number = _number_reader(low, high, "hour of the day")

    def read(key: str, text: str) -> int:
        match = _HOUR.fullmatch(text.strip().lower())
        if match is None or not (match[2] or match[3]):
            return number(key, text)
        hour, half = int(match[1]), match[3]
        if half:
            if not 1 <= hour <= 12:
                raise FieldError(
                    key, f"{cited(text)} is not a valid hour of the day; write a whole number from {low} to {high}."
                )
            hour = hour % 12 + (12 if half == "pm" else 0)
        return number(key, str(hour or (low and high)))

    return read


def _read_bool(key: str, text: str) -> bool:
    word = text.strip().lower()
    if word not in ("yes", "on", "no", "off"):
        raise FieldError(key, f"{cited(text)} is neither yes nor no; write one of the two.")
    return word in ("yes", "on")


def _read_weekday(key: str, text: str) -> str:
    word = text.strip().lower()[:3]
    if word not in WEEKDAYS or not text.strip().isalpha():
        raise FieldError(key, f"{cited(text)} is not a day of the week; write mon, tue, wed, thu, fri, sat or sun.")
    return word


def _read_weekdays(key: str, text: str) -> str:
    text = re.sub(r"\s*(?:[-–]|\bto\b)\s*", "-", text.replace(",", " "))
    chosen: set[str] = set()
    for part in text.split():
        first, dash, last = part.partition("-")
        start, end = _read_weekday(key, first), _read_weekday(key, last if dash else first)
        days = (WEEKDAYS.index(end) - WEEKDAYS.index(start)) % len(WEEKDAYS) + 1
        chosen |= {WEEKDAYS[(WEEKDAYS.index(start) + day) % len(WEEKDAYS)] for day in range(days)}
    if not chosen:
        raise FieldError(key, "Enter at least one working day, like: mon tue wed thu fri.")
    return " ".join(word for word in WEEKDAYS if word in chosen)


def _read_days_off(key: str, text: str) -> str:
    """Read countries whose public holidays are kept, and single days. `none` keeps no country's, an empty text those
    of the time zone's country.
    """
    words = text.replace(",", " ").split()
    codes = {NO_COUNTRY} if {word.lower() for word in words} & {NO_COUNTRY, "off"} else set()
    for word in words:
        if word.lower() in (NO_COUNTRY, "off"):
            continue
        try:
            codes.add(
                date.fromisoformat(word).isoformat() if word[0].isdigit() else _read_calendar(key, _country(word))
            )
        except ValueError:
            problem = f"{cited(word)} is not a day; write days like 2026-12-25, with spaces between."
            raise FieldError(key, problem) from None
    return " ".join(sorted(codes))


def _country(word: str) -> str:
    return _COUNTRIES.get(word.upper(), word.upper())


def _read_calendar(key: str, code: str) -> str:
    if not is_known(code):
        problem = f"{cited(code)} is not a country whose holidays I know; write a code like GB, GB-ENG, DE-BY or US."
        raise FieldError(key, problem)
    return code


def _read_currency(key: str, text: str) -> str:
    from babel import Locale

    code = text.strip().upper()
    code = _CURRENCIES.get(code, code)
    if code not in Locale("en").currencies:
        raise FieldError(key, f"{cited(text)} is not a currency I know; write its code, like GBP, EUR or USD.")
    return code


def _read_channel(key: str, text: str) -> str | None:
    """Read a channel id, also from Slack's `<#C123|name>`. `none` means no digest."""
    if text.strip().lower() in ("", "none", "off"):
        return None
    word = text.strip().removeprefix("<#").removesuffix(">").partition("|")[0]
    if not (word[:1] in ("C", "G") and word.isalnum() and word.isupper() and len(word) > 1):
        raise FieldError(key, f"{cited(text)} is not a channel ID; it looks like C0123456789 (channel ▸ About).")
    return word


def _read_people(key: str, text: str) -> str:
    """Read user ids, also from Slack's `<@U123|name>`. `none` means nobody."""
    if text.strip().lower() in ("none", "nobody"):
        return ""
    user_ids = []
    for word in text.replace(",", " ").split():
        user = word.removeprefix("<@").removesuffix(">").partition("|")[0]
        if not (user[:1] in ("U", "W") and user.isalnum() and user.isupper() and len(user) > 1):
            raise FieldError(
                key, f"{cited(word)} is not a member ID; it looks like U0123456789 (profile ▸ ⋮ ▸ Copy member ID)."
            )
        user_ids.append(user)
    return " ".join(dict.fromkeys(user_ids))


def _read_hourly_rate(key: str, text: str, currency: str) -> int | None:
    """Read the cost of an hour, in minor units. `none` means not set."""
    if text.strip().lower() in ("", "none", "off"):
        return None
    try:
        rate = read_money(text, currency)
    except UsageError as error:
        raise FieldError(key, error.problem) from None
    if not rate:
        raise FieldError(key, "Enter an amount above zero, or none to leave hours out.")
    return rate


def _read_signals(key: str, text: str) -> str:
    """Read signals to switch off. `none` means that all are on."""
    wanted = text.lower().replace("rolling off", "rolling_off").replace(",", " ").split()
    words = [] if wanted in (["none"], ["nothing"]) else wanted
    for word in words:
        if word not in SWITCHABLE:
            raise FieldError(key, f"{cited(word)} can't be switched off; choose from {', '.join(SWITCHABLE)}, or none.")
    return " ".join(reason for reason in SWITCHABLE if reason in words)


_read_hour = _hour_reader(0, 23)
_DAY_UNITS = ("days", "day", "d")
SETTINGS: Mapping[str, Setting] = {
    setting.key: setting
    for setting in (
        Setting("timezone", "Time zone", "Europe/London", _read_zone),
        Setting("digest_channel", "Weekly digest channel", "C0123456789", _read_channel),
        Setting("digest_day", "Digest day", "mon", _read_weekday),
        Setting("digest_hour", "Digest hour", "9", _read_hour),
        Setting("nudge_hour", "Nudges from (hour)", "9", _read_hour),
        Setting("quiet_hour", "No nudges after (hour)", "20", _hour_reader(1, 24)),
        Setting("working_days", "Working days", "mon tue wed thu fri", _read_weekdays),
        Setting(
            "holidays",
            "Days off",
            "GB-ENG 2026-12-24",
            _read_days_off,
            note="Countries whose public holidays you keep, and single days, like GB-ENG 2026-12-24; none for no "
            "country's. Left empty: those of your time zone's country.",
        ),
        Setting(
            "cadence_days",
            "Days without contact before a partner is quiet",
            "30",
            _number_reader(1, 730, "number of days", *_DAY_UNITS),
        ),
        Setting(
            "learn_cadence",
            "Learn how often to speak with each partner",
            "yes",
            _read_bool,
            note="A partner without a cadence of its own or its vertical's uses the usual gap between your touches, "
            f"once there are {MIN_TOUCHES}: between {MIN_DAYS} and {MAX_DAYS} days.",
        ),
        Setting("currency", "Currency", "GBP", _read_currency),
        Setting(
            "concentration_percent",
            "Warn when one partner brings this share of value, in %",
            "40",
            _number_reader(1, 100, "percentage", "%", "percent"),
        ),
        Setting("hourly_rate", "What an hour of our time costs", "80", _read_hourly_rate, is_money=True),
        Setting(
            "signals_off",
            "Signals that are switched off",
            "lopsided paper",
            _read_signals,
            note=f"Any of {', '.join(SWITCHABLE)}; none for all on. `/partner review all` says which come true.",
        ),
        Setting("review_days", "Days between reviews", "91", _number_reader(1, 730, "number of days", *_DAY_UNITS)),
        Setting("stewards", "Stewards", "U0123456789", _read_people),
    )
}


def settings_as_text(row: Workspace) -> dict[str, str]:
    """Return every setting as text that `parse` accepts."""
    return {key: setting.text(getattr(row, setting.column), row.currency) for key, setting in SETTINGS.items()}
