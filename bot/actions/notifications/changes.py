"""Find which partners are judged otherwise than when somebody last looked, and put that into the outbox of webhooks."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from bot.scores.models import ScoredPartner
from bot.scores.query import load_scored
from bot.scores.record_status import BOUNDARY_REVIEW, QUARTERLY_REVIEW, STALE_TRUST
from bot.webhooks.events import Data, EventType, put_event, tells_judgement
from bot.workspace.team import Team
from scoring.signals import Reason, Signal
from scoring.vocabulary import Status
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.webhooks import watch

REVIEW_NAMES = {QUARTERLY_REVIEW: "quarterly", BOUNDARY_REVIEW: "boundary", STALE_TRUST: "trust"}
_UNTOLD = (Reason.REVIEW, Reason.INCOMPLETE, Reason.UNOWNED)
"""Reviews have an event of their own; what a record lacks is no reason to act today."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept of a partner: its band and RVI (both sides' is ours), its signals with their levels, its reviews."""

    band: str | None
    rvi: str | None
    signals: Mapping[str, int]
    reviews: tuple[str, ...]

    @classmethod
    def of(cls, scored: ScoredPartner) -> "Known":
        now = scored.now
        speaks = not now.provisional and now.ours.rvi is not None
        return cls(
            str(now.ours.band) if speaks and now.ours.band else None,
            str(now.ours.rvi) if speaks else None,
            {str(one.reason): one.level for one in scored.reasons if one.reason not in _UNTOLD},
            tuple(REVIEW_NAMES[words] for words in scored.due_reviews),
        )

    def dumped(self) -> list[Any]:
        return [self.band, self.rvi, dict(self.signals), list(self.reviews)]

    @classmethod
    def loaded(cls, kept: list[Any]) -> "Known":
        band, rvi, signals, reviews = kept
        return cls(band, rvi, signals, tuple(reviews))


Event = tuple[EventType, int, Data]


@retried
def tell_changes(engine: Engine, team: Team, now: datetime) -> int:
    """Put what changed since the last look into the outbox, where somebody listens. Return how many events.

    The first look only remembers. Of many processes that look at once, one tells.
    """
    with reading(engine) as session:
        if not tells_judgement(session, workspace_id=team.id):
            return 0
        before = watch.get(session, workspace_id=team.id)
        found = load_scored(session, team=team, day=team.today(now), statuses=[Status.ACTIVE])
    kept: dict[str, list[Any]] = json.loads(before.known) if before else {}
    was = {int(id): Known.loaded(one) for id, one in kept.items()}
    known = {scored.partner.id: _known(scored, was.get(scored.partner.id)) for scored in found}
    text = json.dumps({str(id): one.dumped() for id, one in known.items()}, separators=(",", ":"), sort_keys=True)
    if before is not None and before.known == text:
        return 0
    events = [] if before is None else [event for one in found for event in _events(one, known, was)]
    with writing(engine) as session:
        if not watch.keep(session, workspace_id=team.id, known=text, was=before.version if before else None):
            return 0
        for event, partner_id, data in events:
            put_event(session, event, lambda data=data: data, workspace_id=team.id, partner_id=partner_id, now=now)  # type: ignore[misc]
    return len(events)


def _known(scored: ScoredPartner, was: Known | None) -> Known:
    """Return what is to be kept. Signals that come up while a partner is snoozed are news when it no longer is."""
    now = Known.of(scored)
    if not scored.is_snoozed:
        return now
    old = was.signals if was else {}
    return Known(now.band, now.rvi, {name: old[name] for name in now.signals if name in old}, now.reviews)


def _events(scored: ScoredPartner, known: Mapping[int, Known], before: Mapping[int, Known]) -> Iterator[Event]:
    id = scored.partner.id
    now, was = known[id], before.get(id)
    about = {
        "partner_id": id,
        "partner": scored.partner.name,
        "owner": scored.partner.owner,
        "as_of": scored.now.day.isoformat(),
    }
    if was is not None and now.band is not None and now.band != was.band:
        moved = {"band": now.band, "previous_band": was.band, "rvi": now.rvi, "previous_rvi": was.rvi}
        yield EventType.BAND_CHANGED, id, about | moved
    old = was.signals if was else {}
    for signal in scored.reasons:
        if now.signals.get(signal.reason, 0) > old.get(signal.reason, 0):
            yield EventType.SIGNAL_NEW, id, about | _signal(signal)
    due = [name for name in now.reviews if was is None or name not in was.reviews]
    if due:
        yield EventType.REVIEW_DUE, id, about | {"reviews": due}


def _signal(signal: Signal) -> Data:
    since = signal.since.isoformat() if signal.since else None
    return {"signal": str(signal.reason), "level": signal.level, "since": since}
