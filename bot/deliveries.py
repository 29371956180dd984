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

from bot.actions.caller import Caller
from bot.actions.nudge import hear_of_trouble
from bot.actions.partner_record import resume
from bot.due import digest_due, nudge_day
from bot.errors import NotInstalled, TendError
from bot.house import House
from bot.logs import about
from bot.messages.blocks import Message
from bot.people import MEMBER, Member, look_up
from bot.posting import Posted, SharedChannel, Trouble, check_private, find_posted, open_dm, post, trouble
from bot.saying import DIGEST, NUDGE, say
from bot.slack import keeps_waiting
from bot.team import Team
from storage import answers, deliveries, partners, requests, workspaces
from storage.engine import reading, writing
from storage.tables import Delivery

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)
REPEATS_KEPT = timedelta(days=3)
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
            answers.forget_before(session, instant=now - REPEATS_KEPT)
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
        claimed = _prepare(session, team, claimed_id, now) if claimed_id else None
    return _send(house, team, claimed, now)


def _digest(house: House, team: Team, now: datetime) -> Pass:
    if not team.digest_channel or house.in_hand.closing:
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
            now=house.clock(),
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
    if house.in_hand.closing:
        return Pass()
    if claimed.kind == DIGEST:
        past = digest_due(team, now).period != period
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
    row = deliveries.get(session, delivery_id=delivery_id)
    return _claimed(row, say(session, team, row, now))


def _send(house: House, team: Team, claimed: Claimed | None, now: datetime) -> Pass:
    """Post a claimed delivery and mark it. Nothing is held in the database while Slack is spoken to."""
    if claimed is None:
        return Pass()
    if claimed.message is None and not claimed.again:
        house.metrics.deliveries.labels(claimed.kind, "nothing").inc()
        return Pass()
    with about(workspace=team.id, delivery=claimed.id):
        return _post(house, team, claimed, now)


def _post(house: House, team: Team, claimed: Claimed, now: datetime) -> Pass:
    try:
        posted = _deliver(house, team, claimed, now)
    except Exception as error:
        return _in_trouble(house, team, claimed, trouble(error), error)
    if posted is None:
        house.metrics.deliveries.labels(claimed.kind, "failed" if claimed.past else "nothing").inc()
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
    house.metrics.deliveries.labels(claimed.kind, "sent").inc()
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
    with writing(house.engine) as session:
        # What went before may have taken long. From here on it is the length of one call, which has its bounds.
        mine = deliveries.renew(session, delivery_id=claimed.id, attempts=claimed.attempts, now=house.clock())
    if not mine:
        return None
    return post(client, channel, claimed.token, message)


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
    house.metrics.deliveries.labels(claimed.kind, "failed" if why.final else "retried").inc()
    with writing(house.engine) as session:
        state = "failed" if why.final else "retry"
        deliveries.settle(session, delivery_id=claimed.id, attempts=claimed.attempts, state=state, problem=why.words)
        if claimed.kind == DIGEST:
            workspaces.set_fields(session, workspace_id=team.id, fields={"digest_problem": why.words})
    words = f"{claimed.kind} {claimed.recipient}: {why.words}".replace(" :", ":")
    return Pass(problems=(words,), waits=keeps_waiting(error))
