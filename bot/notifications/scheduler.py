"""APScheduler as a metronome: one tick a minute. What is due stands in the tables, not in the scheduler."""

import logging
from time import perf_counter

from apscheduler.events import EVENT_SCHEDULER_SHUTDOWN
from apscheduler.schedulers.background import BackgroundScheduler

from bot.clock import system_clock
from bot.notifications.deliver import run_pass
from bot.notifications.pool import Rounds
from bot.services import House
from storage.db.engine import writing
from storage.notifications import heartbeat

log = logging.getLogger(__name__)

SECONDS = 60


def start_ticking(house: House) -> BackgroundScheduler:
    """Tick in a thread until the scheduler is shut down. A tick that overran is not made up for, the next one does."""
    house.pulse.begin(house.clock())
    scheduler, rounds = BackgroundScheduler(timezone="UTC"), Rounds(house)
    scheduler.add_job(
        tick,
        "interval",
        args=[house, rounds],
        seconds=SECONDS,
        next_run_time=system_clock(),  # the scheduler goes by the machine's clock, whatever the house's says
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    scheduler.add_listener(lambda _event: rounds.close(wait_for_all=False), EVENT_SCHEDULER_SHUTDOWN)
    scheduler.start()
    return scheduler


def tick(house: House, rounds: Rounds | None = None) -> None:
    """One round, unless the process is about to stop. What goes wrong is logged, and the next tick tries again."""
    with house.in_hand.one() as begun:
        if not begun:
            return
        started = perf_counter()
        try:
            now = house.clock()
            done = rounds.go(now) if rounds else run_pass(house, now)
            _beat(house)
        except Exception:
            house.metrics.ticks.labels("error").inc()
            log.exception("a tick failed")
            return
        house.metrics.ticks.labels("done").inc()
        house.metrics.tick_seconds.observe(perf_counter() - started)
    if done != type(done)():
        log.info("nudges %s, digests %s, problems %s", done.nudges, done.digests, len(done.problems))


def _beat(house: House) -> None:
    """Let this process and all others on the database know that a tick came to its end."""
    now = house.clock()
    house.pulse.beat(now)
    house.metrics.last_tick.set(now.timestamp())
    with writing(house.engine) as session:
        heartbeat.beat(session, now=now)
