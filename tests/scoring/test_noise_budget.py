"""What an owner is told, how often, and in which order."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.noise_budget import (
    ASKED,
    MOST_IN_FULL,
    Candidate,
    Heard,
    Pace,
    Plan,
    Stage,
    Topic,
    plan,
    stage_of,
    topic_of,
)
from scoring.signals import Reason, Signal

DAY = date(2026, 6, 1)
QUIET = topic_of(Signal(Reason.QUIET))
PAPER = topic_of(Signal(Reason.PAPER))
PROMISE = topic_of(Signal(Reason.PROMISE))


def ago(days: int) -> date:
    return DAY - timedelta(days)


@pytest.mark.parametrize(
    ("topic", "heard", "stage"),
    [
        (QUIET, None, Stage.NEW),
        (PROMISE, None, Stage.OWED),
        (QUIET, Heard(1, DAY + timedelta(1)), Stage.NEW),  # told on a day still to come
        (QUIET, Heard(1, ago(5), 0), Stage.COUNTED),
        (replace(QUIET, level=2), Heard(1, ago(1), 0), Stage.NEW),
        (replace(QUIET, level=2), Heard(1, ago(1), ASKED), Stage.NEW),
        (QUIET, Heard(3, ago(1)), None),  # better is no news
        (replace(QUIET, since=ago(2)), Heard(1, ago(3)), Stage.NEW),  # it went and came again in between
        (replace(QUIET, since=ago(3)), Heard(1, ago(3)), None),
        (QUIET, Heard(1, ago(13), 1), None),
        (QUIET, Heard(1, ago(14), 1), Stage.STILL),
        (QUIET, Heard(1, ago(27), 2), None),
        (QUIET, Heard(1, ago(28), 2), Stage.STILL),
        (QUIET, Heard(1, ago(55), 3), None),
        (QUIET, Heard(1, ago(56), 3), Stage.STILL),
        (QUIET, Heard(1, ago(55), 4), None),
        (QUIET, Heard(1, ago(56), 4), Stage.ASK),
        (QUIET, Heard(1, ago(999), ASKED), None),
    ],
)
def test_what_is_ignored_is_said_three_times_more_then_asked_about(
    topic: Topic, heard: Heard | None, stage: Stage | None
) -> None:
    assert stage_of(topic, heard, DAY) == stage


def one(id: int, *topics: Topic, snoozed: bool = False, **heard: Heard) -> Candidate:
    return Candidate(id, topics, heard, snoozed, (0, str(id)))


def full(found: Plan) -> list[int]:
    return [told.partner_id for told in found.full]


def test_what_we_owe_comes_first_then_what_is_new_then_the_rest_worst_first() -> None:
    known = [
        one(1, QUIET, quiet=Heard(1, ago(30))),
        one(2, PAPER),
        one(3, QUIET),
        one(4, PROMISE, promise=Heard(1, ago(30))),
    ]
    found = plan(known, Pace(), DAY)
    assert (full(found), found.more) == ([4, 3, 2], 1)
    assert [note.times for note in found.notes] == [2, 1, 1]


def test_those_without_room_are_counted_and_wait_for_the_next_message_of_the_week() -> None:
    many = [one(id, QUIET) for id in range(5)]
    first = plan(many, Pace(), DAY)
    assert (full(first), first.more) == ([0, 1, 2], 2)
    heard = {note.partner_id: Heard(note.level, DAY, note.times) for note in first.notes}
    then = [replace(known, heard={"quiet": heard[known.partner_id]}) for known in many]
    for days in range(1, 7):
        assert plan(then, Pace(DAY, 1), DAY + timedelta(days)) == Plan()
    assert full(plan(then, Pace(DAY, 1), DAY + timedelta(7))) == [3, 4]
    assert full(plan([*then, one(9, PROMISE)], Pace(DAY, 1), DAY + timedelta(1))) == [9, 3, 4]


def test_asking_about_a_partner_puts_all_to_rest_that_was_told_of_it() -> None:
    known = one(1, QUIET, PAPER, quiet=Heard(1, ago(60), 4), paper=Heard(1, ago(5), 2))
    found = plan([known], Pace(ago(60), 9), DAY)
    assert found.full[0].asks
    assert {(note.key, note.times) for note in found.notes} == {("quiet", ASKED), ("paper", ASKED)}


@given(st.data())
def test_snoozing_one_partner_moves_nothing_else(data: st.DataObject) -> None:
    topics = st.sampled_from([QUIET, PAPER])
    heard = st.none() | st.builds(Heard, st.just(1), st.integers(0, 60).map(ago), st.integers(0, ASKED))
    known = []
    for id in range(3):
        topic, last = data.draw(topics), data.draw(heard)
        known.append(Candidate(id, [topic], {topic.key: last} if last else {}, order=(0, str(id))))
    rest = plan(known[1:], Pace(), DAY)
    snoozed = plan([replace(known[0], snoozed=True), *known[1:]], Pace(), DAY)
    assert snoozed == rest
    assert {note for note in plan(known, Pace(), DAY).notes if note.partner_id} == set(rest.notes)


Course = dict[tuple[int, str], list[tuple[int, int]]]
courses = st.dictionaries(
    st.tuples(st.integers(0, 8), st.sampled_from(["quiet", "paper", "promise", "weakening", "review"])),
    st.lists(st.tuples(st.integers(0, 364), st.integers(1, 4)), min_size=1, max_size=4),
    max_size=45,
)


def year(course: Course, *, acts: bool) -> list[int]:
    """The days of a year on which an owner is told of something; what comes up stays and may get worse."""
    heard: dict[int, dict[str, Heard]] = defaultdict(dict)
    sent: list[int] = []
    for off in range(365):
        day = DAY + timedelta(off)
        if day.weekday() > 4:
            continue
        topics: dict[int, list[Topic]] = defaultdict(list)
        for (id, key), levels in course.items():
            if now := [level for on, level in levels if on <= off]:
                topics[id].append(topic_of(Signal(Reason(key), max(now))))
        pace = Pace(DAY + timedelta(sent[-1]) if sent else None, 0 if acts else min(len(sent), 10))
        found = plan([Candidate(id, its, dict(heard[id]), order=(0, str(id))) for id, its in topics.items()], pace, day)
        assert len(found.full) <= MOST_IN_FULL
        for told in found.full:
            assert told.topics
        for note in found.notes:
            heard[note.partner_id][note.key] = Heard(note.level, day, note.times)
        if found.full:
            sent.append(off)
    return sent


@settings(max_examples=60, deadline=None)
@given(courses)
def test_whatever_comes_up_whoever_does_nothing_hears_seldom(course: Course) -> None:
    sent = year(course, acts=False)
    assert len(sent) <= 40
    assert all(sum(first <= day < first + 84 for day in sent) <= 16 for first in sent)
    assert bool(sent) is bool(course) or min(min(on for on, _ in levels) for levels in course.values()) > 350


@settings(max_examples=60, deadline=None)
@given(courses)
def test_whoever_acts_is_told_of_each_thing_and_the_course_comes_to_an_end(course: Course) -> None:
    sent = year(course, acts=True)
    told = sum(len({level for _, level in levels}) for levels in course.values())
    assert len(sent) <= told * ASKED
