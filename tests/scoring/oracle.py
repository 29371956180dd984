"""A second, naive reading of the written rules, sharing no code with `scoring`: slow, plain, in fractions."""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

FIVE = ("referral", "strategic_referral", "collaboration", "event", "cross_promotion")


@dataclass(frozen=True)
class Row:
    """A row of the ledger; `void_from` is the day from which it no longer stands."""

    kind: str
    direction: str
    on: date
    count: int = 1
    void_from: date | None = None

    @property
    def is_contact(self) -> bool:
        return self.kind != "attempt"

    def stands(self, day: date) -> bool:
        return self.void_from is None or day < self.void_from


@dataclass(frozen=True)
class Rated:
    side: str
    rater: str
    level: int
    on: date


def plus_months(day: date, months: int) -> date:
    """One month at a time; a day that the last month lacks becomes that month's last."""
    year, month = day.year, day.month
    for _ in range(abs(months)):
        month += 1 if months > 0 else -1
        if month == 13:
            year, month = year + 1, 1
        if month == 0:
            year, month = year - 1, 12
    for number in range(day.day, 0, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    raise AssertionError("a month has days")


def age(start: date, day: date) -> int:
    n = 1
    while plus_months(start, n) < day:
        n += 1
    return n


def in_window(on: date, day: date) -> bool:
    return plus_months(day, -12) < on <= day


def start_of(stated: date, rows: list[Row], day: date) -> date:
    return min([stated, *(row.on for row in rows if row.kind in FIVE and row.stands(day))])


def totals(rows: list[Row], directions: tuple[str, ...], day: date) -> dict[str, int]:
    return {
        kind: sum(
            row.count
            for row in rows
            if row.kind == kind and row.direction in directions and row.stands(day) and in_window(row.on, day)
        )
        for kind in FIVE
    }


def level(ratings: list[Rated], side: str, day: date) -> Fraction | None:
    """`ratings` in the order in which they were given."""
    last: dict[str, tuple[date, int]] = {}
    for rated in ratings:
        if rated.side == side and rated.on <= day and (rated.rater not in last or last[rated.rater][0] <= rated.on):
            last[rated.rater] = (rated.on, rated.level)
    imported = last.get("")
    if imported and any(rater and on >= imported[0] for rater, (on, _) in last.items()):
        del last[""]
    levels = sorted(value for _, value in last.values())
    if not levels:
        return None
    half = len(levels) // 2
    return Fraction(levels[half]) if len(levels) % 2 else Fraction(levels[half - 1] + levels[half], 2)


def both_levels(ratings: list[Rated], day: date) -> tuple[Fraction | None, Fraction | None, bool]:
    """Our trust, theirs, and whether theirs is estimated."""
    ours, theirs = level(ratings, "ours", day), level(ratings, "theirs", day)
    if theirs is None and ours is not None:
        return ours, ours, True
    return ours, theirs, False


def shown(exact: Fraction | None) -> Decimal | None:
    """Half-up, for what is not negative."""
    return None if exact is None else Decimal(math.floor(exact * 100 + Fraction(1, 2))) / 100


def band(rvi: Decimal | None) -> str | None:
    if rvi is None:
        return None
    if rvi < 1:
        return "weak"
    if 1 <= rvi <= 2:
        return "good"
    return "growing" if 2 < rvi < 3 else "strong"


def rvi(total: int, months: int, trust: Fraction | None) -> Fraction | None:
    return None if trust is None else Fraction(total) / months * trust


def quiet_days(stated: date, rows: list[Row], day: date) -> int:
    touches = [row.on for row in rows if row.is_contact and row.stands(day) and row.on <= day]
    since = max(touches) if touches else start_of(stated, rows, day)
    return sum(1 for n in range((day - since).days) if since + timedelta(n) < day)


def give_share(rows: list[Row], day: date) -> Fraction | None:
    given, taken = sum(totals(rows, ("out",), day).values()), sum(totals(rows, ("in",), day).values())
    return Fraction(given, given + taken) if given + taken else None
