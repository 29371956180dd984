"""Who people are: who can own a partner, as only full members get messages, and who somebody outside is."""

from collections.abc import Sequence

from sqlmodel import Session

from bot.actions.caller import Caller
from bot.errors import FieldError
from storage.name_key import name_key
from storage.partners import trust_surveys
from storage.tables import Partner, Person
from storage.workspaces import members

_REASONS = {
    "guest": "is a guest",
    "bot": "is a bot",
    "stranger": "belongs to another organisation",
    "gone": "has left the workspace",
}


RATER_PREFIX = "contact:"
"""Prefix of raters from outside, so that they are never mistaken for members."""


def outside_rater(contact: str) -> str:
    """Return under which id a contact's ratings are recorded. It is for comparing, and never shown."""
    return RATER_PREFIX + name_key(contact)


def shown_person(session: Session, caller: Caller, partner: Partner, by: str) -> str:
    """Return a member's id as it is, and somebody at a partner by name: `Jane Doe of Acme Legal`."""
    if not by.startswith(RATER_PREFIX):
        return by
    contacts = trust_surveys.list_contacts(session, workspace_id=caller.team.id, partner_id=partner.id or 0)
    name = next((one for one in contacts if outside_rater(one) == by), "somebody")
    return f"{name} of {partner.name}"


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
