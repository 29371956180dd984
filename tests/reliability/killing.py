"""One run: twenty deliveries fall due, two workers are killed again and again, and Slack is in trouble meanwhile.

The moments come from the seed: so many steps of the stand-in after the last kill, and a moment more. Time passes
only while nobody is in the middle of anything, five minutes and more at once; so a claim is taken over by the real
lease, however slow the machine is.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from random import Random
from urllib.request import urlopen

from bot.fake_slack import FakeSlack, Message
from bot.notifications.post import EVENT_TYPE
from storage.tables import Delivery
from tests.notifications.office import LEASE, MONDAY, Office, open_office
from tests.patience import PATIENCE
from tests.reliability.crew import Crew, Shared
from tests.reliability.worker import work

OWNERS = tuple(f"U1{n:02}" for n in range(19))
DELIVERIES = len(OWNERS) + 1
MOST_JUMPS = 60
LONGEST_RUN_SECONDS = 90
SLOW_SECONDS = 0.1
POST = "chat.postMessage"
FAULTS = (
    (POST, "drop", True), (POST, "500", True), (POST, "503", True), (POST, "latency", True), (POST, "latency", True),
    (POST, "drop", False), (POST, "500", False), (POST, "429", False), (POST, "latency", False),
    ("conversations.history", "500", False), ("conversations.history", "drop", False),
)  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """What runs came to. `between`: kills that left a message posted and its delivery not yet marked."""

    runs: int = 0
    deliveries: int = 0
    kills: int = 0
    before: int = 0
    between: int = 0
    faults: int = 0
    taken_over: int = 0
    lost: int = 0
    twice: int = 0
    seconds: float = 0.0
    problems: tuple[str, ...] = ()

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    def shown(self) -> list[tuple[str, str]]:
        """For a table."""
        names = {
            "runs": "runs",
            "deliveries": "deliveries that were due",
            "kills": "workers killed",
            "before": "  … with a delivery claimed and not posted",
            "between": "  … with a delivery posted and not marked",
            "faults": "faults of Slack's",
            "taken_over": "deliveries taken over or tried again",
            "lost": "deliveries lost",
            "twice": "deliveries sent twice",
        }
        return [(words, f"{getattr(self, name):,}") for name, words in names.items()] + [
            ("seconds", f"{self.seconds:.0f}")
        ]


def killed_run(slack: FakeSlack, url: str, seed: int, log: Path, broken: str = "") -> Figures:
    """One run on an empty database; what it came to. With a `broken` Tend Slack is only slow to answer."""
    started = time.monotonic()
    run = Run(slack, url, Random(seed), log, broken)
    try:
        run.make_trouble()
        run.go()
    finally:
        run.close()
    try:
        return _counted(run, seed, time.monotonic() - started)
    finally:
        run.office.close()  # judging asked the database once more


def _counted(run: "Run", seed: int, seconds: float) -> Figures:
    """What is there when nobody works any more."""
    lost, twice, problems = judged(run.office)
    return Figures(
        runs=1,
        deliveries=DELIVERIES,
        kills=run.crew.kills,
        before=run.before,
        between=run.between,
        faults=run.faults - len(run.office.slack.world.faults.waiting()),
        taken_over=sum(row.attempts > 1 for row in run.office.all_deliveries()),
        lost=lost,
        twice=twice,
        seconds=seconds,
        problems=tuple(f"seed {seed}: {problem}" for problem in problems),
    )


class Run:
    """The office, its two workers, and who kills them."""

    def __init__(self, slack: FakeSlack, url: str, random: Random, log: Path, broken: str) -> None:
        self.random, self.broken = random, broken
        self.crew = Crew(work, self._steps, LONGEST_RUN_SECONDS)
        self.shared = self.crew.shared
        self.office = open_office(slack, url)
        self.office.settle(digest_channel="C1")
        for owner in OWNERS:
            slack.world.add_person(owner, f"owner of {owner}")
            self.office.partner(f"Partner of {owner}", owner)
        # Not a moment earlier, or a quick worker would still send last week's digest.
        self.shared.go_to(MONDAY)
        slack.world.clock = self.shared.clock
        self.before = self.between = self.faults = 0
        self.crew.start(url, slack.api_url, broken, str(log))

    def close(self) -> None:
        self.crew.close()
        self.office.close()

    def make_trouble(self) -> None:
        """Some posts fail, before or after they take effect; some are slow, which leaves time to be killed in."""
        world = self.office.slack.world
        if self.broken:
            world.faults.add(POST, "latency", None, True, seconds=SLOW_SECONDS)
            return
        places = ["C1", *(world.open_dm(owner).id for owner in OWNERS)]
        for place in self.random.sample(places, 10):
            method, kind, after = self.random.choice(FAULTS)
            seconds = SLOW_SECONDS * self.random.random()
            world.faults.add(method, kind, 1, after, seconds=seconds, retry_after=0, where={"channel": place})
            self.faults += 1

    # -- a run

    def go(self) -> None:
        """Kill so many times, then let it come to its end."""
        self._until_nine()
        for _ in range(self.random.randint(3, 6)):
            counted, most = self.random.choice(((self._steps, 12), (self._posts, 3)))
            self.crew.wait_for(counted, self.random.randint(1, most))
            time.sleep(self.random.random() * 0.02)
            self.crew.kill(self.random.choice(([0], [1], [0, 1])), self._look_what_it_hit)
        jumps = 0
        while self._left() and jumps < MOST_JUMPS and time.monotonic() < self.crew.end:
            self.crew.wait_for_rest()
            if self._left():
                self._jump()
                jumps += 1
        self.crew.wait_for_rest()

    def _left(self) -> bool:
        rows = self.office.all_deliveries()
        return len(rows) < DELIVERIES or any(row.state in ("claimed", "retry") for row in rows)

    def _until_nine(self) -> None:
        while self.shared.clock() < MONDAY:
            time.sleep(0.01)

    def _steps(self) -> int:
        world = self.office.slack.world
        return len(world.calls) + len(world.journal)

    def _posts(self) -> int:
        return len(self.office.slack.world.journal)

    def _look_what_it_hit(self) -> None:
        # Of the other worker's too, where only one was killed: as a measure of where kills fall it will do.
        there = {token_of(message) for message in posted_in(self.office)}
        for row in self.office.all_deliveries():
            if row.state == "claimed":
                self.between += row.token in there
                self.before += row.token not in there

    def _jump(self) -> None:
        jump(self.shared, self.office, self.crew.is_over)


def jump(shared: Shared, office: Office, is_over: Callable[[], bool], hours: int = 0) -> None:
    """Let the length of a lease pass, and more, with no worker in the middle of anything."""
    shared.hold_all(is_over)
    with urlopen(f"{office.slack.api_url}api.test", timeout=PATIENCE):
        """What killed workers asked for before this is at the stand-in by now."""
    time.sleep(2 * SLOW_SECONDS)
    shared.offset.value += LEASE.total_seconds() + hours * 3600
    shared.hold.value = False


# -- what is there in the end


def judged(office: Office) -> tuple[int, int, list[str]]:
    """How many deliveries are lost and how many are there more than once, and all that is wrong, in words."""
    posted, rows = posted_in(office), office.all_deliveries()
    problems = []
    wanted = [("nudge", owner) for owner in OWNERS] + [("digest", "")]
    if sorted((row.kind, row.recipient) for row in rows) != sorted(wanted):
        problems.append(f"the deliveries are {[(row.kind, row.recipient) for row in rows]}")
    problems += [problem for row in rows for problem in problems_of(row, posted)]
    found = {("nudge", owner): _about(posted, f"Partner of {owner}", "D") for owner in OWNERS}
    found["digest", ""] = _about(posted, "Week of 16 Nov", "C")
    problems += [f"{kind} {to} stands there {count} times" for (kind, to), count in found.items() if count != 1]
    if len(posted) != len(wanted):
        problems.append(f"{len(posted)} messages")
    lost, twice = sum(count == 0 for count in found.values()), sum(count > 1 for count in found.values())
    return lost, twice, problems


def problems_of(row: Delivery, posted: list[Message]) -> list[str]:
    """What is wrong with a delivery that should stand there once."""
    where = [(message.channel, message.ts) for message in posted if token_of(message) == row.token]
    problems = []
    if row.state != "sent":
        problems.append(f"{row.kind} {row.recipient} is {row.state} after {row.attempts} attempts: {row.problem}")
    if len(where) != 1:
        problems.append(f"{row.kind} {row.recipient} has its token on {len(where)} messages")
    elif row.state == "sent" and where != [(row.channel, row.message_ts)]:
        problems.append(f"{row.kind} {row.recipient} does not know where it stands")
    return problems


def posted_in(office: Office) -> list[Message]:
    world = office.slack.world
    every = [message for channel in list(world.channels) for message in world.messages(channel)]
    return [one for one in every if one.by_bot and (one.metadata or {}).get("event_type") == EVENT_TYPE]


def token_of(message: Message) -> str:
    return str((message.metadata or {})["event_payload"]["delivery"])


def _about(posted: list[Message], words: str, place: str) -> int:
    """How many messages, in DMs (D) or channels (C), have these words."""
    return sum(words in message.visible_text and message.channel.startswith(place) for message in posted)
