"""Private links by which a contact at a partner refers people to us, and whom they referred."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select, update

from storage.db.locks import get_of_partner
from storage.name_key import name_key
from storage.tables import OfferedReferral, Partner, ReferralLink


def create_link(
    session: Session,
    *,
    workspace_id: int,
    partner_id: int,
    contact: str,
    secret_hash: str,
    expires_at: datetime,
    by: str,
    now: datetime,
) -> ReferralLink:
    """Record a new link."""
    link = ReferralLink(
        workspace_id=workspace_id,
        partner_id=partner_id,
        contact=contact,
        secret_hash=secret_hash,
        asked_by=by,
        asked_at=now,
        expires_at=expires_at,
    )
    session.add(link)
    session.flush()
    return link


def get_link(session: Session, *, workspace_id: int, link_id: int) -> ReferralLink | None:
    """Return a link, whatever its state."""
    return get_of_partner(
        session, select(ReferralLink).where(ReferralLink.workspace_id == workspace_id, ReferralLink.id == link_id)
    )


def contact_of(session: Session, *, workspace_id: int, link_id: int) -> str | None:
    """Return who has a link, without a lock: after a merge was undone it may be another partner's."""
    query = select(ReferralLink.contact).where(ReferralLink.workspace_id == workspace_id, ReferralLink.id == link_id)
    return session.exec(query).first()


def withdraw_link(session: Session, *, workspace_id: int, link_id: int, now: datetime) -> bool:
    """Revoke a link. Return False if it was revoked before."""
    result = session.exec(
        update(ReferralLink)
        .where(
            col(ReferralLink.workspace_id) == workspace_id,
            col(ReferralLink.id) == link_id,
            col(ReferralLink.withdrawn_at).is_(None),
        )
        .values(withdrawn_at=now)
    )
    return result.rowcount == 1


def withdraw_open(session: Session, *, workspace_id: int, partner_id: int, contact: str, now: datetime) -> int:
    """Revoke all open links of the same contact, however it is spelled. Return how many."""
    pending = list_open(session, workspace_id=workspace_id, partner_id=partner_id, now=now)
    return sum(
        withdraw_link(session, workspace_id=workspace_id, link_id=link.id or 0, now=now)
        for link in pending
        if name_key(link.contact) == name_key(contact)
    )


def list_open(session: Session, *, workspace_id: int, partner_id: int, now: datetime) -> Sequence[ReferralLink]:
    """Return a partner's links that are neither expired nor revoked, newest first."""
    return session.exec(
        select(ReferralLink)
        .where(
            ReferralLink.workspace_id == workspace_id,
            ReferralLink.partner_id == partner_id,
            col(ReferralLink.withdrawn_at).is_(None),
            col(ReferralLink.expires_at) > now,
        )
        .order_by(col(ReferralLink.id).desc())
    ).all()


def count_offers(session: Session, *, workspace_id: int, link_id: int, since: datetime | None = None) -> int:
    """Count what came by a link, or what came after an instant."""
    query = select(func.count()).where(
        col(OfferedReferral.workspace_id) == workspace_id, col(OfferedReferral.link_id) == link_id
    )
    if since is not None:
        query = query.where(col(OfferedReferral.came_at) > since)
    return session.exec(query).one()


def has_form(session: Session, *, workspace_id: int, link_id: int, form_key: str) -> bool:
    """Return whether a form has come by a link before."""
    query = select(OfferedReferral.id).where(
        OfferedReferral.workspace_id == workspace_id,
        OfferedReferral.link_id == link_id,
        OfferedReferral.form_key == form_key,
    )
    return session.exec(query).first() is not None


def add_offer(
    session: Session,
    *,
    workspace_id: int,
    partner_id: int,
    link_id: int,
    form_key: str,
    name: str,
    reach: str | None,
    note: str | None,
    now: datetime,
) -> OfferedReferral:
    """Record what came by a link."""
    offer = OfferedReferral(
        workspace_id=workspace_id,
        partner_id=partner_id,
        link_id=link_id,
        form_key=form_key,
        name=name,
        reach=reach,
        note=note,
        came_at=now,
    )
    session.add(offer)
    session.flush()
    return offer


def get_offer(session: Session, *, workspace_id: int, offer_id: int) -> OfferedReferral | None:
    """Return what came by a link, decided or not."""
    query = select(OfferedReferral).where(OfferedReferral.workspace_id == workspace_id, OfferedReferral.id == offer_id)
    return get_of_partner(session, query)


def decide(
    session: Session, *, workspace_id: int, offer_id: int, activity_id: int | None, by: str, now: datetime
) -> bool:
    """Record the decision, with the referral that was recorded. Return True for one caller among all processes."""
    result = session.exec(
        update(OfferedReferral)
        .where(
            col(OfferedReferral.workspace_id) == workspace_id,
            col(OfferedReferral.id) == offer_id,
            col(OfferedReferral.decided_at).is_(None),
        )
        .values(decided_at=now, decided_by=by, activity_id=activity_id)
    )
    return result.rowcount == 1


def list_waiting(
    session: Session, *, workspace_id: int, partner_id: int | None = None, owner: str | None = None
) -> Sequence[tuple[OfferedReferral, ReferralLink, Partner]]:
    """Return what waits for a decision, with its link, oldest first. Filter by partner or by owner."""
    query = (
        select(OfferedReferral, ReferralLink, Partner)
        .join(ReferralLink, col(ReferralLink.id) == col(OfferedReferral.link_id))
        .join(Partner, col(Partner.id) == col(OfferedReferral.partner_id))
        .where(
            OfferedReferral.workspace_id == workspace_id,
            ReferralLink.workspace_id == workspace_id,
            Partner.workspace_id == workspace_id,
            col(OfferedReferral.decided_at).is_(None),
        )
    )
    if partner_id is not None:
        query = query.where(OfferedReferral.partner_id == partner_id)
    if owner is not None:
        query = query.where(Partner.owner == owner)
    return session.exec(query.order_by(col(OfferedReferral.id))).all()
