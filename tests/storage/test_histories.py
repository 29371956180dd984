"""The past as it is loaded: what Tend would have said is what it says when it is asked about that day."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.scores import histories, query
from bot.workspace.team import Team
from scoring.backtest import past_month_ends
from scoring.replay import JUDGED
from scoring.vocabulary import Direction, Kind, Outcome
from storage.ledger import trust_ratings
from storage.partners import promises
from storage.tables import Activity
from storage.workspaces import workspaces
from tests.storage.making import activity, partner

TODAY = date(2026, 6, 10)
MONTHS = 18


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def fill(session: Session, ours: int) -> None:
    """Twelve partners, each row written down on its day, or a plan some weeks before."""
    chance = random.Random(7)
    for number in range(12):
        since = TODAY - timedelta(days=chance.randrange(200, 900))
        of = partner(
            session, ours, f"Partner {number}", since_on=since, now=at(since), cadence_days=chance.choice([None, 45])
        )
        for _ in range(chance.randrange(0, 40)):
            day = since + timedelta(days=chance.randrange((TODAY - since).days))
            kind, way = chance.choice(list(Kind)), chance.choice(list(Direction))
            won: dict[str, Any] = {"outcome": Outcome.WON, "value_minor": 500} if kind == Kind.REFERRAL else {}
            early = timedelta(days=chance.choice([0, 0, 0, 25]))
            activity(session, ours, of, kind=kind, direction=way, occurred_on=day, now=at(day - early), **won)
        for rated_on in (since, since + timedelta(days=150)):
            same: dict[str, Any] = {"side": chance.choice(["ours", "theirs"]), "level": chance.randint(1, 5)}
            trust_ratings.record_rating(
                session,
                workspace_id=ours,
                partner_id=of,
                rated_on=rated_on,
                rater="U1",
                by="U1",
                now=at(rated_on),
                **same,
            )
        made_on = since + timedelta(days=60)
        step = promises.add(
            session, workspace_id=ours, partner_id=of, what="call", due_on=made_on, by="U1", now=at(made_on)
        )
        step.done_at = at(made_on + timedelta(days=chance.randrange(1, 60)))


def test_what_would_have_been_said_is_what_is_said_of_that_day(session: Session, ours: int) -> None:
    fill(session, ours)
    team = Team.of(workspaces.get(session, workspace_id=ours))
    for asked in (team, replace(team, learn_cadence=True), replace(team, signals_off=frozenset({"quiet"}))):
        loaded = histories.load_pasts(session, team=asked, day=TODAY, months=MONTHS)
        found = {
            (case.partner_id, case.verdict.day): case.verdict.reasons
            for case in loaded.replay(histories.rules_of(asked))
        }
        seen = 0
        for day in past_month_ends(TODAY, MONTHS):
            for scored in query.load_scored(session, team=asked, day=day):
                if (scored.partner.id, day) in found:
                    real = frozenset(one.reason for one in scored.reasons if one.reason in JUDGED)
                    assert found[scored.partner.id, day] == real, (scored.partner.name, day)
                    seen += len(real)
        assert seen > 20


def test_what_was_voided_or_won_since_was_not_known_then(session: Session, ours: int) -> None:
    """A typed row stood until it was withdrawn; an imported one that was withdrawn never stood on a known day."""
    day = date(2026, 1, 5)
    of = partner(session, ours, since_on=day, now=at(day))
    rows = [activity(session, ours, of, occurred_on=day, now=at(day)) for _ in range(2)]
    typed, late = (session.get_one(Activity, id) for id in rows)
    typed.voided_at = at(day + timedelta(days=40))
    late.outcome, late.outcome_on, late.outcome_at = "won", day, at(day + timedelta(days=90))
    team = Team.of(workspaces.get(session, workspace_id=ours))
    (past,) = histories.load_pasts(session, team=team, day=TODAY, months=3).histories
    first, second = past.rows
    assert [first.is_known(day + timedelta(days=days)) for days in (-1, 0, 39, 40)] == [False, True, True, False]
    assert second.outcome_known_on == day + timedelta(days=90)
