"""Nudges and digests: claimed in the database, then posted, then marked, so that each goes out exactly once.

A claim that was left unfinished (a crash, an answer that never came) is taken over after `LEASE`: the message
carries the delivery's token, so the channel's history tells whether it had been posted. If it had not, what
to say is found anew, so that nothing is sent whose cause is gone.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from slack_sdk.errors import SlackApiError
from sqlmodel import Session

from bot.actions import digest, nudge
from bot.actions.caller import Caller
from bot.actions.partner_record import resume
from bot.due import digest_due, nudge_day
from bot.errors import NotInstalled, TendError
from bot.house import House
from bot.messages.blocks import Message
from bot.messages.digest import digest as digest_message
from bot.messages.nudge import MOST_ITEMS
from bot.messages.nudge import nudge as nudge_message
from bot.people import MEMBER, Member, look_up
from bot.posting import Posted, SharedChannel, Trouble, check_private, find_posted, open_dm, post, trouble
from bot.slack import keeps_waiting
from bot.team import Team
from scoring.signals import Reason
from storage import deliveries, notices, partners, requests, workspaces
from storage.engine import reading, writing
from storage.tables import Delivery

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)
REPEATS_KEPT = timedelta(days=3)
NUDGE, DIGEST = "nudge", "digest"
TOO_LATE = "its time passed before it could go"


@dataclass(frozen=True, slots=True)
class Pass:
    """What one pass did. `waits`: Slack hangs, or asks to wait; the rest is left to the next pass."""

    nudges: int = 0
    digests: int = 0
    problems: tuple[str, ...] = ()
    waits: bool = False

    def __add__(self, other: "Pass") -> "Pass":
        return Pass(
            self.nudges + other.nudges,
            self.digests + other.digests,
            self.problems + other.problems,
            self.waits or other.waits,
        )


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this process alone may send now. `message` is None where there is nothing to say.

    `again`: it was taken over, and may stand in `channel` already. `past`: if it does not, it is not sent any more.
    """

    id: int
    kind: str
    recipient: str
    channel: str | None
    token: str
    message: Message | None
    first_claimed_at: datetime
    attempts: int
    again: bool
    past: bool


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
    done = _finish(house, team, now)
    if not done.waits:
        done += _nudges(house, team, now)
    if not done.waits:
        done += alone(DIGEST, lambda: _digest(house, team, now))
    if done.nudges or done.digests:
        with writing(house.engine) as session:
            requests.forget_before(session, instant=now - REPEATS_KEPT)
    return done


def _resume_rested(house: House, team: Team, now: datetime) -> None:
    with reading(house.engine) as session:
        rested = partners.rested(session, workspace_id=team.id, day=team.today(now))
        ids = [partner.id for partner in rested if partner.id]
    for partner_id in ids:
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
        recipients = sorted({*partners.owners(session, workspace_id=team.id), *team.stewards})
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
    with writing(house.engine) as session:
        claimed_id = deliveries.claim(
            session,
            workspace_id=team.id,
            kind=NUDGE,
            recipient=member.user_id,
            period=day.isoformat(),
            as_of_on=team.today(now),  # the hour is the owner's, the days of the ledger are the team's
            now=now,
        )
        claimed = _prepare(session, team, claimed_id, now) if claimed_id else None
    return _send(house, team, claimed, now)


def _digest(house: House, team: Team, now: datetime) -> Pass:
    if not team.digest_channel:
        return Pass()
    due = digest_due(team, now)
    with reading(house.engine) as session:
        if ("", due.period) in deliveries.periods(session, workspace_id=team.id, kind=DIGEST, since_on=due.as_of):
            return Pass()
    with writing(house.engine) as session:
        claimed_id = deliveries.claim(
            session,
            workspace_id=team.id,
            kind=DIGEST,
            recipient="",
            period=due.period,
            as_of_on=due.as_of,
            channel=team.digest_channel,
            now=now,
        )
        claimed = _prepare(session, team, claimed_id, now) if claimed_id else None
    return _send(house, team, claimed, now)


def _finish(house: House, team: Team, now: datetime) -> Pass:
    """Take over what was claimed and left."""
    with reading(house.engine) as session:
        left = [
            (_claimed(row, None, again=True), row.period)
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
    wait: timedelta = min(LEASE * 2 ** (row.attempts - 1), LONGEST_WAIT)
    return now - row.claimed_at >= wait


def _take_over(house: House, team: Team, claimed: Claimed, period: str, now: datetime) -> Pass:
    if claimed.kind == DIGEST:
        past = digest_due(team, now).period != period
    else:
        member = look_up(house.engine, house.clock, house.workspaces.client(team), team, claimed.recipient)
        today = now.astimezone(member.zone).date()
        past = today.isoformat() != period or member.standing != MEMBER
        if not past and _day_of_nudge(team, member, now) is None:
            return Pass()  # it has become quiet for today
    with writing(house.engine) as session:
        mine = deliveries.reclaim(session, delivery_id=claimed.id, attempts=claimed.attempts, now=now)
    if not mine:
        return Pass()
    return _send(house, team, replace(claimed, attempts=claimed.attempts + 1, past=past), now)


def _claimed(row: Delivery, message: Message | None, *, again: bool = False) -> Claimed:
    assert row.id is not None  # stored
    return Claimed(
        id=row.id,
        kind=row.kind,
        recipient=row.recipient,
        channel=row.channel,
        token=row.token,
        message=message,
        first_claimed_at=row.first_claimed_at,
        attempts=row.attempts,
        again=again,
        past=False,
    )


def _prepare(session: Session, team: Team, delivery_id: int, now: datetime) -> Claimed:
    """Find what a claimed delivery says, and note what it tells; nothing to say settles it.

    A digest tells of the day it was due, a nudge of the day on which it goes.
    """
    row = deliveries.get(session, delivery_id=delivery_id)
    notices.forget_delivery(session, workspace_id=team.id, delivery_id=delivery_id)
    message: Message | None = None
    if row.kind == NUDGE:
        found = nudge.find(session, team=team, owner=row.recipient, day=team.today(now))
        _note_told(session, team, found, delivery_id)
        message = None if found.is_empty else nudge_message(found)
    else:
        week = digest.find(session, team=team, day=row.as_of_on)
        message = digest_message(week, late=digest_due(team, now).late) if week.has_news else None
    if message is None:
        deliveries.settle(session, delivery_id=delivery_id, attempts=row.attempts, state="nothing")
    return _claimed(row, message)


def _note_told(session: Session, team: Team, found: nudge.Nudge, delivery_id: int) -> None:
    for partner_id, gone in found.cleared:
        notices.forget(session, workspace_id=team.id, partner_id=partner_id, signals=gone)
    told = [(one.scored.partner.id, str(s.reason), s.level) for one in _spoken_of(found) for s in one.signals]
    told += [(one.partner_id, one.notice, 1) for one in found.waiting]
    told += [(one.id, str(Reason.UNOWNED), 1) for one in found.unowned]
    for partner_id, signal, level in told:
        notices.tell(
            session,
            workspace_id=team.id,
            partner_id=partner_id,
            signal=signal,
            level=level,
            told_to=found.owner,
            told_on=found.day,
            delivery_id=delivery_id,
        )


def _spoken_of(found: nudge.Nudge) -> tuple[nudge.Item, ...]:
    """What fits into one message; the rest is new again tomorrow."""
    return (*found.pressing[:MOST_ITEMS], *found.paperwork)


def _send(house: House, team: Team, claimed: Claimed | None, now: datetime) -> Pass:
    """Post a claimed delivery and mark it. Nothing is held in the database while Slack is spoken to."""
    if claimed is None or (claimed.message is None and not claimed.again):
        return Pass()
    try:
        posted = _deliver(house, team, claimed, now)
    except Exception as error:
        return _in_trouble(house, team, claimed, trouble(error), error)
    if posted is None:
        return Pass()
    with writing(house.engine) as session:
        deliveries.settle(
            session,
            delivery_id=claimed.id,
            attempts=claimed.attempts,
            state="sent",
            sent_at=now,
            channel=posted.channel,
            message_ts=posted.ts,
            problem=None,
        )
        if claimed.kind == DIGEST and team.digest_problem:
            workspaces.set_fields(session, workspace_id=team.id, fields={"digest_problem": None})
    return Pass(nudges=claimed.kind == NUDGE, digests=claimed.kind == DIGEST)


def _deliver(house: House, team: Team, claimed: Claimed, now: datetime) -> Posted | None:
    client = house.workspaces.client(team)
    message = claimed.message
    if claimed.again:
        tried = claimed.channel or open_dm(client, claimed.recipient)
        if found := find_posted(client, tried, claimed.token, claimed.first_claimed_at):
            return found
        message = _anew(house, team, claimed, now)
    if message is None:
        return None
    if claimed.kind == NUDGE:
        channel = open_dm(client, claimed.recipient)
    else:
        channel = team.digest_channel or ""  # never empty: without one there is no message
        check_private(client, channel)
    return post(client, channel, claimed.token, message.payload())


def _anew(house: House, team: Team, claimed: Claimed, now: datetime) -> Message | None:
    """What a delivery that was not posted says now; None if it is no longer to be sent."""
    with writing(house.engine) as session:
        if claimed.past:
            deliveries.settle(
                session, delivery_id=claimed.id, attempts=claimed.attempts, state="failed", problem=TOO_LATE
            )
            return None
        if claimed.kind == DIGEST:
            # It goes where the team wants it now, and that is where to look if this attempt is left too.
            state = "claimed" if team.digest_channel else "nothing"
            deliveries.settle(
                session, delivery_id=claimed.id, attempts=claimed.attempts, state=state, channel=team.digest_channel
            )
            if not team.digest_channel:
                return None
        return _prepare(session, team, claimed.id, now).message


def _in_trouble(house: House, team: Team, claimed: Claimed, why: Trouble, error: Exception) -> Pass:
    told = why.final or not isinstance(error, SlackApiError | SharedChannel | OSError | TendError)
    log.warning("delivery %s is not out: %s", claimed.id, why.words, exc_info=error if told else None)
    with writing(house.engine) as session:
        state = "failed" if why.final else "retry"
        deliveries.settle(session, delivery_id=claimed.id, attempts=claimed.attempts, state=state, problem=why.words)
        if claimed.kind == DIGEST:
            workspaces.set_fields(session, workspace_id=team.id, fields={"digest_problem": why.words})
    words = f"{claimed.kind} {claimed.recipient}: {why.words}".replace(" :", ":")
    return Pass(problems=(words,), waits=keeps_waiting(error))
