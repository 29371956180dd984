"""A tick asks only for the workspaces that may need something, and sends all that it sent when it asked for all."""

import random
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions.caller import Caller
from bot.actions.partners.lifecycle import pause
from bot.actions.workspace.settings import change_settings
from bot.fake_slack import FakeSlack
from bot.notifications.claim import run_all
from bot.notifications.due_times import next_check_at, next_due_at
from bot.notifications.pool import WorkspacePool
from bot.notifications.send import RunResult
from bot.notifications.workspace_check import check_workspace
from bot.workspace.team import Team
from storage.db import check_schedule
from storage.db.engine import reading, writing
from storage.partners import names
from storage.tables import Workspace
from storage.workspaces import workspaces
from tests.notifications.office import MONDAY
from tests.slack.conftest import open_street
from tests.slack.street import Street
from tests.slack.test_rounds import got, prepare
from tests.web.conftest import Door

ZONES = ("UTC", "Europe/London", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe")
DAYS = 10
CHANGES = ("hours", "zone", "digest", "days", "owner")


def row(street: Street, slack: FakeSlack) -> Workspace:
    with reading(street.engine) as session:
        return workspaces.get(session, workspace_id=street.workspace_id(slack))


def looked_at(street: Street) -> list[str | None]:
    return [team.team_id for team, _ in street.services.workspaces.due(street.clock.now)]


@pytest.fixture
def quiet(both: Street) -> Iterator[Street]:
    """Everything that was due is out, and the next looks are planned."""
    for slack in (both.first, both.second):
        prepare(both, slack)
    both.clock.now += timedelta(hours=1)
    rounds = WorkspacePool(both.services)
    rounds.run(both.clock.now)
    rounds.run(both.clock.now)  # who was asked for in the first one was news
    assert looked_at(both) == []
    yield both
    rounds.close()


# -- what a look is planned for


def test_nothing_is_asked_of_a_workspace_in_which_nothing_can_be_due(quiet: Street) -> None:
    assert (
        quiet.clock.now
        < (row(quiet, quiet.first).look_at or quiet.clock.now)
        <= quiet.clock.now + check_schedule.MAX_INTERVAL
    )
    quiet.clock.now += timedelta(minutes=20)
    calls = len(quiet.first.world.calls)
    assert WorkspacePool(quiet.services).run(quiet.clock.now).nudges == 0
    assert len(quiet.first.world.calls) == calls
    quiet.clock.now += check_schedule.MAX_INTERVAL
    assert looked_at(quiet) == ["T0TEND", "T0SECOND"], "an hour later at the latest"


def test_a_clock_that_is_put_back_keeps_nobody_waiting(quiet: Street) -> None:
    quiet.clock.now -= timedelta(days=2)
    assert looked_at(quiet) == ["T0TEND", "T0SECOND"]


def settles(street: Street) -> None:
    change_settings(street.engine, caller(street), {"nudge_hour": "11"})


def gives_to_somebody_new(street: Street) -> None:
    street.partner(street.first, "Another Ltd", "U2")


def rests(street: Street) -> None:
    with reading(street.engine) as session:
        (_, partner_id) = names.list_names(session, workspace_id=street.workspace_id(street.first))[0]
    pause(street.engine, caller(street), partner_id, until=date(2026, 11, 30), reason=None)


def installs_again(street: Street) -> None:
    street.install(street.first)


def caller(street: Street) -> Caller:
    return Caller(Team.of(row(street, street.first)), "U1", street.clock.now, is_steward=True)


@pytest.mark.parametrize("change", [settles, gives_to_somebody_new, rests, installs_again])
def test_a_change_that_may_make_something_due_is_looked_at_in_the_next_tick(quiet: Street, change: Any) -> None:
    change(quiet)
    assert looked_at(quiet) == ["T0TEND"]


def test_a_change_while_somebody_looks_is_not_overlooked(quiet: Street) -> None:
    settles(quiet)
    ((team, planned),) = quiet.services.workspaces.due(quiet.clock.now)
    settles_again = {"nudge_hour": "12"}
    change_settings(quiet.engine, caller(quiet), settles_again)
    with writing(quiet.engine) as session:
        later = quiet.clock.now + timedelta(minutes=40)
        assert not check_schedule.plan_next_check(
            session, workspace_id=team.id, was=planned or quiet.clock.now, at=later
        )
    assert looked_at(quiet) == ["T0TEND"]


def test_a_change_before_the_look_is_noted_is_seen_by_it(quiet: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between who asks what is due and who gives it an instant, others may commit."""
    settles(quiet)
    real = check_schedule.due_workspaces
    asked: list[object] = []

    def due(session: Any, *, now: datetime) -> Any:
        found = real(session, now=now)
        if not asked:
            asked.append(found)
            change_settings(quiet.engine, caller(quiet), {"nudge_hour": "12"})
        return found

    monkeypatch.setattr(check_schedule, "due_workspaces", due)
    ((team, _),) = quiet.services.workspaces.due(quiet.clock.now)
    assert team.nudge_hour == 12


def test_what_could_not_be_sent_stays_due(both: Street) -> None:
    prepare(both, both.first)
    both.clock.now += timedelta(hours=1)
    both.first.world.faults.add("chat.postMessage", "500", None)
    rounds = WorkspacePool(both.services)
    assert rounds.run(both.clock.now).problems
    assert "T0TEND" in looked_at(both)
    both.first.world.faults.clear()
    for _ in range(30):
        both.clock.now += timedelta(minutes=1)
        rounds.run(both.clock.now)
    rounds.close()
    assert got(both.first) == [1, 1, 1]


def test_what_another_process_has_looked_at_is_not_looked_at_again(
    both: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many workers ask at the same second what is due, and share it."""
    looked: list[str | None] = []
    monkeypatch.setattr(
        "bot.notifications.workspace_check.run_workspace",
        lambda _services, team, _now: looked.append(team.team_id) or RunResult(),
    )
    asked = both.services.workspaces.due(both.clock.now)
    for _worker in range(2):
        for team, planned in asked:
            check_workspace(both.services, team, both.clock.now, planned)
    assert looked == ["T0TEND", "T0SECOND"]


# -- the same messages


@given(
    minutes=st.integers(0, 2 * 365 * 24 * 60),
    zone=st.sampled_from(ZONES),
    others=st.lists(st.sampled_from(ZONES), max_size=3),
    hour=st.integers(0, 23),
    id=st.integers(1, 10_000),
)
def test_no_look_is_later_than_what_may_be_due(minutes: int, zone: str, others: list[str], hour: int, id: int) -> None:
    now = MONDAY + timedelta(minutes=minutes)
    team = Team.of(Workspace(id=id, created_at=MONDAY, timezone=zone, nudge_hour=hour, digest_hour=hour))
    zones = [ZoneInfo(name) for name in others]
    at = next_check_at(team, zones, now, at_most=check_schedule.MAX_INTERVAL)
    assert now < at <= min(now + check_schedule.MAX_INTERVAL, next_due_at(team, [team.zone, *zones], now))
    assert now.astimezone(team.zone).date() == (at - timedelta(microseconds=1)).astimezone(team.zone).date()


def plans_of(chance: random.Random) -> list[tuple[datetime, str]]:
    """What people do in these days, at odd instants."""
    found = [(MONDAY + timedelta(minutes=chance.randrange(DAYS * 24 * 60)), chance.choice(CHANGES)) for _ in range(30)]
    return sorted(found)


def does(street: Street, what: str, chance: random.Random) -> None:
    hour = chance.randrange(24)
    changed = {
        "hours": {"nudge_hour": str(hour), "quiet_hour": str(chance.randrange(hour + 1, 25))},
        "zone": {"timezone": chance.choice(ZONES)},
        "digest": {"digest_hour": str(chance.randrange(24)), "digest_day": "wed"},
        "days": {"working_days": chance.choice(("mon-fri", "sun-thu", "mon wed"))},
    }
    owner = chance.choice(("U1", "U2"))
    if what == "owner":
        street.partner(street.first, f"Of {owner} {chance.random()}", owner, since=date(2026, 9, 1))
    else:
        change_settings(street.engine, caller(street), changed[what])


def lived(street: Street, seed: int, *, by_looks: bool) -> list[tuple[str, str]]:
    """A few days in odd steps; what was sent, and when. By looks, two workers are at it at once."""
    chance = random.Random(seed)
    street.install(street.first)
    prepare(street, street.first)
    people = street.first.world.people
    people["U2"] = replace(people["U2"], tz=chance.choice(ZONES))
    plans = plans_of(chance)
    workers = [WorkspacePool(street.services), WorkspacePool(street.other_house())] if by_looks else []
    with ThreadPoolExecutor(2) as pool:
        while street.clock.now < MONDAY + timedelta(days=DAYS):
            street.clock.now += timedelta(minutes=chance.randrange(5, 25))
            while plans and plans[0][0] <= street.clock.now:
                does(street, plans.pop(0)[1], chance)
            if by_looks:
                list(pool.map(lambda one: one.run(street.clock.now), workers))
            else:
                run_all(street.services, street.clock.now)
    for one in workers:
        one.close()
    messages = [*street.first.dm("U1"), *street.first.dm("U2"), *street.first.channel("C1")]
    return [(message.ts.partition(".")[0], message.visible_text) for message in messages if message.by_bot]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_two_workers_that_go_by_looks_send_what_one_sends_that_looks_at_all(
    running: FakeSlack, served: tuple[Door, int], template_database: Path, tmp_path: Path, seed: int
) -> None:
    """Over days of changed hours, zones, working days and owners: the same messages, in the same ticks."""
    sent = []
    for by_looks in (False, True):
        file = tmp_path / f"{by_looks}.db"
        shutil.copy(template_database, file)
        with open_street(running, served, f"sqlite:///{file}") as street:
            sent.append(lived(street, seed, by_looks=by_looks))
    assert len(sent[0]) > 5
    assert sorted(sent[1]) == sorted(sent[0])
