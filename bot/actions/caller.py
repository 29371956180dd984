"""The caller of a use case: who asks, and when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session

from bot.errors import NotAllowed
from bot.workspace.team import Team
from storage.db.engine import reading, writing
from storage.db.retry import retried
from storage.workspaces import seen_requests

if TYPE_CHECKING:
    from bot.signed_links import SignedLinks
    from bot.slack.members import ChannelReaders, Member


class DuplicateRequest(Exception):
    """Slack sent the same request again. It was handled the first time."""


class UnconfirmedSteward(Exception):
    """Only a steward may do this, and whether somebody is one was last asked some time ago."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A full member or an integration of a workspace, at an instant.

    `request_key` names a request that Slack may repeat.
    `links` tells how people outside are given private links: None where this Tend has no address for them.
    `mail_host` is where their private mail addresses are: None where this Tend takes no mail.
    `zone` is their own; None where only the team's is known.
    `ask_channel` says in words why a channel can't take the digest, and None where it can.
    `ask_readers` says who can read what is posted in a channel; None for a caller who is not in Slack.
    `fetch_member` says who somebody else is, and keeps it: None for a caller who is not in Slack.
    `sees_scores`: they may be told what judges a partner, which some programs may not.
    `is_confirmed`: Slack was asked just now who they are, or there is nobody to ask.
    """

    team: Team
    user_id: str
    now: datetime
    is_steward: bool = False
    request_key: str | None = None
    links: "Callable[[], SignedLinks | None]" = lambda: None
    fetch_member: "Callable[[str], Member | None]" = lambda _user_id: None
    is_admin: bool = False
    zone: ZoneInfo | None = None
    ask_channel: "Callable[[str], str | None]" = lambda _channel: None
    ask_readers: "Callable[[str], ChannelReaders | None]" = lambda _channel: None
    is_confirmed: bool = True
    sees_scores: bool = True
    mail_host: str | None = None

    @property
    def today(self) -> date:
        return self.team.today(self.now)

    @property
    def own_today(self) -> date:
        """The day where the caller is, which *yesterday* and *tomorrow* are counted from."""
        return self.own_day(self.now)

    def own_day(self, at: datetime) -> date:
        """Return the day of an instant in the caller's own time zone."""
        return at.astimezone(self.zone or self.team.zone).date()

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

    def may_as_steward(self) -> bool:
        """Return whether the caller may do what only stewards may. For what is only shown, `is_steward` is enough.

        Raises:
            UnconfirmedSteward: Slack has to be asked anew first.
        """
        if not self.is_confirmed:
            raise UnconfirmedSteward
        return self.is_steward

    def require_steward(self, doing: str) -> None:
        """Require a workspace admin or a steward. `doing` completes “can …” in the error.

        Raises:
            NotAllowed: the caller is neither.
            UnconfirmedSteward: Slack has to be asked anew first.
        """
        if not self.may_as_steward():
            raise NotAllowed(f"Only workspace admins and stewards can {doing}. `/tend status` shows who they are.")


@retried
def claim_request(engine: Engine, caller: Caller) -> None:
    """Claim a request that records nothing, so that it is answered once.

    Raises:
        DuplicateRequest: it was answered before.
    """
    with writing(engine) as session:
        caller.claim_request_key(session)


def claimed_at(engine: Engine, caller: Caller) -> datetime | None:
    """Return when the caller's request was first handled. None if it was not."""
    with reading(engine) as session:
        key = caller.request_key or ""
        return seen_requests.claimed_at(session, workspace_id=caller.team.id, key=key)
