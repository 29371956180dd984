"""A claimed delivery: posted, then marked, so that it goes out exactly once.

One that was taken over may have been posted: the message carries the delivery's token, so the channel's history tells.
If it had not, what to say is found anew, so that nothing is sent whose cause is gone.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.errors import SlackApiError
from sqlmodel import Session

from bot.errors import TendError
from bot.notifications.compose import DIGEST, NUDGE, find_digest, say
from bot.notifications.post import Posted, SharedChannel, Trouble, check_private, find_posted, open_dm, post, trouble
from bot.process.log_config import about
from bot.services import House
from bot.slack.blocks import Message
from bot.slack.client import keeps_waiting
from bot.workspace.team import Team
from storage.db.engine import reading, writing
from storage.notifications import deliveries
from storage.tables import Delivery
from storage.workspaces import workspaces

log = logging.getLogger(__name__)

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


def claimed_of(row: Delivery, message: Message | None, *, again: bool = False) -> Claimed:
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


def prepare(session: Session, team: Team, delivery_id: int, now: datetime, week: Message | None = None) -> Claimed:
    """A delivery that was claimed in this transaction, with what it says; `week` is what a digest says."""
    row = deliveries.get(session, delivery_id=delivery_id)
    return claimed_of(row, say(session, team, row, now, week))


def send(house: House, team: Team, claimed: Claimed | None, now: datetime) -> Pass:
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
    if claimed.past:
        _settle_too_late(house, claimed)
        return None
    week = None
    if claimed.kind == DIGEST:
        with reading(house.engine) as session:
            row = deliveries.get(session, delivery_id=claimed.id)
            week = find_digest(session, team, row.as_of_on, now)
    with writing(house.engine) as session:
        if claimed.kind == DIGEST:
            # It goes where the team wants it now, and that is where to look if this attempt is left too.
            state = "claimed" if team.digest_channel else "nothing"
            deliveries.settle(
                session, delivery_id=claimed.id, attempts=claimed.attempts, state=state, channel=team.digest_channel
            )
            if not team.digest_channel:
                return None
        return prepare(session, team, claimed.id, now, week).message


def give_up(house: House, claimed: Claimed) -> Pass:
    """Ask no longer whether a delivery went out whose time has passed."""
    house.metrics.deliveries.labels(claimed.kind, "failed").inc()
    _settle_too_late(house, claimed)
    return Pass()


def _settle_too_late(house: House, claimed: Claimed) -> None:
    with writing(house.engine) as session:
        deliveries.settle(session, delivery_id=claimed.id, attempts=claimed.attempts, state="failed", problem=TOO_LATE)


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
