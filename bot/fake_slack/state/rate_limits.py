"""Slack's rate limits: a tier for each method, and one message per second in each conversation.

Limits per minute are from Slack's page on rate limits, tiers from each method's page. Slack tolerates bursts of
unspecified size. People report about thirty messages within seconds before `chat.postMessage` is limited. Here a
conversation takes a burst of 20, and other methods take one minute's worth. "Special" methods without a number take
hundreds of calls per minute.
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
    """Calls per minute in the long run, and `burst` at once."""

    per_minute: float
    burst: int


TIERS = {2: Limit(20, 20), 3: Limit(50, 50), 4: Limit(100, 100)}
SPECIAL_TIER = Limit(300, 300)
PER_CHANNEL = Limit(60, 20)
LIMITS: Mapping[str, Limit] = {
    "api.test": TIERS[4],
    "apps.connections.open": TIERS[3],
    "auth.revoke": TIERS[3],
    "auth.teams.list": TIERS[2],
    "auth.test": SPECIAL_TIER,
    "chat.delete": TIERS[3],
    "chat.getPermalink": SPECIAL_TIER,
    "chat.postEphemeral": TIERS[4],
    "chat.postMessage": SPECIAL_TIER,  # workspace-wide, in addition to PER_CHANNEL
    "chat.update": TIERS[3],
    "conversations.history": TIERS[3],  # see RateLimiter.limit_history
    "conversations.info": TIERS[3],
    "conversations.join": TIERS[3],
    "conversations.list": TIERS[2],
    "conversations.members": TIERS[4],
    "conversations.open": TIERS[3],
    "files.completeUploadExternal": TIERS[4],
    "files.info": TIERS[4],
    "files.getUploadURLExternal": TIERS[4],
    "functions.completeError": TIERS[3],
    "functions.completeSuccess": TIERS[3],
    "team.info": TIERS[3],
    "users.conversations": TIERS[3],
    "assistant.threads.setSuggestedPrompts": TIERS[4],
    "users.info": TIERS[4],
    "users.list": TIERS[2],
    "views.open": TIERS[4],
    "views.publish": TIERS[4],
    "views.push": TIERS[4],
    "views.update": TIERS[4],
}


HISTORY_OUTSIDE_MARKETPLACE = Limit(1, 1)
"""For apps that others install and that are not in Slack's Marketplace, since May 2025."""
HISTORY_PAGE_OUTSIDE_MARKETPLACE = 15


@dataclass(frozen=True)
class _Bucket:
    """Calls left at a time of the workspace's clock and the monotonic clock."""

    left: float
    at: datetime
    mono: float


class RateLimiter:
    """Token buckets for all methods. Thread-safe.

    The clock that moved further refills them, because the workspace's clock may stand still or jump by days.
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

    def limit_history(self) -> None:
        """Limit `conversations.history` from now on as Slack does outside its Marketplace."""
        self.limits = {**self.limits, "conversations.history": HISTORY_OUTSIDE_MARKETPLACE}

    def take(self, method: str, token: str, place: str = "") -> int:
        """Count a call and return 0, or return the seconds to wait without counting it.

        `place` is the conversation of a message.
        """
        applicable: list[tuple[tuple[str, ...], Limit]] = []
        if method in self.limits:
            applicable.append(((method, token), self.limits[method]))
        if method == "chat.postMessage":
            applicable.append(((method, token, place), self.in_one_place))
        with self._lock:
            now, mono = self._clock(), time.monotonic()
            buckets = {key: self._now(key, limit, now, mono) for key, limit in applicable}
            waits = [(1 - buckets[key].left) * 60 / limit.per_minute for key, limit in applicable]
            if any(wait > 0 for wait in waits):
                return max(1, math.ceil(max(waits)))
            for key, bucket in buckets.items():
                self._buckets[key] = _Bucket(bucket.left - 1, now, mono)
            return 0

    def _now(self, key: tuple[str, ...], limit: Limit, now: datetime, mono: float) -> _Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            return _Bucket(limit.burst, now, mono)
        passed = max((now - bucket.at).total_seconds(), mono - bucket.mono, 0.0)
        return _Bucket(min(limit.burst, bucket.left + passed * limit.per_minute / 60), now, mono)
