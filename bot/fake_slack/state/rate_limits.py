"""How often Slack lets an app call: by the tier of each method, and one message a second into a conversation.

The numbers a minute are those of Slack's page on rate limits, the tiers those of each method's page. Slack says that
bursts are tolerated, and not how long. People report some thirty messages within seconds before `chat.postMessage`
refuses; here it takes 20 at once in one conversation, and the others what their tier allows in a minute. "Special"
methods that have no number of their own are said to take hundreds a minute.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Limit:
    """So many calls a minute in the long run, and `burst` at once."""

    per_minute: float
    burst: int


TIERS = {2: Limit(20, 20), 3: Limit(50, 50), 4: Limit(100, 100)}
SPECIAL_TIER = Limit(300, 300)
PER_CHANNEL = Limit(60, 20)
LIMITS: Mapping[str, Limit] = {
    "api.test": TIERS[4],
    "apps.connections.open": TIERS[3],
    "auth.revoke": TIERS[3],
    "auth.test": SPECIAL_TIER,
    "chat.delete": TIERS[3],
    "chat.getPermalink": SPECIAL_TIER,
    "chat.postEphemeral": TIERS[4],
    "chat.postMessage": SPECIAL_TIER,  # in the whole workspace; besides IN_ONE_PLACE
    "chat.update": TIERS[3],
    "conversations.history": TIERS[3],
    "conversations.info": TIERS[3],
    "conversations.join": TIERS[3],
    "conversations.list": TIERS[2],
    "conversations.members": TIERS[4],
    "conversations.open": TIERS[3],
    "files.completeUploadExternal": TIERS[4],
    "files.info": TIERS[4],
    "files.getUploadURLExternal": TIERS[4],
    "team.info": TIERS[3],
    "users.conversations": TIERS[3],
    "users.info": TIERS[4],
    "users.list": TIERS[2],
    "views.open": TIERS[4],
    "views.publish": TIERS[4],
    "views.push": TIERS[4],
    "views.update": TIERS[4],
}


@dataclass(frozen=True)
class _Bucket:
    """What was left at an instant of the world's clock and of the machine's."""

    left: float
    at: datetime
    mono: float


class RateLimiter:
    """The calls that were made lately. Thread-safe.

    Whichever clock moved further refills: the world's may stand still, or leap by days.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        limits: Mapping[str, Limit] = LIMITS,
        in_one_place: Limit = PER_CHANNEL,
    ) -> None:
        self._clock = clock
        self.limits, self.in_one_place = limits, in_one_place
        self._buckets: dict[tuple[str, ...], _Bucket] = {}
        self._lock = threading.Lock()

    def take(self, method: str, token: str, place: str = "") -> int:
        """Count a call; 0 when it may pass, else the whole seconds to wait, and then it was not counted.

        `place` is the conversation that a message goes to.
        """
        wanted: list[tuple[tuple[str, ...], Limit]] = []
        if method in self.limits:
            wanted.append(((method, token), self.limits[method]))
        if method == "chat.postMessage":
            wanted.append(((method, token, place), self.in_one_place))
        with self._lock:
            now, mono = self._clock(), time.monotonic()
            found = {key: self._now(key, limit, now, mono) for key, limit in wanted}
            waits = [(1 - found[key].left) * 60 / limit.per_minute for key, limit in wanted]
            if any(wait > 0 for wait in waits):
                return max(1, math.ceil(max(waits)))
            for key, bucket in found.items():
                self._buckets[key] = _Bucket(bucket.left - 1, now, mono)
            return 0

    def _now(self, key: tuple[str, ...], limit: Limit, now: datetime, mono: float) -> _Bucket:
        old = self._buckets.get(key)
        if old is None:
            return _Bucket(limit.burst, now, mono)
        passed = max((now - old.at).total_seconds(), mono - old.mono, 0.0)
        return _Bucket(min(limit.burst, old.left + passed * limit.per_minute / 60), now, mono)
