"""When a nudge or a digest is due, in every time zone there is."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.notifications.due_times import DigestDue, digest_covers, digest_due, next_due_at, nudge_day
from bot.workspace.team import Team, find_zone
from storage.tables import Workspace
from tests.examples import examples

START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
ZONES = [zone for name in sorted(available_timezones()) if (zone := find_zone(name))]
QUARTER = timedelta(minutes=15)

TEAM = Team.of(Workspace(id=1, created_at=START, timezone="Europe/London", holidays="none"))
"""As teams are unless they say otherwise: no days off, nudges from nine to twenty, the digest on Mondays at nine."""

zones = st.sampled_from(ZONES)
minutes = st.integers(0, int((END - START) / timedelta(minutes=1)) - 1).map(lambda n: START + timedelta(minutes=n))
days = st.integers(0, 730).map(lambda n: date(2026, 1, 1) + timedelta(days=n))
hours = st.integers(0, 23)


def due_at(team: Team, now: datetime) -> DigestDue:
    """The digest that is due of a team that always wanted one."""
    due = digest_due(team, now)
    assert due
    return due


def test_all_zones_are_looked_at() -> None:
    assert len(ZONES) > 400


@given(zone=zones, now=minutes, hour=hours, quiet=st.integers(1, 24), works=st.sets(st.integers(0, 6)), off=st.data())
@settings(max_examples=examples(400))
def test_a_nudge_goes_out_on_a_working_day_between_the_hour_and_the_quiet_ones(
    zone: ZoneInfo, now: datetime, hour: int, quiet: int, works: set[int], off: st.DataObject
) -> None:
    local = now.astimezone(zone)
    days_off = {local.date()} if off.draw(st.booleans()) else set()
    team = replace(TEAM, nudge_hour=hour, quiet_hour=quiet, working_days=frozenset(works), days_off=frozenset(days_off))
    works_today = local.weekday() in works and not days_off
    in_time = (hour if hour < quiet else quiet - 1) <= local.hour < quiet
    assert nudge_day(team, zone, now) == (local.date() if works_today and in_time else None)


@cache
def clock_changes(zone: ZoneInfo) -> list[datetime]:
    """The days (00:00 UTC) in which the zone's clocks are set."""
    noons = [START + timedelta(days=n) for n in range((END - START).days + 1)]
    offsets = [noon.astimezone(zone).utcoffset() for noon in noons]
    return [noon for noon, was, then in zip(noons, offsets, offsets[1:], strict=False) if was != then]


def test_through_every_clock_change_each_working_day_has_one_stretch_in_which_it_is_due() -> None:
    looked = 0
    for zone in ZONES:
        for change in clock_changes(zone):
            looked += 1
            first = change - timedelta(days=2)
            team = replace(TEAM, working_days=frozenset(range(7)))
            steps = [first + n * QUARTER for n in range(5 * 96)]
            due = [nudge_day(team, zone, step) for step in steps]
            starts = [
                (day, steps[place].astimezone(zone))
                for place, day in enumerate(due)
                if day and place and due[place - 1] is None
            ]
            told = [day for day, _ in starts]
            assert told == [told[0] + timedelta(days=n) for n in range(len(told))], zone
            assert len(told) >= 4, zone
            assert {(local.date(), local.hour, local.minute) for _, local in starts} == {(d, 9, 0) for d in told}, zone
    assert looked > 300


@given(zone=zones, hour=st.integers(0, 22), start=days)
@settings(max_examples=examples(40))
def test_whatever_the_hour_no_working_day_is_left_out(zone: ZoneInfo, hour: int, start: date) -> None:
    team = replace(TEAM, nudge_hour=hour, quiet_hour=24)
    first = datetime(start.year, start.month, start.day, tzinfo=UTC)
    local_days = [start + timedelta(days=n) for n in range(2, 9)]
    claimed = {day for n in range(11 * 96) if (day := nudge_day(team, zone, first + n * QUARTER))}
    assert {day for day in local_days if day.weekday() < 5} <= claimed
    assert all(day.weekday() < 5 for day in claimed)


@given(zone=zones, now=minutes, weekday=st.integers(0, 6), hour=hours)
@settings(max_examples=examples(400))
def test_the_digest_that_is_due_is_the_latest_whose_hour_has_come(
    zone: ZoneInfo, now: datetime, weekday: int, hour: int
) -> None:
    team = replace(TEAM, zone=zone, digest_day=weekday, digest_hour=hour)
    due = due_at(team, now)
    local = now.astimezone(zone)
    day = due.as_of.isoweekday()
    assert (due.period, day) == (due.as_of.isoformat(), weekday + 1)
    assert timedelta(0) <= local.date() - due.as_of <= timedelta(days=7)
    if due.as_of == local.date():
        assert local.hour >= hour
    if local.date() - due.as_of == timedelta(days=7):
        assert local.hour < hour or local.utcoffset() != (local - timedelta(days=1)).utcoffset()
    assert due.late == (due_at(team, now - timedelta(hours=24, microseconds=1)).as_of == due.as_of)


@given(zone=zones, weekday=st.integers(0, 6), hour=hours)
@settings(max_examples=examples(20))
def test_in_two_years_every_iso_week_has_its_digest_once_and_in_order(zone: ZoneInfo, weekday: int, hour: int) -> None:
    team = replace(TEAM, zone=zone, digest_day=weekday, digest_hour=hour)
    seen = [due_at(team, START + timedelta(hours=n)) for n in range(0, 17_520, 3)]
    order = list(dict.fromkeys((due.as_of, due.period) for due in seen))
    assert [as_of for as_of, _ in order] == [order[0][0] + timedelta(weeks=n) for n in range(len(order))]
    assert len({period for _, period in order}) == len(order)
    assert len(order) in (105, 106)


@pytest.mark.parametrize(
    ("now", "weekday", "as_of"),
    [
        ("2027-01-01T09:00+00:00", 4, "2027-01-01"),
        ("2027-01-01T08:59+00:00", 4, "2026-12-25"),
        ("2027-01-03T23:00+00:00", 0, "2026-12-28"),
        ("2027-01-04T09:00+00:00", 0, "2027-01-04"),
        ("2026-11-23T09:00+00:00", 0, "2026-11-23"),
    ],
)
def test_a_digest_is_known_by_its_day_also_at_new_year(now: str, weekday: int, as_of: str) -> None:
    assert due_at(replace(TEAM, digest_day=weekday), datetime.fromisoformat(now)).period == as_of


@pytest.mark.parametrize(
    ("now", "late"),
    [
        ("2026-11-23T09:00+00:00", False),
        ("2026-11-24T09:00+00:00", False),
        ("2026-11-24T09:01+00:00", True),
        ("2026-11-30T08:59+00:00", True),
        ("2026-11-30T09:00+00:00", False),
        ("2026-03-30T08:00+00:00", False),  # the day after the clocks went forward: nine o'clock is at eight
        ("2026-03-30T07:59+00:00", True),
    ],
)
def test_a_digest_is_late_after_24_hours(now: str, late: bool) -> None:
    assert due_at(TEAM, datetime.fromisoformat(now)).late is late


def test_three_weeks_away_makes_one_digest() -> None:
    """Of the weeks that went by only the last is due."""
    away, back = datetime(2026, 11, 2, 10, tzinfo=UTC), datetime(2026, 11, 25, 10, tzinfo=UTC)
    assert due_at(TEAM, away).period == "2026-11-02"
    assert due_at(TEAM, back) == DigestDue(date(2026, 11, 23), late=True)


weeks = st.lists(st.tuples(st.integers(0, 6), st.integers(1, 20)), min_size=1, max_size=8)


@given(begun=minutes, course=weeks, zone=zones)
@settings(max_examples=60, deadline=None)
def test_however_its_day_is_moved_each_day_is_in_one_digest(
    begun: datetime, course: list[tuple[int, int]], zone: ZoneInfo
) -> None:
    """The day of the week is set anew every so many days; every six hours it is asked what is due."""
    now, told, last_on = begun, [], None
    for weekday, lasts in course:
        team = replace(TEAM, zone=zone, digest_day=weekday, digest_since=now, digest_begun_on=begun.date())
        for step in (now + timedelta(hours=6 * n) for n in range(4 * lasts)):
            due = digest_due(team, step)
            if due and (last_on is None or due.as_of > last_on):
                assert not due.late
                told.append(digest_covers(due.as_of, last_on, None))
                last_on = due.as_of
        now += timedelta(days=lasts)
    covered = [first + n * timedelta(days=1) for first, last in told for n in range((last - first).days + 1)]
    assert covered == [covered[0] + n * timedelta(days=1) for n in range(len(covered))] if covered else not told


def test_the_time_without_digests_is_not_made_up_for() -> None:
    day = date(2026, 11, 23)
    assert digest_covers(day, None, None) == (date(2026, 11, 16), date(2026, 11, 22))
    assert digest_covers(day, date(2026, 3, 2), None)[0] == date(2026, 3, 2)
    assert digest_covers(day, date(2026, 3, 2), date(2026, 11, 20))[0] == date(2026, 11, 16)
    assert digest_covers(day, date(2026, 11, 18), date(2026, 11, 20))[0] == date(2026, 11, 18)


@pytest.mark.parametrize(
    ("day", "hour", "instant"),
    [
        ("2026-03-29", 1, "2026-03-29T01:00+00:00"),  # 01:00 is not there: the instant it would have been
        ("2026-10-25", 1, "2026-10-25T00:00+00:00"),  # 01:00 is there twice: the first
    ],
)
def test_a_digest_in_the_hour_of_a_clock_change_has_one_instant(day: str, hour: int, instant: str) -> None:
    team = replace(TEAM, digest_day=6, digest_hour=hour)
    moment = datetime.fromisoformat(instant)
    assert due_at(team, moment).as_of.isoformat() == day
    assert due_at(team, moment - timedelta(minutes=1)).as_of.isoformat() != day


def quarters(after: datetime, before: datetime) -> list[datetime]:
    """The quarter hours between two instants, neither of them included: clocks are set, and hours begin, on these."""
    first = after - (after - START) % QUARTER + QUARTER
    return [first + n * QUARTER for n in range(-((first - before) // QUARTER))]


@given(
    given_zones=st.lists(zones, max_size=4), home=zones, now=minutes, hour=hours, quiet=st.integers(1, 24),
    weekday=st.integers(0, 6), digest_hour=hours, works=st.sets(st.integers(0, 6)),
)  # fmt: skip
@settings(max_examples=examples(300))
def test_nothing_becomes_due_before_the_next_instant_at_which_something_may(
    given_zones: list[ZoneInfo], home: ZoneInfo, now: datetime, hour: int, quiet: int, weekday: int, digest_hour: int,
    works: set[int],
) -> None:  # fmt: skip
    team = replace(
        TEAM, zone=home, nudge_hour=hour, quiet_hour=quiet, working_days=frozenset(works),
        digest_day=weekday, digest_hour=digest_hour,
    )  # fmt: skip
    then = next_due_at(team, given_zones, now)
    assert now < then <= now + (timedelta(hours=26) if given_zones else timedelta(days=7, hours=2))
    for step in quarters(now, then):
        assert due_at(team, step).period == due_at(team, now).period
        for zone in given_zones:
            day = nudge_day(team, zone, step)
            # Where clocks go back by two hours, quiet ones may end once more; that day's nudge went out before.
            assert day in (None, nudge_day(team, zone, now)) or day in had(team, zone, now)


def had(team: Team, zone: ZoneInfo, now: datetime) -> set[date | None]:
    """The days whose nudge was due at some time in the day before."""
    return {nudge_day(team, zone, step) for step in quarters(now - timedelta(days=1), now)}


@given(zone=zones, now=minutes, weekday=st.integers(0, 6), hour=hours)
@settings(max_examples=examples(200))
def test_with_nobody_to_nudge_the_next_instant_is_the_next_digest_s(
    zone: ZoneInfo, now: datetime, weekday: int, hour: int
) -> None:
    team = replace(TEAM, zone=zone, digest_day=weekday, digest_hour=hour)
    then = next_due_at(team, [], now)
    assert due_at(team, then).as_of == then.astimezone(zone).date() != due_at(team, now).as_of
    assert due_at(team, then - timedelta(microseconds=1)).as_of == due_at(team, now).as_of


@pytest.mark.parametrize("hour", [0, 1, 2, 3, 9])
def test_whoever_hops_through_a_clock_change_finds_each_nudge_in_the_instant_it_becomes_due(hour: int) -> None:
    team = replace(TEAM, nudge_hour=hour, quiet_hour=24, working_days=frozenset(range(7)))
    looked = 0
    for zone in ZONES:
        for change in clock_changes(zone):
            looked += 1
            begin, end = change - timedelta(days=1), change + timedelta(days=2)
            first: dict[date | None, datetime] = {}
            for step in quarters(begin, end):
                first.setdefault(nudge_day(team, zone, step), step)
            hops, now = set(), begin
            while (now := next_due_at(team, [zone], now)) < end:
                hops.add(now)
            starts = {step for day, step in first.items() if day and step > begin + QUARTER}
            assert starts <= hops, zone
            assert len(starts) >= 2, zone
    assert looked > 300
