"""Load what happened with partners by a day: the input of their scores."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from sqlmodel import Session

from bot.scores import record_status
from bot.workspace.team import Team
from scoring.counts import ActivityCounts
from scoring.forecast import DatedCount
from scoring.months import window_start
from scoring.rvi import Facts, Score, score_partner
from scoring.trust import Rating, trust_on
from scoring.vocabulary import Direction, Kind, Side
from storage.ledger import costs, partner_totals, trust_ratings
from storage.partners.snapshots import PartnerSnapshot
from storage.tables import Partner

KEYS = {(kind.value, way.value): (kind, way) for kind in Kind for way in Direction}


def to_tally(counts: Mapping[tuple[str, str], int]) -> ActivityCounts:
    """Convert a window's sums from the database to `scoring`."""
    return ActivityCounts({KEYS[key]: number for key, number in counts.items()})


def to_dated(on: date, kind: str, direction: str, number: int) -> DatedCount:
    """Convert a ledger row to `scoring`."""
    return DatedCount(on, *KEYS[kind, direction], number)


def group_ratings(rows: Iterable[trust_ratings.RatingRow]) -> dict[int, list[Rating]]:
    """Group ratings by partner."""
    found = defaultdict(list)
    for of, side, rater, level, on, order in rows:
        found[of].append(Rating(Side(side), rater, level, on, order))
    return found


def scores_on_days(
    session: Session,
    *,
    team: Team,
    partners: Sequence[PartnerSnapshot | Partner],
    days: Sequence[date],
    only: Collection[int] | None = None,
) -> dict[int, tuple[Score, ...]]:
    """Score partners on each of the days, by id, without costs.

    `only` is their ids if they are few and should be looked up one by one.
    """
    windows = [(window_start(day), day) for day in days]
    found = partner_totals.load_sums(session, workspace_id=team.id, windows=windows, partner_ids=only)
    given = group_ratings(trust_ratings.load_ratings(session, workspace_id=team.id, until=max(days), partner_ids=only))
    nothing = partner_totals.empty_sums(len(days))
    return {
        id: partner_scores_on_days(team, partner, days, [to_tally(one) for one in its.windows], its, given[id], None)
        for partner in partners
        if (id := partner.id) is not None
        for its in [found.get(id, nothing)]
    }


def partner_scores_on_days(
    team: Team,
    partner: PartnerSnapshot | Partner,
    days: Sequence[date],
    tallies: Sequence[ActivityCounts],
    its: partner_totals.PartnerSums,
    ratings: Sequence[Rating],
    spent: Sequence[costs.CostTotals] | None,
) -> tuple[Score, ...]:
    """Score a partner on each of the days, from what was known by then."""
    start = min(partner.since_on, its.first_on or partner.since_on)
    return tuple(
        score_partner(
            Facts(
                day=day,
                start=start,
                tally=tallies[place],
                trust=trust_on(ratings, day),
                last_touch_on=its.last_touch_on[place],
                value_won=its.won_minor[place],
                wins=its.wins[place],
                failed=its.failed[place],
                cost=record_status.partner_cost(
                    partner,
                    spent[place] if spent else None,
                    since=start,
                    day=day,
                    wins=its.wins[place],
                    value_won=its.won_minor[place],
                    hourly_rate=team.hourly_rate,
                ),
            )
        )
        for place, day in enumerate(days)
    )
