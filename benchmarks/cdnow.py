"""`python -m benchmarks.cdnow --packages FOLDER`: which of our numbers foretell that a customer falls silent?

CDNOW's customers bought CDs, and every purchase of a year and a half is known: a public ledger that Tend was not made
from. Each customer is a partner, each purchase a referral. At each month's end everything is asked what it knew then;
silence is no purchase for 90 days. Beside our numbers stands the model made for such data, BG/NBD, of the package
`lifetimes`, fitted anew at each month's end. The package also brings the purchases: FOLDER is where it is installed.
"""

import importlib
import random
import sys
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from scoring.aftermath import Past
from scoring.backtest import RECENT_DAYS
from scoring.months import add_months
from scoring.replay import KnownRating, LedgerRow, PartnerHistory, Rules, judge
from scoring.signals import WEAKENING_DAYS, Reason
from scoring.trust import Rating
from scoring.vocabulary import Direction, Kind, Side

FIRST_END, LAST_END = date(1997, 6, 30), date(1998, 3, 31)
LAST_DAY = date(1998, 6, 30)
AHEAD = 90
ROUNDS, SEED = 300, 1998
LEVEL = 3
"""Nobody rated these customers: all are trusted alike, so that the RVI is what was bought in a month, times three."""
LEARN_FROM = 14


class Row(NamedTuple):
    """A customer at a month's end: whether silence came, and how much each number warned of it."""

    customer: int
    silent: bool
    warnings: Mapping[str, float]


def read_purchases(folder: Path) -> dict[int, list[date]]:
    """Read the days of each customer's purchases from the package's file."""
    days: dict[int, set[date]] = defaultdict(set)
    text = (folder / "lifetimes" / "datasets" / "CDNOW_sample.txt").read_text(encoding="ascii")
    for line in text.splitlines():
        customer, _, day, *_ = line.split()
        days[int(customer)].add(date.fromisoformat(f"{day[:4]}-{day[4:6]}-{day[6:]}"))
    return {customer: sorted(bought) for customer, bought in days.items()}


def history_of(customer: int, bought: Sequence[date]) -> PartnerHistory:
    """Return a customer as a partner."""
    rating = KnownRating(Rating(Side.OURS, "", LEVEL, bought[0]))
    rows = [LedgerRow(day, Kind.REFERRAL, Direction.IN) for day in bought]
    return PartnerHistory(
        partner_id=customer, since_on=bought[0], added_on=bought[0], known_from=bought[0], rows=rows, ratings=[rating]
    )


def look_back(purchases: Mapping[int, Sequence[date]]) -> list[Row]:
    """Ask everything about every customer who bought in the half-year before, at every month's end."""
    ends = [FIRST_END]
    while ends[-1] < LAST_END:
        ends.append(add_months(ends[-1].replace(day=1), 2) - timedelta(days=1))
    histories = {customer: history_of(customer, bought) for customer, bought in purchases.items()}
    pasts = {customer: Past(history, LAST_DAY) for customer, history in histories.items()}
    rules, learning = Rules(cadence_days=30), Rules(cadence_days=30, learn_cadence=True)
    rows = []
    for end in ends:
        model = fit(purchases, end)
        for customer, history in histories.items():
            if history.since_on > end:
                continue
            verdict, past = judge(history, end, rules), pasts[customer]
            if verdict.quiet_days >= RECENT_DAYS:
                continue
            now, before = float(past.rvi(end) or 0), float(past.rvi(end - timedelta(days=WEAKENING_DAYS)) or 0)
            warnings = {
                "days since the last purchase": float(verdict.quiet_days),
                "low RVI": -now,
                "fall of the RVI in 30 days": before - now,
                "weakening": float(Reason.WEAKENING in verdict.reasons),
                "about to weaken": float(Reason.ROLLING_OFF in verdict.reasons),
                "quiet (30 days)": float(Reason.QUIET in verdict.reasons),
                "quiet (learnt)": float(Reason.QUIET in judge(history, end, learning).reasons),
                **model[customer],
            }
            rows.append(Row(customer, not past.is_touched(end, AHEAD), warnings))
    return rows


def fit(purchases: Mapping[int, Sequence[date]], end: date) -> dict[int, dict[str, float]]:
    """Fit BG/NBD to what had been bought by `end`, in weeks."""
    numpy = importlib.import_module("numpy")
    known = {customer: bought[: bisect_right(bought, end)] for customer, bought in purchases.items()}
    known = {customer: bought for customer, bought in known.items() if bought}
    repeats = numpy.array([len(bought) - 1 for bought in known.values()], dtype=float)
    recency = numpy.array([(bought[-1] - bought[0]).days / 7 for bought in known.values()])
    age = numpy.array([(end - bought[0]).days / 7 for bought in known.values()])
    model: Any = importlib.import_module("lifetimes").BetaGeoFitter(penalizer_coef=0.0)
    model.fit(repeats, recency, age)
    expected = model.conditional_expected_number_of_purchases_up_to_time(AHEAD / 7, repeats, recency, age)
    alive = model.conditional_probability_alive(repeats, recency, age)
    return {
        customer: {"BG/NBD: few purchases expected": -float(more), "BG/NBD: probably gone": -float(living)}
        for customer, more, living in zip(known, expected, alive, strict=True)
    }


def auc(pairs: Sequence[tuple[float, bool]], weights: Sequence[int]) -> float:
    """Return how often, of one who fell silent and one who did not, the first was warned of more; ties are half."""
    silent = lively = below = twice = 0
    place = 0
    while place < len(pairs):
        value, gone, stayed = pairs[place][0], 0, 0
        while place < len(pairs) and pairs[place][0] == value:
            if pairs[place][1]:
                gone += weights[place]
            else:
                stayed += weights[place]
            place += 1
        twice += gone * (2 * below + stayed)
        silent, lively, below = silent + gone, lively + stayed, below + stayed
    return twice / (2 * silent * lively)


def intervals(rows: Sequence[Row]) -> dict[str, tuple[float, float, float]]:
    """Return each number's AUC with its 95% interval, by drawing customers."""
    customers = sorted({row.customer for row in rows})
    chance = random.Random(SEED)
    draws = []
    for _ in range(ROUNDS):
        drawn = sorted(chance.choices(range(len(customers)), k=len(customers)))
        draws.append({
            customer: bisect_right(drawn, place) - bisect_left(drawn, place) for place, customer in enumerate(customers)
        })  # fmt: skip
    found = {}
    for name in rows[0].warnings:
        ordered = sorted(rows, key=lambda row: row.warnings[name])
        pairs = [(row.warnings[name], row.silent) for row in ordered]
        drawn_aucs = sorted(auc(pairs, [draw[row.customer] for row in ordered]) for draw in draws)
        cut = int(ROUNDS * 0.025)
        found[name] = (auc(pairs, [1] * len(pairs)), drawn_aucs[cut], drawn_aucs[-1 - cut])
    return found


def precision(rows: Sequence[Row], name: str) -> tuple[int, int]:
    """Return how often a signal came true, of how often it was raised."""
    raised = [row.silent for row in rows if row.warnings[name] > 0]
    return sum(raised), len(raised)


def main(
    packages: Annotated[Path, typer.Option(help="the folder where `lifetimes` is installed")],
) -> None:
    """Print the table of docs/proof.md."""
    sys.path.append(str(packages))
    rows = look_back(read_purchases(packages))
    silent = sum(row.silent for row in rows)
    typer.echo(
        f"{len(rows):,} cases of {len({row.customer for row in rows}):,} customers; {silent / len(rows):.1%} silent"
    )
    typer.echo("| what warns | AUC (95%) | raised | came true |\n|---|---|---|---|")
    for name, (value, low, high) in sorted(intervals(rows).items(), key=lambda pair: -pair[1][0]):
        is_signal = set(row.warnings[name] for row in rows) <= {0.0, 1.0}
        came, raised = precision(rows, name)
        signal = f"{raised:,} | {came / raised:.0%}" if is_signal and raised else "|"
        typer.echo(f"| {name} | {value:.3f} ({low:.3f}–{high:.3f}) | {signal} |")


if __name__ == "__main__":
    typer.run(main)
