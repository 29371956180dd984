"""What an owner was told, and what there is to tell, as the noise budget asks it."""

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
    """When an owner last heard from Tend, and for how many messages they did nothing since."""
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
    """What somebody was told of each partner, by the name of it."""
    heard: dict[int, dict[str, Heard]] = defaultdict(dict)
    for notice in told_signals.list_told(session, workspace_id=team.id, told_to=owner):
        heard[notice.partner_id][notice.signal] = Heard(notice.level, notice.told_on, notice.times)
    return heard


def to_say(scored: ScoredPartner) -> tuple[Signal, ...]:
    """The signals that an owner is told of: what they know from their own rating is none."""
    if not scored.own_rating:
        return scored.signals
    return tuple(signal for signal in scored.signals if signal.reason != Reason.WEAKENING)


def candidates(
    tended: Sequence[ScoredPartner], waiting: Mapping[int, Sequence[Topic]], heard: Mapping[int, Mapping[str, Heard]]
) -> list[Candidate]:
    """An owner's partners with all that might be told of them; what their records lack is no reason for a message.

    `waiting` are the introductions of each that wait for news.
    """
    return [
        Candidate(
            partner_id=one.partner.id,
            topics=[
                *(topic_of(signal) for signal in to_say(one) if signal.reason != Reason.INCOMPLETE),
                *waiting.get(one.partner.id, ()),
            ],
            heard=heard.get(one.partner.id, {}),
            snoozed=one.is_snoozed,
            order=(-one.now.quiet_days, one.partner.name),
        )
        for one in tended
    ]


def introduction(key: str, moved_on: date) -> Topic:
    """One of whose outcome nobody has said anything since `moved_on`."""
    since = moved_on + timedelta(days=FOLLOW_UP_DAYS)
    return Topic(key, WORST_FIRST.index(Reason.PROMISE), since=since, owed=True)
