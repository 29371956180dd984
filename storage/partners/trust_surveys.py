"""Trust surveys: private links by which a contact at a partner rates their trust in us."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select, update

from storage.db.locks import get_of_partner
from storage.name_key import name_key
from storage.tables import Partner, TrustQuestion, TrustRating


def create_question(
    session: Session,
    *,
    workspace_id: int,
    partner_id: int,
    contact: str,
    secret_hash: str,
    expires_at: datetime,
    by: str,
    now: datetime,
) -> TrustQuestion:
    """Record a new link."""
    question = TrustQuestion(
        workspace_id=workspace_id,
        partner_id=partner_id,
        contact=contact,
        secret_hash=secret_hash,
        asked_by=by,
        asked_at=now,
        expires_at=expires_at,
    )
    session.add(question)
    session.flush()
    return question


def get(session: Session, *, workspace_id: int, question_id: int) -> TrustQuestion | None:
    """Return a link, whatever its state."""
    return get_of_partner(
        session,
        select(TrustQuestion).where(TrustQuestion.workspace_id == workspace_id, TrustQuestion.id == question_id),
    )


def claim_answer(session: Session, *, workspace_id: int, question_id: int, secret_hash: str, now: datetime) -> bool:
    """Claim the single answer of a valid link. Return True for one caller among all processes."""
    result = session.exec(
        update(TrustQuestion)
        .where(
            col(TrustQuestion.workspace_id) == workspace_id,
            col(TrustQuestion.id) == question_id,
            col(TrustQuestion.secret_hash) == secret_hash,
            col(TrustQuestion.answered_at).is_(None),
            col(TrustQuestion.withdrawn_at).is_(None),
            col(TrustQuestion.expires_at) > now,
        )
        .values(answered_at=now)
    )
    return result.rowcount == 1


def set_rating(session: Session, *, workspace_id: int, question_id: int, rating_id: int) -> None:
    """Set the rating that answered a claimed link."""
    session.exec(
        update(TrustQuestion)
        .where(col(TrustQuestion.workspace_id) == workspace_id, col(TrustQuestion.id) == question_id)
        .values(rating_id=rating_id)
    )


def withdraw_question(session: Session, *, workspace_id: int, question_id: int, now: datetime) -> bool:
    """Revoke an unanswered link. Return False if it was not valid."""
    result = session.exec(
        update(TrustQuestion)
        .where(
            col(TrustQuestion.workspace_id) == workspace_id,
            col(TrustQuestion.id) == question_id,
            col(TrustQuestion.answered_at).is_(None),
            col(TrustQuestion.withdrawn_at).is_(None),
        )
        .values(withdrawn_at=now)
    )
    return result.rowcount == 1


def withdraw_open(session: Session, *, workspace_id: int, partner_id: int, contact: str, now: datetime) -> int:
    """Revoke all open links for the same contact, however it is spelled. Return how many."""
    pending = list_pending(session, workspace_id=workspace_id, partner_id=partner_id, now=now)
    question_ids = [question.id for question in pending if name_key(question.contact) == name_key(contact)]
    return sum(
        withdraw_question(session, workspace_id=workspace_id, question_id=question_id, now=now)
        for question_id in question_ids
        if question_id is not None
    )


def list_pending(session: Session, *, workspace_id: int, partner_id: int, now: datetime) -> Sequence[TrustQuestion]:
    """Return a partner's links that can still be answered, newest first."""
    return session.exec(
        select(TrustQuestion)
        .where(
            TrustQuestion.workspace_id == workspace_id,
            TrustQuestion.partner_id == partner_id,
            col(TrustQuestion.answered_at).is_(None),
            col(TrustQuestion.withdrawn_at).is_(None),
            col(TrustQuestion.expires_at) > now,
        )
        .order_by(col(TrustQuestion.id).desc())
    ).all()


def last_contact(session: Session, *, workspace_id: int, partner_id: int) -> str | None:
    """Return the contact of a partner's latest link."""
    return session.exec(
        select(TrustQuestion.contact)
        .where(TrustQuestion.workspace_id == workspace_id, TrustQuestion.partner_id == partner_id)
        .order_by(col(TrustQuestion.id).desc())
        .limit(1)
    ).first()


def list_contacts(session: Session, *, workspace_id: int, partner_id: int) -> Sequence[str]:
    """Return everybody at a partner who was ever sent a link."""
    return session.exec(
        select(TrustQuestion.contact)
        .where(TrustQuestion.workspace_id == workspace_id, TrustQuestion.partner_id == partner_id)
        .distinct()
    ).all()


def list_answers(
    session: Session,
    *,
    workspace_id: int,
    partner_id: int | None = None,
    owner: str | None = None,
    since: datetime | None = None,
) -> Sequence[tuple[TrustQuestion, TrustRating, Partner]]:
    """Return answered links with their ratings, without voided ratings; newest first.

    Filter by partner, by owner, or by instant.
    """
    query = (
        select(TrustQuestion, TrustRating, Partner)
        .join(TrustRating, col(TrustRating.id) == col(TrustQuestion.rating_id))
        .join(Partner, col(Partner.id) == col(TrustQuestion.partner_id))
        .where(
            TrustQuestion.workspace_id == workspace_id,
            TrustRating.workspace_id == workspace_id,
            Partner.workspace_id == workspace_id,
            col(TrustRating.voided_at).is_(None),
        )
    )
    if partner_id is not None:
        query = query.where(TrustQuestion.partner_id == partner_id)
    if owner is not None:
        query = query.where(Partner.owner == owner)
    if since is not None:
        query = query.where(col(TrustQuestion.answered_at) >= since)
    return session.exec(query.order_by(col(TrustQuestion.answered_at).desc(), col(TrustQuestion.id).desc())).all()
