"""Random ledgers, and the facts that `scoring` takes, made from them by hand."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import strategies as st

from scoring.counts import ActivityCounts
from scoring.rvi import Facts, Score, score_partner
from scoring.trust import Rating, trust_on
from scoring.vocabulary import COUNTING_KINDS, Direction, Kind, Side
from tests.scoring import oracle
from tests.scoring.oracle import Rated, Row

LEAP = date(2024, 2, 29)
EDGES = tuple(
    day + timedelta(off)
    for day in (LEAP, date(2023, 2, 28), date(2024, 12, 31), date(2025, 1, 31), date(2025, 4, 30))
    for off in (-1, 0, 1)
)
# Days near one another and near month ends, so that windows, ages and rows meet at their edges often.
days = st.sampled_from(EDGES) | st.dates(date(2022, 6, 1), date(2026, 6, 30))

rows = st.lists(
    st.builds(
        Row,
        kind=st.sampled_from([kind.value for kind in Kind]),
        direction=st.sampled_from([way.value for way in Direction]),
        on=days,
        count=st.integers(1, 4),
        void_from=st.none() | st.none() | days,
    ),
    max_size=14,
)
ratings = st.lists(
    st.builds(
        Rated,
        side=st.sampled_from([side.value for side in Side]),
        rater=st.sampled_from(["U1", "U2", ""]),
        level=st.integers(1, 5),
        on=days,
    ),
    max_size=7,
)


def tally(found: list[Row]) -> ActivityCounts:
    """The sums of all these rows of the kinds that count."""
    counts: Counter[tuple[Kind, Direction]] = Counter()
    for row in found:
        if Kind(row.kind) in COUNTING_KINDS:
            counts[Kind(row.kind), Direction(row.direction)] += row.count
    return ActivityCounts(counts)


def given(ratings_: list[Rated]) -> list[Rating]:
    """Ratings as `scoring` takes them, in the order in which they were given."""
    return [Rating(Side(r.side), r.rater, r.level, r.on, place) for place, r in enumerate(ratings_)]


def score_of(stated: date, rows_: list[Row], ratings_: list[Rated], day: date) -> Score:
    """The score as of `day`, of what stands on that day."""
    standing = [row for row in rows_ if row.stands(day)]
    return score_partner(
        Facts(
            day=day,
            start=min([stated, *(row.on for row in standing if Kind(row.kind) in COUNTING_KINDS)]),
            tally=tally([row for row in standing if oracle.in_window(row.on, day)]),
            trust=trust_on(given(ratings_), day),
            last_touch_on=max((row.on for row in standing if row.on <= day and row.is_contact), default=None),
        )
    )
