"""Made-up ledgers in which it is known what foretells silence and what does not."""

import random
from collections.abc import Sequence
from datetime import date, timedelta

from scoring.backtest import Backtest, judge_signals, past_month_ends, replay
from scoring.replay import KnownRating, LedgerRow, PartnerHistory, Rules
from scoring.trust import Rating
from scoring.vocabulary import Direction, Kind, Side

BEGIN, TODAY = date(2022, 1, 3), date(2025, 7, 1)
MONTHS = 36
PARTNERS = 120
PAUSE = 300
"""Days that a partner stays silent before it speaks again: at all month ends of a half-year nobody will for 90 days."""


def history(partner_id: int, rows: Sequence[LedgerRow], level: int = 3, cadence: int | None = None) -> PartnerHistory:
    """A partner that was rated on the first day."""
    return PartnerHistory(
        partner_id=partner_id,
        since_on=BEGIN,
        added_on=BEGIN,
        known_from=BEGIN,
        rows=sorted(rows, key=lambda row: row.on),
        ratings=[KnownRating(Rating(Side.OURS, "U1", level, BEGIN))],
        own_cadence=cadence,
    )


def result(histories: Sequence[PartnerHistory], rules: Rules, months: int = MONTHS) -> Backtest:
    """What the signals of always active partners are worth."""
    ends = past_month_ends(TODAY, months)
    return judge_signals(replay([(one, ends) for one in histories], ends, TODAY, rules))


def two_rhythms(seed: int = 1) -> list[PartnerHistory]:
    """Half speak every week and half every two months, and each has a cadence to suit; then some fall silent.

    So a silence is seen by whoever knows the rhythm, long before it is by whoever counts days. Who gives more than he
    takes is decided by lot, and foretells nothing.
    """
    chance = random.Random(seed)
    found = []
    for id in range(PARTNERS):
        usual = 7 if id % 2 else 62
        way = chance.choice([Direction.IN, Direction.OUT, Direction.JOINT])
        rows = [LedgerRow(day, Kind.EVENT, way) for day in _days(chance, usual)]
        found.append(history(id, rows, cadence=75 if usual == 62 else 14))
    return found


def one_rhythm(seed: int = 1) -> list[PartnerHistory]:
    """All speak every three weeks, and have the team's cadence: quiet is the number of days and nothing else."""
    chance = random.Random(seed)
    rows = ([LedgerRow(day, Kind.EVENT, Direction.JOINT) for day in _days(chance, 21)] for _ in range(PARTNERS))
    return [history(id, of, cadence=None) for id, of in enumerate(rows)]


def fading(seed: int = 1) -> list[PartnerHistory]:
    """All speak every week to the last day, with an event each month; but for ten weeks before a silence there is none.

    The days since the last contact tell nothing before it is too late; the RVI does.
    """
    chance = random.Random(seed)
    found = []
    for id in range(PARTNERS):
        rows, day, met = [], BEGIN, BEGIN
        turn = BEGIN + timedelta(days=chance.randrange(500, 1_000))
        while day < turn:
            rows.append(LedgerRow(day, Kind.MEETING, Direction.JOINT))
            if day >= met and day < turn - timedelta(days=70):
                rows.append(LedgerRow(day, Kind.EVENT, Direction.JOINT))
                met += timedelta(days=29)
            day += timedelta(days=chance.randrange(5, 10))
        found.append(history(id, rows))
    return found


def _days(chance: random.Random, usual: int) -> list[date]:
    """Days of contact about `usual` days apart, with a silence now and then."""
    days, day = [], BEGIN + timedelta(days=chance.randrange(usual))
    while day < TODAY:
        days.append(day)
        gap = max(1, round(usual * chance.uniform(0.7, 1.15)))
        day += timedelta(days=PAUSE if chance.random() < usual / 500 else gap)
    return days
