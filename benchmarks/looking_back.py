"""Holding the signals against the past: one pass over the rows, against scoring each month's end anew."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Engine

from benchmarks.ledgers import TODAY, YEARS
from benchmarks.measuring import Found, Target, figure, in_turn
from benchmarks.place import Place
from bot.scores import histories, query
from bot.workspace.team import Team
from scoring.backtest import Backtest, judge_signals, past_month_ends
from storage.db.engine import reading
from storage.workspaces import workspaces

PARTNERS, A_YEAR = 200, 16
MONTHS = 12 * YEARS


def looking_back(place: Place) -> Iterator[Found]:
    """Row 19: the backtest of three years of 200 partners, intervals included, against the signals of each month's end
    one by one, which takes neither what was known then nor what came."""
    partners = min(PARTNERS, place.sizes.partners)
    engine = place.open(place.ledger(partners=partners, activities=partners * A_YEAR * YEARS))
    ends = past_month_ends(TODAY, MONTHS)
    rounds = in_turn(lambda: backtest(engine), lambda: one_by_one(engine, ends), rounds=place.sizes.rounds)
    title = f"the backtest of {partners} partners at {MONTHS} month ends"
    yield figure(19, title, "their signals on each of these days", rounds, Target(2), unit="ms CPU")


def backtest(engine: Engine) -> Backtest:
    """Replay and judge everything."""
    with reading(engine) as session:
        team = Team.of(workspaces.get(session, workspace_id=1))
        loaded = histories.load_pasts(session, team=team, day=TODAY, months=MONTHS)
    return judge_signals(loaded.replay(histories.rules_of(team)))


def one_by_one(engine: Engine, days: list[date]) -> int:
    """Ask for the signals of each day, without judging any."""
    with reading(engine) as session:
        team = Team.of(workspaces.get(session, workspace_id=1))
        return sum(len(query.load_scored(session, team=team, day=day)) for day in days)
