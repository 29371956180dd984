"""Collect what an owner was told and could be told, for the noise budget."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlmodel import Session

from bot.scores.models import ScoredPartner
from bot.workspace.team import Team
from scoring.noise_budget import PATIENT, WEARY, Candidate, Heard, Pace, Topic, topic_of
from scoring.signals import WORST_FIRST, Reason, Signal
from storage.notifications import deliveries, told_signals
from storage.workspaces import last_act

FOLLOW_UP_DAYS = 21
WAITING_PREFIX = "waiting:"


def pace_of(session: Session, *, team: Team, owner: str, day: date) -> Pace:
    """Return when an owner last got a message, and how many they have ignored since acting."""
    had = deliveries.sent_to(session, workspace_id=team.id, recipient=owner, before=day, limit=WEARY)
    if not had:
        return Pace()
    sent = [at for _, at in had]
    acted = (
        last_act.last_act(session, workspace_id=team.id, user_id=owner, after=sent[-1])
        if len(sent) >= PATIENT
        else None
    )
    return Pace(had[0][0], sum(acted is None or at > acted for at in sent))


def heard_by(session: Session, *, team: Team, owner: str) -> dict[int, dict[str, Heard]]:
    """Load what somebody was told about each partner, by topic."""
    heard: dict[int, dict[str, Heard]] = defaultdict(dict)
    for notice in told_signals.list_told(session, workspace_id=team.id, told_to=owner):
        heard[notice.partner_id][notice.signal] = Heard(notice.level, notice.told_on, notice.times)
    return heard


def to_say(scored: ScoredPartner) -> tuple[Signal, ...]:
    """Return the signals to tell an owner, leaving out a drop that their own rating caused."""
    if not scored.own_rating:
        return scored.signals
    return tuple(signal for signal in scored.signals if signal.reason != Reason.WEAKENING)


def candidates(
    tended: Sequence[ScoredPartner], waiting: Mapping[int, Sequence[Topic]], heard: Mapping[int, Mapping[str, Heard]]
) -> list[Candidate]:
    """List an owner's partners with all topics but incomplete records, which are no reason for a message.

    `waiting` holds each partner's introductions that wait for news.
    """
    return [
        Candidate(
            partner_id=scored.partner.id,
            topics=[
                *(topic_of(signal) for signal in to_say(scored) if signal.reason != Reason.INCOMPLETE),
                *waiting.get(scored.partner.id, ()),
            ],
            heard=heard.get(scored.partner.id, {}),
            snoozed=scored.is_snoozed,
            order=(-scored.now.quiet_days, scored.partner.name),
        )
        for scored in tended
    ]


def introduction(key: str, moved_on: date) -> Topic:
    """Build the topic of an introduction without news since `moved_on`."""
    since = moved_on + timedelta(days=FOLLOW_UP_DAYS)
    return Topic(key, WORST_FIRST.index(Reason.PROMISE), since=since, owed=True)
