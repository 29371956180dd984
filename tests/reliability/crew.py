"""Worker processes that are killed and started again, and the clock that they share."""

import multiprocessing
import time
from collections.abc import Callable
from ctypes import c_bool, c_double, c_ulong
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import Any

from bot.clock import system_clock
from tests.patience import PATIENCE

BETWEEN_ROUNDS = 0.005
WORKERS = 2


@dataclass(frozen=True)
class Shared:
    """What harness and workers share. Without locks: whoever held one may be killed."""

    offset: Any
    hold: Any
    held: Any
    rounds: Any

    @classmethod
    def make(cls, context: ForkServerContext, workers: int) -> "Shared":
        return cls(
            context.RawValue(c_double, 0.0),
            context.RawValue(c_bool, False),
            context.RawArray(c_bool, workers),
            context.RawArray(c_ulong, workers),
        )

    def clock(self) -> datetime:
        """The machine's clock, moved."""
        return system_clock() + timedelta(seconds=self.offset.value)

    def go_to(self, now: datetime) -> None:
        """Move the clock there."""
        self.offset.value += (now - self.clock()).total_seconds()

    def run_rounds(self, me: int, do: Callable[[], None]) -> None:
        """Do the rounds of a worker until it is killed; between two wait as long as the harness holds everybody."""
        while True:
            while self.hold.value:
                self.held[me] = True
                time.sleep(BETWEEN_ROUNDS)
            self.held[me] = False
            do()
            self.rounds[me] += 1
            time.sleep(BETWEEN_ROUNDS)

    def hold_all(self, is_over: Callable[[], bool] = lambda: False) -> None:
        """Wait until no worker is in the middle of anything."""
        self.hold.value = True
        while not all(self.held) and not is_over():
            time.sleep(0.001)


def worker_context() -> ForkServerContext:
    """Where worker processes come from."""
    context = multiprocessing.get_context("forkserver")
    # What takes a second to import is imported once, not by each of a hundred workers.
    context.set_forkserver_preload(["tests.reliability.worker", "tests.reliability.calendar_worker"])
    return context


class Crew:
    """Two workers. `steps` counts what they have asked of others, as far as the harness sees it."""

    def __init__(self, work: Callable[..., None], steps: Callable[[], int], longest_seconds: float) -> None:
        self.work, self.steps = work, steps
        self.context = worker_context()
        self.shared = Shared.make(self.context, WORKERS)
        self.end = time.monotonic() + longest_seconds
        self.kills = 0
        self.workers: list[ForkServerProcess] = []

    def start(self, *given: object) -> None:
        """Start all; each `work` is called with its place, what is shared, and what is given."""
        self.given = given
        self.workers = [self._start(place) for place in range(WORKERS)]

    def _start(self, place: int) -> ForkServerProcess:
        self.shared.held[place] = False
        process = self.context.Process(target=self.work, args=(place, self.shared, *self.given), daemon=True)
        process.start()
        return process

    def close(self) -> None:
        for process in self.workers:
            process.kill()
            process.join(PATIENCE)
            process.close()

    def is_over(self) -> bool:
        return time.monotonic() >= self.end

    def kill(self, places: list[int], look: Callable[[], None]) -> None:
        """Kill some, look what it hit, and start them again."""
        for place in places:
            self.workers[place].kill()
        for place in places:
            self.workers[place].join(PATIENCE)
            self.workers[place].close()
            self.kills += 1
        look()
        for place in places:
            self.workers[place] = self._start(place)

    def wait_for(self, counted: Callable[[], int], number: int) -> None:
        """Wait until so many more are counted, or until the workers find nothing to do."""
        wanted = counted() + number
        self.wait_for_rest(lambda: counted() >= wanted)

    def wait_for_rest(self, or_until: Callable[[], bool] = lambda: False) -> None:
        """Wait until each worker went two rounds without a step."""
        last, rounds = self.steps(), list(self.shared.rounds)
        while not self.is_over() and not or_until():
            now = self.steps()
            if now != last:
                last, rounds = now, list(self.shared.rounds)
            elif all(there >= was + 2 for there, was in zip(self.shared.rounds, rounds, strict=True)):
                return
            time.sleep(0.001)
