"""Moving time: the clock never goes back, and on the way each nudge and digest goes out once, at its own hour."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.demo import time_machine as travel_module
from bot.demo.agenda import FILE_NAME as CALENDARS
from bot.demo.agenda import Agenda
from bot.demo.clock import DemoClock
from bot.demo.people import ANA, BEN, CHLOE, GUEST, PARTNERSHIPS
from bot.demo.run import by_itself
from bot.demo.time_machine import TRAVEL_LENGTHS, UNTIL_NUDGE, DemoTimeMachine
from bot.demo.workspace import FILE_NAME, OFFSET_FILE_NAME, DemoWorkspace, open_workspace
from bot.errors import ConfigurationError
from bot.fake_slack import FakeSlackError, Message
from bot.fake_slack.demo_hooks import Journey
from tests.patience import until

WEDNESDAY = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
ZONES = {ANA: "Europe/London", BEN: "Europe/London", CHLOE: "Europe/Stockholm"}
DAY = timedelta(days=1)
NOTHING = f"Nothing to nudge you about in {travel_module.MAX_TRAVEL.days} days"


@contextmanager
def at_rest(now: datetime = WEDNESDAY, keep: Path | None = None) -> Iterator[DemoWorkspace]:
    """A workspace whose time stands still unless it is moved."""
    with by_itself(), open_workspace(keep=keep, clock=lambda: now) as workspace:
        yield workspace


@pytest.fixture
def workspace() -> Iterator[DemoWorkspace]:
    with at_rest() as workspace:
        yield workspace


def arrived(travel: DemoTimeMachine) -> Journey:
    """The journey once it is over."""
    journey = until(lambda: (found := travel.journey()) and found.over and found)
    assert journey
    travel.stop()
    return journey


def sent(workspace: DemoWorkspace, mark: int = 0) -> list[tuple[str, datetime, str]]:
    """What Tend posted of itself since: the place, the instant and the words."""
    news = [change.item for change in workspace.slack.world.journal[mark:] if change.kind == "posted"]
    return [
        (item.channel, datetime.fromtimestamp(int(float(item.ts)), UTC), item.text)
        for item in news
        if isinstance(item, Message) and item.by_bot
    ]


def dm(workspace: DemoWorkspace, user: str) -> str:
    return workspace.slack.world.open_dm(user).id


# -- the clock


class Machine:
    """The machine's clock, as a test sets it."""

    def __init__(self) -> None:
        self.now = WEDNESDAY

    def __call__(self) -> datetime:
        return self.now


def test_the_clock_goes_on_from_where_it_was_moved_to() -> None:
    """It runs on with the machine's own."""
    machine = Machine()
    clock = DemoClock(machine)
    clock.move_to(WEDNESDAY + DAY)
    machine.now += timedelta(minutes=5)
    assert clock() == WEDNESDAY + DAY + timedelta(minutes=5)
    assert DemoClock(machine, moved=clock.moved)() == clock()


def test_the_clock_never_goes_back() -> None:
    """Neither to before now nor to before where it was moved already."""
    clock = DemoClock(Machine())
    clock.move_to(WEDNESDAY - DAY)
    assert clock() == WEDNESDAY
    clock.move_to(WEDNESDAY + 3 * DAY)
    clock.move_to(WEDNESDAY + DAY)
    assert clock() == WEDNESDAY + 3 * DAY


def test_the_clock_stands_still_while_the_past_is_told() -> None:
    """Whatever the machine's does, and also when the telling fails."""
    machine = Machine()
    clock = DemoClock(machine)
    past = WEDNESDAY - 7 * DAY
    with clock.at(past):
        machine.now += timedelta(hours=1)
        assert clock() == past
    assert clock() == WEDNESDAY + timedelta(hours=1)
    with suppress(KeyError), clock.at(past):
        raise KeyError
    assert clock() == WEDNESDAY + timedelta(hours=1)


# -- the journey


@pytest.mark.parametrize(
    "begin",
    [
        "2026-11-25T14:00+00:00",
        pytest.param("2027-03-24T18:00+00:00", marks=pytest.mark.slow),
        pytest.param("2026-10-21T05:00+00:00", marks=pytest.mark.slow),
    ],
)
def test_a_fortnight_delivers_each_nudge_and_digest_once_at_its_hour(begin: str) -> None:
    """At nine of each owner's own clock, digests on Mondays at nine; also where clocks are set on the way."""
    now = datetime.fromisoformat(begin)
    with at_rest(now) as workspace:
        mark = len(workspace.slack.world.journal)
        workspace.travel.start("fortnight", ANA)
        journey = arrived(workspace.travel)
        news = sent(workspace, mark)
        owners = {dm(workspace, user): ZoneInfo(zone) for user, zone in ZONES.items()}
        london = owners[dm(workspace, ANA)]
        assert workspace.clock() == now + 14 * DAY
    digests = [at.astimezone(london) for place, at, _ in news if place == PARTNERSHIPS]
    nudges = [(place, at.astimezone(owners[place])) for place, at, _ in news if place != PARTNERSHIPS]
    assert [(at.weekday(), at.hour, at.minute) for at in digests] == [(0, 9, 0)] * 2
    assert digests[1].date() - digests[0].date() == timedelta(weeks=1)
    assert {place for place, _ in nudges} == owners.keys()
    assert {(at.hour, at.minute, at.weekday() < 5) for _, at in nudges} == {(9, 0, True)}
    assert max(Counter((place, at.date()) for place, at in nudges).values()) == 1
    assert [at for _, at, _ in news] == sorted(at for _, at, _ in news)
    assert journey == Journey(now + 14 * DAY, 1.0, f"{len(nudges)} nudges, 2 digests", over=True)


def test_it_ticks_whenever_something_may_be_due(workspace: DemoWorkspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine o'clock in every zone that somebody is in, and the arrival; at no other."""
    ticks: list[datetime] = []
    monkeypatch.setattr(travel_module, "tick", lambda services: ticks.append(services.clock()))
    workspace.travel.go(WEDNESDAY + 2 * DAY)
    hours = [(26, 8), (26, 9), (27, 8), (27, 9), (27, 14)]
    assert ticks == [datetime(2026, 11, day, hour, tzinfo=UTC) for day, hour in hours]


def test_to_the_next_nudge_stops_at_its_instant(workspace: DemoWorkspace) -> None:
    """Of one's own: others' nudges and the digests on the way do not end the journey."""
    mark = len(workspace.slack.world.journal)
    workspace.travel.start(UNTIL_NUDGE, ANA)
    journey = arrived(workspace.travel)
    news = sent(workspace, mark)
    mine = [at for place, at, _ in news if place == dm(workspace, ANA)]
    assert mine == [workspace.clock()]
    assert workspace.clock().astimezone(ZoneInfo("Europe/London")).hour == 9
    assert {place for place, _, _ in news} >= {PARTNERSHIPS, dm(workspace, BEN)}
    assert "1 digest" in journey.news or "2 digests" in journey.news
    assert journey.share < 1


def test_with_nobody_to_nudge_it_ends_at_the_furthest(
    workspace: DemoWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And says so; a guest is never nudged."""
    monkeypatch.setitem(TRAVEL_LENGTHS, UNTIL_NUDGE, 3 * DAY)
    workspace.travel.start(UNTIL_NUDGE, GUEST)
    journey = arrived(workspace.travel)
    assert workspace.clock() == WEDNESDAY + 3 * DAY
    assert (journey.share, journey.news) == (1.0, NOTHING)


def test_a_journey_without_news_says_so(workspace: DemoWorkspace) -> None:
    """A weekend has none."""
    workspace.travel.go(datetime(2026, 11, 27, 20, tzinfo=UTC))
    workspace.travel.go(datetime(2026, 11, 29, 20, tzinfo=UTC))
    assert arrived(workspace.travel).news == "nothing to say"


def test_an_unknown_move_is_refused(workspace: DemoWorkspace) -> None:
    """And names those there are; the page offers the same."""
    with pytest.raises(FakeSlackError, match="no move 'decade'; use one of day, week, fortnight, nudge, year"):
        workspace.travel.start("decade", ANA)
    assert workspace.travel.journey() is None
    assert {key for key, _ in workspace.travel.moves} == TRAVEL_LENGTHS.keys()


def test_one_journey_at_a_time_and_stop_stays_where_it_is(workspace: DemoWorkspace) -> None:
    """A second one is refused while one runs, and can set out when that was stopped."""
    travel = workspace.travel
    travel.start("year", ANA)
    until(lambda: workspace.clock() != WEDNESDAY)
    with pytest.raises(FakeSlackError, match="already moving"):
        travel.start("day", ANA)
    travel.stop()
    there, mark = workspace.clock(), len(workspace.slack.world.journal)
    journey = travel.journey()
    assert journey is not None
    assert journey.over
    assert journey.share < 1
    assert WEDNESDAY < there < WEDNESDAY + 365 * DAY
    time.sleep(0.2)
    assert (workspace.clock(), len(workspace.slack.world.journal)) == (there, mark)
    travel.start("day", ANA)
    assert arrived(travel).share == 1
    assert workspace.clock() == there + DAY


def test_stopping_a_journey_to_a_nudge_claims_nothing_of_the_furthest(workspace: DemoWorkspace) -> None:
    """Only whoever came that far knows that there was nothing."""
    workspace.travel.start(UNTIL_NUDGE, GUEST)
    workspace.travel.stop()
    assert arrived(workspace.travel).news != NOTHING


# -- kept


def test_the_time_is_found_again_and_nothing_is_sent_twice(tmp_path: Path) -> None:
    """What was sent before stands there again, once; what comes later comes later."""
    with at_rest(keep=tmp_path) as first:
        mark = len(first.slack.world.journal)
        first.travel.go(WEDNESDAY + 13 * DAY)
        before = sent(first, mark)
        there = first.clock()
    # The machine's clock went on while nobody looked.
    with at_rest(WEDNESDAY + timedelta(hours=1), keep=tmp_path) as again:
        assert again.clock() == there + timedelta(hours=1)
        shown = sent(again)
        for user in (ANA, BEN, CHLOE):
            place = dm(again, user)
            last = [one for one in before if one[0] == place][-1:]
            assert [one[:2] for one in shown if one[0] == place] == [one[:2] for one in last]
        digests = [one for one in shown if one[0] == PARTNERSHIPS]
        assert digests == [one for one in before if one[0] == PARTNERSHIPS][-1:]
        mark = len(again.slack.world.journal)
        again.travel.go(again.clock() + timedelta(minutes=1))
        assert sent(again, mark) == []
        again.travel.go(there + 7 * DAY)
        later = sent(again, mark)
        days = Counter((place, at.date()) for place, at, _ in [*before, *later])
        assert max(days.values()) == 1
        assert sum(place == PARTNERSHIPS for place, _, _ in later) == 1


@pytest.mark.parametrize("garbled", ["yesterday", "", "1e400", "nan", "é"])
def test_garbled_moved_time_is_one_line_that_names_the_file(tmp_path: Path, garbled: str) -> None:
    """It says what to do; the workspace itself is left alone."""
    (tmp_path / OFFSET_FILE_NAME).write_text(garbled, encoding="utf-8")
    wanted = rf"{OFFSET_FILE_NAME} should contain a number of seconds; delete it"
    with pytest.raises(ConfigurationError, match=wanted) as caught, at_rest(keep=tmp_path):
        pass
    assert str(tmp_path) in str(caught.value)
    assert not (tmp_path / FILE_NAME).exists()


@pytest.mark.parametrize(
    "garbled", ["", "{", "3", "[3]", '[["soon", "U0ANA", "a@b.example", "A"]]', '[["2026-11-25"]]']
)
def test_garbled_meetings_are_one_line_that_names_the_file(tmp_path: Path, garbled: str) -> None:
    """As with the time."""
    (tmp_path / CALENDARS).write_text(garbled, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=rf"{CALENDARS} should contain the demo's meetings; delete it"):
        Agenda(tmp_path)
