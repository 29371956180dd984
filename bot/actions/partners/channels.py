"""Channels shared with a partner. Messages there count as contact; only the day and the side are stored.

A link is stored first, then announced in the channel, and only then starts to count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from bot.actions.automatic_contact import Source, record_automatic_contact
from bot.actions.caller import Caller
from bot.actions.common import log_change, require_not_ended, require_owner_or_steward, row_id
from bot.errors import FieldError, NotFound
from bot.workspace.team import Team
from scoring.vocabulary import Direction
from storage.contacts import persons
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.partners import partners
from storage.tables import Partner
from storage.workspaces import linked_channels

LINK_ACTION = "link its channels"


@dataclass(frozen=True, slots=True)
class LinkedChannel:
    """A partner with one linked channel."""

    id: int
    partner_id: int
    partner: str
    channel_id: str


@dataclass(frozen=True, slots=True)
class UnlinkResult:
    """A partner and its unlinked channels."""

    partner_id: int
    partner: str
    channel_ids: Sequence[str]


def prepare_link(engine: Engine, caller: Caller, partner_id: int) -> str:
    """Load the partner's name for the link form.

    Raises:
        NotAllowed: as `create_link`.
    """
    with reading(engine) as session:
        return _load_own_partner(session, caller, partner_id).name


@retried
def create_link(engine: Engine, caller: Caller, partner_id: int, channel_id: str) -> LinkedChannel:
    """Store a link to a channel. Nothing counts yet.

    Raises:
        NotAllowed: the partner is another owner's, or has ended.
        FieldError: the channel belongs to another partner.
    """
    try:
        with writing(engine) as session:
            partner = _load_own_partner(session, caller, partner_id)
            partner_id = row_id(partner)
            row = linked_channels.find_link(
                session, workspace_id=caller.team.id, channel_id=channel_id
            ) or linked_channels.link_channel(
                session,
                workspace_id=caller.team.id,
                partner_id=partner_id,
                channel_id=channel_id,
                by=caller.user_id,
                now=caller.now,
            )
            if row.partner_id != partner_id:
                raise FieldError("channel", _link_conflict_text(session, caller, row.partner_id))
            return LinkedChannel(row.id or 0, row_id(partner), partner.name, channel_id)
    except IntegrityError:
        raise FieldError("channel", "Someone else has just linked that channel.") from None


@retried
def remove_links(engine: Engine, caller: Caller, partner_id: int, channel_id: str | None = None) -> UnlinkResult:
    """Remove a partner's link to a channel, or all of them.

    Raises:
        NotAllowed: it is another's.
    """
    with writing(engine) as session:
        partner = require_owner_or_steward(session, caller, partner_id, LINK_ACTION)
        partner_id = row_id(partner)
        of = {"workspace_id": caller.team.id, "partner_id": partner_id}
        gone = linked_channels.unlink_channels(session, **of, channel_id=channel_id, by=caller.user_id, now=caller.now)
        if not gone:
            raise NotFound(f"{partner.name} has no linked channel{' of that name' if channel_id else ''}.")
        for one in gone:
            log_change(session, caller, "partner", partner_id, "linked channel", one, None)
        return UnlinkResult(partner_id, partner.name, gone)


@retried
def mark_announced(engine: Engine, caller: Caller, link: LinkedChannel) -> None:
    """Mark a link as announced: from now on messages in the channel count."""
    with writing(engine) as session:
        if linked_channels.mark_announced(session, workspace_id=caller.team.id, link_id=link.id, now=caller.now):
            log_change(session, caller, "partner", link.partner_id, "linked channel", None, link.channel_id)


def is_linked(engine: Engine, team: Team, channel_id: str) -> bool:
    """Whether messages in a channel count as contact with a partner."""
    with reading(engine) as session:
        return linked_channels.find_partner_id(session, workspace_id=team.id, channel_id=channel_id) is not None


@retried
def record_channel_message(
    engine: Engine, team: Team, channel_id: str, *, ours: bool, at: float, now: datetime, user_id: str | None = None
) -> bool:
    """Record that our or their side posted in a channel. `at` is in Unix seconds. Return True if it is news.

    `user_id`: who posted; of theirs only those count as persons who are known to have that Slack id.
    """
    with reading(engine) as session:
        partner_id = linked_channels.find_partner_id(session, workspace_id=team.id, channel_id=channel_id)
        if partner_id is None:
            return False
        of = {"workspace_id": team.id, "partner_id": partner_id}
        known = persons.find_by_slack_id(session, **of, slack_id=user_id) if user_id and not ours else []
    return record_automatic_contact(
        engine,
        team,
        partner_id,
        team.today(min(datetime.fromtimestamp(at, UTC), now)),
        Source.CHANNEL,
        side=Direction.OUT if ours else Direction.IN,
        person_ids=known,
        now=now,
    )


def _load_own_partner(session: Session, caller: Caller, partner_id: int) -> Partner:
    partner = require_owner_or_steward(session, caller, partner_id, LINK_ACTION)
    require_not_ended(partner)
    return partner


def _link_conflict_text(session: Session, caller: Caller, partner_id: int) -> str:
    other = partners.find_name_of(session, workspace_id=caller.team.id, partner_id=partner_id)
    return f"That channel is already linked to {other}." if other else "That channel is already linked."
