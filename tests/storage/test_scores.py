"""Scores read out of a database, against a second reading of the written rules."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from bot.scores import causes, outlook, query
from bot.workspace.team import Team
from scoring.explain import CauseKind
from scoring.months import add_months
from scoring.rhythm import usual_interval
from scoring.signals import Reason
from scoring.vocabulary import Side
from storage.ledger import activities, trust_ratings
from storage.partners import promises, snapshots, verticals
from storage.workspaces import workspaces
from tests.examples import UNHURRIED, examples
from tests.scoring import oracle
from tests.scoring.ledgers import days, ratings, rows
from tests.scoring.oracle import Rated, Row
from tests.storage.making import DAY, NOW, activity, partner

on_a_database = settings(max_examples=examples(50), suppress_health_check=UNHURRIED)


def fill(session: Session, ours: int, stated: date, led: list[Row], rated: list[Rated]) -> int:
    """A partner with these rows; one that is void at any time is voided now."""
    acme = partner(session, ours, "Acme", since_on=stated, owner="U1")
    who: dict[str, Any] = {"workspace_id": ours, "partner_id": acme, "by": "U1", "now": NOW}
    for row in led:
        kept = activities.record(
            session, kind=row.kind, direction=row.direction, occurred_on=row.on, count=row.count, **who
        )
        kept.voided_at = NOW if row.void_from else None
    for r in rated:
        trust_ratings.record_rating(session, side=r.side, level=r.level, rated_on=r.on, rater=r.rater, **who)
    session.flush()
    return acme


@on_a_database
@given(days, rows, ratings, days)
def test_a_partner_is_scored_as_the_written_rules_say(
    session: Session, ours: int, stated: date, led: list[Row], rated: list[Rated], day: date
) -> None:
    with session.begin_nested() as undone:
        team = Team.of(workspaces.get(session, workspace_id=ours))
        acme = fill(session, ours, stated, led, rated)
        (found,) = query.load_scored(session, team=team, day=day)
        (alone,) = query.load_scored(session, team=team, day=day, partner_id=acme)
        undone.rollback()
    standing = [row for row in led if not row.void_from]
    months = min(12, oracle.age(oracle.start_of(stated, standing, day), day))
    ours_level, theirs_level, _ = oracle.both_levels(rated, day)
    for side, ways, level in (
        (Side.OURS, ("in", "joint"), ours_level),
        (Side.THEIRS, ("out", "joint"), theirs_level),
    ):
        totals = oracle.totals(standing, ways, day)
        view = found.now.view(side)
        assert {str(kind): number for kind, number in view.totals.items()} == totals
        assert view.exact == oracle.rvi(sum(totals.values()), months, level)
    assert found.now.quiet_days == oracle.quiet_days(stated, standing, day)
    assert alone.rhythm == usual_interval([row.on for row in standing if row.is_contact], day)
    assert found.cadence_days == 30
    # Of all partners it is asked only where somebody is told of it.
    assert found == (alone if found.has(Reason.QUIET) else replace(alone, rhythm=None))


@on_a_database
@given(days, rows, ratings, days, days, st.sampled_from(Side))
@example(date(2025, 1, 1), [Row("event", "joint", DAY, 2)], [Rated("ours", "U1", 3, DAY)], DAY, DAY, Side.OURS)
def test_every_change_is_accounted_for_whichever_day_comes_first(
    session: Session,
    ours: int,
    stated: date,
    led: list[Row],
    rated: list[Rated],
    one: date,
    two: date,
    side: Side,
) -> None:
    with session.begin_nested() as undone:
        team = Team.of(workspaces.get(session, workspace_id=ours))
        acme = fill(session, ours, stated, led, rated)
        before, after = query.partner_scores(session, team=team, partner_id=acme, days=(one, two))
        change = causes.explain_between(session, team=team, partner_id=acme, before=before, after=after, side=side)
        undone.rollback()
    old, new = before.view(side), after.view(side)
    if old.exact is None or new.exact is None or old.rvi is None or new.rvi is None:
        assert change.causes == ()
        return
    assert sum((cause.effect for cause in change.causes), Decimal(0)) == new.rvi - old.rvi
    assert sum((cause.exact for cause in change.causes), Fraction(0)) == new.exact - old.exact
    standing = [row for row in led if not row.void_from and row.kind in oracle.FIVE and row.direction in (
        ("in", "joint") if side == Side.OURS else ("out", "joint")
    )]  # fmt: skip
    for because, in_it, not_in_it in ((CauseKind.ROLLED_OUT, one, two), (CauseKind.NEW, two, one)):
        assert sum(cause.number for cause in change.causes if cause.reason == because) == sum(
            row.count for row in standing if oracle.in_window(row.on, in_it) and not oracle.in_window(row.on, not_in_it)
        )


@on_a_database
@given(days, rows, ratings, days)
def test_the_causes_of_all_that_is_forecast_add_up(
    session: Session, ours: int, stated: date, led: list[Row], rated: list[Rated], day: date
) -> None:
    """Each step's to the step, exactly as fractions too, and each step begins where the last one ended."""
    with session.begin_nested() as undone:
        team = Team.of(workspaces.get(session, workspace_id=ours))
        fill(session, ours, stated, led, rated)
        found = query.load_scored(session, team=team, day=day)
        (steps,) = outlook.forecast_partners(session, team=team, scored=found, until=add_months(day, 12))
        undone.rollback()
    for side in Side:
        at = found[0].now.view(side).rvi
        for step in steps:
            change = step.ours if side == Side.OURS else step.theirs
            old, new = step.before.view(side), step.after.view(side)
            assert old.rvi == at
            if old.exact is not None and new.exact is not None and old.rvi is not None and new.rvi is not None:
                assert sum((cause.effect for cause in change.causes), Decimal(0)) == new.rvi - old.rvi
                assert sum((cause.exact for cause in change.causes), Fraction(0)) == new.exact - old.exact
            at = new.rvi


def test_only_active_partners_with_an_owner_give_reasons_to_act(session: Session, ours: int) -> None:
    team = Team.of(workspaces.get(session, workspace_id=ours))
    for name, owner, status in (
        ("Tended", "U1", "active"),
        ("Nobody's", None, "active"),
        ("Left", "", "active"),
        ("Paused", "U1", "paused"),
        ("Ended", "U1", "ended"),
        ("Prospect", "U1", "prospect"),
    ):
        partner(session, ours, name, owner=owner, status=status)
    found = query.load_scored(session, team=team, day=DAY)
    assert {one.partner.name for one in found if one.signals} == {"Tended"}
    assert len(found) == 6


def test_the_cadence_is_the_partners_else_its_verticals_else_the_teams(session: Session, ours: int) -> None:
    team = Team.of(workspaces.get(session, workspace_id=ours))
    for name, fields in (("A", {}), ("B", {"vertical": "law"}), ("C", {"vertical": "law", "cadence_days": 7})):
        partner(session, ours, name, **fields)
    verticals.list_verticals(session, workspace_id=ours)[0].cadence_days = 14
    session.flush()
    assert [one.cadence_days for one in query.load_scored(session, team=team, day=DAY)] == [30, 14, 7]


def test_the_rhythm_is_learnt_where_no_cadence_is_set(session: Session, ours: int) -> None:
    """It is the cadence only where the team wants it so; what is set always goes before it."""
    team = Team.of(workspaces.get(session, workspace_id=ours))
    for name, fields in (("A", {}), ("B", {"vertical": "law"}), ("C", {"cadence_days": 7}), ("D", {})):
        of = partner(session, ours, name, **fields)
        for weeks in range(6 if name != "D" else 5):
            for kind in ("meeting", "event"):  # two on a day are one touch
                activity(session, ours, of, kind=kind, direction="joint", occurred_on=DAY - timedelta(weeks=3 * weeks))
    verticals.list_verticals(session, workspace_id=ours)[0].cadence_days = 14
    session.flush()

    def cadences(day: date, learn: bool) -> list[tuple[int | None, int]]:
        asked = replace(team, learn_cadence=learn)
        known = snapshots.list_snapshots(session, workspace_id=ours)
        found = [query.load_scored(session, team=asked, day=day, partner_id=one.id)[0] for one in known]
        told = [(one.rhythm, one.cadence_days) for one in found]
        every = query.load_scored(session, team=asked, day=day)
        assert [one.cadence_days for one in every] == [one.cadence_days for one in found]
        # Of all partners it is asked only where somebody is told of it.
        assert [one.rhythm for one in every] == [
            one.rhythm if learn or one.has(Reason.QUIET) else None for one in found
        ]
        return told

    assert cadences(DAY, learn=False) == [(21, 30), (None, 14), (None, 7), (None, 30)]
    assert cadences(DAY, learn=True) == [(21, 21), (None, 14), (None, 7), (None, 30)]
    day_before = DAY - timedelta(1)
    assert cadences(day_before, learn=True) == [(None, 30), (None, 14), (None, 7), (None, 30)], "five touches by then"


def test_a_promise_is_overdue_after_its_day(session: Session, ours: int) -> None:
    team = Team.of(workspaces.get(session, workspace_id=ours))
    acme = partner(session, ours, owner="U1", since_on=DAY)
    promises.add(session, workspace_id=ours, partner_id=acme, what="call", due_on=DAY, by="U1", now=NOW)

    def signals(day: date) -> list[str]:
        (one,) = query.load_scored(session, team=team, day=day)
        return [str(signal.reason) for signal in one.signals]

    assert signals(DAY) == []
    assert signals(date(2026, 6, 2)) == ["promise"]
    assert [p.promises for p in query.load_scored(session, team=team, day=date(2026, 5, 31))] == [()], "not yet made"


def test_value_won_makes_its_way_into_the_facts(session: Session, ours: int) -> None:
    team = Team.of(workspaces.get(session, workspace_id=ours))
    acme = partner(session, ours)
    for on, outcome, direction, value in (
        (DAY, "won", "in", 100),
        (date(2025, 6, 1), "won", "in", 20),  # a year ago to the day: rolled out
        (date(2025, 6, 2), "won", "in", 3),
        (DAY, "won", "out", 7),
        (DAY, "lost", "in", 9),
    ):
        activities.record(
            session,
            workspace_id=ours,
            partner_id=acme,
            kind="referral",
            direction=direction,
            occurred_on=on,
            outcome=outcome,
            value_minor=value,
            by="U1",
            now=NOW,
        )
    (found,) = query.load_scored(session, team=team, day=DAY)
    assert (found.now.facts.value_won, found.before.facts.value_won) == (103, 23)
