"""Run a tick every minute with APScheduler. What is due is in the tables, not in the scheduler."""

import logging
from time import perf_counter

from apscheduler.events import EVENT_SCHEDULER_SHUTDOWN
from apscheduler.schedulers.background import BackgroundScheduler

from bot.clock import system_clock
from bot.notifications.briefs import BriefRound, send_briefs
from bot.notifications.calendars import CalendarRound, read_calendars
from bot.notifications.claim import run_all
from bot.notifications.crm import CrmRound, read_crms
from bot.notifications.memberships import ask_memberships
from bot.notifications.pool import WorkspacePool
from bot.notifications.webhooks import WebhookRound, send_webhooks
from bot.services import Services
from storage.db.engine import writing
from storage.db.retry import retried
from storage.notifications import heartbeat

log = logging.getLogger(__name__)

TICK_SECONDS = 60
WEBHOOK_SECONDS = 5


def start_scheduler(services: Services) -> BackgroundScheduler:
    """Tick in a thread until shutdown. A missed tick is skipped; the next one covers it."""
    services.liveness.begin(services.clock())
    scheduler, rounds = BackgroundScheduler(timezone="UTC"), WorkspacePool(services)
    sender = WebhookRound(services)
    # Each in threads of its own: a slow calendar or CRM delays no nudge.
    for do, given, seconds in (
        (tick, [services, rounds], TICK_SECONDS),
        (read_calendars, [CalendarRound(services, services.network)], TICK_SECONDS),
        (send_briefs, [BriefRound(services)], TICK_SECONDS),
        (ask_memberships, [services], TICK_SECONDS),
        (send_webhooks, [sender], WEBHOOK_SECONDS),
        (read_crms, [CrmRound(services)], TICK_SECONDS),
    ):
        scheduler.add_job(
            do,
            "interval",
            args=given,
            seconds=seconds,
            next_run_time=system_clock(),  # the scheduler uses the machine's clock, whatever ours says
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    for opened in (rounds, sender):
        scheduler.add_listener(lambda _event, opened=opened: opened.close(wait_for_all=False), EVENT_SCHEDULER_SHUTDOWN)
    scheduler.start()
    return scheduler


def tick(services: Services, rounds: WorkspacePool | None = None) -> None:
    """Run one round unless the process is stopping. Errors are logged; the next tick tries again."""
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


@retried
def _record_heartbeat(services: Services) -> None:
    """Record that a tick completed, for this process and others on the database."""
    now = services.clock()
    services.liveness.beat(now)
    services.metrics.last_tick.set(now.timestamp())
    with writing(services.engine) as session:
        heartbeat.beat(session, now=now)
