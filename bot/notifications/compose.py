"""Compose a claimed delivery and record which signals it mentions, in one transaction."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Engine
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.meeting_briefs import meetings_to_tell, own_zone
from bot.actions.notifications import digest, nudge
from bot.actions.overview import partner_brief
from bot.messages.common import workspace_note
from bot.messages.notifications.digest import digest_message
from bot.messages.notifications.nudge import fitting_items, nudge_message
from bot.messages.partner_brief import meeting_brief, meeting_message
from bot.notifications.due_times import digest_covers, digest_due
from bot.slack.blocks import Message
from bot.workspace.team import Team
from scoring.noise_budget import Note
from scoring.signals import Reason
from storage.db.engine import needs_locks, reading
from storage.db.locks import lock_partners
from storage.notifications import acts, deliveries, told_signals
from storage.partners import partners, snapshots
from storage.tables import Delivery

NUDGE, DIGEST, BRIEF = "nudge", "digest", "brief"
_SIGNALS = frozenset(str(reason) for reason in Reason)


@dataclass(frozen=True, slots=True)
class Week:
    """A digest's message, if any, and what to remember of it."""

    message: Message | None
    found: digest.Digest


def compose_digest(session: Session, team: Team, day: date, now: datetime) -> Week:
    """Compose the digest of a day. Use a read session, so that its many queries see one state and block no writer."""
    last_on = deliveries.last_digest_on(session, workspace_id=team.id, before=day)
    since, _ = digest_covers(day, last_on, team.digest_begun_on)
    found = digest.build_digest(session, team=team, day=day, since=since)
    due = digest_due(team, now)
    message = digest_message(found, late=due is not None and due.late) if found.has_news else None
    return Week(message, found)


def compose_brief(engine: Engine, team: Team, user_id: str, period: str, now: datetime) -> Message | None:
    """Compose the brief of whom a person meets at an instant. None if the meeting was moved or cancelled."""
    with reading(engine) as session:
        met = meetings_to_tell(session, team, user_id, period)
        zone = own_zone(session, team, user_id)
    if not met:
        return None
    times = {id: [time.astimezone(zone) for time in each] for id, each in met.items()}
    if len(times) == 1:
        ((partner_id, of_partner),) = times.items()
        told = meeting_brief(*partner_brief(engine, Caller(team, user_id, now), partner_id), of_partner)
    else:
        with reading(engine) as session:
            known = {one.id: one for one in snapshots.list_snapshots(session, workspace_id=team.id)}
        told = meeting_message([(known[id], each) for id, each in times.items() if id in known])
    return replace(told, blocks=[*told.blocks, *workspace_note(team)])


def compose_delivery(
    session: Session, team: Team, row: Delivery, now: datetime, before: Week | Message | None
) -> Message | None:
    """Compose a claimed delivery and record what it mentions. With nothing to say, settle it.

    A digest is as of its due day and was composed before, as was a brief. A nudge is as of today.
    """
    assert row.id is not None  # stored
    _lock_partners(session, team, row, row.id)
    told_signals.delete_of_delivery(session, workspace_id=team.id, delivery_id=row.id)
    if isinstance(before, Week):
        message = _digest(session, team, row.id, before)
    elif row.kind != NUDGE:
        message = before
    else:
        message = _compose_nudge(session, team, row, row.id, now)
    if message is None:
        deliveries.finish(session, delivery_id=row.id, attempts=row.attempts, state="nothing")
    return message


def _lock_partners(session: Session, team: Team, row: Delivery, delivery_id: int) -> None:
    """Lock whatever it may tell of, so that nothing is told of a partner as it no longer is."""
    if needs_locks(session):
        found = set(told_signals.partners_of_delivery(session, workspace_id=team.id, delivery_id=delivery_id))
        if row.kind == NUDGE:
            found |= partners.ids_of_owner(session, workspace_id=team.id, owner=row.recipient)
        lock_partners(session, workspace_id=team.id, partner_ids=found)


def _digest(session: Session, team: Team, delivery_id: int, week: Week) -> Message | None:
    found = week.found
    _lock_told(session, team, found)
    _clear_told(session, team, found.cleared, told_signals.TEAM)
    for note in found.notes:
        _mark_told(session, team, note, told_signals.TEAM, found.day, delivery_id)
    return week.message


def _lock_told(session: Session, team: Team, found: nudge.Nudge | digest.Digest) -> None:
    told_of = {note.partner_id for note in found.notes} | {partner_id for partner_id, _ in found.cleared}
    lock_partners(session, workspace_id=team.id, partner_ids=told_of)


def _clear_told(session: Session, team: Team, cleared: tuple[tuple[int, tuple[str, ...]], ...], told_to: str) -> None:
    for partner_id, gone in cleared:
        told_signals.delete_told(session, workspace_id=team.id, partner_id=partner_id, signals=gone, told_to=told_to)


def _mark_told(session: Session, team: Team, note: Note, told_to: str, day: date, delivery_id: int) -> None:
    told_signals.mark_told(
        session,
        workspace_id=team.id,
        partner_id=note.partner_id,
        signal=note.key,
        level=note.level,
        times=note.times,
        told_to=told_to,
        told_on=day,
        delivery_id=delivery_id,
    )


def _compose_nudge(session: Session, team: Team, row: Delivery, delivery_id: int, now: datetime) -> Message | None:
    found = nudge.build_nudge(session, team=team, owner=row.recipient, day=team.today(now), meetings=True)
    _save_told_signals(session, team, found, delivery_id)
    acts.set_waiting(
        session, delivery_id=delivery_id, partner_ids=[one.scored.partner.id for one in fitting_items(found)]
    )
    return None if found.is_empty else nudge_message(found)


def _save_told_signals(session: Session, team: Team, found: nudge.Nudge, delivery_id: int) -> None:
    _lock_told(session, team, found)
    _clear_told(session, team, found.cleared, found.owner)
    # A partner that does not fit into the message is new again tomorrow; not what is said of it all the same.
    left = {one.scored.partner.id for one in found.urgent_items} - {
        one.scored.partner.id for one in fitting_items(found)
    }
    beside = {one.notice for one in found.answers} | {one.notice for one in found.waiting_referrals}
    for note in found.notes:
        if note.partner_id not in left or note.key in beside:
            _mark_told(session, team, note, found.owner, found.day, delivery_id)
            if note.times and note.key in _SIGNALS:
                told_signals.log_nudged(
                    session,
                    workspace_id=team.id,
                    partner_id=note.partner_id,
                    signal=note.key,
                    told_to=found.owner,
                    told_on=found.day,
                    delivery_id=delivery_id,
                )
