"""Send what is due to one endpoint, one event after the other, as long as it has this turn.

An event is claimed before it is sent: the claim counts as a try and says when the next one is. So what is interrupted
is sent again, and what makes a process die is given up in the end, as anything else that fails.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from bot.clock import Clock
from bot.outbound.addresses import Obstacle
from bot.outbound.connection import Network
from bot.webhooks.send import Answer, send, unsealed
from storage.db.engine import writing
from storage.db.retry import retried
from storage.tables import WebhookEndpoint
from storage.webhooks import endpoints, outbox

STEPS = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
)
"""How long after each failure an event is tried again. After the last one it is given up."""
LEASE = timedelta(seconds=60)
LONGEST_TURN = timedelta(seconds=30)
MAX_MISSES = 3
"""After so many failures in a row the endpoint is taken to be down, and whatever is due waits with them."""
INTERRUPTED = "interrupted"
TEND = "tend"
"""Who paused an endpoint that said it is gone."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """An event that this process may send now. `attempts` counts this try."""

    id: int
    message_id: str
    lane: int | None
    body: str
    attempts: int


@dataclass(frozen=True, slots=True)
class TurnResult:
    """What was delivered, what failed and what was given up."""

    delivered: int = 0
    failed: int = 0
    dead: int = 0

    def __add__(self, other: "TurnResult") -> "TurnResult":
        return TurnResult(self.delivered + other.delivered, self.failed + other.failed, self.dead + other.dead)


class Turn:
    """The turn of one endpoint. `note` is told each answer."""

    def __init__(
        self,
        engine: Engine,
        row: WebhookEndpoint,
        *,
        clock: Clock,
        network: Network,
        unseal: Callable[[str], str | None],
        note: Callable[[Answer], None] = lambda _answer: None,
        is_stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        assert row.id is not None  # stored
        self._engine, self._row, self._clock, self._network = engine, row, clock, network
        self._unseal, self._note, self._is_stopping = unseal, note, is_stopping
        self._of = {"workspace_id": row.workspace_id, "endpoint_id": row.id}
        self._lease, self._misses = row.leased_until, 0

    def run(self) -> TurnResult:
        """Send until nothing is due, the turn is over, or the endpoint seems to be down."""
        end, done = self._clock() + LONGEST_TURN, TurnResult()
        while not self._is_stopping():
            claimed, given_up = self._claim(self._clock())
            done += TurnResult(dead=given_up)
            if claimed is None:
                break
            answer = self._send(claimed)
            self._note(answer)
            done += self._finish(claimed, answer, self._clock())
            if answer.is_gone or self._misses >= MAX_MISSES or self._clock() >= end:
                break
        self._give_back()
        return done

    def _send(self, claimed: Claimed) -> Answer:
        text = self._unseal(self._row.sealed)
        if text is None:
            return Answer(obstacle=Obstacle.KEY)
        url, secret = unsealed(text)
        return send(url, secret, claimed.message_id, claimed.body, now=self._clock(), network=self._network)

    @retried
    def _claim(self, now: datetime) -> tuple[Claimed | None, int]:
        """Claim what is to be sent next, and the endpoint with it. Return it, and how much was given up before it."""
        claimed, given_up, until = None, 0, now + LEASE
        with writing(self._engine) as session:
            if not endpoints.lease(session, **self._of, was=self._lease, until=until):
                return None, 0
            while claimed is None and (row := outbox.next_due(session, **self._of, now=now)):
                of = {"workspace_id": row.workspace_id, "delivery_id": row.id or 0}
                tried = row.attempts
                if tried <= len(STEPS):
                    claimed = Claimed(row.id or 0, row.message_id, row.lane, row.body, tried + 1)
                    again_at = now + STEPS[min(tried, len(STEPS) - 1)]
                    outbox.change(session, **of, attempts=tried + 1, due_at=again_at)
                else:  # every try was interrupted
                    problem = row.problem or INTERRUPTED
                    outbox.change(session, **of, state="dead", problem=problem, ended_at=now)
                    given_up += 1
        self._lease = until
        return claimed, given_up

    @retried
    def _finish(self, claimed: Claimed, answer: Answer, now: datetime) -> TurnResult:
        """Note what came of a try."""
        of = {"workspace_id": self._row.workspace_id, "delivery_id": claimed.id}
        misses = 0 if answer.is_taken else self._misses + 1
        with writing(self._engine) as session:
            if answer.is_taken:
                outbox.change(session, **of, state="delivered", problem=None, ended_at=now, body="")
                endpoints.change(session, **self._of, delivered_at=now, failures=0, problem=None)
                result = TurnResult(delivered=1)
            else:
                result = self._fail(session, claimed, answer, now, is_down=misses >= MAX_MISSES)
        self._misses = misses
        return result

    def _fail(self, session: Session, claimed: Claimed, answer: Answer, now: datetime, *, is_down: bool) -> TurnResult:
        of = {"workspace_id": self._row.workspace_id, "delivery_id": claimed.id}
        problem, given_up = answer.problem, 0
        endpoints.count_failure(session, **self._of, problem=problem)
        if answer.is_gone:
            endpoints.change(session, **self._of, paused_at=now, paused_by=TEND)
            tried_before = claimed.attempts - 1  # that it is gone says nothing of the event, which waits
            outbox.change(session, **of, attempts=tried_before, problem=problem, due_at=now)
            return TurnResult(failed=1)
        if claimed.attempts > len(STEPS):
            outbox.change(session, **of, state="dead", problem=problem, ended_at=now)
            given_up = 1
        else:
            again_at = now + STEPS[claimed.attempts - 1]
            outbox.change(session, **of, problem=problem, due_at=again_at)
            if claimed.lane is not None:
                outbox.hold_lane(session, **self._of, lane=claimed.lane, until=again_at)
        if is_down:
            given_up += outbox.count_as_tried(session, **self._of, now=now, steps=STEPS, problem=problem)
        return TurnResult(failed=1, dead=given_up)

    @retried
    def _give_back(self) -> None:
        with writing(self._engine) as session:
            endpoints.lease(session, **self._of, was=self._lease, until=None)
