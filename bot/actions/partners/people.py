"""The people at a partner: who they are, who backs the partnership, and who left."""

from sqlmodel import Session

from bot.actions.caller import Caller
from bot.actions.common import clean_name
from storage.contacts import persons
from storage.contacts.addresses import name_and_address

_NO_NAME = "A person needs a name."


def name_sponsor(session: Session, caller: Caller, partner_id: int, text: str | None) -> None:
    """Make somebody at a partner its sponsor, adding them if nobody there has that name; None: nobody is.

    Raises:
        FieldError: the name is no name.
    """
    of = {"workspace_id": caller.team.id, "partner_id": partner_id}
    if not text:
        persons.set_sponsor(session, **of, person_id=None)
        return
    name, address = name_and_address(text)
    name = clean_name("their_sponsor", name, _NO_NAME)
    known = persons.find_by_name(session, **of, name=name)
    person = (
        known[0] if known else persons.add(session, **of, name=name, address=address, by=caller.user_id, now=caller.now)
    )
    persons.set_sponsor(session, **of, person_id=person.id)
