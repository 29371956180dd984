"""Send a claimed delivery exactly once: open the DM, renew the claim, have it posted, and mark it.

One that was taken over may have been posted: the message carries the delivery's token, so the channel's history tells.
If it had not, what to say is found anew, so that nothing is sent whose cause is gone.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from slack_sdk.errors import SlackApiError
from sqlmodel import Session

from bot.errors import TendError
from bot.notifications.compose import BRIEF, DIGEST, NUDGE, Week, compose_brief, compose_delivery, compose_digest
from bot.notifications.history import HistoryLimited, PostedMessage, PostingTime, find_posted
from bot.notifications.post import post_message
from bot.process.log_config import log_context
from bot.services import Services
from bot.slack.blocks import Message
from bot.slack.client import is_slow
from bot.slack.messaging import PostFailure, SharedChannel, check_private, describe_error, open_dm
from bot.workspace.team import Team
from storage.db.engine import reading, writing
from storage.db.retry import retried, transact
from storage.notifications import deliveries
from storage.tables import Delivery
from storage.workspaces import workspaces

log = logging.getLogger(__name__)

TELL_AFTER = timedelta(hours=1)
"""How long a digest may be looked for before the stewards are told."""
TOO_LATE_PROBLEM = "its time passed before it could go"


@dataclass(frozen=True, slots=True)
class RunResult:
    """The result of one run.

    `is_slack_slow`: Slack is slow or rate-limited us, so the rest waits for the next run. `is_history_limited`: only
    what needs a channel's history waits.
    """

    nudges: int = 0
    digests: int = 0
    briefs: int = 0
    problems: tuple[str, ...] = ()
    is_slack_slow: bool = False
    is_history_limited: bool = False

    def __add__(self, other: "RunResult") -> "RunResult":
        return RunResult(
            self.nudges + other.nudges,
            self.digests + other.digests,
            self.briefs + other.briefs,
            self.problems + other.problems,
            self.is_slack_slow or other.is_slack_slow,
            self.is_history_limited or other.is_history_limited,
        )


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery that only this process may send now. `message` is None if there is nothing to say.

    `was_taken_over`: it was taken over. `posting_time`: it may stand in `channel` already, stamped in that time.
    `is_expired`: if it does not, it is not sent any more.
    """

    id: int
    kind: str
    recipient: str
    channel: str | None
    token: str
    message: Message | None
    first_claimed_at: datetime
    attempts: int
    posting_time: PostingTime | None
    was_taken_over: bool
    is_expired: bool


def make_claimed(row: Delivery, message: Message | None, *, again: bool = False) -> ClaimedDelivery:
    """Return a stored delivery as a claimed one with its message. `again`: it was taken over."""
    assert row.id is not None  # stored
    return ClaimedDelivery(
        id=row.id,
        kind=row.kind,
        recipient=row.recipient,
        channel=row.channel,
        token=row.token,
        message=message,
        first_claimed_at=row.first_claimed_at,
        attempts=row.attempts,
        posting_time=PostingTime(row.posting_since, row.posting_until)
        if row.posting_since and row.posting_until
        else None,
        was_taken_over=again,
        is_expired=False,
    )


def prepare_delivery(
    session: Session, team: Team, delivery_id: int, now: datetime, before: Week | Message | None = None
) -> ClaimedDelivery:
    """Compose a delivery that was claimed in this transaction. `before` is a digest or a brief, composed before."""
    row = deliveries.get(session, delivery_id=delivery_id)
    return make_claimed(row, compose_delivery(session, team, row, now, before))


def send_delivery(services: Services, team: Team, claimed: ClaimedDelivery | None, now: datetime) -> RunResult:
    """Post a claimed delivery and mark it. No transaction is open while talking to Slack."""
    if claimed is None:
        return RunResult()
    if claimed.message is None and not claimed.was_taken_over:
        services.metrics.deliveries.labels(claimed.kind, "nothing").inc()
        return RunResult()
    with log_context(workspace=team.id, delivery=claimed.id):
        return _post_claimed(services, team, claimed, now)


def _post_claimed(services: Services, team: Team, claimed: ClaimedDelivery, now: datetime) -> RunResult:
    try:
        posted = _find_or_post(services, team, claimed, now)
    except HistoryLimited as limited:
        return _look_later(services, team, claimed, limited, now)
    except Exception as error:
        return _record_failure(services, team, claimed, describe_error(error), error)
    if posted is None:
        services.metrics.deliveries.labels(claimed.kind, "failed" if claimed.is_expired else "nothing").inc()
        return RunResult()
    sent: dict[str, Any] = {"sent_at": now, "channel": posted.channel, "message_ts": posted.ts}
    _finish(services, team, claimed, "sent", bool(team.digest_problem), None, **sent)
    services.metrics.deliveries.labels(claimed.kind, "sent").inc()
    return RunResult(nudges=claimed.kind == NUDGE, digests=claimed.kind == DIGEST, briefs=claimed.kind == BRIEF)


def _find_or_post(services: Services, team: Team, claimed: ClaimedDelivery, now: datetime) -> PostedMessage | None:
    client = services.workspaces.client(team)
    message = claimed.message
    if claimed.was_taken_over:
        if claimed.posting_time is not None:
            tried = claimed.channel or open_dm(client, claimed.recipient)
            note = partial(_note_page, services, claimed)
            if found := find_posted(client, tried, claimed.token, claimed.posting_time, note):
                return found
        message = _compose_again(services, team, claimed, now)
    if message is None:
        return None
    if claimed.kind != DIGEST:
        channel = open_dm(client, claimed.recipient)
    else:
        channel = team.digest_channel or ""  # never empty, as there is no message without a channel
        check_private(client, channel)
    # The steps before may have been slow. From here on only one call with a timeout is left.
    now = services.clock()
    time = PostingTime.from_now(now)
    renew = partial(
        deliveries.renew,
        delivery_id=claimed.id,
        attempts=claimed.attempts,
        now=now,
        since=time.since,
        until=time.until,
    )
    if not transact(services.engine, renew):
        return None
    return post_message(client, channel, claimed.token, message)


@retried
def _note_page(services: Services, claimed: ClaimedDelivery, messages: int, until: datetime | None) -> None:
    with writing(services.engine) as session:
        deliveries.note_history_read(session, delivery_id=claimed.id, attempts=claimed.attempts, until=until)
    services.metrics.history_messages.inc(messages)


@retried
def _look_later(
    services: Services, team: Team, claimed: ClaimedDelivery, limited: HistoryLimited, now: datetime
) -> RunResult:
    """Leave it to whoever reads on when Slack allows. It is posted by nobody before all was read."""
    log.info("delivery %s: Slack lets the channel be read on in %s", claimed.id, limited.wait)
    services.metrics.deliveries.labels(claimed.kind, "retried").inc()
    with writing(services.engine) as session:
        is_mine = deliveries.look_later(
            session,
            delivery_id=claimed.id,
            attempts=claimed.attempts,
            at=services.clock() + limited.wait,
            problem=str(limited),
        )
        if is_mine and claimed.kind == DIGEST and now - claimed.first_claimed_at > TELL_AFTER:
            workspaces.set_fields(session, workspace_id=team.id, fields={"digest_problem": str(limited)})
    return RunResult(is_history_limited=True)


@retried
def _compose_again(services: Services, team: Team, claimed: ClaimedDelivery, now: datetime) -> Message | None:
    """Compose an unposted delivery again. None if it should no longer be sent."""
    if claimed.is_expired:
        _finish_too_late(services, claimed)
        return None
    before = _compose_before(services, team, claimed, now)
    with writing(services.engine) as session:
        if claimed.kind == DIGEST:
            # Post to the team's current channel, and remember it in case this attempt is left unfinished too.
            state = "claimed" if team.digest_channel else "nothing"
            deliveries.finish(
                session, delivery_id=claimed.id, attempts=claimed.attempts, state=state, channel=team.digest_channel
            )
            if not team.digest_channel:
                return None
        return prepare_delivery(session, team, claimed.id, now, before).message


def _compose_before(services: Services, team: Team, claimed: ClaimedDelivery, now: datetime) -> Week | Message | None:
    """Compose what is composed before its transaction: all but a nudge."""
    if claimed.kind == NUDGE:
        return None
    with reading(services.engine) as session:
        row = deliveries.get(session, delivery_id=claimed.id)
        if row.kind == DIGEST:
            return compose_digest(session, team, row.as_of_on, now)
    return compose_brief(services.engine, team, row.recipient, row.period, now)


def give_up_delivery(services: Services, claimed: ClaimedDelivery) -> RunResult:
    """Stop checking whether an expired delivery was posted."""
    services.metrics.deliveries.labels(claimed.kind, "failed").inc()
    _finish_too_late(services, claimed)
    return RunResult()


@retried
def _finish(
    services: Services, team: Team, claimed: ClaimedDelivery, state: str, told: bool, problem: str | None, **fields: Any
) -> None:
    """Set the state of a delivery. With `told` the workspace keeps the problem of a digest, or that it has none."""
    with writing(services.engine) as session:
        deliveries.finish(
            session, delivery_id=claimed.id, attempts=claimed.attempts, state=state, problem=problem, **fields
        )
        if claimed.kind == DIGEST and told:
            workspaces.set_fields(session, workspace_id=team.id, fields={"digest_problem": problem})


@retried
def _finish_too_late(services: Services, claimed: ClaimedDelivery) -> None:
    with writing(services.engine) as session:
        deliveries.finish(
            session, delivery_id=claimed.id, attempts=claimed.attempts, state="failed", problem=TOO_LATE_PROBLEM
        )


def _record_failure(
    services: Services, team: Team, claimed: ClaimedDelivery, why: PostFailure, error: Exception
) -> RunResult:
    told = why.is_final or not isinstance(error, SlackApiError | SharedChannel | OSError | TendError)
    log.warning("delivery %s is not out: %s", claimed.id, why.text, exc_info=error if told else None)
    services.metrics.deliveries.labels(claimed.kind, "failed" if why.is_final else "retried").inc()
    _finish(services, team, claimed, "failed" if why.is_final else "retry", True, why.text)
    words = f"{claimed.kind} {claimed.recipient}: {why.text}".replace(" :", ":")
    return RunResult(problems=(words,), is_slack_slow=is_slow(error))
