"""Who can tend a partner: full members of the workspace alone, since nobody else is told anything."""

from collections.abc import Sequence

from sqlmodel import Session

from bot.actions.caller import Caller
from bot.errors import FieldError
from storage.tables import Person
from storage.workspaces import members

_REASONS = {
    "guest": "is a guest",
    "bot": "is a bot",
    "stranger": "is of another organisation",
    "gone": "is no member any more",
}


def non_members(known: Sequence[Person]) -> frozenset[str]:
    """Who of them can't: they have left, or are guests, bots or of another organisation."""
    return frozenset(one.user_id for one in known if one.standing != "member")


def refresh_member(caller: Caller, owner: str | None) -> None:
    """Have Slack say who is to tend a partner. Before the transaction, since Slack may take its time.

    Raises:
        slack_sdk.errors.SlackApiError: Slack does not tell.
    """
    if owner and owner != caller.user_id:
        caller.fetch_member(owner)


def require_can_own(session: Session, caller: Caller, owner: str | None) -> None:
    """Refuse whom Slack said to be no full member; nobody at all is well, and so is who it never spoke of.

    Raises:
        FieldError: naming the person.
    """
    known = members.find_member(session, workspace_id=caller.team.id, user_id=owner) if owner else None
    if known is not None and known.standing in _REASONS:
        problem = f"{known.name} {_REASONS[known.standing]}; only full members of this workspace can tend a partner."
        raise FieldError("owner", problem)
