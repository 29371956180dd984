"""How partners stood on earlier days, told by what came and went since, against their scores of each of those days."""

from datetime import date, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from bot.scores import causes, past, query
from bot.workspace.team import Team
from scoring import explain
from scoring.counts import NO_ACTIVITY
from scoring.vocabulary import Side
from storage.workspaces import workspaces
from tests.examples import UNHURRIED, examples
from tests.scoring.ledgers import days, ratings, rows
from tests.scoring.oracle import Rated, Row
from tests.storage.test_scores import fill

on_a_database = settings(max_examples=examples(60), suppress_health_check=UNHURRIED)
LEAP = [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2025, 2, 28), date(2025, 3, 1)]


@on_a_database
@given(days, rows, ratings, st.lists(days, min_size=1, max_size=6).map(sorted), st.sampled_from(Side))
@example(date(2024, 2, 29), [Row("event", "joint", day, 2) for day in LEAP], [], LEAP, Side.OURS)
@example(LEAP[0], [Row("event", "joint", LEAP[1], 1)], [Rated("ours", "U1", 4, LEAP[2])], LEAP, Side.THEIRS)
def test_going_back_from_the_last_day_is_scoring_each_day_by_itself(
    session: Session, ours: int, stated: date, led: list[Row], rated: list[Rated], asked: list[date], side: Side
) -> None:
    with session.begin_nested() as undone:
        team = Team.of(workspaces.get(session, workspace_id=ours))
        acme = fill(session, ours, stated, led, rated)
        now = {one.id: score for one, score in query.load_scores_on(session, team=team, day=asked[-1])}
        found = past.past_scores(session, team=team, now=now, days=asked, side=side)
        each = [query.load_scores_on(session, team=team, day=day)[0][1] for day in asked]
        undone.rollback()
    wanted = [(one.provisional, one.view(side).rvi, one.view(side).band) for one in each]
    assert [tuple(one) for one in found[acme]] == wanted


@on_a_database
@given(days, rows, ratings, days)
def test_the_score_of_thirty_days_before_is_that_of_its_day_and_the_causes_lead_from_it(
    session: Session, ours: int, stated: date, led: list[Row], rated: list[Rated], day: date
) -> None:
    """Read of everybody or of one, it is what is read as of that day; what went and came is what the database says."""
    with session.begin_nested() as undone:
        team = Team.of(workspaces.get(session, workspace_id=ours))
        acme = fill(session, ours, stated, led, rated)
        (found,) = query.load_scored(session, team=team, day=day)
        (then,) = query.load_scored(session, team=team, day=day - timedelta(30))
        ((_, lean),) = query.load_scores_on(session, team=team, day=day)
        whys = [
            causes.explain_between(session, team=team, partner_id=acme, before=found.before, after=found.now, side=side)
            for side in Side
        ]
        undone.rollback()
    assert found.before == then.now
    assert found.now == lean
    assert [causes.explain_change(found, side) for side in Side] == whys
    assert found.left_window == NO_ACTIVITY or found.before.facts.tally.counts
    assert isinstance(whys[0], explain.Change)
