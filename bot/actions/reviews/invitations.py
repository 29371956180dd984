"""What the holder of any private link may see: whether it is open, and three names."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import TypeVar

from sqlmodel import Session

from bot.grammar.tokens import strip_hidden
from scoring.vocabulary import Status
from storage.partners import partners
from storage.tables import Partner, ReferralLink, TrustQuestion
from storage.workspaces import members, workspaces

Row = TypeVar("Row", TrustQuestion, ReferralLink)


class LinkState(Enum):
    """The state of a link. `ANSWERED`: as often as it may be. `RESTING`: often enough for this hour."""

    OPEN = auto()
    ANSWERED = auto()
    RESTING = auto()
    EXPIRED = auto()
    WITHDRAWN = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Invitation:
    """All that a link's holder may see: its state and three names, nothing from the record."""

    state: LinkState
    firm: str = ""
    partner: str = ""
    asker: str = ""


UNKNOWN_INVITATION = Invitation(LinkState.UNKNOWN)


def build_invitation(session: Session, row: Row | None, state_of: Callable[[Row, Partner], LinkState]) -> Invitation:
    """Load the names that belong to a link. It is unknown if Tend was removed from the workspace."""
    if row is None:
        return UNKNOWN_INVITATION
    workspace = workspaces.get(session, workspace_id=row.workspace_id)
    partner = partners.get(session, workspace_id=row.workspace_id, partner_id=row.partner_id)
    if partner is None or workspace.uninstalled_at is not None:
        return UNKNOWN_INVITATION
    asker = members.find_member(session, workspace_id=row.workspace_id, user_id=row.asked_by)
    return Invitation(state_of(row, partner), workspace.name, partner.name, asker.name if asker else "")


def state_by_time(row: TrustQuestion | ReferralLink, partner: Partner, now: datetime) -> LinkState:
    """Return whether a link is still open. An ended partnership takes its links along."""
    if row.withdrawn_at is not None or partner.status == Status.ENDED:
        return LinkState.WITHDRAWN
    return LinkState.EXPIRED if row.expires_at <= now else LinkState.OPEN


def clean_text(text: str) -> str:
    """Return a text of several lines without what nobody sees, and without white space around it."""
    return "\n".join(line.rstrip() for line in strip_hidden(text).splitlines()).strip()
