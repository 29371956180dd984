"""Decide what to tell an owner today, in few and short messages that do not repeat each other.

New or worse topics are told at once; the rest go with them, or once a week. An ignored topic is repeated after 14, 28
and 56 days, then Tend asks whether to continue, and then stays silent until it gets worse. Owners who ignore several
messages in a row get fewer: at most 15 in twelve weeks and 35 in a year.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from scoring.signals import WORST_FIRST, Reason, Signal

MOST_IN_FULL = 3
AGAIN_AFTER = (14, 28, 56, 56)
"""Days from each telling to the next: three repeats, then the question whether to continue."""
ASKED = len(AGAIN_AFTER) + 1
"""The number of tellings, the question included, after which a topic rests."""
SLOT_DAYS = 7
"""Topics that are not new wait until the last message is this many days old, unless they can go with a new one."""
PATIENT, WEARY = 4, 10
WEARY_DAYS = 14
"""After `PATIENT` ignored messages, at most one a week, except for what we owe. After `WEARY`, at most one a fortnight,
without exception.
"""


class Stage(IntEnum):
    """The stage of a topic, most important first."""

    OWED = 0
    NEW = 1
    COUNTED = 2
    STILL = 3
    ASK = 4


@dataclass(frozen=True, slots=True)
class Topic:
    """Something to tell about a partner, with the key under which the telling is remembered.

    `rank` orders topics, worst first. `owed`: we owe it to them. `since` is when the situation began, if known.
    """

    key: str
    rank: int = 0
    level: int = 1
    since: date | None = None
    owed: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """The last telling of a topic whose cause still lasts. `times` counts tellings, 0 if it was only included in a
    count.
    """

    level: int
    told_on: date
    times: int = 1


@dataclass(frozen=True, slots=True)
class Candidate:
    """A partner with topics to tell. `order` breaks ties."""

    partner_id: int
    topics: Sequence[Topic]
    heard: Mapping[str, Heard]
    snoozed: bool = False
    order: tuple[int, str] = (0, "")


@dataclass(frozen=True, slots=True)
class Pace:
    """The day of the owner's last message, and how many they got since they last did anything."""

    last_on: date | None = None
    ignored: int = 0

    def is_first_of_month(self, day: date) -> bool:
        return self.last_on is None or (self.last_on.year, self.last_on.month) != (day.year, day.month)

    def allows(self, stage: Stage, day: date) -> bool:
        """Return whether a topic at that stage justifies a message on a day."""
        return self.last_on is None or (day - self.last_on).days >= self._gap(stage)

    def _gap(self, stage: Stage) -> int:
        if self.ignored >= WEARY:
            return WEARY_DAYS
        at_once = stage == Stage.OWED or (stage == Stage.NEW and self.ignored < PATIENT)
        return 1 if at_once else SLOT_DAYS


@dataclass(frozen=True, slots=True)
class Told:
    """The topics to tell about one partner, each with its stage, worst first."""

    partner_id: int
    topics: tuple[tuple[Topic, Stage], ...]

    @property
    def stage(self) -> Stage:
        """The most important stage of its topics."""
        return min(stage for _, stage in self.topics)

    @property
    def asks(self) -> bool:
        return any(stage == Stage.ASK for _, stage in self.topics)


@dataclass(frozen=True, slots=True)
class Note:
    """A topic that was told, to be remembered until its cause is gone."""

    partner_id: int
    key: str
    level: int
    times: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Partners to describe in full (most important first), how many more to count, and what to remember."""

    full: tuple[Told, ...] = ()
    more: int = 0
    notes: tuple[Note, ...] = ()


def is_another_week(since: date, last_on: date, day: date) -> bool:
    """Return whether a new week, counted from `since`, has begun between the last message and a day."""
    return (last_on - since).days // 7 < (day - since).days // 7


def topic_of(signal: Signal) -> Topic:
    """Return a signal as a topic."""
    owed = signal.reason == Reason.PROMISE
    return Topic(str(signal.reason), WORST_FIRST.index(signal.reason), signal.level, signal.since, owed)


def stage_of(topic: Topic, heard: Heard | None, day: date) -> Stage | None:
    """Return the stage of a topic on a day, or None if it is not to be told."""
    if heard is None or heard.told_on > day or _is_worse(topic, heard):
        return Stage.OWED if topic.owed else Stage.NEW
    if heard.times == 0:
        return Stage.COUNTED
    if heard.times >= ASKED or (day - heard.told_on).days < AGAIN_AFTER[heard.times - 1]:
        return None
    return Stage.ASK if heard.times == ASKED - 1 else Stage.STILL


def _is_worse(topic: Topic, heard: Heard) -> bool:
    return topic.level > heard.level or (topic.since is not None and topic.since > heard.told_on)


def plan(candidates: Sequence[Candidate], pace: Pace, day: date, *, anyway: bool = False) -> Plan:
    """Plan one owner's message on a day when one may go out. `anyway`: send even if nothing is urgent. Empty for no
    message.
    """
    due = [(told, candidate) for candidate in candidates if not candidate.snoozed and (told := _told(candidate, day))]
    if not anyway and not any(pace.allows(stage, day) for told, _ in due for _, stage in told.topics):
        return Plan()
    due.sort(key=lambda pair: _order(*pair))
    full, rest = due[:MOST_IN_FULL], due[MOST_IN_FULL:]
    notes = [note for told, candidate in full for note in _notes(told, candidate)]
    for told, _ in rest:
        new_topics = [topic for topic, stage in told.topics if stage in (Stage.OWED, Stage.NEW)]
        notes += [Note(told.partner_id, topic.key, topic.level, 0) for topic in new_topics]
    return Plan(tuple(told for told, _ in full), len(rest), tuple(notes))


def _told(candidate: Candidate, day: date) -> Told | None:
    topics = [(topic, stage_of(topic, candidate.heard.get(topic.key), day)) for topic in candidate.topics]
    staged = tuple(sorted(((t, stage) for t, stage in topics if stage is not None), key=lambda pair: pair[0].rank))
    return Told(candidate.partner_id, staged) if staged else None


def _order(told: Told, candidate: Candidate) -> tuple[object, ...]:
    """Sort key: what we owe, then what is new or was only counted, then the rest; worst first."""
    owed = any(topic.owed for topic, _ in told.topics)
    worst = told.topics[0][0]
    return (not owed, told.stage >= Stage.STILL, worst.rank, -worst.level, candidate.order)


def _notes(told: Told, candidate: Candidate) -> list[Note]:
    notes = [
        Note(told.partner_id, t.key, t.level, _times(candidate.heard.get(t.key), stage)) for t, stage in told.topics
    ]
    if told.asks:
        # The question covers the whole partner: its other topics rest too.
        told_keys = {note.key for note in notes}
        rest = [topic for topic in candidate.topics if topic.key not in told_keys and topic.key in candidate.heard]
        notes = [Note(note.partner_id, note.key, note.level, ASKED if note.times > 1 else 1) for note in notes]
        notes += [Note(told.partner_id, topic.key, topic.level, ASKED) for topic in rest]
    return notes


def _times(heard: Heard | None, stage: Stage) -> int:
    return 1 if heard is None or stage < Stage.STILL else heard.times + 1
