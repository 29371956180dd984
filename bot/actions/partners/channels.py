"""Channels shared with a partner: messages there are contact, of which the day and the side are kept, and nothing else.

A link counts nothing before the channel was told of it: it is written down, told there, and only then begins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import id_of, must_go_on, note_change, tended_by
from bot.errors import FieldError, NotFound
from bot.workspace.team import Team
from scoring.vocabulary import Direction
from storage.db.engine import reading, writing
from storage.ledger import activities
from storage.partners import partners
from storage.tables import Partner
from storage.workspaces import linked_channels

DOING = "link its channels"


@dataclass(frozen=True, slots=True)
class Link:
    """A partner with one channel of theirs."""

    id: int
    partner_id: int
    partner: str
    channel_id: str


@dataclass(frozen=True, slots=True)
class Unlinked:
    """A partner, and the channels that are theirs no more."""

    partner_id: int
    partner: str
    channel_ids: Sequence[str]


def to_link(engine: Engine, caller: Caller, partner_id: int) -> str:
    """The partner's name, for the form that links.

    Raises:
        NotFound, NotAllowed: as `begin_link`.
    """
    with reading(engine) as session:
        return _mine(session, caller, partner_id).name


def begin_link(engine: Engine, caller: Caller, partner_id: int, channel_id: str) -> Link:
    """Write down that a channel is a partner's; nothing counts yet.

    Raises:
        NotFound: the partner is none of this workspace.
        NotAllowed: it is another's, or has ended.
        FieldError: the channel is another partner's.
    """
    try:
        with writing(engine) as session:
            partner = _mine(session, caller, partner_id)
            partner_id = id_of(partner)
            row = linked_channels.linked(
                session, workspace_id=caller.team.id, channel_id=channel_id
            ) or linked_channels.link(
                session,
                workspace_id=caller.team.id,
                partner_id=partner_id,
                channel_id=channel_id,
                by=caller.user_id,
                now=caller.now,
            )
            if row.partner_id != partner_id:
                raise FieldError("channel", _taken(session, caller, row.partner_id))
            return Link(row.id or 0, id_of(partner), partner.name, channel_id)
    except IntegrityError:
        raise FieldError("channel", "Somebody linked that channel at this moment.") from None


def end_link(engine: Engine, caller: Caller, partner_id: int, channel_id: str | None = None) -> Unlinked:
    """End a partner's link to a channel, or all of them.

    Raises:
        NotFound: the partner is none of this workspace, or has no such channel.
        NotAllowed: it is another's.
    """
    with writing(engine) as session:
        partner = tended_by(session, caller, partner_id, DOING)
        partner_id = id_of(partner)
        of = {"workspace_id": caller.team.id, "partner_id": partner_id}
        gone = linked_channels.unlink(session, **of, channel_id=channel_id, by=caller.user_id, now=caller.now)
        if not gone:
            raise NotFound(f"{partner.name} has no linked channel{' of that name' if channel_id else ''}.")
        for one in gone:
            note_change(session, caller, "partner", partner_id, "linked channel", one, None)
        return Unlinked(partner_id, partner.name, gone)


def was_told(engine: Engine, caller: Caller, link: Link) -> None:
    """The channel was told of the link: from now on messages there count."""
    with writing(engine) as session:
        if linked_channels.told(session, workspace_id=caller.team.id, link_id=link.id, now=caller.now):
            note_change(session, caller, "partner", link.partner_id, "linked channel", None, link.channel_id)


def overheard(engine: Engine, team: Team, channel_id: str, *, ours: bool, at: float, now: datetime) -> bool:
    """That somebody of ours, or of theirs, wrote in a channel `at` so many seconds since 1970. True if it is news."""
    with reading(engine) as session:
        partner_id = linked_channels.counting(session, workspace_id=team.id, channel_id=channel_id)
    if partner_id is None:
        return False
    written = min(datetime.fromtimestamp(at, UTC), now)
    side = Direction.OUT if ours else Direction.IN
    with writing(engine) as session:
        partner = partners.get(session, workspace_id=team.id, partner_id=partner_id)  # merged at this moment, maybe
        if partner is None:
            return False
        return activities.note_contact(
            session, workspace_id=team.id, partner_id=id_of(partner), day=team.today(written), side=side, now=now
        )


def _mine(session: Session, caller: Caller, partner_id: int) -> Partner:
    partner = tended_by(session, caller, partner_id, DOING)
    must_go_on(partner)
    return partner


def _taken(session: Session, caller: Caller, partner_id: int) -> str:
    other = partners.get(session, workspace_id=caller.team.id, partner_id=partner_id)
    return f"That channel is linked to {other.name} already." if other else "That channel is linked already."
