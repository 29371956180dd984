"""Claim nudges and digests that are due or were left unfinished, and send them.

A claim left unfinished by a crash or a lost answer is taken over after `LEASE`.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

from slack_sdk.errors import SlackApiError

from bot.actions.caller import Caller
from bot.actions.notifications.changes import tell_changes
from bot.actions.notifications.nudge import digest_failure_recipients
from bot.actions.partners.lifecycle import resume
from bot.errors import NotAllowed, NotInstalled
from bot.notifications import rewrite
from bot.notifications.compose import BRIEF, DIGEST, NUDGE, compose_digest
from bot.notifications.due_times import digest_due, nudge_day
from bot.notifications.history import LEASE
from bot.notifications.send import (
    ClaimedDelivery,
    RunResult,
    give_up_delivery,
    make_claimed,
    prepare_delivery,
    send_delivery,
)
from bot.services import Services
from bot.slack.client import is_slow
from bot.slack.members import MEMBER, Member, fetch_member
from bot.slack.messaging import describe_error
from bot.workspace.team import Team
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.notifications import deliveries
from storage.partners import partners
from storage.tables import Delivery
from storage.workspaces import idempotency_keys, seen_requests

log = logging.getLogger(__name__)

MAX_WAIT = timedelta(hours=6)
MAX_DOUBLINGS = 7  # more would exceed the longest wait
GIVE_UP_AFTER = timedelta(days=7)
"""How long to keep checking whether a delivery was posted."""
REQUEST_KEY_LIFETIME = timedelta(days=3)


def run_all(services: Services, now: datetime) -> RunResult:
    """Send what is due at `now` in every workspace. Any number of processes may do so at once.

    Raises:
        slack_sdk.errors.SlackApiError: the one token is invalid.
    """
    done = RunResult()
    for team in services.workspaces.teams():
        done += run_isolated(team.team_id or "the workspace", partial(run_workspace, services, team, now))
    return done


def run_workspace(services: Services, team: Team, now: datetime) -> RunResult:
    """Send what is due at `now` in one workspace. Stop if its Slack is slow, as others need the thread."""
    _resume_expired_pauses(services, team, now)
    run_isolated("what changed", partial(_tell_changes, services, team, now))
    services.workspaces.refresh_token(team)
    done = run_isolated("what was left", partial(_finish_unfinished, services, team, now))
    if not done.is_history_limited:
        done += run_isolated("what was done", partial(_rewrite, services, team, now))
    if not done.is_slack_slow:
        done += _send_nudges(services, team, now)
    if not done.is_slack_slow:
        done += run_isolated(DIGEST, lambda: _send_digest(services, team, now))
    return done + run_isolated("old request keys", partial(_delete_old_request_keys, services, team, now))


@retried
def _delete_old_request_keys(services: Services, team: Team, now: datetime) -> RunResult:
    """Delete them whether or not anything was sent. Where there are none, which is most times, nothing is written."""
    old = now - REQUEST_KEY_LIFETIME
    with reading(services.engine) as session:
        has_old = seen_requests.has_before(session, workspace_id=team.id, instant=old) or idempotency_keys.has_before(
            session, workspace_id=team.id, instant=old
        )
    if has_old:
        with writing(services.engine) as session:
            seen_requests.delete_before(session, workspace_id=team.id, instant=old)
            idempotency_keys.delete_before(session, workspace_id=team.id, instant=old)
    return RunResult()


def _tell_changes(services: Services, team: Team, now: datetime) -> RunResult:
    tell_changes(services.engine, team, now)
    return RunResult()


def _rewrite(services: Services, team: Team, now: datetime) -> RunResult:
    rewrite.run(services, team, now)
    return RunResult()


def _resume_expired_pauses(services: Services, team: Team, now: datetime) -> None:
    with reading(services.engine) as session:
        rested = partners.expired_pauses(session, workspace_id=team.id, day=team.today(now))
        ids = [partner.id for partner in rested if partner.id]
    for partner_id in ids:
        with suppress(NotAllowed):  # somebody has just ended it
            resume(services.engine, Caller(team, "tend", now), partner_id)


def run_isolated(what: str, do: Callable[[], RunResult]) -> RunResult:
    """Run one of many tasks, so that an unexpected failure does not stop the others."""
    try:
        return do()
    except NotInstalled:
        log.info("%s: not done, Tend was uninstalled a moment ago", what)
        return RunResult()
    except Exception as error:
        log.exception("%s: not done", what)
        return RunResult(problems=(f"{what}: {describe_error(error).text}",), is_slack_slow=is_slow(error))


def _send_nudges(services: Services, team: Team, now: datetime) -> RunResult:
    with reading(services.engine) as session:
        owners = partners.list_owners(session, workspace_id=team.id)
        recipients = sorted({*owners, *team.stewards, *digest_failure_recipients(session, team=team)})
        had = deliveries.claimed_periods(
            session, workspace_id=team.id, kind=NUDGE, since_on=team.today(now) - timedelta(days=2)
        )
    done, members = _fetch_members(services, team, recipients)
    for member in members:
        day = _nudge_day(team, member, now)
        if day and not done.is_slack_slow and (member.user_id, day.isoformat()) not in had:
            done += run_isolated(f"{NUDGE} {member.user_id}", partial(_send_nudge, services, team, member, day, now))
    return done


def _fetch_members(services: Services, team: Team, recipients: list[str]) -> tuple[RunResult, list[Member]]:
    """Look up all recipients before sending, as stewards are told about owners who left."""
    done, members = RunResult(), []
    for owner in recipients:
        if services.in_flight.is_stopping:
            return done, []
        try:
            members.append(fetch_recipient(services, team, owner))
        except (SlackApiError, OSError) as error:
            done += RunResult(problems=(f"{owner}: {describe_error(error).text}",), is_slack_slow=is_slow(error))
            if done.is_slack_slow:
                break
    return done, members


def fetch_recipient(services: Services, team: Team, user_id: str) -> Member:
    """Return who a DM is for, from the cache or from Slack."""
    return fetch_member(services.engine, services.clock, services.workspaces.client(team), team, user_id)


def _nudge_day(team: Team, member: Member, now: datetime) -> date | None:
    return nudge_day(team, member.zone, now) if member.membership == MEMBER else None


@retried
def _send_nudge(services: Services, team: Team, member: Member, day: date, now: datetime) -> RunResult:
    if services.in_flight.is_stopping:
        return RunResult()
    with writing(services.engine) as session:
        claimed_id = deliveries.claim(
            session,
            workspace_id=team.id,
            kind=NUDGE,
            recipient=member.user_id,
            period=day.isoformat(),
            as_of_on=team.today(now),  # the hour is the owner's, the days of the ledger are the team's
            now=services.clock(),  # a run may outlast a claim
        )
        claimed = prepare_delivery(session, team, claimed_id, now) if claimed_id else None
    return send_delivery(services, team, claimed, now)


@retried
def _send_digest(services: Services, team: Team, now: datetime) -> RunResult:
    if not team.digest_channel or services.in_flight.is_stopping:
        return RunResult()
    due = digest_due(team, now)
    if due is None:
        return RunResult()
    with reading(services.engine) as session:
        if deliveries.had_digest(session, workspace_id=team.id, day=due.as_of):
            return RunResult()
        week = compose_digest(session, team, due.as_of, now)
    with writing(services.engine) as session:
        claimed_id = deliveries.claim(
            session,
            workspace_id=team.id,
            kind=DIGEST,
            recipient="",
            period=due.period,
            as_of_on=due.as_of,
            channel=team.digest_channel,
            now=services.clock(),
        )
        claimed = prepare_delivery(session, team, claimed_id, now, week) if claimed_id else None
    return send_delivery(services, team, claimed, now)


def _finish_unfinished(services: Services, team: Team, now: datetime) -> RunResult:
    """Take over claims that were left unfinished."""
    with reading(services.engine) as session:
        left = [
            (make_claimed(row, None, again=True), row.as_of_on.isoformat() if row.kind == DIGEST else row.period)
            for row in deliveries.unfinished(session, workspace_id=team.id, before=now - LEASE, now=now)
            if _is_retry_due(row, team, now)
        ]
    done = RunResult()
    for claimed, period in left:
        what = f"{claimed.kind} {claimed.recipient}".strip()
        if done.is_slack_slow:
            break
        if done.is_history_limited and claimed.posting_time is not None:
            continue
        done += run_isolated(what, partial(take_over, services, team, claimed, period, now))
    return done


def _is_retry_due(row: Delivery, team: Team, now: datetime) -> bool:
    """Return whether to retry yet. The wait doubles with each attempt; a digest with a new channel retries at once."""
    if row.look_at is not None or (row.kind == DIGEST and team.digest_problem is None):
        return True
    wait: timedelta = min(LEASE * 2 ** min(row.attempts - row.looks - 1, MAX_DOUBLINGS), MAX_WAIT)
    return now - row.claimed_at >= wait


def _is_superseded(team: Team, day: date, now: datetime) -> bool:
    """Return whether a later digest is due, which covers that day too."""
    due = digest_due(team, now)
    return due is not None and due.as_of > day


@retried
def take_over(services: Services, team: Team, claimed: ClaimedDelivery, period: str, now: datetime) -> RunResult:
    """Take over a claim of a period that was left unfinished, and send it if that is still right."""
    if services.in_flight.is_stopping:
        return RunResult()
    if claimed.kind == DIGEST:
        past = _is_superseded(team, date.fromisoformat(period), now)
    elif claimed.kind == BRIEF:
        has_begun = now >= datetime.fromisoformat(period)
        past = has_begun or fetch_recipient(services, team, claimed.recipient).membership != MEMBER
    else:
        member = fetch_recipient(services, team, claimed.recipient)
        today = now.astimezone(member.zone).date()
        past = today.isoformat() != period or member.membership != MEMBER
        if not past and _nudge_day(team, member, now) is None:
            return RunResult()  # quiet hours have begun
    with writing(services.engine) as session:
        mine = deliveries.reclaim(session, delivery_id=claimed.id, attempts=claimed.attempts, now=services.clock())
    if not mine:
        return RunResult()
    taken = replace(claimed, attempts=claimed.attempts + 1, is_expired=past)
    if now - claimed.first_claimed_at > GIVE_UP_AFTER:
        return give_up_delivery(services, taken)
    return send_delivery(services, team, taken, now)
