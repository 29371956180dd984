"""Nudges and digests that are due, and those that were left: each is claimed in the database before it is sent.

A claim that was left unfinished (a crash, an answer that never came) is taken over after `LEASE`.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

from slack_sdk.errors import SlackApiError

from bot.actions.caller import Caller
from bot.actions.notifications.nudge import hear_of_trouble
from bot.actions.partners.lifecycle import resume
from bot.errors import NotAllowed, NotInstalled
from bot.notifications import rewrite
from bot.notifications.compose import DIGEST, NUDGE, find_digest
from bot.notifications.schedule import digest_due, nudge_day
from bot.notifications.send import Claimed, Pass, claimed_of, give_up, prepare, send
from bot.services import House
from bot.slack.client import keeps_waiting
from bot.slack.members import MEMBER, Member, look_up
from bot.slack.messaging import trouble
from bot.workspace.team import Team
from storage.db.engine import reading, writing
from storage.notifications import deliveries
from storage.partners import partners
from storage.tables import Delivery
from storage.workspaces import idempotency_keys, seen_requests

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)
MOST_DOUBLINGS = 7  # after which it is the longest wait anyway
GIVEN_UP = timedelta(days=7)
"""How long it is asked whether a delivery whose time has passed went out, where Slack does not tell."""
REPEATS_KEPT = timedelta(days=3)


def run_pass(house: House, now: datetime) -> Pass:
    """Send what is due at `now` in every workspace. Any number of processes may do so at once.

    Raises:
        slack_sdk.errors.SlackApiError: the one token is not good.
    """
    done = Pass()
    for team in house.workspaces.teams():
        done += alone(team.team_id or "the workspace", partial(run_team, house, team, now))
    return done


def run_team(house: House, team: Team, now: datetime) -> Pass:
    """Send what is due at `now` in one workspace, unless its Slack keeps us waiting: the others need the thread."""
    _resume_rested(house, team, now)
    house.workspaces.keep_fresh(team)
    done = alone("what was left", partial(_finish, house, team, now)) + alone(
        "what was done", partial(_rewrite, house, team, now)
    )
    if not done.waits:
        done += _nudges(house, team, now)
    if not done.waits:
        done += alone(DIGEST, lambda: _digest(house, team, now))
    if done.nudges or done.digests:
        with writing(house.engine) as session:
            seen_requests.forget_before(session, instant=now - REPEATS_KEPT)
            idempotency_keys.forget_before(session, instant=now - REPEATS_KEPT)
    return done


def _rewrite(house: House, team: Team, now: datetime) -> Pass:
    rewrite.run(house, team, now)
    return Pass()


def _resume_rested(house: House, team: Team, now: datetime) -> None:
    with reading(house.engine) as session:
        rested = partners.rested(session, workspace_id=team.id, day=team.today(now))
        ids = [partner.id for partner in rested if partner.id]
    for partner_id in ids:
        with suppress(NotAllowed):  # somebody ended it a moment ago
            resume(house.engine, Caller(team, "tend", now), partner_id)


def alone(what: str, do: Callable[[], Pass]) -> Pass:
    """One of many things to do: if it fails in a way that nobody thought of, the others are done all the same."""
    try:
        return do()
    except NotInstalled:
        log.info("%s: not done, Tend was uninstalled a moment ago", what)
        return Pass()
    except Exception as error:
        log.exception("%s: not done", what)
        return Pass(problems=(f"{what}: {trouble(error).words}",), waits=keeps_waiting(error))


def _nudges(house: House, team: Team, now: datetime) -> Pass:
    with reading(house.engine) as session:
        owners = partners.owners(session, workspace_id=team.id)
        recipients = sorted({*owners, *team.stewards, *hear_of_trouble(session, team=team)})
        had = deliveries.periods(
            session, workspace_id=team.id, kind=NUDGE, since_on=team.today(now) - timedelta(days=2)
        )
    done, members = _look_up(house, team, recipients)
    for member in members:
        day = _day_of_nudge(team, member, now)
        if day and not done.waits and (member.user_id, day.isoformat()) not in had:
            done += alone(f"{NUDGE} {member.user_id}", partial(_nudge, house, team, member, day, now))
    return done


def _look_up(house: House, team: Team, recipients: list[str]) -> tuple[Pass, list[Member]]:
    """Who they are: all before the first is told, since who has left decides what stewards hear."""
    done, members = Pass(), []
    client = house.workspaces.client(team)
    for owner in recipients:
        if house.in_hand.closing:
            return done, []
        try:
            members.append(look_up(house.engine, house.clock, client, team, owner))
        except (SlackApiError, OSError) as error:
            done += Pass(problems=(f"{owner}: {trouble(error).words}",), waits=keeps_waiting(error))
            if done.waits:
                break
    return done, members


def _day_of_nudge(team: Team, member: Member, now: datetime) -> date | None:
    return nudge_day(team, member.zone, now) if member.standing == MEMBER else None


def _nudge(house: House, team: Team, member: Member, day: date, now: datetime) -> Pass:
    if house.in_hand.closing:
        return Pass()
    with writing(house.engine) as session:
        claimed_id = deliveries.claim(
            session,
            workspace_id=team.id,
            kind=NUDGE,
            recipient=member.user_id,
            period=day.isoformat(),
            as_of_on=team.today(now),  # the hour is the owner's, the days of the ledger are the team's
            now=house.clock(),  # a pass may last longer than a claim
        )
        claimed = prepare(session, team, claimed_id, now) if claimed_id else None
    return send(house, team, claimed, now)


def _digest(house: House, team: Team, now: datetime) -> Pass:
    if not team.digest_channel or house.in_hand.closing:
        return Pass()
    due = digest_due(team, now)
    if due is None:
        return Pass()
    with reading(house.engine) as session:
        if deliveries.had_digest(session, workspace_id=team.id, day=due.as_of):
            return Pass()
        week = find_digest(session, team, due.as_of, now)
    with writing(house.engine) as session:
        claimed_id = deliveries.claim(
            session,
            workspace_id=team.id,
            kind=DIGEST,
            recipient="",
            period=due.period,
            as_of_on=due.as_of,
            channel=team.digest_channel,
            now=house.clock(),
        )
        claimed = prepare(session, team, claimed_id, now, week) if claimed_id else None
    return send(house, team, claimed, now)


def _finish(house: House, team: Team, now: datetime) -> Pass:
    """Take over what was claimed and left."""
    with reading(house.engine) as session:
        left = [
            (claimed_of(row, None, again=True), row.as_of_on.isoformat() if row.kind == DIGEST else row.period)
            for row in deliveries.unfinished(session, workspace_id=team.id, before=now - LEASE)
            if _has_waited(row, team, now)
        ]
    done = Pass()
    for claimed, period in left:
        what = f"{claimed.kind} {claimed.recipient}".strip()
        if done.waits:
            break
        done += alone(what, partial(_take_over, house, team, claimed, period, now))
    return done


def _has_waited(row: Delivery, team: Team, now: datetime) -> bool:
    """Longer after each attempt. A digest gets another chance at once when its channel was chosen anew."""
    if row.kind == DIGEST and team.digest_problem is None:
        return True
    wait: timedelta = min(LEASE * 2 ** min(row.attempts - 1, MOST_DOUBLINGS), LONGEST_WAIT)
    return now - row.claimed_at >= wait


def _is_superseded(team: Team, day: date, now: datetime) -> bool:
    """Whether a later digest than that of a day is due, which tells of its days too."""
    due = digest_due(team, now)
    return due is not None and due.as_of > day


def _take_over(house: House, team: Team, claimed: Claimed, period: str, now: datetime) -> Pass:
    if house.in_hand.closing:
        return Pass()
    if claimed.kind == DIGEST:
        past = _is_superseded(team, date.fromisoformat(period), now)
    else:
        member = look_up(house.engine, house.clock, house.workspaces.client(team), team, claimed.recipient)
        today = now.astimezone(member.zone).date()
        past = today.isoformat() != period or member.standing != MEMBER
        if not past and _day_of_nudge(team, member, now) is None:
            return Pass()  # it has become quiet for today
    with writing(house.engine) as session:
        mine = deliveries.reclaim(session, delivery_id=claimed.id, attempts=claimed.attempts, now=house.clock())
    if not mine:
        return Pass()
    taken = replace(claimed, attempts=claimed.attempts + 1, past=past)
    if past and now - claimed.first_claimed_at > GIVEN_UP:
        return give_up(house, taken)
    return send(house, team, taken, now)
