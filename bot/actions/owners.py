"""Check who can own a partner: only full members, as nobody else gets messages."""

from collections.abc import Sequence

from sqlmodel import Session

from bot.actions.caller import Caller
from bot.errors import FieldError
from storage.tables import Person
from storage.workspaces import members

_REASONS = {
    "guest": "is a guest",
    "bot": "is a bot",
    "stranger": "belongs to another organisation",
    "gone": "has left the workspace",
}


def non_members(known: Sequence[Person]) -> frozenset[str]:
    """Return those who can't own a partner: they left, or are guests, bots or outsiders."""
    return frozenset(one.user_id for one in known if one.standing != "member")


def refresh_member(caller: Caller, owner: str | None) -> None:
    """Look a new owner up in Slack, before the transaction, as Slack may be slow.

    Raises:
        slack_sdk.errors.SlackApiError: Slack returned an error.
    """
    if owner and owner != caller.user_id:
        caller.fetch_member(owner)


def require_can_own(session: Session, caller: Caller, owner: str | None) -> None:
    """Require a full member as owner. No owner, and somebody Slack has not told us about, are fine too.

    Raises:
        FieldError: the person can't own a partner.
    """
    known = members.find_member(session, workspace_id=caller.team.id, user_id=owner) if owner else None
    if known is not None and known.standing in _REASONS:
        problem = f"{known.name} {_REASONS[known.standing]}; only full members of this workspace can own a partner."
        raise FieldError("owner", problem)
