"""The worked cases: three import files, and what must be said of each partner on two days."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from bot.scores import models, query
from bot.workspace.team import Team
from scoring.balance import give_share
from scoring.rounding import round_half_up
from scoring.rvi import RviView
from storage.db.engine import make_engine, reading, writing
from storage.ledger import activities, trust_ratings
from storage.partners import partners
from storage.workspaces import workspaces
from tests.templates import copied

GOLDEN = Path(__file__).with_name("golden")
NOW = datetime(2026, 12, 1, tzinfo=UTC)
SIDES = {"us": "ours", "them": "theirs"}
DAYS = ("2026-03-01", "2026-11-22")


def rows(name: str) -> list[dict[str, str]]:
    with (GOLDEN / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def expected(day: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((GOLDEN / f"expected_{day}.json").read_text(encoding="utf-8"))
    return found


def fill(session: Session) -> Team:
    team = Team.of(workspaces.get_or_create_unconnected(session, now=NOW))
    who: dict[str, Any] = {"workspace_id": team.id, "by": "U1", "now": NOW}
    ids = {
        row["name"]: partners.add(
            session,
            name=row["name"],
            vertical=row["vertical"],
            owner=row["owner"],
            since_on=date.fromisoformat(row["since"]),
            **who,
        ).id
        or 0
        for row in rows("partners")
    }
    for row in rows("activities"):
        activities.record(
            session,
            partner_id=ids[row["partner"]],
            kind=row["kind"],
            direction=row["direction"],
            occurred_on=date.fromisoformat(row["occurred_on"]),
            count=int(row["count"]),
            title=row["title"],
            source_key=row["external_id"],
            **who,
        )
    for row in rows("trust"):
        trust_ratings.record_rating(
            session,
            partner_id=ids[row["partner"]],
            side=SIDES[row["side"]],
            level=int(row["level"]),
            rated_on=date.fromisoformat(row["rated_on"]),
            rater=row["rater"],
            **who,
        )
    return team


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[models.ScoredPartner]]]:
    """What is said of every partner on each of the days."""
    engine = make_engine(copied(tmp_path_factory.mktemp("golden") / "tend.db"))
    with writing(engine) as session:
        team = fill(session)
    with reading(engine) as session:
        yield {day: query.load_scored(session, team=team, day=date.fromisoformat(day)) for day in DAYS}
    engine.dispose()


def text(number: Fraction | Decimal | None) -> str | None:
    return None if number is None else str(round_half_up(Fraction(number)))


def view(found: RviView) -> dict[str, Any]:
    return {
        "totals": {str(kind): number for kind, number in found.totals.items()},
        "rvi": None if found.rvi is None else str(found.rvi),
        "band": found.band,
        "literal_rvi": None if found.literal is None else str(found.literal),
        "trust": text(found.trust.level),
    }


def said(found: models.ScoredPartner) -> dict[str, Any]:
    score = found.now
    return {
        "partner": found.partner.name,
        "age_months": score.age_months,
        "months": score.months,
        "provisional": score.provisional,
        **view(score.ours),
        "reverse": {**view(score.theirs), "estimated": score.theirs.trust.estimated},
        "give_share": text(give_share(score.facts.tally)),
        "last_touch_on": score.facts.last_touch_on.isoformat() if score.facts.last_touch_on else None,
        "quiet_days": score.quiet_days,
    }


@pytest.mark.parametrize(
    ("day", "place"), [(day, place) for day in DAYS for place in range(len(expected(day)))], ids=str
)
def test_a_partner_is_scored_as_worked_out(told: dict[str, list[models.ScoredPartner]], day: str, place: int) -> None:
    wanted = expected(day)[place]
    found = {scored.partner.name: scored for scored in told[day]}
    assert said(found[wanted["partner"]]) == wanted


@pytest.mark.parametrize("day", DAYS)
def test_every_partner_is_in_the_worked_cases(told: dict[str, list[models.ScoredPartner]], day: str) -> None:
    assert sorted(scored.partner.name for scored in told[day]) == sorted(one["partner"] for one in expected(day))
