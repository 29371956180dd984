"""The caller of a use case: who asks, and when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Engine
from sqlmodel import Session

from bot.errors import NotAllowed
from bot.workspace.team import Team
from storage.db.engine import writing
from storage.workspaces import seen_requests

if TYPE_CHECKING:
    from bot.signed_links import SignedLinks
    from bot.slack.members import Member


class DuplicateRequest(Exception):
    """Slack sent the same request again. It was handled the first time."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A full member or an integration of a workspace, at an instant.

    `request_key` identifies a request that Slack may repeat. `links` makes private links for people outside, or
    returns None if this Tend has no public address. `fetch_member` looks somebody up in Slack and stores the result.
    """

    team: Team
    user_id: str
    now: datetime
    is_steward: bool = False
    request_key: str | None = None
    links: "Callable[[], SignedLinks | None]" = lambda: None
    fetch_member: "Callable[[str], Member | None]" = lambda _user_id: None
    is_admin: bool = False

    @property
    def today(self) -> date:
        return self.team.today(self.now)

    def claim_request_key(self, session: Session) -> None:
        """Claim the request, so that one process handles it once.

        Raises:
            DuplicateRequest: it was handled before.
        """
        if self.request_key and not seen_requests.claim_key(
            session, workspace_id=self.team.id, key=self.request_key, now=self.now
        ):
            raise DuplicateRequest(self.request_key)

    def is_locked_out(self, team: Team) -> bool:
        """Return whether the caller stopped being a steward with these settings and is no admin either."""
        return self.user_id in self.team.stewards - team.stewards and not self.is_admin

    def require_steward(self, doing: str) -> None:
        """Require a workspace admin or a steward. `doing` completes “can …” in the error.

        Raises:
            NotAllowed: the caller is neither.
        """
        if not self.is_steward:
            raise NotAllowed(f"Only workspace admins and stewards can {doing}. `/tend status` shows who they are.")


def claim_request(engine: Engine, caller: Caller) -> None:
    """Claim a request that records nothing, so that it is answered once.

    Raises:
        DuplicateRequest: it was answered before.
    """
    with writing(engine) as session:
        caller.claim_request_key(session)
