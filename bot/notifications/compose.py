"""What a claimed delivery says, and the note of what it tells, in one transaction."""

from datetime import date, datetime

from sqlmodel import Session

from bot.actions.notifications import digest, nudge
from bot.messages.notifications.digest import digest as digest_message
from bot.messages.notifications.nudge import fitting
from bot.messages.notifications.nudge import nudge as nudge_message
from bot.notifications.schedule import digest_due
from bot.slack.blocks import Message
from bot.workspace.team import Team
from scoring.signals import Reason
from storage.notifications import deliveries, told_signals
from storage.tables import Delivery

NUDGE, DIGEST = "nudge", "digest"


def find_digest(session: Session, team: Team, day: date, now: datetime) -> Message | None:
    """What the digest of a day says; None for nothing. For a session that reads: it is put together from many
    statements, which are to see one state of the database, and nobody who writes waits for it."""
    week = digest.find(session, team=team, day=day)
    return digest_message(week, late=digest_due(team, now).late) if week.has_news else None


def say(session: Session, team: Team, row: Delivery, now: datetime, week: Message | None) -> Message | None:
    """What a claimed delivery says, and the note of what it tells; nothing to say settles it.

    A digest, of the day it was due, is `week`, which was found before. A nudge is of the day on which it goes.
    """
    assert row.id is not None  # stored
    told_signals.forget_delivery(session, workspace_id=team.id, delivery_id=row.id)
    message = week if row.kind == DIGEST else _nudge(session, team, row, row.id, now)
    if message is None:
        deliveries.settle(session, delivery_id=row.id, attempts=row.attempts, state="nothing")
    return message


def _nudge(session: Session, team: Team, row: Delivery, delivery_id: int, now: datetime) -> Message | None:
    found = nudge.find(session, team=team, owner=row.recipient, day=team.today(now))
    _note_told(session, team, found, delivery_id)
    return None if found.is_empty else nudge_message(found)


def _note_told(session: Session, team: Team, found: nudge.Nudge, delivery_id: int) -> None:
    for partner_id, gone in found.cleared:
        told_signals.forget(session, workspace_id=team.id, partner_id=partner_id, signals=gone)
    told = [(one.scored.partner.id, str(s.reason), s.level) for one in _spoken_of(found) for s in one.signals]
    told += [(one.partner_id, one.notice, 1) for one in found.waiting]
    told += [(one.partner_id, one.notice, 1) for one in found.answers]
    told += [(one.id, str(Reason.UNOWNED), 1) for one in found.unowned]
    for partner_id, signal, level in told:
        told_signals.tell(
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
    return (*fitting(found), *found.paperwork)
