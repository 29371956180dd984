"""APScheduler as a metronome: one tick a minute. What is due stands in the tables, not in the scheduler."""

import logging
from time import perf_counter

from apscheduler.events import EVENT_SCHEDULER_SHUTDOWN
from apscheduler.schedulers.background import BackgroundScheduler

from bot.clock import system_clock
from bot.notifications.deliver import run_all
from bot.notifications.pool import WorkspacePool
from bot.services import Services
from storage.db.engine import writing
from storage.notifications import heartbeat

log = logging.getLogger(__name__)

TICK_SECONDS = 60


def start_scheduler(services: Services) -> BackgroundScheduler:
    """Tick in a thread until the scheduler is shut down. A tick that overran is not made up for, the next one does."""
    services.liveness.begin(services.clock())
    scheduler, rounds = BackgroundScheduler(timezone="UTC"), WorkspacePool(services)
    scheduler.add_job(
        tick,
        "interval",
        args=[services, rounds],
        seconds=TICK_SECONDS,
        next_run_time=system_clock(),  # the scheduler goes by the machine's clock, whatever the house's says
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    scheduler.add_listener(lambda _event: rounds.close(wait_for_all=False), EVENT_SCHEDULER_SHUTDOWN)
    scheduler.start()
    return scheduler


def tick(services: Services, rounds: WorkspacePool | None = None) -> None:
    """One round, unless the process is about to stop. What goes wrong is logged, and the next tick tries again."""
    with services.in_flight.track() as begun:
        if not begun:
            return
        started = perf_counter()
        try:
            now = services.clock()
            done = rounds.run(now) if rounds else run_all(services, now)
            _record_heartbeat(services)
        except Exception:
            services.metrics.ticks.labels("error").inc()
            log.exception("a tick failed")
            return
        services.metrics.ticks.labels("done").inc()
        services.metrics.tick_seconds.observe(perf_counter() - started)
    if done != type(done)():
        log.info("nudges %s, digests %s, problems %s", done.nudges, done.digests, len(done.problems))


def _record_heartbeat(services: Services) -> None:
    """Let this process and all others on the database know that a tick came to its end."""
    now = services.clock()
    services.liveness.beat(now)
    services.metrics.last_tick.set(now.timestamp())
    with writing(services.engine) as session:
        heartbeat.beat(session, now=now)
