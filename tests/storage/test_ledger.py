"""Rows written, read and summed."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from storage.ledger import activities, by_day, partner_totals, team_totals
from storage.ledger.partner_totals import PartnerSums, empty_sums
from storage.tables.enums import DIRECTIONS, KINDS, OUTCOMES
from tests.examples import UNHURRIED, examples
from tests.storage.making import DAY, NOW, activity, partner

near = st.integers(-40, 40).map(lambda off: DAY + timedelta(off))


@dataclass(frozen=True)
class Line:
    partner: int
    kind: str
    direction: str
    on: date
    count: int
    outcome: str | None
    outcome_on: date | None
    value: int | None
    voided: bool

    def counts(self, after: date, until: date) -> bool:
        return not self.voided and self.kind not in ("meeting", "attempt") and after < self.on <= until

    def won(self, after: date, until: date) -> bool:
        return (
            not self.voided
            and (self.outcome, self.direction) == ("won", "in")
            and self.outcome_on is not None
            and after < self.outcome_on <= until
        )

    def failed(self, after: date, until: date) -> bool:
        return (
            self.counts(after, until)
            and (self.outcome in ("lost", "declined") and self.direction == "in" and "referral" in self.kind)
            and self.outcome_on is not None
            and self.outcome_on <= until
        )


lines = st.lists(
    st.builds(
        Line,
        partner=st.integers(0, 2),
        kind=st.sampled_from(KINDS),
        direction=st.sampled_from(DIRECTIONS),
        on=near,
        count=st.integers(1, 5),
        outcome=st.none() | st.just("won") | st.sampled_from(OUTCOMES),
        outcome_on=near,
        value=st.none() | st.integers(0, 10**6),
        voided=st.sampled_from([False, False, False, True]),
    ).map(lambda line: replace(line, outcome=None) if line.kind == "attempt" else line),
    max_size=25,
)
windows = st.lists(st.tuples(near, near).map(lambda pair: (min(pair), max(pair))), min_size=2, max_size=2)


def naive(found: list[Line], asked: list[tuple[date, date]]) -> PartnerSums | None:
    standing = [line for line in found if not line.voided and line.kind != "attempt"]
    if not standing:
        return None
    made = empty_sums(len(asked))
    for place, window in enumerate(asked):
        held: dict[tuple[str, str], int] = defaultdict(int)
        for line in standing:
            if line.counts(*window):
                held[line.kind, line.direction] += line.count
        made.windows[place].update(held)
        made.won_minor[place] = sum(line.value or 0 for line in standing if line.won(*window))
        made.wins[place] = sum(1 for line in standing if line.won(*window))
        made.failed[place] = sum(line.count for line in standing if line.failed(*window))
    made.first_on = min((line.on for line in standing if line.kind != "meeting"), default=None)
    made.last_touch_on = tuple(
        max((line.on for line in standing if line.on <= until), default=None) for _, until in asked
    )
    return made if made.first_on or any(made.last_touch_on) else None


@settings(max_examples=examples(60), suppress_health_check=UNHURRIED)
@given(led=lines, asked=windows)
def test_sums_are_what_counting_row_by_row_gives(
    session: Session, ours: int, led: list[Line], asked: list[tuple[date, date]]
) -> None:
    with session.begin_nested() as undone:
        partners = [partner(session, ours, f"P{place}") for place in range(3)]
        for line in led:
            row = activities.record(
                session,
                workspace_id=ours,
                partner_id=partners[line.partner],
                kind=line.kind,
                direction=line.direction,
                occurred_on=line.on,
                count=line.count,
                outcome=line.outcome,
                value_minor=line.value,
                by="U1",
                now=NOW,
            )
            row.outcome_on = line.outcome_on if line.outcome else None
            row.voided_at = NOW if line.voided else None
        session.flush()
        found = partner_totals.load_sums(session, workspace_id=ours, windows=asked)
        wanted = {
            of: its
            for place, of in enumerate(partners)
            if (its := naive([line for line in led if line.partner == place], asked))
        }
        assert found == wanted
        for few in ([], partners[:1], partners[:2]):
            assert partner_totals.load_sums(session, workspace_id=ours, windows=asked, partner_ids=few) == {
                of: its for of, its in wanted.items() if of in few
            }
        after, until = asked[0]
        everyone: dict[tuple[str, str], int] = defaultdict(int)
        for line in led:
            if not line.voided and line.kind != "attempt" and after < line.on <= until:
                everyone[line.kind, line.direction] += line.count
        span = team_totals.Span(after, until, NOW - timedelta(days=9999), NOW)  # all of it was written down in time
        assert team_totals.activity_totals(session, workspace_id=ours, span=span) == everyone
        assert team_totals.won_total(session, workspace_id=ours, span=span) == sum(
            line.value or 0 for line in led if line.won(after, until)
        )
        undone.rollback()


def test_an_outcome_stands_from_the_day_of_the_row(session: Session, ours: int) -> None:
    acme = partner(session, ours)
    with_one, without = (
        activities.get(session, workspace_id=ours, activity_id=activity(session, ours, acme, outcome=outcome))
        for outcome in ("introduced", None)
    )
    assert with_one
    assert without
    assert (with_one.outcome_on, without.outcome_on) == (DAY, None)


def test_the_latest_rows_come_newest_first_without_plans_and_voided_ones(session: Session, ours: int) -> None:
    acme = partner(session, ours)
    days = (DAY - timedelta(2), DAY, DAY, DAY + timedelta(1))
    old, one, two, _plan = (activity(session, ours, acme, occurred_on=day) for day in days)
    voided = activities.get(session, workspace_id=ours, activity_id=activity(session, ours, acme))
    assert voided
    voided.voided_at = NOW

    def latest(limit: int) -> list[int | None]:
        return [
            row.id for row in activities.recent(session, workspace_id=ours, partner_id=acme, until=DAY, limit=limit)
        ]

    assert latest(9) == [two, one, old]
    assert latest(1) == [two]


def test_open_referrals_are_those_introduced_or_met(session: Session, ours: int) -> None:
    acme = partner(session, ours)
    made = {
        outcome: activity(session, ours, acme, outcome=outcome, occurred_on=DAY + timedelta(place))
        for place, outcome in enumerate((*OUTCOMES, None))
    }
    found = activities.open_referrals(session, workspace_id=ours, partner_id=acme, limit=9)
    assert [row.id for row in found] == [made["met"], made["introduced"]]
    assert len(activities.open_referrals(session, workspace_id=ours, partner_id=acme, limit=1)) == 1


def test_thanks_go_to_who_wrote_by_hand_in_the_time(session: Session, ours: int) -> None:
    acme = partner(session, ours)
    start, end = datetime(2026, 5, 25, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    second = timedelta(seconds=1)
    for by, at in (("U1", start + second), ("U1", end), ("U2", end), ("U3", end + second), ("U4", start)):
        activity(session, ours, acme, by=by, now=at)
    assert team_totals.logged_by_person(session, workspace_id=ours, after=start, until=end) == {"U1": 2, "U2": 1}


@settings(max_examples=examples(50), suppress_health_check=UNHURRIED)
@given(lines, near, near)
def test_days_of_contact_are_those_of_whatever_stands(
    session: Session, ours: int, others: int, led: list[Line], one: date, two: date
) -> None:
    """Meetings too; none of voided rows and attempts, none outside the days asked about, none of another workspace."""
    after, until = sorted((one, two))
    with session.begin_nested() as undone:
        ids = [partner(session, ours, name) for name in "ABC"]
        activity(session, others, partner(session, others, "Elsewhere"), occurred_on=until)
        for line in led:
            row = activities.record(
                session, workspace_id=ours, partner_id=ids[line.partner], kind=line.kind, direction=line.direction,
                occurred_on=line.on, by="U1", now=NOW,
            )  # fmt: skip
            row.voided_at = NOW if line.voided else None
        session.flush()
        found = by_day.touch_days(session, workspace_id=ours, after=after, until=until)
        alone = by_day.touch_days(session, workspace_id=ours, after=after, until=until, partner_ids=ids[:1])
        undone.rollback()
    wanted = {
        id: sorted(
            line.on
            for line in led
            if ids[line.partner] == id and not line.voided and line.kind != "attempt" and after < line.on <= until
        )
        for id in ids
    }
    assert {id: sorted(days) for id, days in found.items()} == {id: days for id, days in wanted.items() if days}
    assert sorted(alone.get(ids[0], [])) == wanted[ids[0]]


def told_days(first: date, steps: list[int]) -> list[team_totals.Span]:
    """Spans that follow each other, as the digests of a team whose day is moved."""
    spans, after = [], first
    for step in steps:
        until = after + timedelta(days=step)
        spans.append(team_totals.Span(after, until, at_end(after), at_end(until)))
        after = until
    return spans


def at_end(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC)


written = st.tuples(near, st.integers(-5, 40), st.integers(0, 5), st.integers(-3, 20), st.booleans())


@settings(max_examples=examples(200), suppress_health_check=UNHURRIED)
@given(led=st.lists(written, max_size=12), steps=st.lists(st.integers(1, 9), min_size=1, max_size=14))
def test_whatever_is_written_down_belongs_to_one_of_the_spans_that_follow_each_other(
    session: Session, ours: int, led: list[tuple[date, int, int, int, bool]], steps: list[int]
) -> None:
    """Written down late or planned ahead, won at once or later: told once, and as late only what was."""
    first = min((day for day, *_ in led), default=DAY) - timedelta(days=6)
    spans = told_days(first, steps)
    with session.begin_nested() as undone:
        of, done, won = partner(session, ours), 0, 0
        for on, later, _, came, is_won in led:
            at = at_end(on + timedelta(days=later)) - timedelta(hours=5)
            row = activities.record(
                session, workspace_id=ours, partner_id=of, kind="referral", direction="in", occurred_on=on,
                outcome="won" if is_won else None, value_minor=7 if is_won else None, by="U1", now=at,
            )  # fmt: skip
            told = max(on, at.date())
            done += spans[0].after < told <= spans[-1].until
            if is_won:
                row.outcome_on, row.outcome_at = on + timedelta(days=came), at + timedelta(days=3)
                won += 7 * (spans[0].after < max(row.outcome_on, row.outcome_at.date()) <= spans[-1].until)
        session.flush()
        each = [
            sum(team_totals.activity_totals(session, workspace_id=ours, span=span, late=late).values())
            for span in spans
            for late in (False, True)
        ]
        assert sum(each) == done
        assert won == sum(
            team_totals.won_total(session, workspace_id=ours, span=span, late=late)
            for span in spans
            for late in (False, True)
        )
        undone.rollback()
