"""Channels in which messages count as contact with a partner."""

from datetime import datetime

from sqlmodel import Session, col, select, update
from sqlmodel.sql.expression import SelectOfScalar

from storage.tables import ChannelLink, Partner


def link_channel(
    session: Session, *, workspace_id: int, partner_id: int, channel_id: str, by: str, now: datetime
) -> ChannelLink:
    """Link an unlinked channel. Messages count once the link is announced in it."""
    row = ChannelLink(
        workspace_id=workspace_id, partner_id=partner_id, channel_id=channel_id, linked_by=by, linked_at=now
    )
    session.add(row)
    session.flush()
    return row


def mark_announced(session: Session, *, workspace_id: int, link_id: int, now: datetime) -> bool:
    """Mark the link as announced: from now on messages count. Return False if it was unlinked meanwhile."""
    statement = update(ChannelLink).where(
        col(ChannelLink.workspace_id) == workspace_id,
        col(ChannelLink.id) == link_id,
        col(ChannelLink.unlinked_at).is_(None),
    )
    return bool(session.exec(statement.values(told_at=now)).rowcount)


def unlink_channels(
    session: Session, *, workspace_id: int, partner_id: int, by: str, now: datetime, channel_id: str | None = None
) -> list[str]:
    """Unlink all channels of a partner, or one. Return the channels."""
    query = _open_links(workspace_id).where(ChannelLink.partner_id == partner_id)
    if channel_id:
        query = query.where(ChannelLink.channel_id == channel_id)
    rows = session.exec(query.order_by(col(ChannelLink.id))).all()
    for row in rows:
        row.unlinked_at, row.unlinked_by = now, by
        session.add(row)
    return [row.channel_id for row in rows]


def find_link(session: Session, *, workspace_id: int, channel_id: str) -> ChannelLink | None:
    """Return the link of a channel, announced or not."""
    return session.exec(_open_links(workspace_id).where(ChannelLink.channel_id == channel_id)).one_or_none()


def find_partner_id(session: Session, *, workspace_id: int, channel_id: str) -> int | None:
    """Return the partner with whom messages in a channel count as contact. None if they don't, or the partner has
    ended.
    """
    query = (
        select(ChannelLink.partner_id)
        .join(
            Partner,
            (col(Partner.workspace_id) == col(ChannelLink.workspace_id))
            & (col(Partner.id) == col(ChannelLink.partner_id)),
        )
        .where(
            ChannelLink.workspace_id == workspace_id,
            ChannelLink.channel_id == channel_id,
            col(ChannelLink.unlinked_at).is_(None),
            col(ChannelLink.told_at).is_not(None),
            Partner.status != "ended",
        )
    )
    return session.exec(query).one_or_none()


def _open_links(workspace_id: int) -> SelectOfScalar[ChannelLink]:
    return select(ChannelLink).where(ChannelLink.workspace_id == workspace_id, col(ChannelLink.unlinked_at).is_(None))
